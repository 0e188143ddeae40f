"""What observers see, what they never see, and their challenges."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.database import reading, writing
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from hotline.store.schema.desk_tables import activity
from tests.operations.acting import CONTESTING, HOLDING, tabulated
from tests.operations.deciding import release
from tests.towns import CODES, caucus, town
from tests.web.review_pages import ANN, OLGA, OTTO, SUE, Reviewers

NORTH, NEXT, SOUTH = CODES[0], CODES[1], CODES[2]
DOUBT = "Our captain counted nine for Birch."
PHONE = "+15155550177"


@pytest.fixture
def desk(parts: AppContext) -> Reviewers:
    load_election(parts, town(), "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, "town", [Chair(NORTH, "Alva North", (PHONE,))])
    desk = Reviewers(parts)
    desk.actor = OTTO
    return desk


def test_every_unit_is_listed_with_its_state(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, caucus(12, 8), HOLDING)
    tabulated(desk.parts, NEXT, caucus(9, 3), CONTESTING)

    page = desk.page("/observe/")

    assert "6 of 6" in page
    assert page.count("state-outstanding") == 4
    assert "South 1" not in desk.page("/observe/?show=held")
    assert "1 of 6" in desk.page("/observe/?show=contested&area=North")
    assert "1 of 6" in desk.page("/observe/?unit=south+2")
    assert "None of these." in desk.page("/observe/?show=challenged")


def test_a_unit_shows_versions_and_no_names(desk: Reviewers) -> None:
    filed = tabulated(desk.parts, NORTH, caucus(12, 8), HOLDING)
    release(desk.parts, filed.report_id, SUE, "Alva North read it to me from +15155550177")
    tabulated(desk.parts, NORTH, caucus(5, 15))

    page = desk.page(f"/observe/unit/{NORTH}")

    assert "by staff" in page
    assert "Version 2: " in page
    for hidden in ("Alva", "0177", "0100", "sue", filed.confirmation, "read it to me"):
        assert hidden not in page, hidden


def test_a_challenge_is_filed_seen_and_withdrawn(desk: Reviewers) -> None:
    tabulated(desk.parts, NORTH, caucus(12, 8))
    page = desk.does(f"/observe/unit/{NORTH}/challenge", text=DOUBT)
    assert "Your challenge is filed" in page
    assert "state-challenged" in desk.page("/observe/")

    again = desk.does(f"/observe/unit/{NORTH}/challenge", status=422, text=DOUBT + " Again.")
    assert "you have an open challenge" in again.casefold()
    assert DOUBT + " Again." in again  # nothing that was written is lost

    desk.actor = OLGA
    page = desk.page(f"/observe/unit/{NORTH}")
    assert "state-challenged" in page
    assert DOUBT not in page
    assert "only who filed" in desk.does("/observe/challenge/1/withdraw").casefold()

    desk.actor = OTTO
    assert "Your challenge is withdrawn" in desk.does("/observe/challenge/1/withdraw")
    assert "not open any more" in desk.does("/observe/challenge/1/withdraw")


@pytest.mark.parametrize(
    ("text", "said"), [("too few", "at least 10"), ("x" * 2001, "At most 2,000")]
)
def test_a_challenge_has_a_fit_length(desk: Reviewers, text: str, said: str) -> None:
    page = desk.does(f"/observe/unit/{NORTH}/challenge", status=422, text=text)
    assert said in page
    assert text in page


def test_what_an_observer_does_is_logged(desk: Reviewers) -> None:
    desk.does(f"/observe/unit/{NORTH}/challenge", text=DOUBT)
    desk.does("/observe/challenge/1/withdraw")

    with reading(desk.parts.engine) as connection:
        wanted = select(activity.c.kind, activity.c.who).where(activity.c.unit_code == NORTH)
        rows = connection.execute(wanted.order_by(activity.c.id))
        assert [tuple(row) for row in rows] == [
            ("challenge-filed", "otto"),
            ("challenge-settled", "otto"),
        ]


def test_staff_may_look_as_observers_do(desk: Reviewers) -> None:
    desk.actor = ANN
    assert "6 of 6" in desk.page("/observe/")
    desk.page("/observe/unit/99999", status=404)
