"""The log of activity in the control room: searching, differences, the file, and the end."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pytest

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor
from hotline.operations.admission import switches
from hotline.operations.admission.switches import Switch
from hotline.operations.audit import activity as audit
from hotline.operations.audit.activities import LoggedChange, differences
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.audit import activity_search
from hotline.store.audit.activity_search import ActivityFilter, every, search
from hotline.store.database import reading, transact
from tests.conftest import Clock
from tests.towns import CODES, town
from tests.web.control_pages import ADA, BEN, Control

UNIT = CODES[0]


@pytest.fixture
def control(parts: AppContext, clock: Clock) -> Control:
    """An election loaded, a switch turned on, and a note about a unit and its call."""
    load_election(parts, town(), "test")
    control = Control(parts)
    clock.advance(60)
    switches.turn_on(parts, Switch.ROSTER_ONLY, ADA, "a flood")
    clock.advance(60)
    note(parts, BEN, "called twice", unit=UNIT, call_sid="CA1")
    return control


def note(parts: AppContext, who: Actor, text: str, **about: str) -> None:
    transact(
        parts.engine,
        lambda each: log_activity(each, parts, who, ActivityKind.NOTE, note=text, **about),
    )


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="entry-(\d+)"', page)]


def test_everything_is_listed_the_newest_first(control: Control) -> None:
    page = unescape(control.page("activity"))

    assert listed(page) == [3, 2, 1]
    assert "<del>no</del> → <ins>yes</ins>" in page
    assert "a flood" in page
    assert f"/admin/units/{UNIT}" in page
    assert str(audit.head(control.parts)) in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("who=ada", [2]),
        ("who=nobody", []),
        ("kind=note", [3]),
        (f"unit={UNIT}", [3]),
        ("call=CA1", [3]),
        ("since=2020-02-03T19:01", [3, 2]),
        ("until=2020-02-03T19:02&kind=switch-turned", [2]),
    ],
)
def test_a_search_finds_what_is_asked_for(control: Control, asked: str, found: list[int]) -> None:
    assert listed(control.page(f"activity?{asked}")) == found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("since=then", "This is no time"),
        ("kind=dancing", "none of the choices"),
        ("unit=Nowhere", "No precinct has this code or name."),
    ],
)
def test_what_is_not_right_is_said_and_the_form_is_kept(
    control: Control, asked: str, said: str
) -> None:
    page = control.page(f"activity?{asked}&who=ada", 422)

    assert said in page
    assert 'value="ada"' in page


def test_pages_lead_on_and_back(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity_search.search, "__defaults__", (None, 2))
    first = control.page("activity")
    older = re.search(r'rel="next" href="/admin/([^"]+)"', first)
    assert older
    second = control.page(unescape(older[1]))
    newer = re.search(r'rel="prev" href="/admin/([^"]+)"', second)
    assert newer

    assert [listed(first), listed(second)] == [[3, 2], [1]]
    assert listed(control.page(unescape(newer[1]))) == [3, 2]


def test_entries_of_the_same_moment_are_each_on_one_page(control: Control) -> None:
    for number in range(7):
        note(control.parts, ADA, f"at once {number}")
    with reading(control.parts.engine) as connection:
        found, place = [], None
        while True:
            page = search(connection, ActivityFilter(who="ada"), place, size=3)
            found += [each.number for each in page.rows]
            place = page.older
            if place is None:
                break

    assert found == [10, 9, 8, 7, 6, 5, 4, 2]


def test_the_file_has_what_was_found_and_is_itself_written_down(control: Control) -> None:
    note(control.parts, ADA, "=HYPERLINK(1)")
    text = control.does("activity.csv", who="ada")

    head, *rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [each["kind"] for each in found] == ["activity-exported", "note", "switch-turned"]
    assert found[1]["note"] == "'=HYPERLINK(1)"
    assert json.loads(found[2]["after"])["switch"] == "roster-only"
    newest = next(every(control.parts.engine, ActivityFilter())).entry
    assert newest.after == {"asked for": {"who": "ada"}}


def test_a_difference_names_what_changed_what_stayed_and_what_is_gone() -> None:
    before = {"role": "staff", "name": "bo", "seat": {"room": 4}, "left": 1}
    after = {"role": "admin", "name": "bo", "seat": {"room": 5}, "is_new": True}

    assert differences(before, after) == [
        LoggedChange("role", "staff", "admin"),
        LoggedChange("name", None, "bo"),
        LoggedChange("seat, room", "4", "5"),
        LoggedChange("left", "1", None),
        LoggedChange("is new", None, "yes"),
    ]
    assert differences(None, None) == []
    assert differences(None, {"units": ["1", "2"], "none": []}) == [
        LoggedChange("units", None, "1, 2"),
        LoggedChange("none", None, "nothing"),
    ]
