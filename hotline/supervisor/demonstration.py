"""What the sandbox needs to be tried at once: a roster of invented chairs, and PINs at hand.

The numbers are of the kind set aside for fiction, 555-0100 to 555-0199 in every area code. As in a
real night, most phones report one unit, some several, and some units may use a second phone.
"""

from __future__ import annotations

import csv
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, product
from pathlib import Path

from hotline.election import checks
from hotline.election.folder.folder import UnitReturns
from hotline.election.model import Election, Unit
from hotline.election.rules.registry import rule_of

# Iowa's own first, then others', as far as the units need them.
AREA_CODES = (
    "515",
    "319",
    "563",
    "641",
    "712",
    "217",
    "309",
    "314",
    "316",
    "402",
    "406",
    "417",
    "507",
    "605",
    "608",
    "612",
    "618",
    "620",
    "636",
    "651",
    "660",
    "701",
    "715",
    "763",
    "785",
    "815",
    "816",
    "913",
    "920",
    "952",
)
FICTIONAL = range(100, 200)

SHARED = (18, 12, 9, 7, *(5,) * 8, *(4,) * 14, *(3,) * 36, *(2,) * 80)
"""How many units each phone reports that reports several; a quarter of the units at most."""

PLAIN_GROUPS = 4
"""How many groups, at most, the unit to try with has."""

SECOND_PHONE_EVERY = 12
"""Every so many units, a chair with one unit has a second phone."""


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """A line of the roster. The first phone is the chair's own."""

    unit: Unit
    name: str
    phones: tuple[str, ...]


def roster(election: Election, first: Unit) -> list[DemoEntry]:
    """A chair for each unit, always the same ones. That of the unit `first` comes first, with
    this unit and one phone. An election of more units than there are numbers uses them again."""
    units = [first, *(unit for unit in election.units.values() if unit != first)]
    phones = _phones(but=election.own_lines)
    entries = [DemoEntry(first, _chair(first), (next(phones),))]
    rest = iter(units[1:])
    left = len(units) // 4
    for size in SHARED:
        if size <= left:
            phone = next(phones)
            entries += [DemoEntry(unit, _chair(unit), (phone,)) for unit in islice(rest, size)]
            left -= size
    for number, unit in enumerate(rest, 1):
        own = next(phones)
        second = (next(phones),) if number % SECOND_PHONE_EVERY == 0 else ()
        entries.append(DemoEntry(unit, _chair(unit), (own, *second)))
    return entries


def unit_to_try(election: Election, reports: Sequence[UnitReturns]) -> Unit:
    """The first unit whose report is short, without a tie, and such that no check objects."""
    for report in sorted(reports, key=lambda report: report.code):
        unit = election.units[report.code]
        if _is_plain(election, unit, report):
            return unit
    return next(iter(election.units.values()))


def _is_plain(election: Election, unit: Unit, report: UnitReturns) -> bool:
    for contest in election.contests:
        figures = report.figures.get(contest.id)
        if figures is None or checks.examine_all(election, contest, unit, figures):
            return False
        rule = rule_of(contest)
        if rule.awarded:
            groups, sizes = figures.columns[rule.columns[0].key], figures.counted.values()
            if not 2 <= len(groups) <= PLAIN_GROUPS or len(set(sizes)) < len(sizes):
                return False
    return True


def write_roster(entries: list[DemoEntry], path: Path) -> None:
    """As `hotline roster load` reads it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "name", "phones"))
        for entry in entries:
            writer.writerow((entry.unit.code, entry.name, ";".join(entry.phones)))


def _chair(unit: Unit) -> str:
    return f"Chair of {unit.county or unit.pool} {unit.name}".replace("  ", " ")


def _phones(but: Container[str]) -> Iterator[str]:
    """Endless; the election's own lines call nobody."""
    for area, line in cycle(product(AREA_CODES, FICTIONAL)):
        phone = f"+1{area}5550{line}"
        if phone not in but:
            yield phone
