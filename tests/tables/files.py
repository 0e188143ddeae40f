"""Tables as programs write them: CSV in all its kinds, and workbooks."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]


def csv_text(rows: Rows, separator: str = ",") -> str:
    """As Excel writes it: quoted where that is needed, with Windows's ends of lines."""
    return "".join(separator.join(_cell(cell, separator) for cell in row) + "\r\n" for row in rows)


def _cell(value: object, separator: str) -> str:
    text = "" if value is None else str(value)
    if any(sign in text for sign in (separator, '"', "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


def workbook(rows: Rows, *more: tuple[str, Rows], hidden: Rows = ()) -> bytes:
    """A workbook whose first sheet has these rows; `more` sheets by name, and a hidden one."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for name, others in more:
        other = book.create_sheet(name)
        for row in others:
            other.append(list(row))
    if hidden:
        other = book.create_sheet("hidden")
        for row in hidden:
            other.append(list(row))
        other.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
