from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.desk.callbacks import QUEUE, not_reached
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.web.desk_pages import ANN, BO, OTTO, PHONE, UNIT, Desks


@pytest.fixture
def desks(parts: AppContext, town: Election) -> Desks:
    load_election(parts, replace(town, chairs_line="+15155550100"), "test")
    chairs = [Chair(UNIT, "Alva North", (PHONE,)), Chair("20001", "Sam South", ("+15155550104",))]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, chairs)
    return Desks(parts)


def test_one_click_calls_the_chair_and_shows_the_case(desks: Desks) -> None:
    desks.begins(ANN)
    page = desks.does(f"/desk/missing/{UNIT}/call")

    assert "The telephone is ringing there" in page
    assert "Close the call" in page
    assert desks.telephones.did == [("call", PHONE)]
    assert PHONE not in page
    assert "ann is calling or talking" in desks.page("/desk/missing")


def test_a_second_person_is_told_who_is_on_it(desks: Desks) -> None:
    desks.begins(ANN)
    desks.begins(BO)
    desks.does(f"/desk/missing/{UNIT}/call")
    desks.actor = BO

    assert f"/desk/missing/{UNIT}/call" not in desks.page("/desk/missing")
    assert "Ann is on precinct" in desks.does(f"/desk/missing/{UNIT}/call")


def test_a_chair_who_waits_on_the_line_is_not_called(desks: Desks) -> None:
    desks.begins(ANN)
    desks.waits("CA1")

    page = desks.page("/desk/missing")
    assert "on the line, and waits for a person" in page
    assert f"/desk/missing/{UNIT}/call" not in page
    assert "take the call" in desks.does(f"/desk/missing/{UNIT}/call")
    assert desks.telephones.did == []


def test_an_outcome_is_kept_and_shown_where_it_was_asked_for(desks: Desks) -> None:
    back = "/desk/missing?area=North&show=all"
    page = desks.does(f"/desk/missing/{UNIT}/outcome", outcome="no-answer", again="", back=back)

    assert "Noted: no answer." in page
    assert "Sam South" not in page
    assert "19:10:00" in page  # ten minutes on, in the election's own zone


@pytest.mark.parametrize("form", [{}, {"outcome": "x"}, {"outcome": "reached", "again": "7"}])
def test_what_is_none_of_the_choices_is_refused(desks: Desks, form: dict[str, str]) -> None:
    page = desks.does(f"/desk/missing/{UNIT}/outcome", back="/desk/missing", **form)

    assert 'role="alert"' in page
    assert "Noted" not in page


def test_filters(desks: Desks) -> None:
    desks.does(f"/desk/missing/{UNIT}/outcome", outcome="will-send-paper")

    assert "Alva North" in desks.page("/desk/missing?show=paper")
    assert "Sam South" not in desks.page("/desk/missing?show=paper")
    assert "Alva North" not in desks.page("/desk/missing?show=now")
    assert "Sam South" in desks.page("/desk/missing?area=South&show=now")
    assert "4 precincts" in desks.page("/desk/missing?show=no-phone")
    assert "6 precincts" in desks.page("/desk/missing?show=nonsense")


def test_an_observer_sees_no_chairs(desks: Desks) -> None:
    desks.actor = OTTO
    as_program = {"Accept": "application/json"}

    assert desks.client.get("/desk/missing", headers=as_program).status_code == 403
    answer = desks.client.post(f"/desk/missing/{UNIT}/call", data=desks.form(), headers=as_program)
    assert answer.status_code == 403


def test_an_unknown_precinct_is_not_found(desks: Desks) -> None:
    answer = desks.client.post("/desk/missing/99999/call", data=desks.form())

    assert answer.status_code == 404


def test_a_callback_that_was_given_up_is_shown_until_somebody_has_seen_to_it(desks: Desks) -> None:
    desks.waits("CA1", unit="")
    desks.board.waiting.call_back("CA1", agreed=True)
    desks.board.waiting.remove("CA1")
    not_reached(desks.board, QUEUE, "CA1", "busy")

    assert "Asked to be called back, and not reached" in desks.page("/desk/missing")
    page = desks.does(
        "/desk/missing/seen-to", case="CA1", note="wrote to her", back="/desk/missing"
    )
    assert "Noted: it is seen to." in page
    assert "and not reached" not in page
