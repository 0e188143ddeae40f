"""What is printed for an election: sheets without a secret, and letters each with its own."""

from __future__ import annotations

import os
import stat

import pytest

from hotline.operations.roster.pins import issue_pins, reissue
from hotline.operations.roster.sheets import PinFileError, SheetsError, write_letters, write_sheets
from hotline.paper.ink import PaperSize
from tests.operations.loaded import load, make_parts
from tests.paper.elections import NAMES, UNITS, caucus, precinct
from tests.paper.pages import pages

CODES = sorted(unit.code for unit in UNITS)


@pytest.fixture
def backend():
    return "sqlite"  # printing asks the database nothing that the PINs' own tests do not


@pytest.fixture
def parts(engine, redis, clock, tmp_path):
    parts = make_parts(engine, redis, clock, tmp_path)
    load(parts, caucus())
    return parts


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "paper.pdf"


@pytest.fixture
def issued(parts, tmp_path):
    """The file of PINs, and the PINs by unit."""
    path = tmp_path / "pins.csv"
    issue_pins(parts, path)
    return path, dict(line.split(",") for line in path.read_text().split()[1:])


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_sheet_for_each_unit_in_order_on_both_sides(parts, out):
    told = []
    printed = write_sheets(parts, out, progress=lambda *done: told.append(done))
    sheets = pages(out.read_bytes())
    assert (printed.units, printed.pages, printed.respelled) == (5, 20, {})
    assert len(sheets) == 20
    for code, front, back in zip(
        (code for code in CODES for _language in "12"), sheets[::2], sheets[1::2], strict=True
    ):
        assert code in front
        assert code in back
        assert all(name in back for name in NAMES)
    assert told == [(n, 5) for n in range(1, 6)]


def test_no_pin_is_on_any_sheet(parts, out, issued):
    _, pins = issued
    write_sheets(parts, out)
    text = " ".join(pages(out.read_bytes()))
    for pin in pins.values():
        for written in (pin, f"{pin[:3]} {pin[3:]}", " ".join(pin)):
            assert written not in text


def test_sheets_for_some_units_only(parts, out):
    write_sheets(parts, out, codes=["00030", "00011", "00030"], size=PaperSize.A4)
    sheets = pages(out.read_bytes())
    assert ["00011" in page for page in sheets] == [True] * 4 + [False] * 4
    assert ["00030" in page for page in sheets] == [False] * 4 + [True] * 4


@pytest.mark.parametrize(("codes", "reason"), [(["00011", "00012"], "00012"), ([], "no precinct")])
def test_sheets_for_no_unit_that_exists(parts, out, codes, reason):
    with pytest.raises(SheetsError, match=reason):
        write_sheets(parts, out, codes=codes)
    assert not out.exists()


def test_sheets_may_be_read_by_others_and_take_the_place_of_older_ones(parts, out):
    out.write_text("old")
    before = os.umask(0o022)
    try:
        write_sheets(parts, out)
    finally:
        os.umask(before)
    assert mode_of(out) == 0o644
    assert out.read_bytes().startswith(b"%PDF")
    assert list(out.parent.iterdir()) == [out]


def test_a_place_that_is_not_there(parts, tmp_path):
    with pytest.raises(FileNotFoundError) as refused:
        write_sheets(parts, tmp_path / "nowhere" / "sheets.pdf")
    assert refused.value.filename == str(tmp_path / "nowhere" / "sheets.pdf")


def test_names_that_cannot_be_printed_as_they_are_are_told(engine, redis, clock, tmp_path, out):
    parts = make_parts(engine, redis, clock, tmp_path)
    load(parts, caucus(units=[precinct("00011", 3, "Łódź")]))
    assert write_sheets(parts, out).respelled == {"Łódź": "Lódz"}


def test_letters_carry_exactly_their_own_pin(parts, out, issued):
    path, pins = issued
    printed = write_letters(parts, out, path)
    letters = pages(out.read_bytes())
    assert printed.units == printed.pages == len(letters) == len(UNITS)
    for code, letter in zip(CODES, letters, strict=True):
        assert code in letter
        shown = {pin for pin in pins.values() if f"{pin[:3]} {pin[3:]}" in letter}
        assert shown == {pins[code]}


def test_letters_are_for_their_owner_alone_whatever_was_there_before(parts, out, issued):
    out.write_text("old")
    out.chmod(0o644)
    before = os.umask(0)
    try:
        write_letters(parts, out, issued[0])
    finally:
        os.umask(before)
    assert mode_of(out) == 0o600
    assert list(out.parent.iterdir()) == [out]


def test_no_letter_is_sent_with_a_pin_that_was_issued_anew(parts, out, issued):
    path, pins = issued
    while reissue(parts, "00024") == pins["00024"]:
        pass
    with pytest.raises(PinFileError, match=r"line 3: this PIN of “00024” is not in force") as error:
        write_letters(parts, out, path)
    assert len(error.value.problems) == 1
    assert not any(pin in str(error.value) for pin in pins.values())
    assert not out.exists()


def test_everything_wrong_with_a_file_of_pins_is_said_without_a_pin(parts, out, issued):
    path, pins = issued
    path.write_text(
        "code,pin\n"
        f"00011,{pins['00011']}\n"
        "00012,471903\n"
        f"00011,{pins['00011']}\n"
        "00024,x47190\n"
        ",\n"
        "00030,471903,1\n"
    )
    with pytest.raises(PinFileError) as error:
        write_letters(parts, out, path)
    assert [(problem.line, problem.reason) for problem in error.value.problems] == [
        (3, "no precinct has the code “00012”"),
        (4, "“00011” is there twice, first on line 2"),
        (5, "the PIN is not six digits"),
        (7, "3 cells, where the header has 2"),
    ]
    assert "4719" not in str(error.value)
    assert not out.exists()


@pytest.mark.parametrize(("content", "reason"), [("code,pin\n", "holds no PINs"), ("", "is empty")])
def test_a_file_without_pins(parts, out, tmp_path, content, reason):
    path = tmp_path / "pins.csv"
    path.write_text(content)
    with pytest.raises(PinFileError, match=reason):
        write_letters(parts, out, path)
