"""Calls in the control room: searching, the story of one, and the file."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.audit.activity import ActivityEntry, of_call
from hotline.store.audit.activity_search import ActivityFilter, search
from hotline.store.calls import call_search
from hotline.store.database import reading
from hotline.store.enums import ActivityKind
from tests.conftest import Clock
from tests.operations.lives import arrive, end, file, to_person, turned_away, verify
from tests.towns import town
from tests.web.control_pages import Control

UNIT = "10001"


@pytest.fixture
def control(parts: AppContext) -> Control:
    load_election(parts, town(), "test")
    return Control(parts)


@pytest.fixture
def calls(control: Control, clock: Clock) -> Control:
    """Three calls, a minute apart: one is filed in, one is put to a person, one is turned away."""
    parts = control.parts
    arrive(parts, "CA1", standing="roster", verdict="fast-lane")
    verify(parts, "CA1", unit=UNIT)
    file(parts, "CA1")
    end(parts, "CA1", seconds=100)
    clock.advance(60)
    arrive(parts, "CA2")
    to_person(parts, "CA2")
    clock.advance(60)
    turned_away(parts, "CA3", caller="another-caller-1")
    ingest_events(parts, rest=0)
    return control


def listed(page: str) -> list[str]:
    return re.findall(r'href="/admin/calls/(CA\d+)"', page)


def test_calls_are_listed_the_newest_first(calls: Control) -> None:
    page = calls.page("calls")

    assert listed(page) == ["CA3", "CA2", "CA1"]
    assert "3 calls, the newest first." in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("verdict=fast-lane", ["CA1"]),
        ("verdict=turn-away", ["CA3"]),
        ("outcome=filed", ["CA1"]),
        ("outcome=person", ["CA2"]),
        ("outcome=turned-away", ["CA3"]),
        (f"unit={UNIT}", ["CA1"]),
        ("line=public", []),
        ("channel=voice", ["CA3", "CA2", "CA1"]),
        ("since=2020-02-03T19:01", ["CA3", "CA2"]),
        ("until=2020-02-03T19:01:00", ["CA1"]),
        ("since=2020-02-03+19:01&until=2020-02-03+19:02", ["CA2"]),
        ("since=2020-02-03T19:01-06:00&until=2020-02-04T01:02Z", ["CA2"]),
        ("digits=9999", []),
    ],
)
def test_a_search_finds_what_is_asked_for(calls: Control, asked: str, found: list[str]) -> None:
    page = calls.page(f"calls?{asked}")

    assert listed(page) == found
    assert ("No call is like that." in page) is (not found)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("since=yesterday", "This is no time"),
        ("since=2020-02-31T10:00", "This is no time"),
        ("since=2020-11-01T01:30", "write 2020-11-01T01:30-05:00 (CDT) or 2020-11-01T01:30-06:00"),
        ("until=2020-03-08T02:30", "2020-03-08 02:30 never exists in America/Chicago"),
        ("since=2020-02-04T10:00&until=2020-02-04T09:00", "later than the beginning"),
        ("unit=Nowhere", "No precinct has this code or name."),
        ("digits=12a4", "Write the last four digits"),
        ("digits=%2B15155550142", "Write the last four digits"),
        ("verdict=maybe", "none of the choices"),
    ],
)
def test_what_is_not_right_is_said_and_the_form_is_kept(
    calls: Control, asked: str, said: str
) -> None:
    page = unescape(calls.page(f"calls?{asked}&outcome=filed", 422))

    assert said in page
    assert '<option value="filed" selected>' in page
    assert listed(page) == []
    name, _, given = asked.partition("=")
    if name in ("digits", "unit") or given == "yesterday":
        assert f'value="{given.replace("%2B", "+")}"' in page


def test_pages_lead_on_and_back_and_keep_what_was_asked(
    calls: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_search.search, "__defaults__", (None, 1))
    first = calls.page("calls?channel=voice")
    second = follow(calls, first, "next")
    third = follow(calls, second, "next")

    assert [listed(page) for page in (first, second, third)] == [["CA3"], ["CA2"], ["CA1"]]
    assert 'rel="next"' not in third
    assert listed(follow(calls, third, "prev")) == ["CA2"]
    assert 'value="voice" selected' in third


def follow(control: Control, page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="/admin/([^"]+)"', page)
    assert found
    return control.page(unescape(found[1]))


def test_a_place_that_is_none_begins_at_the_top(calls: Control) -> None:
    assert listed(calls.page("calls?at=older_1_2")) == ["CA3", "CA2", "CA1"]


def test_nobody_has_called_yet(control: Control) -> None:
    assert "Nobody has called yet." in control.page("calls")


def test_a_call_has_its_whole_story(calls: Control) -> None:
    page = calls.page("calls/CA1")

    assert f"/admin/units/{UNIT}" in page
    assert "proved the PIN" in page
    assert "Fast lane" in page
    assert "after 100 s" in page


def test_there_is_no_such_call(calls: Control) -> None:
    calls.page("calls/CA99", 404)
    calls.page("calls/x/../y", 404)


def test_the_number_of_a_call_is_blocked_where_it_is_kept(calls: Control) -> None:
    assert "cannot be blocked" in calls.page("calls/CA3")
    page = calls.does("calls/CA2/block", note=" ", back="/admin/calls/CA2")
    assert "Say why the number is to be turned away." in page

    page = calls.does("calls/CA2/block", note="shouts", back="/admin/calls/CA2")

    assert "is turned away from now on." in page
    kinds = {entry.kind for entry in entries(calls, "CA2")}
    assert {ActivityKind.NUISANCE, ActivityKind.NUMBER_BLOCKED} <= kinds


def entries(control: Control, sid: str) -> list[ActivityEntry]:
    with reading(control.parts.engine) as connection:
        return list(of_call(connection, sid))


def test_the_file_has_what_was_found_and_it_is_written_down(calls: Control) -> None:
    text = calls.does("calls.csv", outcome="filed")

    head, row = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    found = dict(zip(head, row, strict=True))
    assert found["sid"] == "CA1"
    assert found["unit_code"] == UNIT
    assert len(found["last_four"]) <= 4
    assert "number" not in head
    with reading(calls.parts.engine) as connection:
        newest = search(connection, ActivityFilter()).rows[0].entry
    assert (newest.kind, newest.who) == (ActivityKind.CALLS_EXPORTED, "ada")
    assert newest.after == {"asked for": {"outcome": "filed"}}


def test_a_file_of_what_cannot_be_asked_for_is_refused(calls: Control) -> None:
    token = calls.client.get("/token").text
    answer = calls.client.post("/admin/calls.csv", data={"digits": "x", "csrf_token": token})

    assert answer.status_code == 400


def test_what_is_looked_through_in_part_says_how_far(
    calls: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_search, "LOOKED_THROUGH", 1)
    page = calls.page("calls?outcome=filed&verdict=challenge")

    assert "Look further" in page
    further = re.search(r'href="/admin/(calls[^"]+)">Look further', page)
    assert further
    assert "No call is like that." in calls.page(unescape(further[1]))


def test_a_call_that_is_not_over_goes_on(control: Control) -> None:
    arrive(control.parts, "CA7", verdict="admit")
    ingest_events(control.parts, rest=0)

    assert "goes on" in control.page("calls")
