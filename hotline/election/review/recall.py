"""The measure of the checks: what they find in reports that were corrected later (checks.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline.election.finding import Check
from hotline.election.folder.returns import UnitReturns
from hotline.election.model import Election
from hotline.election.recanvass.comparison import Difference, compare
from hotline.election.recanvass.paper_records import read_paper_records
from hotline.election.rules.evidence import FindingCase
from hotline.tables.problems import Problems

LEARNED = frozenset({Check.COUNTS_ARE_DELEGATES, Check.NONVIABLE_KEPT})
"""Checks that were drawn from the corrections of 2020: what they add is counted apart."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A unit whose figures were corrected: what differs, and whether the number of people does."""

    code: str
    differences: tuple[Difference, ...]
    people: bool


@dataclass(frozen=True, slots=True)
class RecallMeasure:
    """In how many corrected units something is found, and how many chairs would have heard of any.

    `attended`: found, or the number of people changed, which the attendance keyed first tells.
    """

    found: int
    spoken: int
    attended: int
    interrupted: int


@dataclass(frozen=True, slots=True)
class Recall:
    """The corrections, with the checks that find something in each report as it was filed."""

    reports: int
    corrections: tuple[Correction, ...]
    cases: Sequence[FindingCase]
    before: RecallMeasure  # without LEARNED
    now: RecallMeasure

    def findings_of(self, code: str) -> list[FindingCase]:
        return [case for case in self.cases if case.unit.code == code]


def corrections_of(
    election: Election, reported: Sequence[UnitReturns], path: Path
) -> tuple[Correction, ...]:
    """What a file of paper records says otherwise than the reports. FolderError if it is wrong."""
    problems = Problems()
    records = read_paper_records(path, election, election.units, problems)
    problems.refuse_if_any()
    filed = {report.code: report.figures for report in reported}
    found = []
    for record in records:
        before = filed.get(record.unit, {})
        differences = compare(election, record.unit, before, record.figures)
        people = any(
            contest in before and before[contest].people != figures.people
            for contest, figures in record.figures.items()
        )
        if differences:
            found.append(Correction(record.unit, tuple(differences), people))
    return tuple(found)


def recall_of(
    cases: Sequence[FindingCase], reports: int, corrections: tuple[Correction, ...]
) -> Recall:
    """`cases`: every finding in the reports as they were filed (`cases_over`)."""
    earlier = [case for case in cases if case.finding.check not in LEARNED]
    return Recall(
        reports, corrections, cases, _measure(earlier, corrections), _measure(cases, corrections)
    )


def _measure(cases: Sequence[FindingCase], corrections: Sequence[Correction]) -> RecallMeasure:
    found = {case.unit.code for case in cases}
    spoken = {case.unit.code for case in cases if case.finding.is_spoken}
    return RecallMeasure(
        sum(one.code in found for one in corrections),
        sum(one.code in spoken for one in corrections),
        sum(one.code in found or one.people for one in corrections),
        len(spoken),
    )
