"""What a file holds as rows of cells, whatever program wrote it: CSV of every kind, or .xlsx."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from hotline.tables.problems import Problems

if TYPE_CHECKING:  # it takes a tenth of a process's start, and few read a workbook
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST = 64_000_000  # bytes of a file
LARGEST_UNPACKED = 256_000_000  # bytes of a workbook; what is small and holds more is a trap
MOST_PARTS = 2_000  # files in a workbook
MOST_ROWS = 500_000  # that hold something
MOST_COLUMNS = 200
LONGEST_CELL = 10_000  # characters
MOST_BREAKS = 5  # lines of a cell; more come from a quotation mark that is not closed
SEPARATORS = ",;\t|"

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SAVE_AS = "save it as .xlsx, or as CSV in UTF-8"

Record = tuple[int, list[str]]
"""A line, from 1, and its cells."""


UNCOMPUTED = "#FORMULA!"


class DateCell(str):
    """A date, which a spreadsheet has made of whatever was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file. `records` can be gone through more than once."""

    name: str
    is_page: bool  # of a workbook, in which every row is as wide as the others
    records: Callable[[], Iterator[Record]]


class UnreadableTable(ValueError):
    """The file is no table from `line` on; the message says why."""

    def __init__(self, line: int | None, reason: str, right: str = "") -> None:
        super().__init__(reason)
        self.line = line
        self.right = right


def file_name(sent: str) -> str:
    """The name of a file that somebody sent, fit to be one here and to be shown."""
    last = re.split(r"[/\\]", sent)[-1]
    return "".join(c for c in last if c.isprintable()).strip(". ")[-80:] or "file"


def content_of(path: Path, problems: Problems) -> bytes | None:
    """A file's bytes; None, and a problem, where it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        problems.add(path.name, None, "is missing")
        return None
    except OSError as error:
        problems.add(path.name, None, f"cannot be read: {error.strerror}")
        return None
    if len(content) > LARGEST:
        problems.add(path.name, None, f"is too large: {LARGEST // 1_000_000} MB at most")
        return None
    return content


def text_of(path: Path, problems: Problems) -> str | None:
    """The text of a file in UTF-8, without a byte order mark; None, and a problem, for others."""
    content = content_of(path, problems)
    if content is None:
        return None
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.spoil(path.name, line, "is not UTF-8", "save it as UTF-8 text")
        return None


def sheets_of(path: Path, problems: Problems) -> list[Sheet]:
    """The tables of a file; none, and a problem, where it is none that we read.

    A CSV file is one sheet for each separator that it may have been written with.
    """
    content = content_of(path, problems)
    if content is None:
        return []
    try:
        if content.startswith(ZIP):
            return _workbook(content)
        if content.startswith(OLE):
            raise UnreadableTable(
                None, "is a workbook of an old kind, or has a password", f"{SAVE_AS}, without one"
            )
        text, encoding = _decoded(content)
    except UnreadableTable as error:
        problems.spoil(path.name, error.line, str(error), error.right)
        return []
    if encoding:
        problems.note(path.name, None, f"is read as {encoding}: look at letters with accents")
    text, named = _without_directive(text)
    return [Sheet(sep, False, _lazily(text, sep)) for sep in (named or SEPARATORS)]


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and its encoding where that is a guess. Raises UnreadableTable."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(content, "utf-16"), ""
    if content[1:400:2].count(0) > len(content[1:400:2]) // 2:
        return _decode(content, "utf-16-le"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return _decode(content, "cp1252"), "Windows-1252"


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableTable(line, "is neither UTF-8 nor Windows-1252", SAVE_AS) from None


def _without_directive(text: str) -> tuple[str, str]:
    """The text without the line in which Excel is told the separator, and that separator."""
    found = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    return ("\n" + text[found.end() :], found[1]) if found else (text, "")


def _lazily(text: str, separator: str) -> Callable[[], Iterator[Record]]:
    return lambda: _records(text, separator)


def _records(text: str, separator: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    line, before, rows = 1, 0, 0
    try:
        for record in reader:
            line, before = before + 1, reader.line_num
            rows += 1
            if rows > MOST_ROWS:
                raise UnreadableTable(line, f"has more than {MOST_ROWS:,} rows")
            if any(cell.count("\n") > MOST_BREAKS for cell in record if len(cell) > MOST_BREAKS):
                raise UnreadableTable(
                    line, "is not a table: a quotation mark is opened and not closed"
                )
            yield line, record
    except csv.Error as error:
        right = "look for a quotation mark that is not closed"
        raise UnreadableTable(before + 1, f"is not a table: {error}", right) from None


# --- Workbooks

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,  # a password
)


def _workbook(content: bytes) -> list[Sheet]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            # What a part says of its size holds: no more of it is ever unpacked.
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED or len(parts) > MOST_PARTS:
                raise UnreadableTable(None, "unpacks to more than any table of an election")
            if "xl/workbook.xml" not in names:
                raise UnreadableTable(None, "is no Excel workbook", SAVE_AS)
            computes = any(_computes(archive, part) for part in parts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of drawings and lists that are not read
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            formulas = load_workbook(io.BytesIO(content), read_only=True) if computes else book
            sheets = [
                Sheet(sheet.title, True, _whole(list(_rows(_values(sheet, formulas)))))
                for sheet in book.worksheets
                if sheet.sheet_state == "visible"
            ]
            book.close()
            formulas.close()
    except UnreadableTable:
        raise
    except BROKEN as error:
        raise UnreadableTable(None, f"is a workbook that cannot be read: {error}"[:200]) from None
    return sheets


def _computes(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether this part is a sheet with formulas."""
    if not part.filename.startswith("xl/worksheets/"):
        return False
    with archive.open(part) as file:
        before = b""
        while some := file.read(1_000_000):
            if b"<f>" in before + some or b"<f " in before + some:
                return True
            before = some[-2:]
    return False


def _values(sheet: Worksheet, formulas: Workbook) -> Iterator[tuple[object, ...]]:
    """The rows of a sheet; a formula whose value nobody has computed is marked as such."""
    rows = sheet.iter_rows(values_only=True)
    beside = formulas[sheet.title]
    if formulas is sheet.parent:
        yield from rows
        return
    for values, written in zip_longest(rows, beside.iter_rows(values_only=True), fillvalue=()):
        yield tuple(
            UNCOMPUTED if value is None and text is not None else value
            for value, text in zip_longest(values, written)
        )


def _whole(records: list[Record]) -> Callable[[], Iterator[Record]]:
    return lambda: iter(records)


def _rows(rows: Iterator[tuple[object, ...]]) -> Iterator[Record]:
    kept = 0
    for line, row in enumerate(rows, 1):
        if all(value is None for value in row):
            continue
        kept += 1
        if kept > MOST_ROWS:
            raise UnreadableTable(line, f"has more than {MOST_ROWS:,} rows")
        yield line, [_text(value) for value in row]


def _text(value: object) -> str:
    """A cell as it would be written; of a number all its digits."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return f"{value:.0f}" if abs(value) < 1e15 else f"{value:.5E}"
        case datetime() if value.time() == time():
            return DateCell(value.date().isoformat())
        case datetime() | date() | time() | timedelta():
            return DateCell(value)
        case _:
            return str(value)
