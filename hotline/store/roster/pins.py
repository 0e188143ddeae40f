"""The keyed hashes of PINs. A PIN itself is never stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from hotline.store.database import exclusive
from hotline.store.schema.tables import ledger, pin

T = TypeVar("T")

AT_ONCE = 1_000  # rows to a statement, far below any database's limit on parameters


def hashes_for(
    connection: Connection, election_id: str, ledger_id: int, unit_code: str
) -> tuple[str | None, str | None]:
    """The hash of a unit's standing PIN, and of the one for this ledger only; None: there is none.

    An unknown unit is answered like one without a PIN.
    """
    rows = connection.execute(
        select(pin.c.ledger_id, pin.c.hash).where(
            pin.c.election_id == election_id,
            pin.c.unit_code == unit_code,
            pin.c.ledger_id.is_(None) | (pin.c.ledger_id == ledger_id),
        )
    )
    found = {row.ledger_id: row.hash for row in rows}
    return found.get(None), found.get(ledger_id)


def stored(connection: Connection, election_id: str, ledger_id: int | None) -> dict[str, str]:
    """The hash of each unit that has one: the standing PINs, or those for one ledger only."""
    rows = connection.execute(
        select(pin.c.unit_code, pin.c.hash).where(*_kind(election_id, ledger_id))
    )
    return {row.unit_code: row.hash for row in rows}


def lock(connection: Connection, election_id: str) -> None:
    """Nobody else changes this election's PINs until the transaction ends."""
    exclusive(connection, "pins", election_id)


def replace(
    connection: Connection,
    election_id: str,
    ledger_id: int | None,
    hashes: Mapping[str, str],
    at: datetime,
) -> None:
    """Puts these hashes (by unit) in the place of those units' old ones, which die with it."""
    old = select(pin.c.id, pin.c.unit_code).where(*_kind(election_id, ledger_id))
    if len(hashes) <= AT_ONCE:
        old = old.where(pin.c.unit_code.in_(hashes))
    dying = [row.id for row in connection.execute(old) if row.unit_code in hashes]
    for ids in _portions(dying):
        connection.execute(delete(pin).where(pin.c.id.in_(ids)))
    # Only with something to return does PostgreSQL get many rows in one statement.
    new = insert(pin).returning(pin.c.id)
    for codes in _portions(list(hashes)):
        connection.execute(
            new,
            [
                {
                    "election_id": election_id,
                    "ledger_id": ledger_id,
                    "unit_code": code,
                    "hash": hashes[code],
                    "issued_at": at,
                }
                for code in codes
            ],
        )


def is_test_ledger(connection: Connection, election_id: str, ledger_id: int) -> bool:
    """Whether there is such a ledger of this election, and it holds test data."""
    return bool(
        connection.scalar(
            select(ledger.c.is_test).where(
                ledger.c.id == ledger_id, ledger.c.election_id == election_id
            )
        )
    )


def _kind(election_id: str, ledger_id: int | None) -> Sequence[ColumnElement[bool]]:
    return (
        pin.c.election_id == election_id,
        pin.c.ledger_id.is_(None) if ledger_id is None else pin.c.ledger_id == ledger_id,
    )


def _portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
