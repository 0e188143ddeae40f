"""Limits: what they may be, what fits together, and that each can be put in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from hotline.guard.limit_words import meaning, remarks, rooms
from hotline.guard.limits import BY_NAME, GROUPS, LIMITS, LimitError, check, find_limit, read_value
from hotline.guard.triage import Entrance

STANDARD = {
    limit.name: limit.default
    if limit.default is not None
    else Settings.model_fields[limit.name].default
    for limit in LIMITS
}
values = st.fixed_dictionaries(
    {limit.name: st.integers(limit.least, limit.most) for limit in LIMITS}
)
limits = st.sampled_from(LIMITS)


@pytest.mark.parametrize(
    "limit", [one for one in LIMITS if one.default is None], ids=lambda one: one.name
)
def test_a_limit_may_be_what_its_setting_may_be(limit: object) -> None:
    bounds = {type(one).__name__: one for one in Settings.model_fields[limit.name].metadata}
    assert (limit.least, limit.most) == (bounds["Ge"].ge, bounds["Le"].le)


def test_names_and_titles_are_told_apart() -> None:
    assert len(BY_NAME) == len({limit.title for limit in LIMITS}) == len(LIMITS)
    assert {limit.group for limit in LIMITS} <= GROUPS.keys()


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: one.name)
def test_what_the_settings_say_at_first_fits(limit: object) -> None:
    check(limit.name, STANDARD)


@given(limit=limits, value=st.integers())
def test_outside_its_range_no_limit_fits(limit: object, value: int) -> None:
    wanted = {**STANDARD, limit.name: value}
    if not limit.least <= value <= limit.most:
        with pytest.raises(LimitError, match=r"from .* to"):
            check(limit.name, wanted)


@given(wanted=values)
def test_whatever_passes_leaves_room_for_all_and_ends_calls_in_order(
    wanted: dict[str, int],
) -> None:
    try:
        for name in wanted:
            check(name, wanted)
    except LimitError:
        return
    room = rooms(wanted)
    assert room[Entrance.CHAIRS] + room[Entrance.PUBLIC] <= wanted["capacity"]
    assert wanted["unverified_seconds"] <= wanted["call_minutes"] * 60
    assert wanted["away_minutes"] <= wanted["away_hours_max"] * 60


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"strangers_share": 81}, "101%"),
        ({"public_share": 61}, "101%"),
        ({"away_hours_max": 1, "away_minutes": 61}, "may not be longer"),
        ({"call_minutes": 2, "unverified_seconds": 121}, "may not be longer"),
    ],
)
def test_what_does_not_fit_is_refused_whichever_is_changed(
    changed: dict[str, int], reason: str
) -> None:
    for name in changed:
        with pytest.raises(LimitError, match=reason):
            check(name, {**STANDARD, **changed})


def test_a_clash_of_others_stands_in_nobodys_way() -> None:
    check("stranger_calls", {**STANDARD, "strangers_share": 81})


@given(wanted=values, limit=limits)
def test_every_limit_can_be_put_in_words(wanted: dict[str, int], limit: object) -> None:
    said = meaning(limit.name, wanted)
    assert said.endswith(".")
    assert str(wanted[limit.name]) in said or limit.name.endswith(("share", "calls", "minutes"))


@given(st.text())
def test_a_value_is_a_whole_number_or_refused(text: str) -> None:
    try:
        value = read_value(LIMITS[0], text)
    except LimitError:
        return
    assert str(value) == text.strip().lstrip("0") or value == 0


def test_an_unknown_limit_is_refused() -> None:
    with pytest.raises(LimitError, match="hurry"):
        find_limit("hurry")


class TestRemarks:
    def test_a_line_that_holds_more_than_it_shall_is_warned_of(self) -> None:
        after = {**STANDARD, "capacity": 50}
        [said] = remarks("capacity", STANDARD, after, on_line=51)
        assert "51 calls are on the line now" in said
        assert "fewer than 20 of them" in said
        assert remarks("capacity", STANDARD, after, on_line=50) == []
        assert remarks("capacity", STANDARD, after, on_line=None) == []

    @pytest.mark.parametrize(
        ("changed", "line"),
        [
            ({"strangers_share": 0}, "chairs' line"),
            ({"public_share": 0}, "public line"),
            ({"capacity": 2}, "chairs' line"),
        ],
    )
    def test_no_room_at_all_is_warned_of(self, changed: dict[str, int], line: str) -> None:
        [name] = changed
        assert any(line in said for said in remarks(name, STANDARD, {**STANDARD, **changed}))

    def test_what_is_made_shorter_says_whom_it_meets(self) -> None:
        shorter = {**STANDARD, "away_hours_max": 2}
        assert "let in again" in remarks("away_hours_max", STANDARD, shorter)[0]
        assert remarks("away_hours_max", shorter, STANDARD) == []

    def test_rooms_are_those_of_the_front_door(self) -> None:
        assert rooms(STANDARD) == {Entrance.CHAIRS: 100, Entrance.PUBLIC: 50, Entrance.STAFF: 30}
