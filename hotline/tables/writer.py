"""The one writer of tables that people take away: CSV and .xlsx that spreadsheets open right.

Numbers are numbers and texts are texts: none is taken for a formula, and none for a date.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

MARK = "\ufeff"  # by which spreadsheets know UTF-8
AT_ONCE = 500  # lines of a portion
MOST_ROWS = 1_000_000  # of a sheet; more go on on another one
LONGEST = 32_000  # characters of a cell
PLACES = 10  # of a fraction
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # in XML
_TAKEN_OTHERWISE = re.compile(
    r"[=+\-@\t\r].*"  # a formula
    r"|[0-9]{1,4}[/-][0-9]{1,4}(?:[/-][0-9]{1,4})?"  # a date
    r"|[0-9]{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -][0-9]{1,4}"
    r"|[0-9]+[eE][0-9]+",  # a power of ten
    re.DOTALL | re.IGNORECASE,
)

Row = Iterable[object]

KINDS = ("csv", "xlsx")
"""The kinds of file in which every table can be taken away, by how their names end."""
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table that somebody takes away. Its rows may be read only once."""

    head: Sequence[object]
    rows: Iterable[Row]

    def csv(self) -> Iterator[str]:
        """In portions."""
        return csv_lines(self.head, self.rows)

    def xlsx(self) -> bytes:
        return workbook(self.head, self.rows)

    def content(self, name: str) -> bytes:
        """Of the kind that the name of the file says."""
        return content(name, self.head, self.rows)


def csv_lines(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """The text of a CSV file in portions. An apostrophe keeps a text from being taken otherwise;
    our own reader takes it off again."""
    table = io.StringIO(MARK)
    table.seek(len(MARK))
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(map(_csv_cell, head))
    for number, row in enumerate(rows, 1):
        writer.writerow(map(_csv_cell, row))
        if number % AT_ONCE == 0:
            yield table.getvalue()
            table.seek(0)
            table.truncate()
    yield table.getvalue()


def workbook(head: Sequence[object], rows: Iterable[Row]) -> bytes:
    """The content of an .xlsx file whose first row is the head, and stays in sight.

    The same table is the same file, whenever it is made.
    """
    from openpyxl import Workbook  # here: it takes a tenth of a process's start, and few write one
    from openpyxl.cell import WriteOnlyCell

    def cell(value: object) -> object:
        number = _number(value)
        if number is not None or value is None:
            return number
        text = WriteOnlyCell(sheet, _ILLEGAL.sub("", str(value))[:LONGEST])
        text.data_type = "s"  # also what begins with an equals sign
        return text

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([cell(value) for value in head])
    for number, row in enumerate(rows, 1):
        if number % MOST_ROWS == 0:
            sheet = book.create_sheet()
            sheet.append([cell(value) for value in head])
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return _without_time(out)


def _without_time(book: io.BytesIO) -> bytes:
    """A workbook without when it was made, which openpyxl puts into it."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in made.infolist():
            data = made.read(entry)
            if entry.filename == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            kept = zipfile.ZipInfo(entry.filename, _ALWAYS)
            archive.writestr(kept, data, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def content(name: str, head: Sequence[object], rows: Iterable[Row]) -> bytes:
    """A file of the kind that its name says: .xlsx, or CSV."""
    if Path(name).suffix.lower() == ".xlsx":
        return workbook(head, rows)
    return "".join(csv_lines(head, rows)).encode()


def _csv_cell(value: object) -> object:
    number = _number(value)
    if number is not None:
        return number
    text = "" if value is None else str(value)
    return f"'{text}" if _TAKEN_OTHERWISE.fullmatch(text) else text


def _number(value: object) -> int | float | Decimal | None:
    match value:
        case bool():
            return None
        case Fraction():
            whole = value.numerator if value.denominator == 1 else None
            exact = Decimal(value.numerator) / Decimal(value.denominator)
            return whole if whole is not None else round(exact, PLACES).normalize()
        case int() | float() | Decimal():
            return value
        case _:
            return None
