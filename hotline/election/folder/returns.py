"""`results.csv`: what the units of an election reported, to rehearse with and to test against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.election.model import Contest, Election, Figures
from hotline.election.rules.registry import rule_of, rules_of
from hotline.election.rules.sheet import ResultsTable
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems, quoted
from hotline.tables.reader import TableRow, rows

FILE = "results.csv"


@dataclass(frozen=True, slots=True)
class UnitReturns:
    """What a unit reported: figures by contest id. `release`: where it was first published."""

    code: str
    release: str
    figures: Mapping[str, Figures]


@dataclass(slots=True)
class _ChoiceCounts:
    """What one row says of one choice, in the columns that the rule has."""

    line: int
    counts: tuple[int, ...]


@dataclass(slots=True)
class _Report:
    """The rows of one unit as they come in, by contest and choice. `line`: where it begins."""

    release: str
    line: int
    contests: dict[str, dict[str, _ChoiceCounts]] = field(default_factory=dict)


def read_results(directory: Path, election: Election) -> tuple[UnitReturns, ...]:
    """All reports, in the order of releases (numbers by size), then of codes.

    Empty where the folder has no results. FolderError, with all that is wrong, if anything is.
    """
    problems = Problems()
    path = directory / FILE
    if not path.exists():
        return ()
    tables = {rule.table: rule.family for rule in rules_of(election)}
    if len(tables) > 1:
        problems.add(FILE, None, f"cannot hold {' and '.join(sorted(tables.values()))} together")
        problems.refuse_if_any()
    (table,) = tables
    reports = _reports(path, election, table, problems)
    read = [
        UnitReturns(code, report.release, _figures(election, report))
        for code, report in reports.items()
    ]
    problems.refuse_if_any()
    releases = list(dict.fromkeys(report.release for report in read))
    if all(release.isascii() and release.isdecimal() for release in releases):
        releases.sort(key=int)
    order = {release: place for place, release in enumerate(releases)}
    return tuple(sorted(read, key=lambda report: (order[report.release], report.code)))


def _reports(
    path: Path, election: Election, table: ResultsTable, problems: Problems
) -> dict[str, _Report]:
    columns = ("code", "release", table.choice, *table.counts)
    only = election.contests[0].id if len(election.contests) == 1 else ""
    required = columns if only else (*columns, "contest")
    reports: dict[str, _Report] = {}
    for row in rows(path, Headings(required, ("contest",)), problems):
        code, contest = row.text("code"), row.text("contest") or only
        if code not in election.units:
            row.refuse(f"no precinct has the code {quoted(code)}")
        elif contest not in election.by_contest:
            row.refuse(f"contest is not known: {quoted(contest)}")
        else:
            report = reports.setdefault(code, _Report(row.filled("release"), row.line))
            if row.text("release") != report.release:
                row.refuse(f"precinct {code} is in release {quoted(report.release)} already")
            _add(report.contests.setdefault(contest, {}), row, election.by_contest[contest])
    for code, report in reports.items():
        for reason in _misfits(report, election):
            problems.add(FILE, report.line, f"precinct {code} {reason}")
    return reports


def _add(choices: dict[str, _ChoiceCounts], row: TableRow, contest: Contest) -> None:
    table = rule_of(contest).table
    choice = row.text(table.choice)
    if choice not in contest.by_id and choice not in table.others:
        row.refuse(f"{quoted(choice)} is not in contest {quoted(contest.id)}")
    if choice in choices:
        row.refuse(f"{quoted(choice)} is there twice, here and in line {choices[choice].line}")
    choices[choice] = _ChoiceCounts(row.line, tuple(row.number(column) for column in table.counts))


def _misfits(report: _Report, election: Election) -> Iterator[str]:
    most = election.policy.attendance_max
    for contest in election.contests:
        choices = report.contests.get(contest.id)
        if choices is None:
            yield f"has nothing on contest {quoted(contest.id)}"
        elif misfit := rule_of(contest).misfit(contest, _counts(choices)):
            yield misfit
        elif any(count > most for entry in choices.values() for count in entry.counts):
            yield f"has more than {most} people, the most that can be keyed"


def _figures(election: Election, report: _Report) -> dict[str, Figures]:
    return {
        contest: rule_of(election.by_contest[contest]).reported(_counts(choices))
        for contest, choices in report.contests.items()
    }


def _counts(choices: Mapping[str, _ChoiceCounts]) -> dict[str, tuple[int, ...]]:
    return {choice: entry.counts for choice, entry in choices.items()}
