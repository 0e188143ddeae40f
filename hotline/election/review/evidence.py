"""What shows a finding: the figures of its report in short, in columns that suit the check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from hotline.election.finding import Check, Finding
from hotline.election.model import CaucusFigures, Contest, Election, Figures, Unit
from hotline.election.review.award_mistakes import Award, award_of
from hotline.election.rules.caucus import delegates_due
from hotline.election.rules.plurality import votes_due, votes_found

Cell = str | int | Decimal
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Case:
    """A finding, with the report of one contest in which it was found."""

    unit: Unit
    contest: Contest
    figures: Figures
    finding: Finding


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list of findings. `id` names it in addresses and files."""

    id: str
    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """How findings of a check are listed. The last column is a number: the larger, the odder."""

    columns: tuple[Column, ...]
    cells: Callable[[Case], tuple[Cell, ...]]


def view_of(check: Check) -> View:
    """How findings of this check are listed."""
    return _VIEWS[check]


def checks_of(election: Election) -> tuple[Check, ...]:
    """The checks that may find something in a report of the election, in the order of the enum."""
    kinds = {contest.is_caucus for contest in election.contests}
    return tuple(
        check
        for check in Check
        if check in _OF_ANY
        or (True in kinds and check in _OF_CAUCUS)
        or (False in kinds and check is Check.BALLOTS_DO_NOT_ADD_UP)
    )


def together(check: Check, cells: Iterable[Cell]) -> str:
    """What suits the check in one line: `People: 312; Delegates: 2`."""
    shown = zip(view_of(check).columns, cells, strict=True)
    return "; ".join(f"{column.title}: {cell}" for column, cell in shown if cell != "")


def in_words(contest: Contest, column: Mapping[str, int], sign: str = "") -> str:
    """Candidates and their numbers in the order of the sheet, without zeros: `Biden 6, Yang 2`.

    `sign` `+` writes the sign before each number.
    """
    said = (
        f"{candidate.surname} {format(column[candidate.id], sign + 'd')}"
        for candidate in contest.candidates
        if column.get(candidate.id)
    )
    return ", ".join(said)


def percent(part: int, whole: int) -> Decimal:
    """With one place, half up; of nothing, 0."""
    return _ratio(100 * part, whole)


def _ratio(part: int, whole: int) -> Decimal:
    return (Decimal(part) / (whole or 1)).quantize(TENTH, ROUND_HALF_UP)


def _people(figures: Figures) -> int:
    return figures.voters if isinstance(figures, CaucusFigures) else figures.ballots


