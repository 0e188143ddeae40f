"""Ledgers: each a run of an election of its own. Test data and real data never share one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from hotline.store.enums import UnitStatus
from hotline.store.schema.tables import ledger as ledgers
from hotline.store.schema.tables import report, unit_state

FRESH = {"status": UnitStatus.OUTSTANDING, "contested": False, "verified": False}


@dataclass(frozen=True, slots=True)
class Ledger:
    id: int
    election_id: str
    is_test: bool
    opened_at: datetime  # UTC
    closed_at: datetime | None  # UTC; None while reports go into it

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


_COLUMNS = (
    ledgers.c.id,
    ledgers.c.election_id,
    ledgers.c.is_test,
    ledgers.c.opened_at,
    ledgers.c.closed_at,
)


_CLOSED_AT = (
    select(ledgers.c.closed_at)
    .where(ledgers.c.id == bindparam("ledger"))
    .with_for_update(read=True)
)


def find_ledgers(connection: Connection, ledger_id: int) -> Ledger | None:
    row = connection.execute(select(*_COLUMNS).where(ledgers.c.id == ledger_id)).one_or_none()
    return None if row is None else Ledger(*row)


def lock_ledgers(connection: Connection, election_id: str) -> list[Ledger]:
    """All ledgers of an election; nobody else opens, closes or files into one before the end."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(ledgers.c.election_id == election_id)
        .order_by(ledgers.c.id)
        .with_for_update()
    )
    return [Ledger(*row) for row in rows]


def opened_at(connection: Connection, ledger_id: int) -> datetime:
    moment: datetime = connection.execute(
        select(ledgers.c.opened_at).where(ledgers.c.id == ledger_id)
    ).scalar_one()
    return moment


def is_open(connection: Connection, ledger_id: int) -> bool:
    """Whether reports go into it. It stays so until this transaction ends; many may hold it so."""
    row = connection.execute(_CLOSED_AT, {"ledger": ledger_id}).one_or_none()
    return row is not None and row.closed_at is None


def create(
    connection: Connection,
    election_id: str,
    is_test: bool,
    units: Iterable[str],
    at: datetime,
    by: str,
) -> int:
    """Opens a fresh ledger in which every unit is outstanding; no other one may be open."""
    row = {"election_id": election_id, "is_test": is_test, "opened_at": at, "opened_by": by}
    id: int = connection.execute(insert(ledgers).values(row).returning(ledgers.c.id)).scalar_one()
    expect(connection, id, units)
    return id


def close(connection: Connection, ledger_id: int, at: datetime, by: str) -> None:
    connection.execute(
        update(ledgers).where(ledgers.c.id == ledger_id).values(closed_at=at, closed_by=by)
    )


def open_again(connection: Connection, ledger_id: int) -> None:
    connection.execute(
        update(ledgers).where(ledgers.c.id == ledger_id).values(closed_at=None, closed_by=None)
    )


def expect(connection: Connection, ledger_id: int, units: Iterable[str]) -> None:
    """Brings the units of a ledger in line with its election's. Units with reports cannot go."""
    wanted = set(units)
    known = set(
        connection.execute(
            select(unit_state.c.unit_code).where(unit_state.c.ledger_id == ledger_id)
        ).scalars()
    )
    if fresh := sorted(wanted - known):
        rows = [{"ledger_id": ledger_id, "unit_code": code, **FRESH} for code in fresh]
        connection.execute(insert(unit_state), rows)
    for code in known - wanted:
        connection.execute(
            delete(unit_state).where(
                unit_state.c.ledger_id == ledger_id, unit_state.c.unit_code == code
            )
        )


def reported_units(connection: Connection, ledger_ids: Iterable[int]) -> set[str]:
    """Codes of the units that have any report in any of these ledgers."""
    return set(
        connection.execute(
            select(report.c.unit_code).where(report.c.ledger_id.in_(list(ledger_ids))).distinct()
        ).scalars()
    )


def has_reports(connection: Connection, ledger_id: int) -> bool:
    """Whether any report has come into the ledger."""
    return bool(connection.scalar(select(exists().where(report.c.ledger_id == ledger_id))))


def count_reports(connection: Connection, ledger_id: int) -> int:
    return connection.execute(
        select(func.count()).select_from(report).where(report.c.ledger_id == ledger_id)
    ).scalar_one()
