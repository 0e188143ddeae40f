"""The review as staff see it: the queue, a unit, decisions by one or two people, in forms."""

from __future__ import annotations

import pytest

from config.settings import SecondReviewer
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.review import challenging
from tests.operations.acting import CONTESTING, HOLDING, events, state, tabulated
from tests.towns import CODES, caucus, town
from tests.web.review_pages import ANN, OTTO, TED, Reviewers, seen_on

NORTH, NEXT, SOUTH = CODES[0], CODES[1], CODES[2]
FIGURES = caucus(12, 8, won={"ash": 2, "birch": 2})
OTHER = caucus(5, 15, won={"ash": 1, "birch": 3})
WHY = "the chair read the sheet to me"


@pytest.fixture
def desk(parts: AppContext) -> Reviewers:
    load_election(parts, town(), "test")
    return Reviewers(parts)


def policy(desk: Reviewers, second: SecondReviewer) -> Reviewers:
    """The same, under another policy."""
    settings = desk.parts.settings.model_copy(update={"review_second": second})
    object.__setattr__(desk.parts, "settings", settings)
    return desk


def test_an_empty_queue_says_what_would_stand_there(desk: Reviewers) -> None:
    page = desk.page("/review/")
    assert "0 precincts to look into" in page
    assert "Nothing waits" in page


def test_the_queue_says_why_and_what_is_at_stake(desk: Reviewers) -> None:
    tabulated(desk.parts, NEXT, caucus(30, 10, won={"ash": 4, "birch": 1}))
    tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    tabulated(desk.parts, SOUTH, caucus(9, 3, won={"ash": 1, "birch": 1}), CONTESTING)

    page = desk.page("/review/")

    assert "2 precincts to look into" in page
    assert "More people in the final alignment than in the first" in page
    assert "Fewer people have more delegates" in page
    assert "Could move the lead of Ash by up to 1.34 state delegates (it is 1.00)" in page
    assert page.index("North 1 (10001)") < page.index("South 1 (20001)")


def test_a_supervisor_proposes_and_another_agrees(desk: Reviewers) -> None:
    held = tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    at = f"/review/report/{held.report_id}/release"
    page = desk.page(at)
    assert "a second person has to agree" in page

    page = desk.does(at, why=WHY, seen=seen_on(page))
    assert "It is proposed." in page
    assert state(desk.parts, NORTH)[0] == "held"
    assert "You proposed it: a second person has to agree." in desk.page("/review/proposal/1")

    desk.actor = TED
    assert "sue proposes to release: waits" in desk.page("/review/")
    page = desk.page("/review/proposal/1")
    page = desk.does("/review/proposal/1/agree", seen=seen_on(page))
    assert "It counts as it was filed." in page
    assert events(desk.parts, held.report_id)[-1] == ("counted", "sue and ted", WHY)


def test_nobody_agrees_to_their_own(desk: Reviewers) -> None:
    held = tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    desk.does(f"/review/report/{held.report_id}/release", why=WHY)

    page = desk.does("/review/proposal/1/agree", status=403)

    assert "A second person has to look at this" in page
    assert state(desk.parts, NORTH)[0] == "held"


def test_staff_propose_whatever_the_policy(desk: Reviewers) -> None:
    policy(desk, SecondReviewer.NEVER)
    held = tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    desk.actor = ANN
    assert "a supervisor has to agree" in desk.page(f"/review/report/{held.report_id}/reject")

    page = desk.does(f"/review/report/{held.report_id}/reject", why=WHY)

    assert "It is proposed." in page
    assert "A supervisor agrees to it, or refuses it." not in desk.page("/review/proposal/1")
    assert state(desk.parts, NORTH)[0] == "held"


def test_a_supervisor_decides_alone_where_the_policy_asks_nobody(desk: Reviewers) -> None:
    policy(desk, SecondReviewer.NEVER)
    held = tabulated(desk.parts, NORTH, FIGURES, HOLDING)

    page = desk.does(f"/review/report/{held.report_id}/release", why=WHY)

    assert "It counts as it was filed." in page
    assert f"sue released version 1: {WHY}" in page
    assert "0 precincts to look into" in desk.page("/review/")  # it was looked into just now
    assert state(desk.parts, NORTH)[0] == "counted"


def test_a_reason_is_asked_and_what_was_seen_must_still_be_so(desk: Reviewers) -> None:
    held = tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    at = f"/review/report/{held.report_id}/release"
    seen = seen_on(desk.page(at))

    assert "A decision needs its author and a reason." in desk.does(at, status=422, why=" ")
    tabulated(desk.parts, NORTH, OTHER)
    page = desk.does(at, status=422, why=WHY, seen=seen)
    assert "look again" in page
    assert WHY in page  # nothing that was written is lost


