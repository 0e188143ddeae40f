"""All units as a list: where each stands, who chairs it, and whether it is ready to report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.operations.context import AppContext
from hotline.store.database import reading
from hotline.store.enums import UnitStatus
from hotline.store.reports import units as stored
from hotline.store.reports.units import Chaired, UnitStanding
from hotline.store.roster import practice, readiness_calls


class ShownUnits(StrEnum):
    """Which units a list shows. What is contested or verified has reported as well."""

    ALL = "all"
    OUTSTANDING = "outstanding"
    REPORTED = "reported"  # one of its reports counts
    HELD = "held"
    CONTESTED = "contested"
    VERIFIED = "verified"
    NO_PIN = "no-pin"
    NO_CHAIR = "no-chair"
    NO_PHONE = "no-phone"
    NO_TEST_CALL = "no-test-call"
    NO_PRACTICE = "no-practice"


class By(StrEnum):
    """What a list is sorted by."""

    CODE = "code"
    NAME = "name"
    AREA = "area"
    STATE = "state"
    FILED = "filed"
    CHAIR = "chair"
    PIN = "pin"
    TEST = "test"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit. Times are UTC; None: it has not happened."""

    code: str
    id: str  # the party's own; empty where it has none
    name: str
    area: str
    delegates: int
    standing: UnitStanding
    chairs: tuple[str, ...]
    phones: int
    pin_at: datetime | None
    tested_at: datetime | None
    practiced_at: datetime | None

    @property
    def state(self) -> str:
        """In a word; contested and verified say more than that it counts."""
        if self.standing.contested:
            return ShownUnits.CONTESTED.value
        if self.standing.verified:
            return ShownUnits.VERIFIED.value
        is_counted = self.standing.status is UnitStatus.COUNTED
        return ShownUnits.REPORTED.value if is_counted else self.standing.status.value

    def is_shown(self, shown: ShownUnits) -> bool:
        return SHOWING[shown](self)


SHOWING: Mapping[ShownUnits, Callable[[UnitRow], bool]] = {
    ShownUnits.ALL: lambda row: True,
    ShownUnits.OUTSTANDING: lambda row: row.standing.status is UnitStatus.OUTSTANDING,
    ShownUnits.REPORTED: lambda row: row.standing.status is UnitStatus.COUNTED,
    ShownUnits.HELD: lambda row: row.standing.status is UnitStatus.HELD,
    ShownUnits.CONTESTED: lambda row: row.standing.contested,
    ShownUnits.VERIFIED: lambda row: row.standing.verified,
    ShownUnits.NO_PIN: lambda row: row.pin_at is None,
    ShownUnits.NO_CHAIR: lambda row: not row.chairs,
    ShownUnits.NO_PHONE: lambda row: not row.phones,
    ShownUnits.NO_TEST_CALL: lambda row: row.tested_at is None,
    ShownUnits.NO_PRACTICE: lambda row: row.practiced_at is None,
}

_STATES = [
    ShownUnits.OUTSTANDING,
    ShownUnits.HELD,
    ShownUnits.CONTESTED,
    ShownUnits.REPORTED,
    ShownUnits.VERIFIED,
]

SORTING: Mapping[By, Callable[[UnitRow], Any]] = {
    By.CODE: lambda row: row.code,
    By.NAME: lambda row: row.name.casefold(),
    By.AREA: lambda row: row.area.casefold(),
    By.STATE: lambda row: _STATES.index(ShownUnits(row.state)),
    By.FILED: lambda row: _time(row.standing.filed_at),
    By.CHAIR: lambda row: (not row.chairs, ", ".join(row.chairs).casefold()),
    By.PIN: lambda row: _time(row.pin_at),
    By.TEST: lambda row: _time(row.tested_at),
    By.PRACTICE: lambda row: _time(row.practiced_at),
}


SHORTEST_CODE = 3
"""Digits by which a code is looked for; fewer are the number in a name, as in North 2."""


@dataclass(frozen=True, slots=True)
class UnitQuery:
    """What is looked for. `words`: of names, counties and chairs, or beginnings of a code."""

    shown: ShownUnits = ShownUnits.ALL
    area: str = ""
    words: str = ""
    by: By = By.CODE
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class UnitList:
    """`counts`: how many units of the chosen area and words each list has."""

    rows: Sequence[UnitRow]
    areas: Sequence[str]
    counts: Mapping[ShownUnits, int]

    @property
    def codes(self) -> list[str]:
        return [row.code for row in self.rows]


def unit_list(parts: AppContext, wanted: UnitQuery) -> UnitList:
    """The units that are looked for, sorted. Raises NoElectionError."""
    everything = every_unit(parts)
    narrowed = [row for row in everything if matches(row, wanted)]
    counts: Counter[ShownUnits] = Counter()
    for row in narrowed:
        counts.update(shown for shown in ShownUnits if row.is_shown(shown))
    rows = [row for row in narrowed if row.is_shown(wanted.shown)]
    rows.sort(key=SORTING[wanted.by], reverse=wanted.is_descending)
    areas = sorted({row.area for row in everything}, key=str.casefold)
    return UnitList(rows, areas, {shown: counts[shown] for shown in ShownUnits})


def every_unit(parts: AppContext) -> list[UnitRow]:
    """All units of the active election, by code. Raises NoElectionError."""
    active = parts.election()
    election = active.election
    with reading(parts.engine) as connection:
        standings = stored.standings(connection, active.ledger_id)
        chairs = stored.chaired(connection, election.id)
        pins = stored.pins_issued(connection, election.id)
        tested = readiness_calls.latest(connection, election.id)
        practiced = practice.latest_practice(connection, election.id)
    return [
        UnitRow(
            code=code,
            id=unit.id,
            name=unit.name,
            area=election.area_of(unit),
            delegates=unit.delegates,
            standing=standings.get(code, NOTHING),
            chairs=chairs.get(code, NOBODY).names,
            phones=chairs.get(code, NOBODY).phones,
            pin_at=pins.get(code),
            tested_at=tested.get(code),
            practiced_at=practiced.get(code),
        )
        for code, unit in sorted(election.units.items())
    ]


NOTHING = UnitStanding(UnitStatus.OUTSTANDING, False, False, 0, None)
NOBODY = Chaired((), 0)


def matches(row: UnitRow, wanted: UnitQuery) -> bool:
    """Whether it is in the area, and each of the words is in a name or begins the code."""
    if wanted.area not in ("", row.area):
        return False
    names = " ".join((row.area, row.name, *row.chairs)).casefold()
    return all(
        word in names or (len(word) >= SHORTEST_CODE and row.code.startswith(word))
        for word in wanted.words.casefold().split()
    )


def _time(at: datetime | None) -> tuple[bool, str]:
    """What has not happened comes last."""
    return at is None, at.isoformat() if at else ""
