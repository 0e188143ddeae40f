"""Files of paper records: what is read, and that everything wrong is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.election.recanvass.paper_records import PaperRecord, read_paper_records
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from hotline.tables.problems import Problems
from tests.election.rooms import CAUCUS, PRIMARY, election, precinct

BOTH = election(CAUCUS, PRIMARY, units=(precinct(4, "00011"), precinct(5, "00022")))
ROOM = election(units=(precinct(4, "00011"), precinct(5, "00022")))
HEAD = "unit,contest,candidate,first,final,delegates,attendance\n"


def read_in(
    tmp_path: Path, content: str | bytes, at=ROOM, units=None
) -> tuple[list[PaperRecord], list[str]]:  # type: ignore[no-untyped-def]
    path = tmp_path / "papers.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    problems = Problems()
    found = read_paper_records(path, at, at.units if units is None else units, problems)
    return found, [f"{one.line}: {one.reason}" for one in problems.found]


def test_a_sheet_of_a_caucus(tmp_path: Path) -> None:
    found, wrong = read_in(
        tmp_path, HEAD + "00011,president,ash,12,14,3,31\n00011,president,Birch,9,,1,\n"
    )
    assert wrong == []
    assert found == [
        PaperRecord(
            "00011",
            2,
            {
                "president": CaucusFigures(
                    31, {"ash": 12, "birch": 9}, {"ash": 14}, {"ash": 3, "birch": 1}
                )
            },
        )
    ]


def test_without_its_number_as_many_came_as_stood_first(tmp_path: Path) -> None:
    [found], _ = read_in(tmp_path, "unit,candidate,first\n11,ash,12\n11,birch,3\n")
    assert found.unit == "00011"
    assert found.figures["president"].attendance == 15  # type: ignore[union-attr]


def test_nobody_came(tmp_path: Path) -> None:
    [found], wrong = read_in(tmp_path, HEAD + "00011,president,,,,,0\n")
    assert wrong == []
    assert found.figures == {"president": CaucusFigures(0, {}, {}, {})}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_whatever_a_spreadsheet_makes_of_it(tmp_path: Path, separator: str, mark: str) -> None:
    text = mark + (HEAD + "00011,president,ash,12,14,3,31\n\n").replace(",", separator)
    found, wrong = read_in(tmp_path, text.replace("\n", "\r\n"))
    assert (len(found), wrong) == (1, [])


def test_two_contests_in_one_file(tmp_path: Path) -> None:
    head = "unit,contest,candidate,first,final,delegates,attendance,votes,ballots\n"
    [found], wrong = read_in(
        tmp_path,
        head
        + "00011,president,ash,5,5,4,5,,\n"
        + "00011,council,ash,,,,,8,6\n00011,council,undervotes,,,,,4,\n",
        BOTH,
    )
    assert wrong == []
    assert found.figures["council"] == PluralityFigures(6, {"ash": 8}, undervotes=4)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("99999,president,ash,1,1,1,1\n", "2: no precinct has the code “99999”"),
        (
            "00022,president,ash,1,1,1,1\n",
            "2: precinct 00022 is not among those that are looked into",
        ),
        (",president,ash,1,1,1,1\n", "2: unit is empty"),
        ("00011,mayor,ash,1,1,1,1\n", "2: contest is not known: “mayor”"),
        ("00011,president,rose,1,1,1,1\n", "2: “rose” is not in contest “president”"),
        ("00011,president,ash,-1,1,1,1\n", "2: first is not a whole number: “-1”"),
        ("00011,president,ash,1.5,1,1,1\n", "2: first is not a whole number: “1.5”"),
        ("00011,president,,4,1,1,1\n", "2: candidate is empty, and there are counts"),
        (
            "00011,president,ash,1,1,1,1\n00011,president,Ash,2,2,2,\n",
            "3: “ash” is there twice, here and in line 2",
        ),
        (
            "00011,president,ash,1,1,1,1\n00011,president,oak,2,2,2,9\n",
            "3: attendance is 1 on another line of the same sheet",
        ),
        ("00011,president,ash,1,1\n", "2: 5 cells, where the header has 7"),
        ("00011,president,,,,,\n", "2: precinct 00011 says neither a candidate nor how many came"),
    ],
)
def test_what_is_wrong_is_named_and_its_unit_left_out(
    tmp_path: Path, lines: str, said: str
) -> None:
    found, wrong = read_in(tmp_path, HEAD + lines, units={"00011"})
    assert said in wrong
    good = [one for one in found if one.unit == "00011"]
    assert good == []


def test_one_wrong_line_spoils_its_unit_and_no_other(tmp_path: Path) -> None:
    found, wrong = read_in(
        tmp_path,
        HEAD
        + "00011,president,ash,1,1,1,3\n00011,president,rose,2,2,2,\n"
        + "00022,president,ash,1,1,1,1\n",
    )
    assert [one.unit for one in found] == ["00022"]
    assert len(wrong) == 1


def test_a_character_that_cannot_be_printed_spoils_its_unit(tmp_path: Path) -> None:
    found, wrong = read_in(
        tmp_path, HEAD + "00011,president,ash,1,1,1,\x003\n00022,president,ash,1,1,1,1\n"
    )
    assert [one.unit for one in found] == ["00022"]
    assert "2: attendance holds a character that cannot be printed" in wrong


def test_a_row_that_cannot_be_told_apart_spoils_the_file(tmp_path: Path) -> None:
    """Left out alone, it would be a candidate whom nobody stood for."""
    path = tmp_path / "papers.csv"
    path.write_text(HEAD + "00011,president,ash,1,1,1,3\n00011,president,birch,2\n")
    problems = Problems()
    read_paper_records(path, ROOM, ROOM.units, problems)
    assert [one.reason for one in problems.found if one.is_of_the_file] == [
        "has rows with too many or too few cells: whose, is unknown"
    ]


def test_of_many_wrong_lines_the_first_are_kept_and_the_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    path.write_text(HEAD + "00011,president,ash,1,1,1,3\n" * 10 + "00011,president,birch\n")
    problems = Problems(most=3)
    assert read_paper_records(path, ROOM, ROOM.units, problems) == []
    assert [one.line for one in problems.found] == [3, 4, 5, None]
    assert problems.more == 7


def test_a_contest_that_is_left_out_is_no_contest_of_zeros(tmp_path: Path) -> None:
    found, wrong = read_in(tmp_path, HEAD + "00011,president,ash,1,1,1,1\n", BOTH)
    assert found == []
    assert wrong == ["2: precinct 00011 has nothing on contest “council”"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "None: is empty"),
        (b"unit,candidate\n00011,K\x81the\n", "2: is neither UTF-8 nor Windows-1252"),
        (b"unit,first\n", "1: the header misses column “candidate”"),
        (b"unit,candidate,candidate\n", "1: the header repeats column “candidate”"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, content: bytes, said: str) -> None:
    found, wrong = read_in(tmp_path, content)
    assert found == []
    assert said in wrong