def test_a_new_version_is_checked_shown_and_proposed(desk: Reviewers) -> None:
    held = tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    at = f"/review/report/{held.report_id}/replace"
    assert 'value="12"' in desk.page(at)
    keyed = {
        "president.attendance": "20",
        "president.first.ash": "15",
        "president.first.birch": "5",
        "president.final.ash": "15",
        "president.final.birch": "5",
    }

    page = desk.does(at, do="check", why=WHY, **keyed)
    assert "By the rules that makes Ash 3, Birch 1" in page
    same = page.split('value="same:')[1].split('"')[0]
    keyed["president.award"] = f"same:{same}"
    page = desk.does(at, do="check", **keyed)
    assert "Give the reason" in page
    page = desk.does(at, do="check", why=WHY, **keyed)
    assert "This will count in place of version 1" in page
    assert "<del>12</del>" in page
    page = desk.does(at, do="file", why=WHY, seen=seen_on(page), **keyed)
    assert "It is proposed." in page

    desk.actor = TED
    page = desk.page("/review/proposal/1")
    assert "<ins>15</ins>" in page
    page = desk.does("/review/proposal/1/agree", seen=seen_on(page))
    assert "The new version counts." in page
    assert state(desk.parts, NORTH)[:2] == ("counted", 2)


def test_wrong_numbers_come_back_with_what_is_wrong(desk: Reviewers) -> None:
    held = tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    at = f"/review/report/{held.report_id}/replace"

    page = desk.does(at, do="check", why=WHY, **{"president.attendance": "many"})

    assert "A whole number, such as 12." in page
    assert 'value="many"' in page
    assert WHY in page


def test_a_proposal_is_refused_with_a_reason_or_withdrawn(desk: Reviewers) -> None:
    held = tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    at = f"/review/report/{held.report_id}/release"
    desk.does(at, why=WHY)
    desk.actor = TED
    assert "needs its author and a reason" in desk.does("/review/proposal/1/refuse", status=422)
    page = desk.does("/review/proposal/1/refuse", why="the sheet says otherwise")
    assert "It is refused" in page
    assert "the sheet says otherwise" in page

    desk.does(at, why=WHY)
    page = desk.does("/review/proposal/2/withdraw")
    assert "It is withdrawn" in page
    assert state(desk.parts, NORTH)[0] == "held"


def test_versions_stand_side_by_side(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, FIGURES)
    tabulated(desk.parts, NORTH, OTHER)

    page = desk.page(f"/review/unit/{NORTH}")

    assert "differs: </span>5</td>" in page
    assert "By the rules" in page
    assert "6 numbers are not as in version 1" in page
    assert "The precinct has reported before, with other figures (version 1)." in page


def test_what_was_looked_into_leaves_the_queue_and_stays_contested(desk: Reviewers) -> None:
    filed = tabulated(desk.parts, NORTH, FIGURES, CONTESTING)
    at = f"/review/report/{filed.report_id}/confirm"

    page = desk.does(at, why="seen the photograph", seen=seen_on(desk.page(at)))

    assert "looked into, and stands" in page
    page = desk.page("/review/")
    assert "0 precincts to look into" in page
    assert "seen the photograph" in page
    assert state(desk.parts, NORTH) == ("counted", 1, True, False)


def test_a_challenge_is_settled_and_the_observer_reads_why(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, FIGURES)
    challenging.file_challenge(desk.parts, OTTO, NORTH, "Our captain counted nine for Birch.")
    assert "Challenged" in desk.page("/review/")

    page = desk.does("/review/challenge/1", status=422, state="upheld", why="right")
    assert "decide on the report first" in page
    page = desk.does("/review/challenge/1", state="dismissed", why="The sheet says eight.")
    assert "The challenge is dismissed" in page

    desk.actor = OTTO
    assert "The sheet says eight." in desk.page("/observe/")


@pytest.mark.parametrize(
    "path",
    [
        "/review/unit/99999",
        "/review/report/4711/release",
        "/review/proposal/9",
        "/review/challenge/9",
    ],
)
def test_what_is_not_there_is_not_found(desk: Reviewers, path: str) -> None:
    desk.page(path, status=404)


def test_precincts_are_found_by_code_and_name(desk: Reviewers) -> None:
    assert desk.client.get("/review/find?unit=10001").location == "/review/unit/10001"
    assert "2 precincts" in desk.page("/review/find?unit=south")
    assert "No precinct" in desk.page("/review/find?unit=nowhere", status=404)


def test_filters(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, FIGURES, HOLDING)
    tabulated(desk.parts, SOUTH, caucus(9, 3, won={"ash": 2}), CONTESTING)

    assert "South 1 (20001)" not in desk.page("/review/?show=held")
    assert "North 1 (10001)" not in desk.page("/review/?area=South")
    assert "None of these." in desk.page("/review/?show=proposed")


def test_an_observer_has_no_review(desk: Reviewers) -> None:
    desk.actor = OTTO
    answer = desk.client.get("/review/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (403, {"error": "this is for a staff"})
