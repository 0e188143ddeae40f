"""The election in use: its document, and the ledger that reports go into now."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, insert, select, update

from hotline.election.folder import folder
from hotline.election.model import Election
from hotline.store.schema.tables import election as elections
from hotline.store.schema.tables import ledger as ledgers

REMEMBERED = 4

_WITH_LEDGER = select(
    elections.c.id, elections.c.digest, ledgers.c.id.label("ledger"), ledgers.c.is_test
).join(ledgers, ledgers.c.election_id == elections.c.id)
_ACTIVE = _WITH_LEDGER.where(elections.c.active, ledgers.c.closed_at.is_(None))
_OF_LEDGER = _WITH_LEDGER.where(ledgers.c.id == bindparam("ledger"))


@dataclass(frozen=True, slots=True)
class ActiveElection:
    """What is being counted, and into which ledger."""

    election: Election
    ledger_id: int
    is_test: bool


class Elections:
    """Reads elections, and remembers them by the digest of their documents.

    Comparing digests costs a fraction of a millisecond, reading a document a second at size.
    """

    def __init__(self) -> None:
        self._known: dict[str, Election] = {}

    def active(self, connection: Connection) -> ActiveElection | None:
        """The active election with its open ledger; None while none is loaded."""
        row = connection.execute(_ACTIVE).one_or_none()
        if row is None:
            return None
        return ActiveElection(self._read(connection, row.id, row.digest), row.ledger, row.is_test)

    def of_ledger(self, connection: Connection, ledger_id: int) -> Election:
        """The election that a ledger belongs to, as it is now. KeyError if there is no ledger."""
        row = connection.execute(_OF_LEDGER, {"ledger": ledger_id}).one_or_none()
        if row is None:
            raise KeyError(f"no ledger {ledger_id}")
        return self._read(connection, row.id, row.digest)

    def _read(self, connection: Connection, id: str, digest: str) -> Election:
        known = self._known.get(digest) or find_election(connection, id)
        if known is None:
            raise KeyError(f"no election {id}")
        if digest not in self._known:
            while len(self._known) >= REMEMBERED:
                self._known.pop(next(iter(self._known)), None)
            self._known[digest] = known
        return known


def find_election(connection: Connection, id: str) -> Election | None:
    """An election that was loaded, active or not; None if it never was."""
    document = connection.execute(
        select(elections.c.document).where(elections.c.id == id)
    ).scalar_one_or_none()
    return None if document is None else folder.from_document(document)


def active_id(connection: Connection) -> str | None:
    return connection.execute(select(elections.c.id).where(elections.c.active)).scalar_one_or_none()


def save(connection: Connection, election: Election, at: datetime) -> None:
    """Keeps the election's document in place of an earlier one, and makes it the active one."""
    document = folder.to_document(election)
    row = {"document": document, "digest": _digest(document), "active": True, "loaded_at": at}
    connection.execute(update(elections).where(elections.c.active).values(active=False))
    known = connection.execute(update(elections).where(elections.c.id == election.id).values(row))
    if not known.rowcount:
        connection.execute(insert(elections).values(id=election.id, **row))


def _digest(document: object) -> str:
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def counted_otherwise(old: Election, new: Election, codes: Iterable[str]) -> list[str]:
    """Those of the units that are gone from `new`, or whose figures would add up otherwise.

    A name, or how it is spoken, may be mended at any time.
    """
    return sorted(code for code in codes if _what_counts(old, code) != _what_counts(new, code))


def _what_counts(election: Election, code: str) -> tuple[object, ...] | None:
    unit = election.units.get(code)
    return None if unit is None else (unit.kind, unit.county, unit.pool, unit.delegates)


def new_choices(old: Election, new: Election) -> list[str]:
    """Contests and candidates of `new` that `old` has not."""
    return lost_choices(new, old)


def lost_choices(old: Election, new: Election) -> list[str]:
    """Contests and candidates of `old` that `new` has not, and contests with another rule."""
    lost = []
    for contest in old.contests:
        now = new.by_contest.get(contest.id)
        if now is None or (now.rule, now.seats) != (contest.rule, contest.seats):
            lost.append(contest.id)
        else:
            lost += [f"{contest.id}/{id}" for id in contest.by_id if id not in now.by_id]
    return lost
