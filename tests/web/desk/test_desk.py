from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.desk.waiting import Class
from hotline.store.enums import Presence
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from hotline.web.console.access import require_stated_access
from tests.web.desk_pages import ANN, BO, OTTO, PHONE, SUE, UNIT, Desks


@pytest.fixture
def desks(parts: AppContext, town: Election) -> Desks:
    load_election(parts, replace(town, chairs_line="+15155550100"), "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, [Chair(UNIT, "Alva North", (PHONE,))])
    return Desks(parts)


def test_every_route_says_whom_it_is_for(desks: Desks) -> None:
    require_stated_access(desks.app)


def test_the_queue_shows_who_waits_and_never_a_whole_number(desks: Desks) -> None:
    desks.waits("CA1")
    desks.waits("CA2", Class.UNKNOWN, unit="", last4="0142", number="")

    page = desks.page()

    assert "Alva North" in page
    assert "unknown phone" in page
    assert "North, North 1 (10001)" in page
    assert "pressed 0" in page
    assert PHONE not in page


def test_taking_the_next_caller_shows_the_call(desks: Desks) -> None:
    desks.waits("CA1")
    desks.begins(ANN)

    page = desks.does("/desk/take")

    assert "You are connected." in page
    assert "Enter the report" in page
    assert "Close the call" in page
    assert desks.telephones.did[0][:2] == ("redirect", "CA1")


def test_of_two_who_take_one_caller_the_second_hears_who_was_first(desks: Desks) -> None:
    desks.waits("CA1")
    desks.begins(ANN)
    desks.begins(BO)
    desks.does("/desk/take", sid="CA1")

    desks.actor = BO
    page = desks.does("/desk/take", sid="CA1")

    assert "Ann has taken this caller." in page


def test_without_a_telephone_nobody_takes_a_call(desks: Desks) -> None:
    desks.waits("CA1")

    assert "No telephone is connected" in desks.does("/desk/take")
    assert len(desks.board.waiting.everyone()) == 1


def test_a_call_is_closed_with_an_outcome(desks: Desks) -> None:
    desks.waits("CA1")
    desks.begins(ANN)
    desks.does("/desk/take")

    assert "Say first how the call ended." in desks.does("/desk/end", note="a long story")
    page = desks.does("/desk/end", outcome="reached", note="helped")

    assert "Closed: Helped." in page
    assert ("hang up", "CA1") in desks.telephones.did
    assert desks.board.waiting.everyone() == []


def test_who_is_to_be_called_back_waits_to_be_called(desks: Desks) -> None:
    desks.waits("CA1")
    desks.begins(ANN)
    desks.does("/desk/take")

    desks.does("/desk/end", outcome="callback", note="after the count")

    [waiter] = desks.board.waiting.everyone()
    assert (waiter.unit, waiter.callback, waiter.number) == (UNIT, True, PHONE)


def test_what_was_written_is_given_back_where_it_was_not_done(desks: Desks) -> None:
    desks.waits("CA1")
    desks.begins(ANN)
    desks.does("/desk/take")

    page = desks.does("/desk/end", note="a long story")

    assert re.search(r'<textarea id="end-note"[^>]*>a long story</textarea>', page)


@pytest.mark.parametrize("word", list(Presence))
def test_presence(desks: Desks, word: Presence) -> None:
    desks.begins(ANN)
    page = desks.does("/desk/presence", presence=word.value)

    me = desks.board.staff.find(1)
    assert me is not None
    if word is Presence.TALKING:
        assert "not-done" in page
    else:
        assert me.presence is word


def test_a_shift_begins_with_a_call_to_ones_telephone(desks: Desks) -> None:
    assert "is not a telephone number" in desks.does("/desk/shift", phone="banana")

    assert "answer it and press 1" in desks.does("/desk/shift", phone="+1 515 555 0150")
    assert desks.telephones.did == [("call", "+15155550150")]


def test_an_observer_has_no_desk(desks: Desks) -> None:
    desks.waits("CA1")
    desks.actor = OTTO
    as_program = {"Accept": "application/json"}

    for path in ("/desk/", "/desk/state", "/desk/find?unit=10001", f"/desk/unit/{UNIT}"):
        answer = desks.client.get(path, headers=as_program)
        assert (answer.status_code, answer.json) == (403, {"error": "this is for a staff"})
    answer = desks.client.post("/desk/take", data=desks.form(), headers=as_program)
    assert answer.status_code == 403
    assert len(desks.board.waiting.everyone()) == 1


class TestState:
    def poll(self, desks: Desks, etag: str = "") -> tuple[int, str, dict]:
        answer = desks.client.get("/desk/state", headers={"If-None-Match": etag})
        document = json.loads(answer.text) if answer.status_code == 200 else {}
        return answer.status_code, answer.headers["ETag"], document

    def test_nothing_new_is_nothing_sent(self, desks: Desks) -> None:
        desks.waits("CA1")
        status, etag, document = self.poll(desks)
        assert status == 200
        assert document["said"] == "1 caller is waiting. First: Alva North."
        assert self.poll(desks, etag)[0] == 304

        desks.waits("CA2", Class.UNKNOWN, unit="")

        status, after, document = self.poll(desks, etag)
        assert (status, after == etag) == (200, False)
        assert document["said"].startswith("2 callers")

    def test_each_live_part_is_the_same_as_on_the_page(self, desks: Desks) -> None:
        desks.waits("CA1")
        desks.waits("CA2")
        desks.begins(ANN)
        page = desks.does("/desk/take")

        parts = self.poll(desks)[2]["parts"]

        assert parts.keys() == {"me", "queue", "colleagues", "line"}
        for name, html in parts.items():
            assert f'data-live="{name}"' in page
            assert _untokened(html).strip() in _untokened(page), name

    def test_two_people_are_told_apart(self, desks: Desks) -> None:
        _, mine, _ = self.poll(desks)
        desks.actor = SUE
        assert self.poll(desks, mine)[0] == 200

    def test_an_open_page_keeps_the_claim_of_its_unit(self, desks: Desks) -> None:
        desks.does(f"/desk/unit/{UNIT}/claim")
        key = f"hotline:claim:{desks.board.parts.election().ledger_id}:{UNIT}"
        desks.board.parts.redis.expire(key, 5)

        desks.client.get(f"/desk/state?unit={UNIT}")

        assert desks.board.parts.redis.ttl(key) > 60


class TestUnits:
    def test_a_unit_is_found_by_code_and_by_name(self, desks: Desks) -> None:
        assert desks.client.get(f"/desk/find?unit={UNIT}").location == f"/desk/unit/{UNIT}"
        assert desks.client.get("/desk/find?unit=south+2").location == "/desk/unit/20002"
        assert "North 2" in desks.page("/desk/find?unit=north")
        desks.page("/desk/find?unit=nowhere", 404)
        desks.page("/desk/unit/99999", 404)

    def test_a_second_person_looks_and_does_not_touch(self, desks: Desks) -> None:
        desks.does(f"/desk/unit/{UNIT}/claim")

        desks.actor = BO
        page = desks.page(f"/desk/unit/{UNIT}")
        assert "ann is on this precinct" in page
        assert "Take it over" not in page
        assert "Ann is on precinct 10001." in desks.does(f"/desk/unit/{UNIT}/claim")
        assert "Ann is on precinct 10001." in desks.does(f"/desk/unit/{UNIT}/pin")

        desks.actor = SUE
        assert "Take it over from ann" in desks.page(f"/desk/unit/{UNIT}")
        assert "Taken over from ann." in desks.does(f"/desk/unit/{UNIT}/take-over")

    def test_a_new_pin_is_sent_and_not_shown(self, desks: Desks) -> None:
        page = desks.does(f"/desk/unit/{UNIT}/pin", back=f"/desk/unit/{UNIT}")

        assert "A new PIN is on its way to the phone on the roster" in page
        assert not re.search(r"\b\d{6}\b", re.sub(r"<[^>]*>", "", page))

    def test_who_has_not_reported_is_called_with_one_click(self, desks: Desks) -> None:
        page = desks.page("/desk/outstanding")
        assert "0 of 6 have reported" in page
        assert "no phone on the roster" in page

        desks.does(f"/desk/unit/{UNIT}/call", back="/desk/outstanding")

        assert "in the queue, place 1" in desks.page("/desk/outstanding")

    def test_a_note_is_kept(self, desks: Desks) -> None:
        desks.does(f"/desk/unit/{UNIT}/note", note="<b>hoarse</b>")

        assert "&lt;b&gt;hoarse&lt;/b&gt;" in desks.page(f"/desk/unit/{UNIT}")


@pytest.mark.parametrize(
    "elsewhere", ["https://x.example/", "//x.example", "/desk//x", "/desk/\\x"]
)
def test_an_action_leads_back_to_our_own_pages_only(desks: Desks, elsewhere: str) -> None:
    answer = desks.client.post("/desk/presence", data=desks.form(back=elsewhere))

    assert answer.location == "/desk/"


def test_pages_are_kept_nowhere_and_run_nothing_of_others(desks: Desks) -> None:
    for path in ("/desk/", "/desk/state", "/desk/outstanding", f"/desk/report/{UNIT}"):
        headers = desks.client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        page = desks.client.get(path).text
        assert " style=" not in page
        assert not re.search(r"<script(?! src=)", page)
        assert not re.search(r" on\w+=", page)


def _untokened(html: str) -> str:
    """Without the tokens of its forms, which hold the second at which they were made."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", html)
