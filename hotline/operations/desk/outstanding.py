"""The units from which nothing has come, by county, with what was tried about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hotline.election.model import Election
from hotline.operations.desk.attempts import Attempt, attempts_of
from hotline.operations.parts import Parts
from hotline.store.database import reading
from hotline.store.statuses import UnitStatus
from hotline.store.tables import chair, chair_phone, outbox, report, unit_state


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit that has not reported. `chairs`: their names; `phones`: how many the roster has."""

    code: str
    name: str
    delegates: int
    chairs: str
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
        chairs = _chairs(connection, active.election.id)
        last = attempts_of(connection, active.ledger_id, missing)
    return _by_area(active.election, missing, chairs, last)


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


def _chairs(connection: Connection, election_id: str) -> Mapping[str, tuple[str, int]]:
    """The names of each unit's chairs, and how many phones they have together."""
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
    return {code: (", ".join(names[code]), len(phones[code])) for code in names}


def _by_area(
    election: Election,
    missing: frozenset[str],
    chairs: Mapping[str, tuple[str, int]],
    last: Mapping[str, Attempt],
) -> list[Area]:
    found: dict[str, list[Missing]] = {}
    units: dict[str, int] = {}
    for code, unit in sorted(election.units.items()):
        area = unit.county or (election.pools[unit.pool].covers if unit.pool else "")
        units[area] = units.get(area, 0) + 1
        if code in missing:
            names, phones = chairs.get(code, ("", 0))
            one = Missing(code, unit.name, unit.delegates, names, phones, last.get(code))
            found.setdefault(area, []).append(one)
    areas = [Area(name, n, tuple(found.get(name, ()))) for name, n in units.items()]
    return sorted(areas, key=lambda area: (-len(area.missing), area.name))
