"""Every event of a ledger's reports, bound to the one before: nobody changes one unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import Connection, bindparam, insert, select

from hotline.election.audit.chain import link
from hotline.election.audit.entries import ReportEvent, entry_of, opening_digest
from hotline.store.database import exclusive
from hotline.store.schema.chain_tables import ledger_link
from hotline.store.schema.tables import ledger

SALT_BYTES = 16

_HEAD = (
    select(ledger_link.c.number, ledger_link.c.digest)
    .where(ledger_link.c.ledger_id == bindparam("ledger"))
    .order_by(ledger_link.c.number.desc())
    .limit(1)
)
_OPENING = select(ledger.c.id, ledger.c.election_id, ledger.c.is_test, ledger.c.opened_at).where(
    ledger.c.id == bindparam("ledger")
)
_LINK = insert(ledger_link)


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """How far a ledger has come, and what all of it amounts to (SHA-256, hexadecimal)."""

    entries: int
    digest: str

    def __str__(self) -> str:
        return f"{self.entries}:{self.digest}"


def head(connection: Connection, ledger_id: int) -> LedgerHead:
    """The last entry; before the first one, what that will be bound to."""
    row = connection.execute(_HEAD, {"ledger": ledger_id}).one_or_none()
    if row is not None:
        return LedgerHead(row.number, row.digest)
    return LedgerHead(0, opening_digest(*connection.execute(_OPENING, {"ledger": ledger_id}).one()))


def bind(connection: Connection, ledger_id: int, events: Sequence[tuple[int, ReportEvent]]) -> None:
    """Binds events (by their ids) that were written just now, in this order.

    Nobody else binds in this ledger until the transaction ends: no lock may be taken after it.
    """
    exclusive(connection, "ledger chain", ledger_id)
    last = head(connection, ledger_id)
    digest = last.digest
    links = []
    for number, (event_id, event) in enumerate(events, last.entries + 1):
        salt = token_hex(SALT_BYTES)
        digest = link(digest, entry_of(ledger_id, number, event, salt))
        links.append(
            {
                "ledger_id": ledger_id,
                "number": number,
                "event_id": event_id,
                "digest": digest,
                "salt": salt,
            }
        )
    connection.execute(_LINK, links)
