"""What a caucus contributes to the totals, and what its delegates are worth in the state.

State delegate equivalents (SDE) are exact fractions, rounded once when shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

from hotline.election.model import Contest, Election, Unit, UnitKind
from hotline.election.rules.caucus import delegates_due
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.sums import Contribution, of_scope

ATTENDANCE = "attendance"  # people, those who voted early among them
FIRST = "first"  # people
FINAL = "final"  # people
DELEGATES = "delegates"
SHARE = "share"  # people x delegates x SHARE_UNIT / delegates due, at a satellite (rules.md, 8)
SDE = "sde"  # never kept, always worked out

# Sites elect four to nine delegates: in this unit every site's share is a whole number.
SHARE_UNIT = lcm(*range(4, 10))


def contributed(unit: Unit, figures: CaucusFigures) -> dict[str, Mapping[str, int]]:
    """What is kept of a report, by measure and candidate."""
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


def has_state_delegates(election: Election) -> bool:
    """Whether the election's folder says what its delegates are worth in state delegates."""
    return bool(election.counties or election.pools)


def worth(election: Election, name: str) -> Fraction:
    """State delegates that a delegate of a county elects (rules.md, 7)."""
    county = election.counties.get(name)
    return Fraction(county.state_delegates, county.county_delegates) if county else Fraction(1)


def sde_of_scope(
    election: Election, contest: Contest, scope: str, scope_sums: Contribution
) -> dict[str, Fraction]:
    """State delegate equivalents by candidate of a county or pool, exact (rules.md, 7 and 8)."""
    kind, _, name = scope.partition(":")
    if kind == "pool":
        people = scope_sums.get((contest.id, ATTENDANCE, ""), 0)
        each = Fraction(election.pools[name].state_delegates, SHARE_UNIT * people or 1)
        counted = of_scope(contest, SHARE, scope_sums)
    else:
        county = election.counties[name]
        each = Fraction(county.state_delegates, county.county_delegates)
        counted = of_scope(contest, DELEGATES, scope_sums)
    return {candidate: each * count for candidate, count in counted.items()}
