"""The pages of what the checks found: counts, lists that can be sorted, files."""

from __future__ import annotations

import csv
import io
import re

import pytest

from hotline.election.finding import Check, found
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from tests.operations.acting import tabulated
from tests.towns import CODES, PRESIDENT, caucus, town
from tests.web.review_pages import Reviewers

NORTH, NEXT, SOUTH = CODES[:3]
LANDSLIDE = found(Check.LANDSLIDE, PRESIDENT, candidate="ash", count=29, of=30)
LARGER = found(Check.LANDSLIDE, PRESIDENT, candidate="ash", count=40, of=40)
WRONG_SUM = found(Check.DELEGATES_NOT_ALLOTTED, PRESIDENT, sum=3, delegates=4)


@pytest.fixture
def desk(parts: AppContext) -> Reviewers:
    load_election(parts, town(), "test")
    return Reviewers(parts)


def rows(page: str) -> list[str]:
    """The codes of a list's precincts, in its order."""
    return re.findall(r'<tr>\s*<th scope="row"><a href="/review/unit/(\d+)"', page)


def in_file(desk: Reviewers, path: str) -> list[dict[str, str]]:
    answer = desk.client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_an_empty_ledger_says_so(desk: Reviewers) -> None:
    page = desk.page("/review/findings")
    assert "Nothing is found." in page
    assert "Nothing found by" in page
    assert "No report has this finding." in desk.page("/review/findings/TWIN")
    assert in_file(desk, "/review/findings.csv") == []


def test_counts_say_what_a_check_means_and_does(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, caucus(12, 8, won={"ash": 3}), WRONG_SUM)
    page = desk.page("/review/findings")
    assert "The delegates do not add up to the number that the precinct elects" in page
    assert "The chair is told, and keys it again; the report is held." in page
    row = re.search(r"<tr>\s*<th scope=\"row\">.*?</tr>", page, re.DOTALL)
    assert row
    assert re.findall(r'class="number">(?:<strong>)?(\d+)', row[0]) == [
        "1",
        "0",
        "1",
        "0",
        "0",
        "0",
    ]
    assert "Findings" in page.partition("<main")[0]


def test_the_oddest_comes_first_unless_another_column_is_asked_for(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, caucus(29, 1, won={"ash": 4}), LANDSLIDE)
    tabulated(desk.parts, SOUTH, caucus(40, won={"ash": 2}), LARGER)
    page = desk.page("/review/findings/LANDSLIDE")
    assert rows(page) == [SOUTH, NORTH]
    assert '<th scope="col" class="number" aria-sort="descending"><a' in page
    assert rows(desk.page("/review/findings/LANDSLIDE?by=unit")) == [NORTH, SOUTH]
    assert rows(desk.page("/review/findings/LANDSLIDE?by=unit&order=down")) == [SOUTH, NORTH]
    assert rows(desk.page("/review/findings/LANDSLIDE?by=no-such-column")) == [SOUTH, NORTH]
    assert "96.7" in page


def test_pairs_that_report_the_same_stand_beside_each_other(desk: Reviewers) -> None:
    pairs = [(NORTH, 12), (NEXT, 13), (SOUTH, 12), (CODES[3], 13)]
    for code, people in pairs:
        tabulated(desk.parts, code, caucus(people, 8, won={"ash": 1, "birch": 1}))
    page = desk.page("/review/findings/TWIN")
    assert rows(page) == [NEXT, CODES[3], NORTH, SOUTH]
    assert rows(desk.page("/review/findings/TWIN?by=twins")) == [NORTH, SOUTH, NEXT, CODES[3]]
    assert "South, South 1 (20001)</a>, version 1" in page


def test_all_award_mistakes_are_one_list(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, caucus(12, 8, won={"ash": 3}), WRONG_SUM)
    page = desk.page("/review/findings/awards")
    assert rows(page) == [NORTH]
    shown = re.sub("</?span>", "", page)
    for words in ("Ash 3", "Ash 2, Birch 2", "Ash +1, Birch -2"):
        assert words in shown
    assert "/review/findings/awards" in desk.page("/review/findings")


def test_lists_are_taken_away_as_files(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, caucus(12, 8, won={"ash": 3}), WRONG_SUM)
    (line,) = in_file(desk, "/review/findings/DELEGATES_NOT_ALLOTTED.csv")
    assert (line["code"], line["version"], line["state"]) == (NORTH, "1", "held")
    assert (line["filed"], line["admitted"], line["misplaced"]) == ("Ash 3", "Ash 2, Birch 2", "2")
    (line,) = in_file(desk, "/review/findings.csv")
    assert line["check"] == "DELEGATES_NOT_ALLOTTED"
    assert "Filed award: Ash 3; Admissible award: Ash 2, Birch 2" in line["figures"]


@pytest.mark.parametrize("name", ["NO_SUCH_CHECK", "BALLOTS_DO_NOT_ADD_UP", "TIE", "twin"])
def test_what_is_no_check_of_this_election_is_not_found(desk: Reviewers, name: str) -> None:
    desk.page(f"/review/findings/{name}", status=404)
    desk.page(f"/review/findings/{name}.csv", status=404)
