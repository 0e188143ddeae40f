"""What people take away opens right: numbers and texts are what they are, and no formula runs."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from hotline.tables import writer
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems
from hotline.tables.reader import rows

TEXTS = (
    "=HYPERLINK(1)", "+15155550142", "-10", "@SUM(A1)", "\tx", "1/3", "1-1", "3-2", "2026-01-01",
    "Jan 1", "1 May", "12-Dec", "1E5", "José", "00011", "a, b", 'says "x"', "x\x07y", "",
)  # fmt: skip
GUARDED = TEXTS[:13]


def cells(content: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_texts_of_a_workbook_stay_texts() -> None:
    content = writer.workbook(["a"], [[text] for text in TEXTS])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    found = {row[0].value: row[0].data_type for row in sheet.iter_rows(min_row=2)}
    assert {text.replace("\x07", "") for text in TEXTS if text} <= found.keys()
    assert {kind for text, kind in found.items() if text} == {"s"}


def test_the_same_table_is_the_same_file_whenever_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = writer.workbook(["a"], [["José"], [1]])
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 9, 0, 0, 0))
    monkeypatch.setattr("time.time", lambda: 1935817689.0)
    assert writer.workbook(["a"], [["José"], [1]]) == first


def test_numbers_are_numbers() -> None:
    row = (-10, 0, 2.5, Decimal("547.0006"), Fraction(6, 3), Fraction(1, 3), None)
    assert cells(writer.workbook(["n"] * 7, [row]))[1] == (
        -10, 0, 2.5, 547.0006, 2, 0.3333333333, None,
    )  # fmt: skip
    text = "".join(writer.csv_lines(["n"] * 7, [row]))
    assert text.splitlines()[1] == "-10,0,2.5,547.0006,2,0.3333333333,"


def test_a_csv_file_has_the_mark_and_guards_what_would_be_taken_otherwise() -> None:
    content = writer.content("x.csv", ["a", "b"], [(text, 1) for text in TEXTS])
    assert content.startswith(b"\xef\xbb\xbf")
    found = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))][1:]
    assert found[: len(GUARDED)] == [f"'{text}" for text in GUARDED]
    assert found[len(GUARDED) :] == list(TEXTS[len(GUARDED) :])


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
def test_our_own_reader_reads_what_our_writer_wrote(tmp_path: Path, name: str) -> None:
    texts = [text for text in TEXTS if text.strip() and text.isprintable()]
    texts = [text for text in texts if text not in ("12-Dec", "Jan 1", "1 May")]
    path = tmp_path / name
    path.write_bytes(writer.content(name, ["code", "name"], [("x", text) for text in texts]))
    problems = Problems()
    found = [row.text("name") for row in rows(path, Headings(("code", "name")), problems)]
    assert (found, problems.found) == (texts, [])


def test_a_long_table_comes_in_portions_and_on_further_sheets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer, "MOST_ROWS", 100)
    numbers = [(number,) for number in range(1_200)]
    assert len(list(writer.csv_lines(["n"], numbers))) == 3
    book = load_workbook(io.BytesIO(writer.workbook(["n"], numbers)))
    found = [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)]
    assert found == list(range(1_200))
