"""How what the checks of a caucus find is listed: its alignments, its award, its turnout.

An award is listed beside what the rule admits for the same groups, and by how much they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hotline.election.finding import Check
from hotline.election.model import Contest, Figures, Unit
from hotline.election.rules.caucus import delegates_due
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.evidence import (
    AWARD_CHECKS,
    Cell,
    FindingCase,
    FindingView,
    in_words,
    named,
    ratio,
    view,
)
from hotline.election.rules.sheet import Award

AwardOf = Callable[[Contest, Unit, Figures], Award | None]


@dataclass(frozen=True, slots=True)
class FiledAward:
    """Delegates by candidate, without zeros. `admitted` is None where the rule admits no award.

    `too_many` is what was filed beyond the admissible award nearest to it; below zero, what is
    missing from it.
    """

    filed: Mapping[str, int]
    admitted: Mapping[str, int] | None
    drawn: int  # delegates that go by lot, one each, on top of `admitted`
    tied: tuple[str, ...]  # among these
    too_many: Mapping[str, int]

    @property
    def misplaced(self) -> int:
        """Delegates that stand where no admissible award has them, or are missing from it."""
        over = sum(n for n in self.too_many.values() if n > 0)
        return max(over, over - sum(self.too_many.values()))


def held_against(contest: Contest, award: Award | None, won: Mapping[str, int]) -> FiledAward:
    """What was awarded (`won`), held against what the rule awards."""
    filed = {id: won[id] for id in contest.by_id if won.get(id)}
    if award is None:
        return FiledAward(filed, None, 0, (), filed)
    nearest = _nearest(award, filed)
    apart = {id: filed.get(id, 0) - nearest.get(id, 0) for id in contest.by_id}
    return FiledAward(
        filed, award.certain, award.drawn, award.tied, {id: n for id, n in apart.items() if n}
    )


def _nearest(award: Award, won: Mapping[str, int]) -> dict[str, int]:
    """The admissible award nearest to what was filed: whoever has more than is sure won the lot."""
    nearest = {**award.certain}
    by_surplus = sorted(award.tied, key=lambda id: nearest.get(id, 0) - won.get(id, 0))
    for id in by_surplus[: award.drawn]:
        nearest[id] = nearest.get(id, 0) + 1
    return nearest


def _alignments(case: FindingCase) -> tuple[Cell, ...]:
    first, final = _columns(case.figures)
    return (
        named(case),
        in_words(case.contest, first),
        in_words(case.contest, final),
        sum(first.values()),
        sum(final.values()),
        _concerned(case, first, final),
    )


def _columns(figures: Figures) -> tuple[Mapping[str, int], Mapping[str, int]]:
    if not isinstance(figures, CaucusFigures):
        return {}, figures.counted
    return figures.first_total, figures.final_total


def _concerned(case: FindingCase, first: Mapping[str, int], final: Mapping[str, int]) -> int:
    """How many people do not fit, by what the check looks for."""
    details = case.finding.details
    match case.finding.check:
        case Check.COLUMN_SHIFT:
            return first.get(str(details.get("from")), 0)
        case Check.APPEARED_FROM_NOTHING:
            return final.get(str(details.get("candidate")), 0)
        case Check.VIABLE_GROUP_SHRANK:
            shrunk = str(details.get("candidate"))
            return first.get(shrunk, 0) - final.get(shrunk, 0)
        case Check.FIRST_NOT_ATTENDANCE:
            return abs(sum(first.values()) - case.figures.people)
        case Check.FINAL_EXCEEDS_FIRST | Check.MANY_LEFT:
            return abs(sum(first.values()) - sum(final.values()))
        case Check.NONVIABLE_KEPT:
            return int(details.get("people", 0))
        case _:
            return case.figures.people


def _turnout(case: FindingCase) -> tuple[Cell, ...]:
    people = case.figures.people
    delegates = delegates_due(case.unit, people)
    return people, delegates, ratio(people, delegates)


def _admitted(contest: Contest, award: FiledAward) -> str:
    if award.admitted is None:
        return "none"
    sure = in_words(contest, award.admitted)
    if not award.drawn:
        return sure
    tied = ", ".join(contest.by_id[id].surname for id in award.tied)
    return f"{sure + '; ' if sure else ''}{award.drawn} by lot among {tied}"


ALIGNMENTS = view(
    _alignments,
    {"about": "About", "first": "First alignment", "final": "Final alignment"},
    {"in_first": "People, first", "in_final": "People, final", "people": "People who do not fit"},
)
TURNOUT = view(
    _turnout, {}, {"people": "People", "delegates": "Delegates", "ratio": "People a delegate"}
)

_OF_ALIGNMENTS = frozenset(
    {
        Check.FIRST_NOT_ATTENDANCE,
        Check.MISSING_ALIGNMENT,
        Check.FINAL_EXCEEDS_FIRST,
        Check.VIABLE_GROUP_SHRANK,
        Check.COLUMN_SHIFT,
        Check.APPEARED_FROM_NOTHING,
        Check.NO_VIABLE_GROUP,
        Check.MANY_LEFT,
        Check.NONVIABLE_KEPT,
    }
)


def views(award_of: AwardOf) -> Mapping[Check, FindingView]:
    """The lists of a caucus whose awards follow from `award_of`."""

    def awards(case: FindingCase) -> tuple[Cell, ...]:
        contest, figures = case.contest, case.figures
        award = award_of(contest, case.unit, figures)
        found = held_against(contest, award, figures.columns["delegates"])
        return (
            in_words(contest, figures.counted),
            in_words(contest, found.filed),
            _admitted(contest, found),
            in_words(contest, found.too_many, "+"),
            found.misplaced,
        )

    of_awards = view(
        awards,
        {
            "final": "Final alignment",
            "filed": "Filed award",
            "admitted": "Admissible award",
            "too_many": "Difference",
        },
        {"misplaced": "Delegates misplaced"},
    )
    return {
        **dict.fromkeys(_OF_ALIGNMENTS, ALIGNMENTS),
        **dict.fromkeys((*AWARD_CHECKS, Check.COUNTS_ARE_DELEGATES), of_awards),
        Check.TURNOUT_OUTLIER: TURNOUT,
    }
