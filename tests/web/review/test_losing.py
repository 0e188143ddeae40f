"""A precinct that is lost for good, on the pages: proposed, agreed to, shown to everybody."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from hotline.operations.context import AppContext
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.review.losing import agree_to_loss, loss_of, propose_loss
from hotline.store.publication.publications import latest
from hotline.web.results.pages import results_blueprint
from hotline.web.results.units import result_units_blueprint
from tests.operations.acting import published, tabulated
from tests.towns import CODES, caucus, town
from tests.web.control_pages import Control
from tests.web.review_pages import ANN, SUE, TED, Reviewers, seen_on

LOST = CODES[1]
WHY = "the forms burned with the school"


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    open_ledger(parts, is_test=False, by="test")
    for code in CODES:
        if code != LOST:
            tabulated(parts, code, caucus(12, 8))
    return parts


@pytest.fixture
def desk(parts: AppContext) -> Reviewers:
    return Reviewers(parts)


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def propose(desk: Reviewers) -> str:
    return desk.does("/review/lost/propose", code=LOST, why=WHY)


def give_up(parts: AppContext) -> None:
    propose_loss(parts, SUE, LOST, WHY)
    found = loss_of(parts, LOST)
    assert found is not None
    agree_to_loss(parts, TED, LOST, found.unit.stamp)


def test_a_supervisor_proposes_and_another_agrees(desk: Reviewers) -> None:
    assert f'href="/review/lost?unit={LOST}"' in desk.page(f"/review/unit/{LOST}")
    form = desk.page(f"/review/lost?unit={LOST}")
    assert f'value="{LOST}" selected' in form
    assert "this is published" in form

    page = propose(desk)

    assert "It is proposed: a second person has to agree." in page
    assert "You proposed it" in page
    assert "Agree" not in page
    assert "sue proposes to give North, North 2 (10002) up as lost" in text(desk.page("/review/"))

    desk.actor = TED
    page = desk.does("/review/lost/agree", code=LOST, seen=seen_on(desk.page("/review/lost")))

    assert "It is given up as lost." in page
    assert "Proposed by sue, agreed by ted" in page
    assert "Given up as lost by sue and ted" in desk.page(f"/review/unit/{LOST}")


def test_staff_see_it_and_change_nothing(desk: Reviewers) -> None:
    propose(desk)
    desk.actor = ANN

    page = desk.page("/review/lost")

    assert WHY in page
    assert "<form method" not in page


def test_what_cannot_be_is_said_and_what_was_written_is_kept(desk: Reviewers) -> None:
    page = desk.does("/review/lost/propose", status=422, code=CODES[0], why=WHY)

    assert "It has reported: a report of it is counted." in page
    assert f'value="{WHY}"' in page
    desk.does("/review/lost/propose", status=404, code="99999", why=WHY)
    desk.does("/review/lost/withdraw", status=422, code=LOST, why="")


def test_it_is_taken_back(desk: Reviewers) -> None:
    propose(desk)

    page = desk.does("/review/lost/withdraw", code=LOST, why="they were found")

    assert "It is not given up: it is waited for as any other." in page
    assert loss_of(desk.parts, LOST) is None


def test_the_review_points_out_a_report_that_comes_all_the_same(desk: Reviewers) -> None:
    give_up(desk.parts)
    tabulated(desk.parts, LOST, caucus(3, 4))

    assert "is given up as lost, and has reported all the same" in text(desk.page("/review/"))
    assert "It has reported all the same." in desk.page(f"/review/unit/{LOST}")
    assert "its report is counted: look into it" in desk.page("/review/lost")


def test_whoever_certifies_is_told_what_is_left_out(parts: AppContext) -> None:
    published(parts)
    give_up(parts)
    control = Control(parts)

    page = text(control.page("publication/certify"))

    assert "These are certified without 1 precinct that is given up as lost" in page
    assert f"North 2 ({LOST}): {WHY}" in page
    assert "Every other precinct counts." in page


def test_the_public_reads_which_and_why_in_both_languages(parts: AppContext) -> None:
    give_up(parts)
    published(parts)
    app = Flask("tests.lost")
    app.register_blueprint(results_blueprint(lambda: latest(parts.engine), title="Results"))
    app.register_blueprint(result_units_blueprint(parts))
    client = app.test_client()

    page = text(client.get("/results").text)
    assert "1 precinct will never report, and stays counted as missing:" in page
    assert f"North 2: {WHY}" in page
    assert "1 precinto no informará nunca" in text(client.get("/results?lang=es").text)
    assert WHY in client.get("/results?area=county:North").text
    assert WHY not in client.get("/results?area=county:South").text
    unit = client.get(f"/results/units/{LOST}").text
    assert "Its report will never come, and it stays counted as missing." in unit
    assert f"Reason: {WHY}" in unit
    assert client.get(f"/results/units/{LOST}.json").json["lost"] == WHY
    assert "lost" not in client.get(f"/results/units/{CODES[0]}.json").json
