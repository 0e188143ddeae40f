"""Observers' doubts about what units count: rows are added, and settled once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from hotline.store.enums import ChallengeState
from hotline.store.schema.review_tables import challenge


@dataclass(frozen=True, slots=True)
class NewChallenge:
    """What an observer doubts."""

    ledger_id: int
    unit_code: str
    by_id: int
    by: str
    at: datetime  # UTC
    text: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge, and what has become of it."""

    id: int
    ledger_id: int
    unit_code: str
    by_id: int
    by: str
    at: datetime  # UTC
    text: str
    state: ChallengeState
    settled_by: str
    settled_why: str
    settled_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state is ChallengeState.OPEN


def add_challenge(connection: Connection, new: NewChallenge) -> int:
    """The id. IntegrityError where this observer has one open on the unit."""
    row = {
        "ledger_id": new.ledger_id,
        "unit_code": new.unit_code,
        "by_id": new.by_id,
        "by": new.by,
        "at": new.at,
        "text": new.text,
        "state": ChallengeState.OPEN.value,
        "settled_by": "",
        "settled_why": "",
    }
    id: int = connection.execute(
        insert(challenge).values(row).returning(challenge.c.id)
    ).scalar_one()
    return id


def find_challenge(connection: Connection, challenge_id: int) -> Challenge | None:
    found = _read(connection, select(challenge).where(challenge.c.id == challenge_id))
    return found[0] if found else None


def open_in(connection: Connection, ledger_id: int) -> list[Challenge]:
    """All that are open in a ledger, the oldest first."""
    wanted = select(challenge).where(
        challenge.c.ledger_id == ledger_id, challenge.c.state == ChallengeState.OPEN.value
    )
    return _read(connection, wanted.order_by(challenge.c.id))


def of_unit(connection: Connection, ledger_id: int, unit_code: str) -> list[Challenge]:
    """All that were ever filed on a unit, the oldest first."""
    wanted = select(challenge).where(
        challenge.c.ledger_id == ledger_id, challenge.c.unit_code == unit_code
    )
    return _read(connection, wanted.order_by(challenge.c.id))


def of_account(connection: Connection, ledger_id: int, account_id: int) -> list[Challenge]:
    """All that one observer has filed in a ledger, the newest first."""
    wanted = select(challenge).where(
        challenge.c.ledger_id == ledger_id, challenge.c.by_id == account_id
    )
    return _read(connection, wanted.order_by(challenge.c.id.desc()))


def settle(
    connection: Connection,
    challenge_id: int,
    state: ChallengeState,
    by: str,
    why: str,
    at: datetime,
) -> bool:
    """Whether it was still open; from now on it is as said."""
    settled = (
        update(challenge)
        .where(challenge.c.id == challenge_id, challenge.c.state == ChallengeState.OPEN.value)
        .values(state=state.value, settled_by=by, settled_why=why, settled_at=at)
    )
    return connection.execute(settled).rowcount == 1


def _read(connection: Connection, wanted: Select[Any]) -> list[Challenge]:
    return [_challenge(row) for row in connection.execute(wanted)]


def _challenge(row: Row[Any]) -> Challenge:
    return Challenge(
        id=row.id,
        ledger_id=row.ledger_id,
        unit_code=row.unit_code,
        by_id=row.by_id,
        by=row.by,
        at=row.at,
        text=row.text,
        state=ChallengeState(row.state),
        settled_by=row.settled_by,
        settled_why=row.settled_why,
        settled_at=row.settled_at,
    )
