"""Adding up: what a report contributes, and what the sums come to.

A report contributes whole numbers only, in the scope of its unit's county or pool (`sums`), and
everything that is published follows from them: what a measure comes to by the contest's rule is
exact, and rounded once when shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from hotline.election.model import Contest, Election, Figures, Unit
from hotline.election.rules.registry import rule_of
from hotline.election.sums import Key, Sums, Totals, add_to_sums

# --- Into the sums


def contribution(election: Election, unit: Unit, figures: Mapping[str, Figures]) -> dict[Key, int]:
    """What a report (figures by contest id) adds to the sums of its unit's scope; no zeros."""
    found: dict[Key, int] = {}
    for contest in election.contests:
        counted = figures.get(contest.id)
        if counted is None:
            continue
        for measure, column in rule_of(contest).contributed(unit, counted).items():
            for choice, count in column.items():
                if count:
                    found[contest.id, measure, choice] = count
    return found


def recount(
    election: Election, reports: Iterable[tuple[Unit, Mapping[str, Figures]]]
) -> dict[str, dict[Key, int]]:
    """The sums of all these reports, from nothing."""
    sums: dict[str, dict[Key, int]] = {}
    for unit, figures in reports:
        add_to_sums(sums, unit.scope, contribution(election, unit, figures))
    return sums


# --- Out of the sums


def deciding_measure(election: Election, contest: Contest) -> str:
    """What decides who leads."""
    return rule_of(contest).shown(election)[-1]


def standing(
    election: Election, contest: Contest, measure: str, sums: Sums
) -> dict[str, Fraction] | dict[str, int]:
    """A measure by candidate: exact fractions, or whole numbers; every candidate present."""
    return rule_of(contest).standing(election, contest, measure, sums)


def standings(
    election: Election, contest: Contest, sums: Sums
) -> dict[str, Fraction] | dict[str, int]:
    """The deciding measure by candidate: exact fractions, or whole numbers."""
    return standing(election, contest, deciding_measure(election, contest), sums)


def summarise(election: Election, sums: Sums) -> dict[str, Totals]:
    """By contest id, the `totals` of `/results.json` (interfaces.md), with the lines below the
    candidates and single numbers among them.
    """
    return {
        contest.id: rule_of(contest).totals(election, contest, sums)
        for contest in election.contests
    }
