"""Where every unit stands, in a handful of statements: for lists of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from hotline.store.enums import UnitStatus
from hotline.store.schema.tables import chair, chair_phone, pin, report, unit_state


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """Where a unit stands. `versions`: how many reports it has; `filed_at`: the last one."""

    status: UnitStatus
    contested: bool
    verified: bool
    versions: int
    filed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Chaired:
    """The names of a unit's chairs, and how many different phones they have together."""

    names: tuple[str, ...]
    phones: int


def standings(connection: Connection, ledger_id: int) -> dict[str, UnitStanding]:
    """Every unit of a ledger, by code."""
    filed = (
        select(
            report.c.unit_code,
            func.count().label("versions"),
            func.max(report.c.filed_at).label("filed_at"),
        )
        .where(report.c.ledger_id == ledger_id)
        .group_by(report.c.unit_code)
        .subquery()
    )
    rows = connection.execute(
        select(
            unit_state.c.unit_code,
            unit_state.c.status,
            unit_state.c.contested,
            unit_state.c.verified,
            func.coalesce(filed.c.versions, 0).label("versions"),
            filed.c.filed_at,
        )
        .outerjoin(filed, filed.c.unit_code == unit_state.c.unit_code)
        .where(unit_state.c.ledger_id == ledger_id)
    )
    return {
        row.unit_code: UnitStanding(
            UnitStatus(row.status), row.contested, row.verified, row.versions, row.filed_at
        )
        for row in rows
    }


def chaired(connection: Connection, election_id: str) -> dict[str, Chaired]:
    """The units that have a chair, by code."""
    rows = connection.execute(
        select(chair.c.unit_code, chair.c.name, chair_phone.c.phone)
        .outerjoin(chair_phone, chair_phone.c.chair_id == chair.c.id)
        .where(chair.c.election_id == election_id)
        .order_by(chair.c.id)
    )
    names: dict[str, dict[str, None]] = {}
    phones: dict[str, set[str]] = {}
    for code, name, phone in rows:
        names.setdefault(code, {})[name] = None
        phones.setdefault(code, set()).update([phone] if phone else [])
    return {code: Chaired(tuple(names[code]), len(phones[code])) for code in names}


def pins_issued(connection: Connection, election_id: str) -> Mapping[str, datetime]:
    """When the standing PIN of each unit that has one was issued."""
    rows = connection.execute(
        select(pin.c.unit_code, pin.c.issued_at).where(
            pin.c.election_id == election_id, pin.c.ledger_id.is_(None)
        )
    )
    return {row.unit_code: row.issued_at for row in rows}
