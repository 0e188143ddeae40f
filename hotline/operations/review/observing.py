"""Where every unit stands, for those who look on: no callers, no chairs, no names of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.operations.context import AppContext
from hotline.operations.desk.words import unit_name
from hotline.store.database import reading
from hotline.store.enums import UnitStatus
from hotline.store.reports import units
from hotline.store.review import challenges


class WatchFilter(StrEnum):
    """Which units are listed."""

    ALL = "all"
    OUTSTANDING = "outstanding"
    HELD = "held"
    COUNTED = "counted"
    CONTESTED = "contested"
    CHALLENGED = "challenged"


@dataclass(frozen=True, slots=True)
class Watched:
    """A unit in the list. `versions`: how many reports it has filed."""

    code: str
    name: str
    area: str
    status: UnitStatus
    contested: bool
    verified: bool
    challenged: bool
    versions: int
    filed_at: datetime | None

    def is_in(self, show: WatchFilter) -> bool:
        match show:
            case WatchFilter.ALL:
                return True
            case WatchFilter.CONTESTED:
                return self.contested
            case WatchFilter.CHALLENGED:
                return self.challenged
            case _:
                return self.status.value == show.value


def watched(parts: AppContext) -> Sequence[Watched]:
    """Every unit, by county or pool and name."""
    active = parts.election()
    with reading(parts.engine) as connection:
        standing = units.standings(connection, active.ledger_id)
        doubted = {one.unit_code for one in challenges.open_in(connection, active.ledger_id)}
    found = [
        Watched(
            code=unit.code,
            name=unit_name(active.election, unit.code),
            area=active.election.area_of(unit),
            status=standing[unit.code].status,
            contested=standing[unit.code].contested,
            verified=standing[unit.code].verified,
            challenged=unit.code in doubted,
            versions=standing[unit.code].versions,
            filed_at=standing[unit.code].filed_at,
        )
        for unit in active.election.units.values()
        if unit.code in standing
    ]
    return sorted(found, key=lambda one: (one.area, one.name))
