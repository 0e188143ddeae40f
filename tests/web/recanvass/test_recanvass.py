"""The pages of a recanvass: from asking to publishing, and everything that is refused."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import update

from hotline.operations.context import AppContext
from hotline.operations.publication.orders import current
from hotline.operations.recanvass import asking
from hotline.operations.recanvass.comparing import compare_recanvass
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.enums import RecanvassState, ResultStatus
from hotline.store.schema.desk_tables import account
from tests.operations.acting import people, published, tabulated
from tests.towns import CODES, caucus, town
from tests.web.review_pages import ANN, SUE, TED, Reviewers

NORTH, NEXT, SOUTH = CODES[0], CODES[1], CODES[2]
HEAD = "unit;contest;candidate;first;final;delegates;attendance\n"
PAPERS = (
    HEAD
    + f"{NORTH};president;ash;12;12;2;20\n{NORTH};president;birch;8;8;2;\n"
    + f"{NEXT};president;ash;30;30;4;40\n{NEXT};president;Birch;10;10;1;\n"
    + f"{SOUTH};president;cedar;9;9;2;9\n"
)


@pytest.fixture
def reviewers(parts: AppContext) -> Reviewers:
    load_election(parts, town(), "test")
    tabulated(parts, NORTH, caucus(8, 12, won={"ash": 2, "birch": 2}))
    tabulated(parts, NEXT, caucus(30, 10, won={"ash": 4, "birch": 1}))
    published(parts)
    return Reviewers(parts)


def send(reviewers: Reviewers, content: str | bytes, status: int = 200, **form: str) -> str:
    token = reviewers.client.get("/token").text
    data = content.encode() if isinstance(content, str) else content
    answer = reviewers.client.post(
        "/review/recanvass/1/records",
        data={"csrf_token": token, "file": (io.BytesIO(data), "papers.csv"), **form},
        follow_redirects=True,
    )
    page = answer.text
    answer.close()
    assert answer.status_code == status, page
    return page


def become_admin(parts: AppContext, name: str) -> None:
    with writing(parts.engine) as connection:
        connection.execute(update(account).where(account.c.name == name).values(role="admin"))


def refused(reviewers: Reviewers, path: str) -> None:
    """Asked for as a program asks: the page that says so is the accounts'."""
    token = reviewers.client.get("/token").text
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    answer = reviewers.client.post(path, headers=headers)
    assert (answer.status_code, answer.json) == (403, {"error": "this is for a supervisor"})


def begin(reviewers: Reviewers) -> str:
    return reviewers.does(
        "/review/recanvass", kind="recanvass", units="", why="a candidate asked for it"
    )


def test_from_asking_to_publishing(reviewers: Reviewers, parts: AppContext) -> None:
    assert "It has begun" in begin(reviewers)
    page = send(reviewers, "\ufeff" + PAPERS)
    assert "3 new, 0 in place of another, 0 as before" in page
    assert "2 precincts differ" in page
    assert "Two candidates swapped" in page
    assert "Nothing counts in the ledger" in page

    page = reviewers.does(
        "/review/recanvass/1/decide", kind="swapped", decision="file", note="the paper is signed"
    )
    assert "Decided on one precinct: file what the paper says" in page
    page = reviewers.page(f"/review/recanvass/1/unit/{SOUTH}")
    case = compare_recanvass(parts, 1).case_of(SOUTH)
    assert case is not None
    assert case.record is not None
    record = str(case.record.id)
    page = reviewers.does(
        f"/review/recanvass/1/unit/{SOUTH}", 422, record=record, decision="file", why=""
    )
    assert "Say why" in page
    reviewers.does(
        f"/review/recanvass/1/unit/{SOUTH}", record=record, decision="file", why="it came by mail"
    )
    assert "it can be filed" in reviewers.does("/review/recanvass/1/finish")

    back = {"back": "/review/recanvass/1"}
    assert "a second person has to file this" in reviewers.page("/review/recanvass/1/file").lower()
    assert "second person" in reviewers.does("/review/recanvass/1/file", **back)
    assert people(parts, "county:North", "ash") == 38
    reviewers.actor = TED
    assert "2 precincts get" in reviewers.page("/review/recanvass/1/file")
    assert "Everything that was decided counts" in reviewers.does(
        "/review/recanvass/1/file", **back
    )
    assert people(parts, "county:North", "ash") == 42
    assert people(parts, "county:South", "cedar") == 9
    page = reviewers.page("/review/recanvass/1")
    assert "An administrator can publish it as recanvass" in page
    assert f"/unit/{SOUTH}" in page


