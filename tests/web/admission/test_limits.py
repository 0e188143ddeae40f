"""The pages of limits."""

from __future__ import annotations

import re
from html import unescape

import pytest

from hotline.operations.admission import limits
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from tests.towns import town
from tests.web.control_pages import ADA, BEN, SUE, Control


@pytest.fixture
def control(parts: AppContext) -> Control:
    load_election(parts, town(), "test")
    return Control(parts)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


def test_every_limit_is_listed_with_what_it_means(control: Control) -> None:
    page = unescape(control.page("limits"))

    for limit in limits.standing(control.parts):
        assert limit.limit.title in page
    assert "An unknown telephone has 3 calls that end without a PIN in 10 minutes." in page


def test_a_change_is_looked_at_made_and_taken_back(control: Control) -> None:
    page = control.page("limits/stranger_calls?value=5")
    assert "An unknown telephone has 5 calls that end without a PIN" in page

    page = control.does("limits/stranger_calls", value="5", note="a fair", seen=seen(page))
    assert "5 calls from now on, instead of 3" in page
    assert limits.value(control.parts, "stranger_calls") == 5

    page = control.page("limits")
    assert "Undo: back to 3 calls" in page
    page = control.does("limits/stranger_calls/undo", seen=seen(page), back="/admin/limits")
    assert "3 calls from now on, instead of 5" in page
    assert [change.why for change in limits.history(control.parts)] == ["taken back", "a fair"]


def test_the_later_of_two_is_told_and_nothing_is_changed(control: Control) -> None:
    page = control.page("limits/stranger_calls?value=7")
    limits.change(control.parts, "stranger_calls", 5, BEN, "a fair")

    page = control.does(
        "limits/stranger_calls",
        back="/admin/limits/stranger_calls?value=7",
        value="7",
        note="a flood",
        seen=seen(page),
    )

    assert "ben changed it to 5 calls at 19:00 CST; look again." in page
    assert 'value="a flood"' in page
    assert limits.value(control.parts, "stranger_calls") == 5


@pytest.mark.parametrize("value", ["-1", "0", "21", "1e3", "three", "٣", "9" * 40])
def test_what_is_no_such_value_is_refused_and_kept(control: Control, value: str) -> None:
    answer = control.client.get("/admin/limits/stranger_calls", query_string={"value": value})

    assert answer.status_code == 422
    assert f'value="{value}"' in answer.text
    assert 'role="alert"' in answer.text


def test_a_form_that_has_seen_nothing_changes_nothing(control: Control) -> None:
    limits.change(control.parts, "stranger_calls", 5, ADA, "a fair")

    control.does("limits/stranger_calls", value="7", note="x", seen="12x")

    assert limits.value(control.parts, "stranger_calls") == 5


def test_there_is_no_other_limit(control: Control) -> None:
    control.page("limits/hurry", status=404)


def test_it_is_for_administrators(control: Control) -> None:
    control.actor = SUE
    for path in ("/admin/limits", "/admin/limits/capacity"):
        answer = control.client.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == 403
