"""The one reader of tables that people bring: precincts, rosters, PINs, blocks, paper records.

What has one reading is mended, and noted; what has two, or none, is a problem with its line,
column, value and reason. Blank rows and empty columns are passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from hotline.tables.headings import HeaderMap, Headings, map_header
from hotline.tables.problems import FileProblem, Problems, quoted
from hotline.tables.sources import (
    LONGEST_CELL,
    MOST_COLUMNS,
    UNCOMPUTED,
    DateCell,
    Record,
    Sheet,
    UnreadableTable,
    sheets_of,
)

LOOKED_AT = 10  # rows in which the header may stand, below a title
_TOTAL = re.compile(
    r"(?:(?:grand|sub)[ -]?)?totals?(?: general)?:?|sum(?:me|a)?:?|all precincts:?", re.IGNORECASE
)
_ERRORS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", UNCOMPUTED}
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"[0-9]{{1,2}}-(?:{_MONTHS})(?:-[0-9]{{2,4}})?|(?:{_MONTHS})-[0-9]{{1,2}}", re.I
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,.'’ ])[0-9]{3})(?:\1[0-9]{3})*")
_WHOLE = re.compile(r"([0-9]+)[.,]0{1,2}")
NO_MAPPING: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class TableRow:
    """One record of a table: its cells by column, and the line on which it begins.

    `headings`: what the file calls a column, where that is not our name.
    """

    file: str
    line: int
    cells: dict[str, str]
    problems: Problems
    is_right: bool = True  # so far
    headings: Mapping[str, str] = field(default_factory=dict)

    def refuse(self, reason: str, column: str = "", right: str = "") -> None:
        """`right`: what would be right."""
        self.is_right = False
        value, heading = self.cells.get(column, ""), self.headings.get(column, "")
        self.problems.put(FileProblem(self.file, self.line, reason, column, value, right, heading))

    def mend(self, column: str, meant: str, asks: bool = False) -> None:
        """Notes that the cell is read as something else than it is written."""
        written = self.headings.get(column) or column
        text = f"{written} {quoted(self.text(column))} is read as {meant}"
        self.problems.note(self.file, self.line, text, asks)

    def text(self, column: str) -> str:
        """The cell, with runs of white space as one space; empty where there is no such column."""
        return self.cells.get(column, "")

    def filled(self, column: str) -> str:
        """The cell, which has to hold something."""
        cell = self.text(column)
        if not cell:
            self.refuse(f"{column} is empty", column)
        return cell

    def number(self, column: str, least: int = 0, blank: int | None = None) -> int:
        """The cell as a whole number; `blank` is what an empty one means.

        Thousands may be grouped, and a spreadsheet's `12.0` is 12, which is noted. One less than
        `least` where it is refused.
        """
        cell = self.text(column)
        if not cell and blank is not None:
            return blank
        digits = _digits(cell)
        if digits is None:
            self.refuse(f"{column} is not a whole number: {quoted(cell)}", column)
            return least - 1
        if digits != cell:
            self.mend(column, digits, asks=True)
        if int(digits) < least:
            self.refuse(f"{column} is less than {least}: {cell}", column)
            return least - 1
        return int(digits)


def _digits(cell: str) -> str | None:
    """The digits of a whole number; None where it is none, or could be two."""
    if cell.isascii() and cell.isdecimal():
        return cell if len(cell) < 10 else None
    if whole := _WHOLE.fullmatch(cell):
        return whole[1] if len(whole[1]) < 10 else None
    if not _GROUPED.fullmatch(cell) or re.fullmatch(r"[0-9]{1,3}\.000", cell):
        return None  # 1.000 is a thousand in one country, and one in another
    digits = re.sub("[^0-9]", "", cell)
    return digits if len(digits) < 10 else None


def rows(
    path: Path, headings: Headings, problems: Problems, mapping: Mapping[str, str] = NO_MAPPING
) -> Iterator[TableRow]:
    """The records of a table whose header has these columns, in any order and below a title.

    `mapping`: a file's heading to our column. A row of totals is left out, and noted. A record
    with too many or too few cells is a problem, and left out.
    """
    table = _find_table(path, headings, problems, mapping)
    if table is None:
        return
    try:
        yield from table.rows()
    except UnreadableTable as error:
        problems.spoil(path.name, error.line, str(error), error.right)


@dataclass(slots=True)
class _Table:
    """A sheet whose header was found, on `line`."""

    path: Path
    sheet: Sheet
    headings: Headings
    header: HeaderMap
    line: int
    problems: Problems
    blank: int = 0

    def rows(self) -> Iterator[TableRow]:
        theirs = {
            column: name
            for column, name in zip(self.header.columns, self.header.names, strict=True)
            if column and name.casefold() != column
        }
        for line, record in self.sheet.records():
            if line <= self.line:
                continue
            if not any(map(str.strip, record)):
                self.blank += bool(record)
            elif row := self._row(line, record, theirs):
                if _TOTAL.fullmatch(next(filter(None, row.cells.values()), "")):
                    self._leave_out(row)
                else:
                    yield row
        if self.blank:
            self.problems.note(self.path.name, None, f"{self.blank} blank rows are passed over")

    def _leave_out(self, row: TableRow) -> None:
        said = ", ".join(f"{column} {cell}" for column, cell in row.cells.items() if cell)
        self.problems.note(row.file, row.line, f"a row of totals is left out: {said}")
        self.problems.totals.append((row.line, row.cells))

    def _row(self, line: int, record: Sequence[str], theirs: Mapping[str, str]) -> TableRow | None:
        width = len(self.header.columns)
        record = self._with_rest(line, record, width)
        if self.sheet.is_page:
            record = [*record, *[""] * (width - len(record))]
        record = record[: width + sum(1 for cell in record[width:] if cell.strip())]
        if len(record) != width:
            reason = f"{_cells(len(record))}, where the header has {width}"
            self.problems.add(self.path.name, line, reason)
            self.problems.unread += 1
            return None
        row = TableRow(self.path.name, line, {}, self.problems, headings=theirs)
        for place, (column, written) in enumerate(zip(self.header.columns, record, strict=True)):
            if not column and written.strip() and not self.header.names[place]:
                reason = f"there is {quoted(written.strip())} in a column without a heading"
                row.refuse(reason, right="head the column, or empty it")
            elif column:
                cell = self._cell(row, column, written)
                before = row.cells.get(column, "")
                row.cells[column] = "; ".join(filter(None, (before, cell)))
        return row

    def _with_rest(self, line: int, record: Sequence[str], width: int) -> Sequence[str]:
        """A comma in free text makes a cell more: it belongs to that text."""
        beyond = [cell.strip() for cell in record[width:] if cell.strip()]
        if not beyond or not self.headings.rest or self.header.columns[-1] != self.headings.rest:
            return record
        text = ", ".join(filter(None, (record[width - 1].strip(), *beyond)))
        self.problems.note(self.path.name, line, f"{self.headings.rest} is read as {quoted(text)}")
        return [*record[: width - 1], text]

    def _cell(self, row: TableRow, column: str, written: str) -> str:
        """The cell without what is not meant; refused where a program has spoiled it."""
        cell = written
        if (not cell.isalnum() and cell) or len(cell) > LONGEST_CELL:
            if not cell.isascii():  # what address books put around a telephone, and nobody sees
                cell = "".join(c for c in cell if unicodedata.category(c) != "Cf")
            if column in self.headings.several:
                cell = re.sub(r"[\r\n]+", ";", cell.strip())
            cell = _without_mark(" ".join(cell.split()))
            if not cell.isprintable():
                row.refuse(f"{column} holds a character that cannot be printed", column)
            self._require_meant(row, column, written, cell)
        return cell

    def _require_meant(self, row: TableRow, column: str, written: str, cell: str) -> None:
        is_date = isinstance(written, DateCell) or _DATE.fullmatch(cell)
        reason, right = "", ""
        if is_date and column not in self.headings.moments:
            reason = f"{column} is a date, which a spreadsheet made of it: {quoted(cell)}"
            right = "make the column Text there, and write it again"
        elif cell in _ERRORS or set(cell) == {"#"}:
            reason = f"{column} is an error of a spreadsheet: {quoted(cell)}"
            right = "write what is meant"
        elif len(cell) > LONGEST_CELL:
            reason = f"{column} is longer than {LONGEST_CELL:,} characters"
        if reason:
            row.refuse(reason, column, right)


def _find_table(
    path: Path, headings: Headings, problems: Problems, mapping: Mapping[str, str]
) -> _Table | None:
    """The sheet and the row that most of our columns stand in; None, and a problem, if in none."""
    best: tuple[int, int, Sheet, Record, HeaderMap] | None = None
    wrong: UnreadableTable | None = None
    whole: list[str] = []
    before = len(problems.found)
    for sheet in sheets_of(path, problems):
        try:
            for line, cells in _first_rows(sheet):
                header = map_header(cells, headings, mapping)
                if sheet.is_page and not header.wrong and sheet.name not in whole:
                    whole.append(sheet.name)
                mark = (header.found - len(header.wrong), -line)
                if best is None or mark > best[:2]:
                    best = (*mark, sheet, (line, cells), header)
        except UnreadableTable as error:
            wrong = wrong or error
    if best is None:
        if len(problems.found) == before:
            reason = str(wrong) if wrong else "is empty"
            problems.spoil(path.name, wrong.line if wrong else None, reason)
        return None
    _, _, sheet, (line, cells), header = best
    if len(whole) > 1:
        reason = f"has more than one table of this kind: {', '.join(map(quoted, whole))}"
        problems.spoil(path.name, None, reason, "leave only the sheet that is meant")
    if len(cells) > MOST_COLUMNS:
        problems.spoil(path.name, line, f"the header has more than {MOST_COLUMNS} columns")
    for reason, right in header.wrong:
        problems.spoil(path.name, line, reason, right)
    if header.wrong or len(whole) > 1 or len(cells) > MOST_COLUMNS:
        return None
    for name in header.left_out:
        problems.note(path.name, line, f"the column {quoted(name)} is not used")
    return _Table(path, sheet, headings, header, line, problems)


def _first_rows(sheet: Sheet) -> Iterator[Record]:
    looked_at = 0
    for line, cells in sheet.records():
        if any(map(str.strip, cells)):
            yield line, cells
            looked_at += 1
        if looked_at == LOOKED_AT:
            return


def _without_mark(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from reading it otherwise."""
    return cell[1:] if re.match(r"'[=+@0-9-]", cell) else cell


def _cells(count: int) -> str:
    return "one cell" if count == 1 else f"{count} cells"
