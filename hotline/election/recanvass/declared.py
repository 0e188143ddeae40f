"""Totals that somebody has printed, beside those of the ledger (interfaces.md, `--declared`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

from hotline.election import tally
from hotline.election.model import Election, Unit
from hotline.election.recanvass.totals_change import Exchange, amounts, exchanged
from hotline.election.rules.registry import rule_of
from hotline.election.sums import Sums
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems, quoted
from hotline.tables.reader import TableRow, rows

COLUMNS = ("contest", "measure", "choice", "value")
_PRINTED = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_POWER = re.compile(r"[0-9.]+e[+-]?[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DeclaredTotal:
    """One printed number, with as many decimals as it was printed with."""

    contest: str
    measure: str
    choice: str
    value: Decimal

    @property
    def places(self) -> int:
        return max(0, -int(self.value.as_tuple().exponent))


@dataclass(frozen=True, slots=True)
class Parting:
    """A printed number that is not ours. `ours` is exact."""

    declared: DeclaredTotal
    ours: Fraction

    @property
    def by(self) -> Fraction:
        """Ours less theirs."""
        return self.ours - Fraction(self.declared.value)


@dataclass(frozen=True, slots=True)
class LeftAsItWas:
    """A corrected unit that the printed totals seem to have as it was before.

    `apart`, `without`: by how much the printed numbers of the measure differ from ours in all, as
    it stands and with the unit as it was.
    """

    unit: Unit
    contest: str
    apart: Fraction
    without: Fraction


def read_declared(path: Path, election: Election, problems: Problems) -> list[DeclaredTotal]:
    """The numbers of a CSV file with these columns; what is wrong with it goes into `problems`."""
    found: list[DeclaredTotal] = []
    seen: dict[tuple[str, str, str], int] = {}
    for row in rows(path, Headings(COLUMNS), problems):
        declared = _declared(row, election)
        if declared is None:
            continue
        key = (declared.contest, declared.measure, declared.choice)
        if key in seen:
            row.refuse(f"is there twice, here and in line {seen[key]}")
        seen[key] = row.line
        found.append(declared)
    return found


def _declared(row: TableRow, election: Election) -> DeclaredTotal | None:
    contest = election.by_contest.get(row.text("contest"))
    if contest is None:
        row.refuse(f"contest is not known: {quoted(row.text('contest'))}")
        return None
    known = rule_of(contest).accounts(election, contest)
    measure, choice = row.text("measure"), row.text("choice")
    if measure not in known:
        row.refuse(f"contest {quoted(contest.id)} has no totals in {quoted(measure)}")
    elif choice not in known[measure]:
        row.refuse(f"{quoted(choice)} is not in contest {quoted(contest.id)}")
    else:
        value = _value(row)
        if value is not None:
            return DeclaredTotal(contest.id, measure, choice, value)
    return None


def _value(row: TableRow) -> Decimal | None:
    """A printed number, with its thousands grouped or not; None, and refused, for any other."""
    cell = row.filled("value")
    if _GROUPED.fullmatch(cell):
        plain = cell.replace(",", "")
        row.mend("value", plain, asks=True)
        return Decimal(plain)
    if _PRINTED.fullmatch(cell):
        return Decimal(cell)
    if _POWER.fullmatch(cell):
        reason = f"value has lost its last digits in a spreadsheet: {quoted(cell)}"
        row.refuse(reason, "value", "write it again, with all of them")
    elif cell:
        row.refuse(f"value is not a number from zero up: {quoted(cell)}", "value")
    return None


def partings(
    election: Election, sums: Sums, declared: Iterable[DeclaredTotal]
) -> tuple[Parting, ...]:
    """The printed numbers that are not ours, rounded half up as they were printed."""
    ours = {contest.id: amounts(election, contest, sums) for contest in election.contests}
    return tuple(
        Parting(one, exact)
        for one in declared
        for exact in (ours[one.contest][one.measure][one.choice],)
        if _rounded(exact, one.places) != Fraction(one.value)
    )


def _rounded(number: Fraction, places: int) -> Fraction:
    return Fraction(floor(number * 10**places + Fraction(1, 2)), 10**places)


def left_as_they_were(
    election: Election,
    sums: Sums,
    declared: Sequence[DeclaredTotal],
    corrected: Iterable[Exchange],
) -> list[LeftAsItWas]:
    """Units whose correction moves what others are worth, and which the printed totals lack.

    `corrected`: what counted of each before, and what counts now. Named are those without whose
    correction the printed numbers of the deciding measure come to less than half as far from ours.
    """
    found = []
    exchanges = [one for one in corrected if one[1] is not None and one[2] is not None]
    for contest in election.contests:
        measure = tally.deciding_measure(election, contest)
        printed = {
            one.choice: Fraction(one.value)
            for one in declared
            if (one.contest, one.measure) == (contest.id, measure)
        }
        apart = _apart(tally.standings(election, contest, sums), printed)
        for unit, before, now in exchanges:
            if rule_of(contest).kept_as(election, unit, measure) is not None:
                continue
            undone = exchanged(election, sums, [(unit, now, before)])
            without = _apart(tally.standings(election, contest, undone), printed)
            if 2 * without < apart:
                found.append(LeftAsItWas(unit, contest.id, apart, without))
    return found


def _apart(
    ours: Mapping[str, Fraction] | Mapping[str, int], printed: Mapping[str, Fraction]
) -> Fraction:
    return sum((abs(ours[choice] - value) for choice, value in printed.items()), Fraction(0))