def _columns(figures: Figures) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The first alignment and the last count: the final alignment, or votes."""
    if isinstance(figures, CaucusFigures):
        return figures.first_total, figures.final_total
    return {}, figures.votes


def _named(case: Case) -> str:
    """The candidates that the finding speaks of."""
    values = case.finding.details.values()
    known = (case.contest.by_id.get(str(value)) for value in values)
    return ", ".join(candidate.surname for candidate in known if candidate)


def _alignments(case: Case) -> tuple[Cell, ...]:
    first, final = _columns(case.figures)
    return (
        _named(case),
        in_words(case.contest, first),
        in_words(case.contest, final),
        sum(first.values()),
        sum(final.values()),
        _concerned(case, first, final),
    )


def _concerned(case: Case, first: Mapping[str, int], final: Mapping[str, int]) -> int:
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
            return abs(sum(first.values()) - _people(case.figures))
        case Check.FINAL_EXCEEDS_FIRST | Check.MANY_LEFT:
            return abs(sum(first.values()) - sum(final.values()))
        case _:
            return _people(case.figures)


def _share(case: Case) -> tuple[Cell, ...]:
    details = case.finding.details
    count, of = int(details.get("count", 0)), int(details.get("of", _people(case.figures)))
    return _named(case), count, of, percent(count, of)


def _turnout(case: Case) -> tuple[Cell, ...]:
    people = _people(case.figures)
    delegates = delegates_due(case.unit, people)
    return people, delegates, _ratio(people, delegates)


def _award(case: Case) -> tuple[Cell, ...]:
    if not isinstance(case.figures, CaucusFigures):
        return "", "", "", "", 0
    award, contest = award_of(case.contest, case.unit, case.figures), case.contest
    return (
        in_words(contest, case.figures.final_total),
        in_words(contest, award.filed),
        _admitted(contest, award),
        in_words(contest, award.too_many, "+"),
        award.misplaced,
    )


def _admitted(contest: Contest, award: Award) -> str:
    if award.admitted is None:
        return "none"
    sure = in_words(contest, award.admitted)
    if not award.drawn:
        return sure
    tied = ", ".join(contest.by_id[id].surname for id in award.tied)
    return f"{sure + '; ' if sure else ''}{award.drawn} by lot among {tied}"


def _same(case: Case) -> tuple[Cell, ...]:
    return in_words(case.contest, _columns(case.figures)[1]), _people(case.figures)


def _ballots(case: Case) -> tuple[Cell, ...]:
    if isinstance(case.figures, CaucusFigures):
        return 0, 0, 0
    expected, found = votes_due(case.contest, case.figures.ballots), votes_found(case.figures)
    return found, expected, abs(found - expected)


def _view(
    cells: Callable[[Case], tuple[Cell, ...]],
    texts: Mapping[str, str],
    numbers: Mapping[str, str],
) -> View:
    """Titles by id: first the columns of text, then those of numbers."""
    said = (Column(id, title) for id, title in texts.items())
    counted = (Column(id, title, is_number=True) for id, title in numbers.items())
    return View((*said, *counted), cells)


ALIGNMENTS = _view(
    _alignments,
    {"about": "About", "first": "First alignment", "final": "Final alignment"},
    {"in_first": "People, first", "in_final": "People, final", "people": "People who do not fit"},
)
AWARDS = _view(
    _award,
    {
        "final": "Final alignment",
        "filed": "Filed award",
        "admitted": "Admissible award",
        "too_many": "Difference",
    },
    {"misplaced": "Delegates misplaced"},
)
SHARES = _view(_share, {"about": "Candidate"}, {"count": "Has", "of": "Of", "percent": "Percent"})
TURNOUT = _view(
    _turnout, {}, {"people": "People", "delegates": "Delegates", "ratio": "People a delegate"}
)
SAME = _view(_same, {"final": "Final count"}, {"people": "People"})
BALLOTS = _view(
    _ballots, {}, {"found": "Lines add up to", "expected": "Ballots make", "off": "Difference"}
)

AWARD_CHECKS = frozenset(
    {
        Check.DELEGATES_NOT_ALLOTTED,
        Check.DELEGATE_TO_NONVIABLE,
        Check.VIABLE_WITHOUT_DELEGATE,
        Check.AWARD_NOT_ADMISSIBLE,
        Check.ORDER_INVERTED,
        Check.NOT_THE_PLURALITY,
    }
)
"""The checks that find an award which the rules do not give."""

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
    }
)
_OF_CAUCUS = _OF_ALIGNMENTS | AWARD_CHECKS | {Check.TURNOUT_OUTLIER}
_OF_ANY = frozenset(
    {
        Check.RARE_CANDIDATE_HIGH,
        Check.NOBODY_CAME,
        Check.ALREADY_REPORTED,
        Check.TWIN,
        Check.LANDSLIDE,
    }
)


def _views() -> Iterable[tuple[Check, View]]:
    yield from ((check, ALIGNMENTS) for check in _OF_ALIGNMENTS)
    yield from ((check, AWARDS) for check in AWARD_CHECKS)
    yield from ((check, SHARES) for check in (Check.RARE_CANDIDATE_HIGH, Check.LANDSLIDE))
    yield from ((check, SAME) for check in (Check.TWIN, Check.ALREADY_REPORTED, Check.NOBODY_CAME))
    yield Check.TURNOUT_OUTLIER, TURNOUT
    yield Check.BALLOTS_DO_NOT_ADD_UP, BALLOTS


_VIEWS: Mapping[Check, View] = dict(_views())
