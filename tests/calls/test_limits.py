"""A call from which nobody has proved anything is over in time, whatever is keyed."""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from hotline.calls.limits import (
    SHORTEST_KEY_SECONDS,
    TURN_SECONDS,
    farewell_seconds,
    fit,
    speech_seconds,
    words,
)
from hotline.calls.prompts import Prompt, line
from hotline.calls.script import Script
from hotline.calls.turns import Ask, Connect, End, TimeUp
from tests.calls.dialogue import PIN, SECOND, Desk, Dialogue, code, small_election

ONE = code("0001")
PIN_LINE = (line(Prompt.PIN),)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Key your PIN.", 3),
        ("116", 3),
        ("1765", 6),
        ("10000", 2),
        ("2000000", 2),
        ("5.3", 3),
        ("4, 7, 1", 3),
        ("chair's own", 2),
        ("", 0),
    ],
)
def test_words_as_they_are_spoken(text, count):
    assert words(text) == count


def test_a_faster_voice_takes_less_time():
    assert speech_seconds(PIN_LINE, "en") == pytest.approx(1.2)
    assert speech_seconds(PIN_LINE, "en", 200) == pytest.approx(0.6)


class TestFit:
    def test_with_time_enough_nothing_is_changed(self):
        for turn in (Ask(PIN_LINE, 6), Ask(PIN_LINE, None), End(PIN_LINE)):
            assert fit(turn, "en", 90, 5) is turn

    def test_the_caller_is_hurried_before_being_cut_off(self):
        base = 1.2 + TURN_SECONDS + farewell_seconds("en")
        assert fit(Ask(PIN_LINE, 6), "en", base + 6 * 5 + 0.1, 5) == Ask(PIN_LINE, 6)
        assert fit(Ask(PIN_LINE, 6), "en", base + 6 * 5 - 0.1, 5) == Ask(PIN_LINE, 6, 4)
        assert fit(Ask(PIN_LINE, 6), "en", base + 6 * 2 + 0.1, 5) == Ask(PIN_LINE, 6, 2)
        assert fit(Ask(PIN_LINE, 6), "en", base + 6 * 2 - 0.1, 5) is None

    def test_a_line_set_to_a_second_is_not_made_slower(self):
        assert fit(Ask(PIN_LINE, 1), "en", 90, 1) == Ask(PIN_LINE, 1)
        assert fit(Ask(PIN_LINE, 6, 10), "en", 30, 5) == Ask(PIN_LINE, 6, 3)

    def test_the_last_words_fit_or_are_not_begun(self):
        assert fit(End(PIN_LINE), "en", 1.2, 5) == End(PIN_LINE)
        assert fit(End(PIN_LINE), "en", 1.1, 5) is None

    def test_a_talk_ends_in_time(self):
        assert fit(Connect(PIN_LINE), "en", 601.2, 5) == Connect(PIN_LINE, 600)
        assert fit(Connect(PIN_LINE), "en", 21, 5) is None


KEYS = st.one_of(
    st.sampled_from(["", "*", "**", "*0", "#", "9", "9#", "2", "2#", ONE, "111222", "**0001"]),
    st.text("0123456789*#", max_size=6),
)


def longest(script, desk, keys, limit, key_seconds, **arrived):
    """Seconds of a call by the model, every key at the last moment; and the call itself."""
    call = Dialogue(script, desk, **arrived)
    spent = 0.0
    waiting = list(keys)
    while True:
        language = call.state.language
        fitting = fit(call.turn, language, limit - spent, key_seconds)
        if fitting is None:
            call._feed(TimeUp())
            fitting = call.turn
        spent += speech_seconds(fitting.lines, language)
        if not isinstance(fitting, Ask):
            return spent, call
        entry = waiting.pop(0)[: fitting.digits] if waiting else ""
        ended_by_itself = "#" in entry or len(entry) == fitting.digits
        entry = entry[: entry.index("#") + 1] if "#" in entry else entry
        silences = len(entry) + (not ended_by_itself)
        spent += silences * (fitting.key_seconds or key_seconds) + TURN_SECONDS
        call.key(entry) if entry else call.wait()
        if call.state.proved:
            return spent, call


@given(
    st.lists(KEYS, max_size=40),
    st.integers(30, 120),
    st.integers(1, 15),
    st.sampled_from([{}, {"trusted": True, "offers": [ONE]}, {"results_only": True}]),
    st.booleans(),
)
def test_nobody_unproved_is_on_the_line_longer_than_allowed(
    keys, limit, key_seconds, arrived, second_factor
):
    script = Script(small_election(), has_person=True)
    desk = Desk(second_factor=second_factor, results=(line(Prompt.UNOFFICIAL),) * 20)
    keys = [PIN if second_factor and key == "111222" else key for key in keys]
    spent, call = longest(script, desk, keys, limit, key_seconds, **arrived)
    event(f"ended: {call.last[:30]}")
    assert not call.state.proved
    assert spent <= limit


def test_an_honest_chair_at_the_usual_pace_is_not_hurried():
    script = Script(small_election(), has_person=True)
    call = Dialogue(script, Desk())
    at_code = fit(call.turn, "en", 90, 5)
    assert at_code == call.turn
    spent = speech_seconds(at_code.lines, "en") + 5 * 0.8 + TURN_SECONDS
    call.key(ONE)
    assert fit(call.turn, "en", 90 - spent, 5) == call.turn


def test_a_chair_who_waits_for_a_code_has_time_to_read_it():
    call = Dialogue(Script(small_election(), has_person=True), Desk(second_factor=True))
    call.key(ONE).key(PIN)
    hurried = fit(call.turn, "en", 90 - 20, 5)
    assert hurried.key_seconds >= 8
    assert call.wait().key(SECOND).state.proved


def test_keys_are_never_given_less_than_anybody_needs():
    for tenths in range(900):
        fitting = fit(Ask(PIN_LINE, 6), "en", tenths / 10, 5)
        assert fitting is None or (fitting.key_seconds or 5) >= SHORTEST_KEY_SECONDS
