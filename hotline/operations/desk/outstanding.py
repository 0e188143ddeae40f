"""The units from which nothing has come, by county, with what was tried about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from hotline.election.model import Election
from hotline.operations.desk.words import DONE
from hotline.operations.parts import Parts
from hotline.store.database import reading
from hotline.store.desk_tables import activity
from hotline.store.statuses import ActivityKind, UnitStatus
from hotline.store.tables import chair, chair_phone, outbox, report, unit_state

TRIED = (
    ActivityKind.CALL_ATTEMPTED,
    ActivityKind.CALLBACK_SCHEDULED,
    ActivityKind.CALLBACK_PLACED,
    ActivityKind.CALLBACK_DONE,
    ActivityKind.CALL_TAKEN,
    ActivityKind.CALL_ENDED,
    ActivityKind.REMINDER_SENT,
)
"""What counts as having tried to reach a unit."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last thing that was done to reach a unit."""

    at: datetime  # UTC
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit that has not reported. `phones`: how many the roster has for it."""

    code: str
    name: str
    delegates: int
    phones: int
    last: Attempt | None


@dataclass(frozen=True, slots=True)
class Area:
    """A county, or a pool of sites; `missing` in the order of the codes."""

    name: str
    units: int
    missing: tuple[Missing, ...]

    @property
    def reported(self) -> int:
        return self.units - len(self.missing)


def outstanding(parts: Parts) -> list[Area]:
    """Every area with its missing units, those with the most of them first.

    A report that is filed and not tabulated yet has arrived.
    """
    active = parts.election()
    with reading(parts.engine) as connection:
        missing = missing_units(connection, active.ledger_id)
        phones = _phones(connection, active.election.id)
        last = _attempts(connection, active.ledger_id, missing)
    return _by_area(active.election, missing, phones, last)


def missing_units(connection: Connection, ledger_id: int) -> frozenset[str]:
    """The codes of the units from which nothing has come."""
    waiting = (
        select(report.c.unit_code)
        .join(outbox, outbox.c.report_id == report.c.id)
        .where(report.c.ledger_id == ledger_id)
    )
    return frozenset(
        connection.scalars(
            select(unit_state.c.unit_code).where(
                unit_state.c.ledger_id == ledger_id,
                unit_state.c.status == UnitStatus.OUTSTANDING,
                unit_state.c.unit_code.not_in(waiting),
            )
        )
    )


def _phones(connection: Connection, election_id: str) -> Mapping[str, int]:
    rows = connection.execute(
        select(chair.c.unit_code, func.count(chair_phone.c.phone.distinct()))
        .join(chair_phone, chair_phone.c.chair_id == chair.c.id)
        .where(chair.c.election_id == election_id)
        .group_by(chair.c.unit_code)
    )
    return {row[0]: row[1] for row in rows}


def _attempts(
    connection: Connection, ledger_id: int, units: frozenset[str]
) -> Mapping[str, Attempt]:
    newest = (
        select(func.max(activity.c.id))
        .where(
            activity.c.ledger_id == ledger_id,
            activity.c.unit_code != "",
            activity.c.kind.in_(TRIED),
        )
        .group_by(activity.c.unit_code)
    )
    rows = connection.execute(select(activity).where(activity.c.id.in_(newest)))
    return {
        row.unit_code: Attempt(row.at, row.who, _said(row.kind, row.note, row.after or {}))
        for row in rows
        if row.unit_code in units
    }


def _said(kind: str, note: str, after: Mapping[str, object]) -> str:
    did = DONE.get(ActivityKind(kind), kind)
    more = [str(said) for said in (after.get("outcome"), note) if said]
    return f"{did}: {', '.join(more)}" if more else did


def _by_area(
    election: Election,
    missing: frozenset[str],
    phones: Mapping[str, int],
    last: Mapping[str, Attempt],
) -> list[Area]:
    found: dict[str, list[Missing]] = {}
    units: dict[str, int] = {}
    for code, unit in sorted(election.units.items()):
        area = unit.county or (election.pools[unit.pool].covers if unit.pool else "")
        units[area] = units.get(area, 0) + 1
        if code in missing:
            one = Missing(code, unit.name, unit.delegates, phones.get(code, 0), last.get(code))
            found.setdefault(area, []).append(one)
    areas = [Area(name, n, tuple(found.get(name, ()))) for name, n in units.items()]
    return sorted(areas, key=lambda area: (-len(area.missing), area.name))
