"""The report on a recanvass: every difference and what it moves, as CSV and as PDF."""

from __future__ import annotations

from collections.abc import Iterator

from hotline.moments import day_and_minute
from hotline.operations.context import AppContext
from hotline.operations.recanvass import words
from hotline.operations.recanvass.comparing import Comparison, UnitDifference
from hotline.paper.comparison_report import Chapter, ComparisonReport, draw_report
from hotline.paper.ink import PaperSize
from hotline.store.database import reading
from hotline.store.reports import reports
from hotline.tables.writer import TableFile

DIFFERENCES = (
    "unit",
    "id",
    "name",
    "area",
    "contest",
    "kind",
    "measure",
    "candidate",
    "ledger",
    "paper",
    "decision",
    "reason",
    "decided_by",
    "source",
)
TOTALS = (
    "contest",
    "measure",
    "candidate",
    "before",
    "papers",
    "difference",
    "after_decisions",
    "difference_after_decisions",
)


def differences_table(comparison: Comparison) -> TableFile:
    """Every number that differs, one a line."""
    return TableFile(DIFFERENCES, _difference_rows(comparison))


def totals_table(comparison: Comparison) -> TableFile:
    """Every total: before, by the papers, and as decided. State delegates are decimals."""
    return TableFile(TOTALS, _total_rows(comparison))


def _difference_rows(comparison: Comparison) -> Iterator[tuple[object, ...]]:
    for case in comparison.cases:
        record = case.record
        decided = (
            (record.decision or "", record.decided_why, record.decided_by, record.source)
            if record
            else ("", "", "", "")
        )
        area = comparison.election.area_of(case.unit)
        for difference in case.differences:
            head = (
                case.unit.code,
                case.unit.id,
                case.unit.name,
                area,
                difference.contest,
                difference.kind,
            )
            for cell in difference.cells:
                yield (*head, cell.measure, cell.line, cell.ledger, cell.paper, *decided)


def _total_rows(comparison: Comparison) -> Iterator[tuple[object, ...]]:
    for change, decided in zip(comparison.found, comparison.decided, strict=True):
        for number, then in zip(change.numbers, decided.numbers, strict=True):
            yield (
                change.contest,
                number.measure,
                number.line,
                *(number.before, number.after, number.by, then.after, then.by),
            )


def as_pdf(parts: AppContext, comparison: Comparison, size: PaperSize) -> bytes:
    """The report on paper: what was found, what it moves, and what was done, unit by unit."""
    return draw_report(_report(parts, comparison), parts.now(), size)


def _report(parts: AppContext, comparison: Comparison) -> ComparisonReport:
    recanvass, election = comparison.recanvass, comparison.election
    zone = election.zone
    asked = day_and_minute(recanvass.asked_at, zone)
    facts = [
        f"Asked for by {recanvass.asked_by}, {asked}: {recanvass.why}",
        f"State: {words.STATES[recanvass.state]}"
        + (f"; decided by {recanvass.decided_by}" if recanvass.decided_by else "")
        + (f"; filed by {recanvass.filed_by}" if recanvass.filed_by else ""),
        f"{comparison.units:,} precincts, {comparison.records:,} papers: {comparison.same:,} say "
        f"what the ledger counts, {len(comparison.differing):,} differ; "
        f"{len(comparison.without_paper):,} precincts that count have no paper.",
    ]
    if recanvass.base is not None:
        facts.append(f"Publication {recanvass.base} stood when it was asked for.")
    if recanvass.closed_why:
        facts.append(f"Closed: {recanvass.closed_why}")
    return ComparisonReport(
        f"{words.NAMES[recanvass.kind]} {recanvass.id}",
        f"{election.title}, {election.date.isoformat()}",
        tuple(facts),
        (_kinds(comparison), _columns(comparison), *_totals(comparison), _cases(parts, comparison)),
    )


def _kinds(comparison: Comparison) -> Chapter:
    rows = [(words.KINDS[kind], f"{many}") for kind, many in comparison.by_kind.items()]
    return Chapter("Differences by kind", ("Kind", "Precincts"), tuple(rows), (0.8, 0.2))


def _columns(comparison: Comparison) -> Chapter:
    rows = [
        (", ".join(map(words.measure_name, columns)), f"{many}")
        for columns, many in comparison.by_columns.items()
    ]
    return Chapter("Columns that differ", ("Columns", "Precincts"), tuple(rows), (0.8, 0.2))


def _totals(comparison: Comparison) -> Iterator[Chapter]:
    is_filed = comparison.recanvass.filed_at is not None
    changes = comparison.decided if is_filed else comparison.found
    until = "After" if is_filed else "By the papers"
    for change in changes:
        contest = comparison.election.by_contest[change.contest]
        rows = [
            (
                words.measure_name(number.measure),
                words.line_name(contest, number.line),
                words.amount(number.before, number.measure),
                words.amount(number.after, number.measure),
                words.signed(number.by, number.measure),
            )
            for number in change.changed
        ]
        before, after = (
            words.lead_in_words(contest, change.measure, lead)
            for lead in (change.before, change.after)
        )
        yield Chapter(
            f"{contest.title}: totals that change",
            ("Measure", "Candidate", "Before", until, "Difference"),
            tuple(rows),
            (0.24, 0.31, 0.15, 0.15, 0.15),
            f"Before, {before}. {until}: {after}.",
        )


def _cases(parts: AppContext, comparison: Comparison) -> Chapter:
    with reading(parts.engine) as connection:
        ids = [c.record.report_id for c in comparison.cases if c.record and c.record.report_id]
        versions = {report.id: report.version for report in reports.of_ids(connection, ids)}
    rows = [row for case in comparison.cases for row in _case_rows(comparison, case, versions)]
    return Chapter(
        "Precincts",
        ("Precinct", "Number", "Ledger", "Paper", "What was done"),
        tuple(rows),
        (0.25, 0.3, 0.09, 0.09, 0.27),
    )


def _case_rows(
    comparison: Comparison, case: UnitDifference, versions: dict[int, int]
) -> Iterator[tuple[str, ...]]:
    name = f"{case.unit.code} {case.unit.name}"
    for difference in case.differences:
        contest = comparison.election.by_contest[difference.contest]
        yield name, words.KINDS[difference.kind], "", "", _done(case, versions)
        for cell in difference.cells:
            measure = words.measure_name(cell.measure)
            line = words.line_name(contest, cell.line)
            number = f"{measure}: {line}" if line else measure
            yield "", number, f"{cell.ledger:,}", f"{cell.paper:,}", ""


def _done(case: UnitDifference, versions: dict[int, int]) -> str:
    if case.record is None:
        return "no paper: the ledger stands"
    if case.record.decision is None:
        return "not decided"
    decision = f"{words.DECISIONS[case.record.decision]}: {case.record.decided_why}"
    version = versions.get(case.record.report_id or 0)
    return f"{decision} (version {version})" if version else decision
