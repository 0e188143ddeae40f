"""Adding up: what a report contributes, and what the sums come to.

A report contributes whole numbers only, in the scope of its unit's county or pool. Sums of whole
numbers can be kept up as reports come and go, in any order, and everything that is published
follows from them: state delegate equivalents (SDE) are exact fractions, rounded once when shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from fractions import Fraction
from math import floor, lcm
from typing import Any

from hotline.election.model import (
    CaucusFigures,
    Contest,
    Election,
    Figures,
    PluralityFigures,
    Unit,
    UnitKind,
)
from hotline.election.model import add as add_columns
from hotline.election.rules.caucus import delegates_due
from hotline.election.rules.plurality import BALLOTS, OTHER_LINES, OVERVOTES, UNDERVOTES, WRITE_INS

ATTENDANCE = "attendance"  # people, those who voted early among them
FIRST = "first"  # people
FINAL = "final"  # people
DELEGATES = "delegates"
SHARE = "share"  # people x delegates x SHARE_UNIT / delegates due, at a satellite (rules.md, 8)
SDE = "sde"  # never kept, always worked out
VOTES = "votes"

# Sites elect four to nine delegates: in this unit every site's share is a whole number.
SHARE_UNIT = lcm(*range(4, 10))

Key = tuple[str, str, str]
"""Contest id, measure, and a candidate's id (or a line of a plurality's sheet, or nothing)."""
Contribution = Mapping[Key, int]
Sums = Mapping[str, Contribution]
"""Sums by scope (`Unit.scope`)."""
Totals = dict[str, dict[str, int | str] | int]


# --- Into the sums


def contribution(election: Election, unit: Unit, figures: Mapping[str, Figures]) -> dict[Key, int]:
    """What a report (figures by contest id) adds to the sums of its unit's scope; no zeros."""
    found: dict[Key, int] = {}
    for contest in election.contests:
        counted = figures.get(contest.id)
        if counted is None:
            continue
        columns = _sheet(counted) if isinstance(counted, PluralityFigures) else _room(unit, counted)
        for measure, column in columns.items():
            for choice, count in column.items():
                if count:
                    found[contest.id, measure, choice] = count
    return found


def _sheet(figures: PluralityFigures) -> dict[str, Mapping[str, int]]:
    below = {
        WRITE_INS: figures.write_ins,
        UNDERVOTES: figures.undervotes,
        OVERVOTES: figures.overvotes,
    }
    return {VOTES: {**figures.votes, **below}, BALLOTS: {"": figures.ballots}}


def _room(unit: Unit, figures: CaucusFigures) -> dict[str, Mapping[str, int]]:
    columns: dict[str, Mapping[str, int]] = {
        ATTENDANCE: {"": figures.voters},
        FIRST: figures.first_total,
        FINAL: figures.final_total,
        DELEGATES: figures.delegates,
    }
    if unit.kind is UnitKind.SATELLITE and figures.voters:
        each = figures.voters * SHARE_UNIT // delegates_due(unit, figures.voters)
        columns[SHARE] = {choice: won * each for choice, won in figures.delegates.items()}
    return columns


def add(
    into: MutableMapping[str, dict[Key, int]],
    scope: str,
    contributed: Contribution,
    sign: int = 1,
) -> None:
    """Adds a contribution to the sums of a scope, or with sign -1 takes it out again.

    What comes to zero is not kept, so that equal sums are equal mappings.
    """
    sums = into.setdefault(scope, {})
    for key, count in contributed.items():
        total = sums.get(key, 0) + sign * count
        if total:
            sums[key] = total
        else:
            sums.pop(key, None)
    if not sums:
        del into[scope]


def recount(
    election: Election, reports: Iterable[tuple[Unit, Mapping[str, Figures]]]
) -> dict[str, dict[Key, int]]:
    """The sums of all these reports, from nothing."""
    sums: dict[str, dict[Key, int]] = {}
    for unit, figures in reports:
        add(sums, unit.scope, contribution(election, unit, figures))
    return sums


# --- Out of the sums


def has_state_delegates(election: Election) -> bool:
    """Whether the election's folder says what its delegates are worth in state delegates."""
    return bool(election.counties or election.pools)


