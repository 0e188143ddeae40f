"""`results.csv`: what the units of an election reported, to rehearse with and to test against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.election.folder.table import Problems, Row, quoted, rows
from hotline.election.model import CaucusFigures, Contest, Election, Figures, PluralityFigures
from hotline.election.rules.plurality import BALLOTS, OTHER_LINES, OVERVOTES, UNDERVOTES, WRITE_INS

FILE = "results.csv"
CAUCUS_COLUMNS = ("code", "release", "candidate", "first", "final", "delegates")
PLURALITY_COLUMNS = ("code", "release", "choice", "votes")


@dataclass(frozen=True, slots=True)
class ReportedUnit:
    """What a unit reported: figures by contest id. `release`: where it was first published."""

    code: str
    release: str
    figures: Mapping[str, Figures]


@dataclass(slots=True)
class _Entry:
    """What one row says of one choice: votes, or people first and final and delegates."""

    line: int
    counts: tuple[int, ...]


@dataclass(slots=True)
class _Report:
    """The rows of one unit as they come in, by contest and choice. `line`: where it begins."""

    release: str
    line: int
    contests: dict[str, dict[str, _Entry]] = field(default_factory=dict)


def read_results(directory: Path, election: Election) -> tuple[ReportedUnit, ...]:
    """All reports, in the order of releases (numbers by size), then of codes.

    Empty where the folder has no results. FolderError, with all that is wrong, if anything is.
    """
    problems = Problems()
    path = directory / FILE
    if not path.exists():
        return ()
    kinds = {contest.is_caucus for contest in election.contests}
    if len(kinds) > 1:
        problems.add(FILE, None, "cannot hold caucuses and pluralities together")
        problems.refuse_if_any()
    reports = _reports(path, election, kinds == {True}, problems)
    read = [
        ReportedUnit(code, report.release, _figures(election, report))
        for code, report in reports.items()
    ]
    problems.refuse_if_any()
    releases = list(dict.fromkeys(report.release for report in read))
    if all(release.isascii() and release.isdecimal() for release in releases):
        releases.sort(key=int)
    order = {release: place for place, release in enumerate(releases)}
    return tuple(sorted(read, key=lambda report: (order[report.release], report.code)))


def _reports(
    path: Path, election: Election, is_caucus: bool, problems: Problems
) -> dict[str, _Report]:
    columns = CAUCUS_COLUMNS if is_caucus else PLURALITY_COLUMNS
    only = election.contests[0].id if len(election.contests) == 1 else ""
    required = columns if only else (*columns, "contest")
    reports: dict[str, _Report] = {}
    for row in rows(path, required, ("contest",), problems):
        code, contest = row.text("code"), row.text("contest") or only
        if code not in election.units:
            row.refuse(f"no unit has the code {quoted(code)}")
        elif contest not in election.by_contest:
            row.refuse(f"contest is not known: {quoted(contest)}")
        else:
            report = reports.setdefault(code, _Report(row.filled("release"), row.line))
            if row.text("release") != report.release:
                row.refuse(f"unit {code} is in release {quoted(report.release)} already")
            _add(report.contests.setdefault(contest, {}), row, election.by_contest[contest])
    for code, report in reports.items():
        for reason in _misfits(report, election):
            problems.add(FILE, report.line, f"unit {code} {reason}")
    return reports


def _add(choices: dict[str, _Entry], row: Row, contest: Contest) -> None:
    choice = row.text("candidate" if contest.is_caucus else "choice")
    # A caucus row without a candidate says that nobody came.
    others = ("",) if contest.is_caucus else (BALLOTS, *OTHER_LINES)
    if choice not in contest.by_id and choice not in others:
        row.refuse(f"{quoted(choice)} is not in contest {quoted(contest.id)}")
    if choice in choices:
        row.refuse(f"{quoted(choice)} is there twice, here and in line {choices[choice].line}")
    columns = ("first", "final", "delegates") if contest.is_caucus else ("votes",)
    choices[choice] = _Entry(row.line, tuple(row.number(column) for column in columns))


def _misfits(report: _Report, election: Election) -> Iterator[str]:
    most = election.policy.attendance_max
    for contest in election.contests:
        choices = report.contests.get(contest.id)
        if choices is None:
            yield f"has nothing on contest {quoted(contest.id)}"
        elif not contest.is_caucus and BALLOTS not in choices:
            yield f"has no line {quoted(BALLOTS)} in contest {quoted(contest.id)}"
        elif "" in choices and (len(choices) > 1 or any(choices[""].counts)):
            yield "has a row without a candidate, which says that nobody came, and others"
        elif any(count > most for entry in choices.values() for count in entry.counts):
            yield f"has more than {most} people, the most that can be keyed"


def _figures(election: Election, report: _Report) -> dict[str, Figures]:
    return {
        contest: _room(choices) if election.by_contest[contest].is_caucus else _sheet(choices)
        for contest, choices in report.contests.items()
    }


def _room(choices: Mapping[str, _Entry]) -> CaucusFigures:
    first, final, delegates = (
        {choice: entry.counts[column] for choice, entry in choices.items() if entry.counts[column]}
        for column in range(3)
    )
    return CaucusFigures(sum(first.values()), first, final, delegates)


def _sheet(choices: Mapping[str, _Entry]) -> PluralityFigures:
    lines = {choice: entry.counts[0] for choice, entry in choices.items()}
    return PluralityFigures(
        ballots=lines.pop(BALLOTS, 0),
        write_ins=lines.pop(WRITE_INS, 0),
        undervotes=lines.pop(UNDERVOTES, 0),
        overvotes=lines.pop(OVERVOTES, 0),
        votes={candidate: votes for candidate, votes in lines.items() if votes},
    )
