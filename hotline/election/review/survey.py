"""What the checks have to say about a whole night of reports that were filed without them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hotline.election.checks import contests, examine_report, holds, twin_key
from hotline.election.finding import Check, Finding, found
from hotline.election.folder.returns import UnitReturns
from hotline.election.model import Contest, Election, Figures, Unit, UnitKind, add_columns
from hotline.election.rules.evidence import FindingCase
from hotline.election.rules.registry import rule_of


@dataclass(frozen=True, slots=True)
class Fates:
    """How many reports would have been held, or counted and contested, and the spoken findings."""

    reports: int
    held: int
    contested: int
    undisturbed: int  # reports whose chair would have heard of nothing
    findings_spoken: int


def cases_over(election: Election, reported: Sequence[UnitReturns]) -> list[FindingCase]:
    """Every finding in these reports, by report; a twin is one of each report that has another."""
    alike = _twins(reported)
    cases = []
    for report in reported:
        unit = election.units[report.code]
        findings = (
            *examine_report(election, unit, report.figures),
            *_twin(election.contests[0], alike.get(report.code)),
        )
        for finding in findings:
            contest = election.by_contest[finding.contest]
            cases.append(FindingCase(unit, contest, report.figures[contest.id], finding))
    return cases


def reports_by_check(cases: Iterable[FindingCase]) -> Counter[Check]:
    """In how many reports each check finds something."""
    return Counter(check for _, check in {(case.unit.code, case.finding.check) for case in cases})


def _twins(reported: Iterable[UnitReturns]) -> dict[str, str]:
    """For each unit that reported the same as others, the first of these."""
    by_key: dict[str, list[str]] = {}
    for report in reported:
        if key := twin_key(report.figures):
            by_key.setdefault(key, []).append(report.code)
    return {
        code: next(other for other in codes if other != code)
        for codes in by_key.values()
        if len(codes) > 1
        for code in codes
    }


def _twin(contest: Contest, other: str | None) -> Iterator[Finding]:
    """A twin is found once in a report, not once in each of its contests."""
    if other is not None:
        yield found(Check.TWIN, contest.id, unit=other)


def fates_of(election: Election, reported: Iterable[UnitReturns]) -> Fates:
    """What would have become of the reports, if every chair had insisted on the figures."""
    everything = [
        examine_report(election, election.units[report.code], report.figures) for report in reported
    ]
    spoken = [sum(finding.is_spoken for finding in findings) for findings in everything]
    held = [findings for findings in everything if holds(findings)]
    contested = [findings for findings in everything if contests(findings) and not holds(findings)]
    return Fates(len(everything), len(held), len(contested), spoken.count(0), sum(spoken))


def admissible_precincts(election: Election, reported: Iterable[UnitReturns]) -> tuple[int, int]:
    """Precincts whose reported awards are all admissible, and precincts (rules.md)."""
    admissible = total = 0
    for report in reported:
        unit = election.units[report.code]
        if unit.kind is not UnitKind.PRECINCT:
            continue
        total += 1
        admissible += all(
            _is_admissible(election.by_contest[contest], unit, figures)
            for contest, figures in report.figures.items()
        )
    return admissible, total


def _is_admissible(contest: Contest, unit: Unit, figures: Figures) -> bool:
    rule = rule_of(contest)
    if rule.awarded is None:
        return True
    award = rule.award(contest, unit, figures)
    return award is not None and award.admits(add_columns(figures.columns[rule.awarded.key]))