def test_an_administrator_publishes_it(reviewers: Reviewers, parts: AppContext) -> None:
    begin(reviewers)
    send(reviewers, HEAD + f"{NEXT};president;ash;30;30;4;40\n{NEXT};;birch;10;10;1;\n")
    reviewers.does("/review/recanvass/1/finish")
    reviewers.actor = TED
    reviewers.does("/review/recanvass/1/file")
    found = asking.find_recanvass(parts, 1)
    assert found is not None
    assert found.state is RecanvassState.FILED
    become_admin(parts, "ted")
    reviewers.actor = TED
    assert "Results go out as recanvass" in reviewers.does("/review/recanvass/1/publish")
    assert current(parts).status is ResultStatus.RECANVASS


def test_wrong_lines_are_named_and_nothing_is_taken_in(
    reviewers: Reviewers, parts: AppContext
) -> None:
    begin(reviewers)
    bad = PAPERS + "77777;president;ash;1;1;1;1\n" + f"{CODES[3]};president;nobody;1;1;1;1\n"
    page = send(reviewers, bad, 422)
    assert "papers.csv, line 7: no precinct has the code" in page
    assert "papers.csv, line 8" in page
    assert "nobody" in page
    assert compare_recanvass(parts, 1).records == 0

    page = send(reviewers, bad, good="1")
    assert "3 new" in page
    assert "2 wrong lines left out" in page
    assert compare_recanvass(parts, 1).records == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x81\n", "UTF-8"),
        (b"unit,candidate,oranges\n", "unknown column"),
        (b"\x00" * 4_050_000, "4 MB at most"),
    ],
)
def test_a_file_that_is_none(reviewers: Reviewers, content: bytes, said: str) -> None:
    begin(reviewers)
    page = send(reviewers, content, 422)
    assert said in page
    assert 'id="take-good"' not in page


def test_nobody_but_supervisors_asks_or_decides(reviewers: Reviewers, parts: AppContext) -> None:
    reviewers.actor = ANN
    assert "Ask for one" not in reviewers.page("/review/recanvass")
    refused(reviewers, "/review/recanvass")
    reviewers.actor = SUE
    begin(reviewers)
    reviewers.actor = ANN
    assert "Take in papers" not in reviewers.page("/review/recanvass/1")
    for path in ("records", "papers", "decide", "finish", "file", "close", "reopen"):
        refused(reviewers, f"/review/recanvass/1/{path}")
    assert compare_recanvass(parts, 1).records == 0


def test_what_was_written_comes_back_with_a_refusal(reviewers: Reviewers) -> None:
    page = reviewers.does(
        "/review/recanvass", 422, kind="recount", units=f"{NORTH} 12345", why="it is close"
    )
    assert "No precinct has the code 12345" in page
    assert f"{NORTH} 12345" in page
    assert "it is close" in page


def test_closing_needs_a_reason(reviewers: Reviewers, parts: AppContext) -> None:
    begin(reviewers)
    assert "Say why" in reviewers.does("/review/recanvass/1/close", note=" ")
    assert "It is closed" in reviewers.does("/review/recanvass/1/close", note="withdrawn")
    assert "Closed: withdrawn" in reviewers.page("/review/recanvass/1")
    assert "It has begun" in begin(reviewers)


def test_the_report_as_files(reviewers: Reviewers) -> None:
    begin(reviewers)
    send(reviewers, PAPERS)
    answer = reviewers.client.get("/review/recanvass/1/differences.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    swapped = [row for row in rows if row["unit"] == NORTH]
    assert {row["kind"] for row in swapped} == {"swapped"}
    assert [(row["measure"], row["candidate"], row["ledger"], row["paper"]) for row in swapped] == [
        ("first", "ash", "8", "12"),
        ("first", "birch", "12", "8"),
        ("final", "ash", "8", "12"),
        ("final", "birch", "12", "8"),
    ]
    answer = reviewers.client.get("/review/recanvass/1/totals.csv")
    totals = {
        (row["measure"], row["candidate"]): row
        for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    }
    assert totals["first", "ash"]["difference"] == "4"
    assert totals["sde", "cedar"]["papers"] == "0.8"
    answer = reviewers.client.get("/review/recanvass/1/report.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_there_is_no_such_one(reviewers: Reviewers) -> None:
    reviewers.page("/review/recanvass/9", 404)
    begin(reviewers)
    reviewers.page(f"/review/recanvass/1/unit/{NORTH[:-1]}9", 404)
