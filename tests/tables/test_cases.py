"""Small files that really happened to people, with names and numbers invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.election.folder.folder import read_folder
from hotline.election.model import Election
from hotline.election.recanvass.paper_records import read_paper_records
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.operations.roster.roster_file import RosterFile, examine_roster
from hotline.store.roster.roster import Chair
from hotline.tables.problems import Problems

CASES = Path(__file__).parent / "cases"
NUMBER = "+15155550{}"


@pytest.fixture(scope="module")
def iowa() -> Election:
    return read_folder(Path("config/elections/iowa-2020"))


def roster(iowa: Election, name: str) -> RosterFile:
    return examine_roster(CASES / name, iowa)


def phones(*ends: int) -> tuple[str, ...]:
    return tuple(NUMBER.format(end) for end in ends)


def test_semicolons_windows_1252_and_national_spellings(iowa: Election) -> None:
    found = roster(iowa, "roster-semicolons-cp1252.csv")
    assert found.problems == []
    assert found.chairs == [
        Chair("00011", "José Núñez", phones(142)),
        Chair("00024", "Ann O'Hara", phones(143)),
    ]


def test_a_mark_blank_rows_and_an_empty_column(iowa: Election) -> None:
    found = roster(iowa, "roster-bom-blank-rows-empty-column.csv")
    assert found.problems == []
    assert [chair.phones for chair in found.chairs] == [phones(144), phones(145, 146)]
    assert [note.text for note in found.notes] == ["3 blank rows are passed over"]


def test_lost_zeros_and_plus_are_back_and_lost_digits_are_refused(iowa: Election) -> None:
    found = roster(iowa, "roster-lost-zeros-and-plus.csv")
    assert found.chairs == [Chair("00053", "Kim Poe", phones(147))]
    [wrong] = found.problems
    assert (wrong.line, wrong.column, wrong.value) == (3, "phones", "5.15555E+09")
    assert "has lost its last digits" in wrong.reason
    assert "code “53” is read as 00053" in [note.text for note in found.notes]


def test_one_telephone_in_two_spellings(iowa: Election) -> None:
    found = roster(iowa, "roster-one-phone-two-spellings.csv")
    assert found.problems == []
    assert {chair.unit_code: chair.phones for chair in found.chairs} == {
        "00076": phones(148),
        "00082": phones(148),
    }


def test_pasted_from_a_web_page(iowa: Election) -> None:
    found = roster(iowa, "roster-tabs-nbsp-quotes.txt")
    assert (found.chairs, found.problems) == (
        [Chair("00011", 'Sam "Sunny" Fox', phones(149, 150))],
        [],
    )


def test_thousands_and_a_row_of_totals(iowa: Election) -> None:
    path, problems = CASES / "papers-with-total-row-and-thousands.csv", Problems()
    [found] = read_paper_records(path, iowa, iowa.units, problems)
    assert problems.found == []
    assert found.figures["president"] == CaucusFigures(
        1026, {"biden": 6, "sanders": 1020}, {"biden": 6, "sanders": 4}, {"biden": 1, "sanders": 1}
    )
    assert [note.text for note in problems.notes if note.asks] == ["first “1,020” is read as 1020"]


def test_totals_that_are_another_sum_are_refused(iowa: Election, tmp_path: Path) -> None:
    path, problems = tmp_path / "papers.csv", Problems()
    text = (CASES / "papers-with-total-row-and-thousands.csv").read_text()
    path.write_text(text.replace("1026", "1027"))
    read_paper_records(path, iowa, iowa.units, problems)
    [wrong] = problems.found
    assert wrong.reason == "the total of first is 1027, but the rows add up to 1026"


def test_a_wrong_check_digit_says_which_is_right(iowa: Election, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("code,name,phones\n00012,Ann,\n")
    [wrong] = examine_roster(path, iowa).problems
    assert "no precinct has the code “00012”; its check digit is wrong: 00011 is" in str(wrong)