def deciding_measure(election: Election, contest: Contest) -> str:
    """What decides who leads: `sde`, `delegates` where there are no counties, or `votes`."""
    if not contest.is_caucus:
        return VOTES
    return SDE if has_state_delegates(election) else DELEGATES


def everywhere(contest: Contest, measure: str, sums: Sums) -> dict[str, int]:
    """A measure by candidate over all scopes, every candidate of the contest present."""
    in_scopes = (of_scope(contest, measure, scope_sums) for scope_sums in sums.values())
    blank = {candidate.id: 0 for candidate in contest.candidates}
    return blank | add_columns(*in_scopes)


def of_scope(contest: Contest, measure: str, scope_sums: Contribution) -> dict[str, int]:
    """A measure by candidate in one scope, every candidate of the contest present."""
    return {c.id: scope_sums.get((contest.id, measure, c.id), 0) for c in contest.candidates}


def sde_by_scope(
    election: Election, contest: Contest, sums: Sums
) -> dict[str, dict[str, Fraction]]:
    """State delegate equivalents by scope and candidate, exact (rules.md, 7 and 8)."""
    return {
        scope: _sde_of_scope(election, contest, scope, scope_sums)
        for scope, scope_sums in sums.items()
    }


def sde(election: Election, contest: Contest, sums: Sums) -> dict[str, Fraction]:
    """State delegate equivalents by candidate, exact, every candidate of the contest present."""
    total = {candidate.id: Fraction(0) for candidate in contest.candidates}
    for in_scope in sde_by_scope(election, contest, sums).values():
        for candidate, equivalents in in_scope.items():
            total[candidate] += equivalents
    return total


def _sde_of_scope(
    election: Election, contest: Contest, scope: str, scope_sums: Contribution
) -> dict[str, Fraction]:
    kind, _, name = scope.partition(":")
    if kind == "pool":
        people = scope_sums.get((contest.id, ATTENDANCE, ""), 0)
        worth = Fraction(election.pools[name].state_delegates, SHARE_UNIT * people or 1)
        counted = of_scope(contest, SHARE, scope_sums)
    else:
        county = election.counties[name]
        worth = Fraction(county.state_delegates, county.county_delegates)
        counted = of_scope(contest, DELEGATES, scope_sums)
    return {candidate: worth * count for candidate, count in counted.items()}


def summarise(election: Election, sums: Sums) -> dict[str, Totals]:
    """By contest id, the `totals` of `/results.json` (interfaces.md).

    A caucus has `first`, `final`, and `sde` (decimal strings of four places) or, without counties,
    `delegates`. A plurality has `votes`, the lines below the candidates among them, and `ballots`.
    """
    return {contest.id: _totals(election, contest, sums) for contest in election.contests}


def _totals(election: Election, contest: Contest, sums: Sums) -> Totals:
    if not contest.is_caucus:
        below = {line: _all(contest, VOTES, line, sums) for line in OTHER_LINES}
        return {
            VOTES: {**everywhere(contest, VOTES, sums), **below},
            BALLOTS: _all(contest, BALLOTS, "", sums),
        }
    totals: Totals = {
        FIRST: {**everywhere(contest, FIRST, sums)},
        FINAL: {**everywhere(contest, FINAL, sums)},
    }
    if has_state_delegates(election):
        equivalents = sde(election, contest, sums)
        return {**totals, SDE: {c: four_places(share) for c, share in equivalents.items()}}
    return {**totals, DELEGATES: {**everywhere(contest, DELEGATES, sums)}}


def _all(contest: Contest, measure: str, choice: str, sums: Sums) -> int:
    return sum(in_scope.get((contest.id, measure, choice), 0) for in_scope in sums.values())


def four_places(number: Fraction) -> str:
    """A number from zero up with four decimals, rounded half up from its exact value."""
    ten_thousandths = floor(number * 10_000 + Fraction(1, 2))
    return f"{ten_thousandths // 10_000}.{ten_thousandths % 10_000:04d}"


def standings(election: Election, contest: Contest, sums: Sums) -> dict[str, Any]:
    """The deciding measure by candidate: exact fractions, or whole numbers."""
    measure = deciding_measure(election, contest)
    if measure == SDE:
        return dict(sde(election, contest, sums))
    return dict(everywhere(contest, measure, sums))
