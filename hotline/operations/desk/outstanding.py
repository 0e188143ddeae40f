"""The units from which nothing has come, by county, with what was tried about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.desk.attempts import ContactAttempt, attempts_of
from hotline.store.database import reading
from hotline.store.enums import UnitStatus
from hotline.store.reports import units
from hotline.store.reports.units import Chaired
from hotline.store.schema.tables import outbox, report, unit_state


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit that has not reported. `chairs`: their names; `phones`: how many the roster has."""

    code: str
    name: str
    delegates: int
    chairs: str
    phones: int
    last: ContactAttempt | None


@dataclass(frozen=True, slots=True)
class AreaOutstanding:
    """A county, or a pool of sites; `missing` in the order of the codes."""

    name: str
    units: int
    missing: tuple[Missing, ...]

    @property
    def reported(self) -> int:
        return self.units - len(self.missing)


def outstanding(parts: AppContext) -> list[AreaOutstanding]:
    """Every area with its missing units, those with the most of them first.

    A report that is filed and not tabulated yet has arrived.
    """
    active = parts.election()
    with reading(parts.engine) as connection:
        missing = missing_units(connection, active.ledger_id)
        chairs = units.chaired(connection, active.election.id)
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


def _by_area(
    election: Election,
    missing: frozenset[str],
    chairs: Mapping[str, Chaired],
    last: Mapping[str, ContactAttempt],
) -> list[AreaOutstanding]:
    found: dict[str, list[Missing]] = {}
    sizes: dict[str, int] = {}
    for code, unit in sorted(election.units.items()):
        area = election.area_of(unit)
        sizes[area] = sizes.get(area, 0) + 1
        if code in missing:
            known = chairs.get(code, Chaired((), 0))
            names = ", ".join(known.names)
            one = Missing(code, unit.name, unit.delegates, names, known.phones, last.get(code))
            found.setdefault(area, []).append(one)
    areas = [AreaOutstanding(name, n, tuple(found.get(name, ()))) for name, n in sizes.items()]
    return sorted(areas, key=lambda area: (-len(area.missing), area.name))
