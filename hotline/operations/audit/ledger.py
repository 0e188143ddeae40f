"""Whether the ledger is what was written, and publications say what it comes to.

Everything is counted anew from reports and their events, entry by entry along the chain; running
totals and units' states are not looked at. On the way each publication is compared with what the
ledger came to at the entry up to which it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from hotline.election.audit.entries import opening_digest
from hotline.election.audit.export import Opening
from hotline.election.audit.verification import VerifiedLedger
from hotline.election.model import Election
from hotline.operations.audit import signing
from hotline.operations.audit.finding import AuditFinding
from hotline.operations.audit.publications import Publications
from hotline.operations.context import AppContext, NoElectionError
from hotline.store.audit import ledger_chain, ledger_reading
from hotline.store.database import reading
from hotline.store.reports import ledgers
from hotline.store.reports.ledgers import Ledger as Kept

CHECK = "ledger"
EVERY = 1_000  # entries between two words on how far it has come

Tell = Callable[[int, int], None]
"""Told how many entries have been read, of how many."""


class NoLedgerError(LookupError):
    """There is no such ledger; the message says which."""


def verify(
    parts: AppContext,
    ledger_id: int | None = None,
    *,
    keys: Sequence[Ed25519PublicKey] = (),
    numbers: Collection[int] | None = None,
    tell: Tell | None = None,
) -> list[AuditFinding]:
    """Everything that is wrong with a ledger (None: the one in use) and its publications.

    `keys` are public keys of earlier times besides the one in the settings. `numbers`: documents of
    these publications only are compared; heads and signatures of all are. Raises NoElectionError,
    NoLedgerError, SettingsError.
    """
    known = {signing.key_id(key): key for key in (signing.signer(parts.settings).public, *keys)}
    with reading(parts.engine) as connection:
        kept = find_ledger(parts, connection, ledger_id)
        election = parts.elections.of_ledger(connection, kept.id)
        book = VerifiedLedger(election, _opening(kept))
        published = Publications(connection, kept, election, known, numbers)
        published.compare(book)
        last = ledger_chain.head(connection, kept.id).entries
        for bound in ledger_reading.links(connection, kept.id):
            book.read(bound)
            published.compare(book)
            if tell is not None and (bound.number % EVERY == 0 or bound.number == last):
                tell(bound.number, last)
        book.end()
        put_in = [*_put_in(connection, kept.id)]
        published.end(book)
    return [
        *(AuditFinding(CHECK, said) for said in (*book.findings, *put_in)),
        *published.findings,
    ]


def find_ledger(parts: AppContext, connection: Connection, ledger_id: int | None) -> Kept:
    """The ledger of this number, or the one in use. Raises NoElectionError, NoLedgerError."""
    if ledger_id is None:
        active = parts.elections.active(connection)
        if active is None:
            raise NoElectionError("no election has been loaded")
        ledger_id = active.ledger_id
    kept = ledgers.find_ledgers(connection, ledger_id)
    if kept is None:
        raise NoLedgerError(f"there is no ledger {ledger_id}")
    return kept


def _opening(kept: Kept) -> str:
    return opening_digest(kept.id, kept.election_id, kept.is_test, kept.opened_at)


def _put_in(connection: Connection, ledger_id: int) -> Iterator[str]:
    for one in ledger_reading.unbound(connection, ledger_id):
        where = f"precinct {one.unit}, version {one.version}"
        if one.step is None:
            yield f"{where}: the report has no events"
        else:
            yield f"{where}, step {one.step} ({one.status}) was put in: no link binds it"


def opening_of(
    parts: AppContext, connection: Connection, ledger_id: int | None
) -> tuple[Opening, Election]:
    """The first line of an export, and the election that the ledger belongs to. Raises as above."""
    kept = find_ledger(parts, connection, ledger_id)
    head = ledger_chain.head(connection, kept.id)
    opening = Opening(
        kept.id, kept.election_id, kept.is_test, kept.opened_at, head.entries, head.digest
    )
    return opening, parts.elections.of_ledger(connection, kept.id)
