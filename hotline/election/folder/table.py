"""Reading the tables of an election folder (RFC 4180 CSV, UTF-8), and saying what is wrong where.

Nothing stops at the first mistake: problems are collected, so that a folder is mended in one go.
"""

from __future__ import annotations

import csv
import io
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

SHOWN = 50  # problems that a refusal lists; a wrong column would give thousands
OF_THE_FILE = ("the header ", "is not a table", "is not UTF-8")  # as the functions below say it


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing that is wrong with a file. `line` counts from 1; None: the file as a whole."""

    file: str
    line: int | None
    reason: str

    @property
    def is_of_the_file(self) -> bool:
        """Whether it spoils the file as a whole, and not only the row in which it stands."""
        return self.line is None or self.reason.startswith(OF_THE_FILE)

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.reason}"


class FolderError(ValueError):
    """An election folder is refused. Prints a line for each problem, 50 at the most.

    `problems` holds all of them, but for `more` that were only counted; `file`, `line` and
    `reason` are those of the first.
    """

    def __init__(self, problems: Sequence[FileProblem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.many = len(problems) + more
        self.file, self.line, self.reason = (
            problems[0].file,
            problems[0].line,
            problems[0].reason,
        )
        shown = [str(problem) for problem in self.problems[:SHOWN]]
        if self.many > len(shown):
            shown.append(f"… and {self.many - len(shown)} more")
        super().__init__("\n".join(shown))


@dataclass
class Problems:
    """The problems found so far.

    `most`: so many are kept, and those that spoil the file; `more` counts the others. `unread`
    counts the rows of which nobody can say what they are about.
    """

    found: list[FileProblem] = field(default_factory=list)
    most: int = sys.maxsize
    more: int = 0
    unread: int = 0

    def add(self, file: str, line: int | None, reason: str) -> None:
        problem = FileProblem(file, line, reason)
        if len(self.found) < self.most or problem.is_of_the_file:
            self.found.append(problem)
        else:
            self.more += 1

    def refuse_if_any(self) -> None:
        """FolderError where something was found."""
        if self.found:
            # A cell that is read twice is wrong twice.
            raise FolderError(list(dict.fromkeys(self.found)))


@dataclass(slots=True)
class TableRow:
    """One record of a table: its cells by column, and the line on which it begins."""

    file: str
    line: int
    cells: dict[str, str]
    problems: Problems
    is_right: bool = True  # so far

    def refuse(self, reason: str) -> None:
        self.is_right = False
        self.problems.add(self.file, self.line, reason)

    def text(self, column: str) -> str:
        """The cell, with runs of white space as one space; empty where there is no such column."""
        return self.cells.get(column, "")

    def filled(self, column: str) -> str:
        """The cell, which has to hold something."""
        cell = self.text(column)
        if not cell:
            self.refuse(f"{column} is empty")
        return cell

    def number(self, column: str, least: int = 0, blank: int | None = None) -> int:
        """The cell as a whole number in decimal digits; `blank` is what an empty one means.

        One less than `least` where it is refused.
        """
        cell = self.text(column)
        if not cell and blank is not None:
            return blank
        if not (cell.isascii() and cell.isdecimal() and len(cell) < 10):
            self.refuse(f"{column} is not a whole number: {quoted(cell)}")
            return least - 1
        if int(cell) < least:
            self.refuse(f"{column} is less than {least}: {cell}")
            return least - 1
        return int(cell)


def quoted(text: str) -> str:
    """A cell as a message shows it: short, and on one line."""
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def text_of(path: Path, problems: Problems) -> str | None:
    """A file's text, without a byte order mark; None, and a problem, where it cannot be read."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        problems.add(path.name, None, "is missing")
        return None
    except OSError as error:
        problems.add(path.name, None, f"cannot be read: {error.strerror}")
        return None
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.add(path.name, line, "is not UTF-8: save it as UTF-8 text")
        return None


def rows(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str],
    problems: Problems,
    separators: str = ",",
    synonyms: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[TableRow]:
    """The records of a table that has a header with these columns, in any order.

    `synonyms`: other words for a column that a header may have.

    Blank lines are skipped. A record with too many or too few cells is a problem, and left out. Of
    several possible separators, the one that the first line has most of is meant.
    """
    text = text_of(path, problems)
    if text is None:
        return
    first = text.partition("\n")[0]
    separator = max(separators, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    header: list[str] | None = None
    before = 0
    try:
        for record in reader:
            line, before = before + 1, reader.line_num
            if not record:
                continue
            if header is None:
                header = [synonyms.get(cell.strip(), cell.strip()) for cell in record]
                if not _is_header(path.name, line, header, required, optional, problems):
                    return
            elif len(record) != len(header):
                reason = f"{_cells(len(record))}, where the header has {len(header)}"
                problems.add(path.name, line, reason)
                problems.unread += 1
            else:
                yield _row(path.name, line, header, record, problems)
    except csv.Error as error:
        problems.add(path.name, before + 1, f"is not a table: {error}")
    if header is None:
        problems.add(path.name, None, "is empty")


def _is_header(
    file: str,
    line: int,
    header: Sequence[str],
    required: Sequence[str],
    optional: Sequence[str],
    problems: Problems,
) -> bool:
    missing = [column for column in required if column not in header]
    unknown = [column for column in header if column not in (*required, *optional)]
    twice = sorted({column for column in header if header.count(column) > 1})
    for columns, what in ((missing, "misses"), (unknown, "has an unknown"), (twice, "repeats")):
        for column in columns:
            problems.add(file, line, f"the header {what} column {quoted(column)}")
    return not (missing or unknown or twice)


def _row(
    file: str, line: int, header: Sequence[str], record: Sequence[str], problems: Problems
) -> TableRow:
    row = TableRow(file, line, dict(zip(header, record, strict=True)), problems)
    for column, cell in row.cells.items():
        if not cell.isalnum() and cell:
            if not cell.isascii():  # what address books put around a telephone, and nobody sees
                cell = "".join(c for c in cell if unicodedata.category(c) != "Cf")
            row.cells[column] = cell = " ".join(cell.split())
            if not cell.isprintable():
                row.refuse(f"{column} holds a character that cannot be printed")
    return row


def _cells(count: int) -> str:
    return "one cell" if count == 1 else f"{count} cells"
