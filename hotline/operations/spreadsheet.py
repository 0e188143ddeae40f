"""Lines of CSV that a spreadsheet opens as text, and never as a formula of somebody else's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

FORMULA = ("=", "+", "-", "@", "\t", "\r")
AT_ONCE = 500  # lines of a portion


def cell(value: object) -> str:
    """The value; with an apostrophe before what a spreadsheet would carry out."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def lines(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The text of a file in portions."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(map(cell, head))
    for number, row in enumerate(rows, 1):
        writer.writerow(map(cell, row))
        if number % AT_ONCE == 0:
            yield table.getvalue()
            table.seek(0)
            table.truncate()
    yield table.getvalue()
