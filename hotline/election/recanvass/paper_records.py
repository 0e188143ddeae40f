"""A file of paper records: what the papers of many units say, as they were typed off.

CSV with a header, separated by commas, semicolons or tabs, in UTF-8. A line is one candidate of one
contest of one unit (runbook, "Recanvass and recount"). Nothing is guessed: a unit with a wrong line
has no record, and wrong lines are named.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.election.folder.unit_codes import read_code
from hotline.election.model import Contest, Election, Figures
from hotline.election.rules.registry import columns, numbers, rule_of
from hotline.election.rules.sheet import Number
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems, quoted
from hotline.tables.reader import TableRow, rows

REQUIRED = ("unit", "candidate")
SYNONYMS = {"code": "unit"} | dict.fromkeys(
    ("precinct", "precinct code", "keypad code", "unit code", "site"), "unit"
)


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """What the paper of one unit says. `line`: where it begins in its file."""

    unit: str
    line: int
    figures: Mapping[str, Figures]  # by contest


@dataclass(slots=True)
class _Sheet:
    """The lines of one contest of a unit so far: counts by column and candidate, single numbers."""

    contest: Contest
    line: int
    lines: dict[str, int] = field(default_factory=dict)  # of each candidate, where it stands
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    single: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _PaperUnit:
    line: int
    sheets: dict[str, _Sheet] = field(default_factory=dict)
    is_good: bool = True


def read_paper_records(
    path: Path, election: Election, units: Container[str], problems: Problems
) -> list[PaperRecord]:
    """The records of the units that nothing is wrong with; what is wrong goes into `problems`.

    `units`: those whose papers are wanted.
    """
    found: dict[str, _PaperUnit] = {}
    optional = ("contest", *numbers(), *columns())
    for row in rows(path, Headings(REQUIRED, optional, SYNONYMS), problems):
        code = _code(row, election, units)
        unit = found.setdefault(code, _PaperUnit(row.line)) if code else None
        if unit is not None:
            _take(row, unit, election)
            unit.is_good = unit.is_good and row.is_right
    if problems.unread:
        problems.add(path.name, None, "has rows with too many or too few cells: whose, is unknown")
    _require_whole(path.name, found, election, problems)
    _compare_totals(path.name, found, problems)
    return [
        PaperRecord(code, unit.line, {id: _figures(one) for id, one in unit.sheets.items()})
        for code, unit in found.items()
        if unit.is_good
    ]


def _code(row: TableRow, election: Election, units: Container[str]) -> str:
    """The unit's code. Empty where it is refused."""
    code = read_code(row, election, "unit")
    if code and code not in units:
        row.refuse(f"precinct {code} is not among those that are looked into", "unit")
        return ""
    return code


def _take(row: TableRow, unit: _PaperUnit, election: Election) -> None:
    only = election.contests[0].id if len(election.contests) == 1 else ""
    id = row.text("contest") or only
    contest = election.by_contest.get(id)
    if contest is None:
        row.refuse(f"contest is not known: {quoted(id)}" if id else "contest is empty")
        return
    sheet = unit.sheets.setdefault(id, _Sheet(contest, row.line))
    _take_single(row, sheet)
    line = _line(row, contest)
    if line in sheet.lines:
        row.refuse(f"{quoted(line)} is there twice, here and in line {sheet.lines[line]}")
    elif line:
        sheet.lines[line] = row.line
        for column in _columns(contest):
            count = row.number(column, blank=0)
            if count > 0:
                sheet.counts.setdefault(column, {})[line] = count
    foreign = [c for c in columns() if c not in _columns(contest) and _says(row, c)]
    if foreign:
        row.refuse(f"{contest.id} has no {foreign[0].replace('_', ' ')}")


def _says(row: TableRow, column: str) -> bool:
    return row.text(column) not in ("", "0")


def _columns(contest: Contest) -> tuple[str, ...]:
    return tuple(column.key for column in rule_of(contest).columns)


def _take_single(row: TableRow, sheet: _Sheet) -> None:
    """How many came, or ballots: on any line of the sheet, and the same on all that say it."""
    for column in (number.key for number in rule_of(sheet.contest).numbers):
        if not row.text(column):
            continue
        count = row.number(column)
        if sheet.single.setdefault(column, count) != count:
            row.refuse(f"{column} is {sheet.single[column]} on another line of the same sheet")


def _line(row: TableRow, contest: Contest) -> str:
    """The candidate's id, or the line below them. Empty for a line with single numbers only."""
    given = row.text("candidate")
    below = {line.choice for line in rule_of(contest).below}
    if given in contest.by_id or given in below:
        return given
    for candidate in contest.candidates:
        if given and given.casefold() in (candidate.name.casefold(), candidate.surname.casefold()):
            return candidate.id
    if given:
        row.refuse(f"{quoted(given)} is not in contest {quoted(contest.id)}")
    elif any(_says(row, column) for column in _columns(contest)):
        row.refuse("candidate is empty, and there are counts")
    return ""


def _require_whole(
    file: str, found: Mapping[str, _PaperUnit], election: Election, problems: Problems
) -> None:
    """A sheet that is not there would count nothing, as if everybody had stayed at home."""
    for code, unit in found.items():
        reasons = [
            f"precinct {code} has nothing on contest {quoted(contest.id)}"
            for contest in election.contests
            if contest.id not in unit.sheets
        ]
        reasons += [
            f"precinct {code} says nowhere {_asked(number)} in {quoted(id)}"
            for id, sheet in unit.sheets.items()
            for number in rule_of(sheet.contest).numbers
            if number.is_on_paper and number.key not in sheet.single
        ]
        reasons += [
            f"precinct {code} says neither a candidate nor how many came"
            for sheet in unit.sheets.values()
            if not sheet.lines and not sheet.single
        ]
        if reasons and unit.is_good:
            unit.is_good = False
            for reason in reasons:
                problems.add(file, unit.line, reason)


def _compare_totals(file: str, found: Mapping[str, _PaperUnit], problems: Problems) -> None:
    """A row of totals counts nothing; but where it is another sum, a row is missing or wrong."""
    sums: dict[str, int] = {}
    for sheet in (sheet for unit in found.values() for sheet in unit.sheets.values()):
        for column, counts in sheet.counts.items():
            sums[column] = sums.get(column, 0) + sum(counts.values())
    for line, cells in problems.totals:
        row = TableRow(file, line, dict(cells), problems)
        for column in (column for column in columns() if row.text(column)):
            count = row.number(column)
            if row.is_right and count != sums.get(column, 0):
                row.refuse(
                    f"the total of {column} is {count}, but the rows add up to "
                    f"{sums.get(column, 0)}",
                    column,
                    "look for a row that is missing, twice or mistyped",
                )


def _asked(number: Number) -> str:
    question = number.question.rstrip("?")
    return question[:1].lower() + question[1:]


def _figures(sheet: _Sheet) -> Figures:
    return rule_of(sheet.contest).on_paper(sheet.single, sheet.counts)
