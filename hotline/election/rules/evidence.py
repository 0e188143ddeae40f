"""How the figures that show a finding are listed: values that a rule's lists are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from hotline.election.finding import Check, Finding
from hotline.election.model import Contest, Figures, Unit

Cell = str | int | Decimal
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class FindingCase:
    """A finding, with the report of one contest in which it was found."""

    unit: Unit
    contest: Contest
    figures: Figures
    finding: Finding


@dataclass(frozen=True, slots=True)
class FindingColumn:
    """A column of a list of findings. `id` names it in addresses and files."""

    id: str
    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class FindingView:
    """How findings of a check are listed. The last column is a number: the larger, the odder."""

    columns: tuple[FindingColumn, ...]
    cells: Callable[[FindingCase], tuple[Cell, ...]]


def view(
    cells: Callable[[FindingCase], tuple[Cell, ...]],
    texts: Mapping[str, str],
    numbers: Mapping[str, str],
) -> FindingView:
    """Titles by id: first the columns of text, then those of numbers."""
    said = (FindingColumn(id, title) for id, title in texts.items())
    counted = (FindingColumn(id, title, is_number=True) for id, title in numbers.items())
    return FindingView((*said, *counted), cells)


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


def named(case: FindingCase) -> str:
    """The candidates that the finding speaks of."""
    values = case.finding.details.values()
    known = (case.contest.by_id.get(str(value)) for value in values)
    return ", ".join(candidate.surname for candidate in known if candidate)


def percent(part: int, whole: int) -> Decimal:
    """With one place, half up; of nothing, 0."""
    return ratio(100 * part, whole)


def ratio(part: int, whole: int) -> Decimal:
    """With one place, half up."""
    return (Decimal(part) / (whole or 1)).quantize(TENTH, ROUND_HALF_UP)


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


# --- What is listed alike under every rule


def _share(case: FindingCase) -> tuple[Cell, ...]:
    details = case.finding.details
    count, of = int(details.get("count", 0)), int(details.get("of", case.figures.people))
    return named(case), count, of, percent(count, of)


def _same(case: FindingCase) -> tuple[Cell, ...]:
    return in_words(case.contest, case.figures.counted), case.figures.people


_SHARES = view(_share, {"about": "Candidate"}, {"count": "Has", "of": "Of", "percent": "Percent"})
_SAME = view(_same, {"final": "Final count"}, {"people": "People"})

COMMON_VIEWS: Mapping[Check, FindingView] = {
    Check.RARE_CANDIDATE_HIGH: _SHARES,
    Check.LANDSLIDE: _SHARES,
    Check.TWIN: _SAME,
    Check.ALREADY_REPORTED: _SAME,
    Check.NOBODY_CAME: _SAME,
}
