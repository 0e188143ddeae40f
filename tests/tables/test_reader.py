"""What people bring is read as they mean it, or refused with line, column, value and reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.tables import sources
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems
from hotline.tables.reader import rows
from tests.tables.files import csv_text, workbook

TABLE = Headings(
    ("code", "name"),
    ("phones", "until", "count"),
    {"precinct code": "code", "chair": "name", "phone number": "phones", "cell": "phones"},
    several=frozenset({"phones"}),
    moments=frozenset({"until"}),
    tolerates=True,
)
STRICT = Headings(("code", "name"), ("count",))
GOOD = [("code", "name", "phones"), ("00011", "José Núñez", "a"), ("00024", 'Sam "Sunny" Fox', "")]
READ = [
    {"code": "00011", "name": "José Núñez", "phones": "a"},
    {"code": "00024", "name": 'Sam "Sunny" Fox', "phones": ""},
]


def read(
    tmp_path: Path,
    content: bytes | str,
    headings: Headings = TABLE,
    mapping: Mapping[str, str] | None = None,
) -> tuple[list[dict[str, str]], list[str], list[str]]:
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    problems = Problems()
    found = [row.cells for row in rows(path, headings, problems, mapping or {}) if row.is_right]
    return found, list(map(str, problems.found)), [note.text for note in problems.notes]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_csv_of_every_kind(tmp_path: Path, separator: str, encoding: str) -> None:
    content = csv_text(GOOD, separator).encode(encoding)
    found, wrong, notes = read(tmp_path, content)
    assert (found, wrong) == (READ, [])
    assert bool(notes) is (encoding == "cp1252")  # it is a guess, and said


def test_a_workbook(tmp_path: Path) -> None:
    assert read(tmp_path, workbook(GOOD))[:2] == (READ, [])


def test_numbers_of_a_workbook_keep_their_digits(tmp_path: Path) -> None:
    content = workbook([("code", "name", "phones", "count"), (11, "Ann", 5155550142.0, 12.0)])
    assert read(tmp_path, content)[0] == [
        {"code": "11", "name": "Ann", "phones": "5155550142", "count": "12"}
    ]


def test_excels_own_line_names_the_separator(tmp_path: Path) -> None:
    text = "sep=;\r\n" + csv_text(GOOD, ";")
    assert read(tmp_path, text)[:2] == (READ, [])


def test_blank_rows_and_empty_columns_are_passed_over_with_a_count(tmp_path: Path) -> None:
    text = "\ufeffcode,name,phones,\n,,,\n00011,Ann,a,\n , ,\u00a0,\n\n00024,Bo,b,\n,,,\n"
    found, wrong, notes = read(tmp_path, text)
    assert [row["name"] for row in found] == ["Ann", "Bo"]
    assert (wrong, notes) == ([], ["3 blank rows are passed over"])


@pytest.mark.parametrize(
    "header",
    ["CODE,Name,PHONES", "Precinct Code,Chair:,Phone number(s)", " code , *Name* ,phone_number"],
)
def test_headings_in_other_words(tmp_path: Path, header: str) -> None:
    found, wrong, _ = read(tmp_path, f"{header}\n00011,Ann,a\n")
    assert (found, wrong) == ([{"code": "00011", "name": "Ann", "phones": "a"}], [])


def test_a_heading_that_nobody_knows_is_mapped(tmp_path: Path) -> None:
    text = "Kürzel,name\n00011,Ann\n"
    assert "misses column “code”; it has Kürzel, name" in read(tmp_path, text)[1][0]
    assert read(tmp_path, text, mapping={"kürzel": "code"})[0] == [{"code": "00011", "name": "Ann"}]


def test_a_title_above_the_header_and_columns_that_are_not_used(tmp_path: Path) -> None:
    text = "Chairs of Story County\n\ncode,name,Email\n00011,Ann,a@example.org\n"
    found, wrong, notes = read(tmp_path, text)
    assert (found, wrong) == ([{"code": "00011", "name": "Ann"}], [])
    assert notes == ["the column “Email” is not used"]


@pytest.mark.parametrize(("header", "headings"), [("nmae", TABLE), ("email", STRICT)])
def test_a_misspelled_column_is_not_left_out(
    tmp_path: Path, header: str, headings: Headings
) -> None:
    found, [wrong], _ = read(tmp_path, f"code,name,{header}\n00011,Ann,x\n", headings)
    assert found == []
    assert f"the header has an unknown column “{header}”" in wrong


def test_two_telephone_columns_are_one(tmp_path: Path) -> None:
    text = 'code,name,Phone number,Cell\n00011,Ann,a,b\n00024,Bo,"c\nd",\n'
    found, _, _ = read(tmp_path, text)
    assert [row["phones"] for row in found] == ["a; b", "c;d"]


def test_a_row_of_totals_is_named_and_left_out(tmp_path: Path) -> None:
    found, wrong, notes = read(tmp_path, "code,name,count\n00011,Ann,5\nTotal,,5\n")
    assert (len(found), wrong) == (1, [])
    assert notes == ["a row of totals is left out: code Total, count 5"]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1-Jan", "is a date, which a spreadsheet made of it: “1-Jan”"),
        ("Jan-01", "is a date"),
        ("#REF!", "is an error of a spreadsheet"),
        ("########", "is an error of a spreadsheet"),
        ("b\x07c", "cannot be printed"),
        ("x" * 10_001, "longer than"),
    ],
)
def test_what_a_program_has_spoiled_is_refused(tmp_path: Path, cell: str, reason: str) -> None:
    found, [wrong], _ = read(tmp_path, f"code,name\n00011,{cell}\n00024,Bo\n")
    assert [row["name"] for row in found] == ["Bo"]
    assert "line 2: name " in wrong
    assert reason in wrong


def test_a_date_of_a_workbook_is_refused_but_where_moments_stand(tmp_path: Path) -> None:
    day = datetime(2026, 1, 1)  # noqa: DTZ001 (a workbook knows no zones)
    header = ("code", "name", "until")
    found, [wrong], _ = read(tmp_path, workbook([header, (day, "Ann", None), ("2", "Bo", day)]))
    assert found == [{"code": "2", "name": "Bo", "until": "2026-01-01"}]
    assert "code is a date, which a spreadsheet made of it: “2026-01-01”" in wrong
    assert "make the column Text" in wrong


def test_a_formula_without_its_value_is_refused(tmp_path: Path) -> None:
    found, wrong, _ = read(tmp_path, workbook([("code", "name"), ("1", '="Ann"'), ("2", "Bo")]))
    assert [row["name"] for row in found] == ["Bo"]
    assert "name is an error of a spreadsheet: “#FORMULA!”" in wrong[0]


def test_the_sheet_that_has_the_columns_is_meant(tmp_path: Path) -> None:
    other = [("something", "else"), (1, 2)]
    content = workbook(other, ("Chairs", GOOD), hidden=GOOD)
    assert read(tmp_path, content)[:2] == (READ, [])


def test_of_two_sheets_that_have_them_neither_is_guessed(tmp_path: Path) -> None:
    found, [wrong], _ = read(tmp_path, workbook(GOOD, ("Chairs 2018", GOOD)))
    assert found == []
    assert "more than one table of this kind: “Sheet”, “Chairs 2018”" in wrong


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04nonsense", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old kind, or has a password"),
        (b"code,name\n00011,\x81\n", "neither UTF-8 nor Windows-1252"),
        (b'code,name\n00011,"Ann\n00024,Bo\n', "is not a table"),
        (b'code,name\n00011,"Ann' + b"\nx" * 9 + b'"\n', "a quotation mark is opened"),
    ],
)
def test_what_is_no_table_at_all(tmp_path: Path, content: bytes, reason: str) -> None:
    _, wrong, _ = read(tmp_path, content)
    assert any(reason in one for one in wrong)


def test_what_is_no_workbook_but_a_zip(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<table/>")
    assert "is no Excel workbook; save it as .xlsx" in read(tmp_path, out.getvalue())[1][0]


def test_a_workbook_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LARGEST_UNPACKED", 10_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 10_000_001)
    assert len(out.getvalue()) < 20_000
    assert "unpacks to more than" in read(tmp_path, out.getvalue())[1][0]


@pytest.mark.parametrize("make", [csv_text, workbook])
def test_rows_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sources, "MOST_ROWS", 100)
    _, wrong, _ = read(tmp_path, make([("code", "name"), *[("1", "Ann")] * 100]))
    assert any("more than 100 rows" in one for one in wrong)


@pytest.mark.parametrize(
    ("cell", "count"),
    [("12", 12), ("1,020", 1020), ("1.020", 1020), ("1 020", 1020), ("1’234’567", 1234567),
     ("12.0", 12), ("12,00", 12)],
)  # fmt: skip
def test_whole_numbers_as_people_write_them(tmp_path: Path, cell: str, count: int) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"code;name;count\n1;Ann;{cell}\n")
    problems = Problems()
    [row] = rows(path, TABLE, problems)
    assert (row.number("count"), problems.found) == (count, [])
    asked = [note.text for note in problems.notes if note.asks]
    assert asked == ([] if cell == str(count) else [f"count “{cell}” is read as {count}"])


@pytest.mark.parametrize(
    "cell", ["", "x", "-1", "1.5", "1,5", "1,02", "1.000", "1e3", "12345678901"]
)
def test_what_is_no_whole_number_or_could_be_two(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"code;name;count\n1;Ann;{cell}\n")
    problems = Problems()
    [row] = rows(path, TABLE, problems)
    row.number("count")
    [problem] = problems.found
    assert (problem.line, problem.column, problem.value) == (2, "count", cell)


def test_a_text_that_was_kept_from_being_read_otherwise(tmp_path: Path) -> None:
    found, _, _ = read(tmp_path, "code,name\n'00011,'=1+1\n1,'Bama\n")
    assert [row["name"] for row in found] == ["=1+1", "'Bama"]
    assert found[0]["code"] == "00011"


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_whatever_is_brought_is_a_table_or_refused(tmp_path_factory, content: bytes) -> None:  # type: ignore[no-untyped-def]
    for start in (b"", b"code,name\n", b"PK\x03\x04"):
        found, wrong, _ = read(tmp_path_factory.mktemp("any"), start + content)
        assert wrong or all(row.keys() >= {"code", "name"} for row in found)
