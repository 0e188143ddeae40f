"""Gather, against twilio.md: "Gather", sentence by sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.sandbox.twiml.gather import (
    GatherEnd,
    GatherOutcome,
    GatherRule,
    collect_digits,
    time_out,
)

FIVE = GatherRule(num_digits=5)
OPEN = GatherRule()
EAGER = GatherRule(action_on_empty=True)
NO_KEY = GatherRule(num_digits=5, finish_on_key="")
STAR_ENDS = GatherRule(finish_on_key="*")

KEYED = [
    # "numDigits submits by itself"
    (FIVE, "10018", GatherOutcome("10018", "", GatherEnd.NUM_DIGITS, "", True)),
    # "... so a late # lands in the next Gather"
    (FIVE, "10018#", GatherOutcome("10018", "", GatherEnd.NUM_DIGITS, "#", True)),
    # keyed ahead: what is too much waits for the next Gather
    (FIVE, "10018123456", GatherOutcome("10018", "", GatherEnd.NUM_DIGITS, "123456", True)),
    # "one finishOnKey", by default #
    (OPEN, "40#", GatherOutcome("40", "#", GatherEnd.FINISH_KEY, "", True)),
    (FIVE, "40#", GatherOutcome("40", "#", GatherEnd.FINISH_KEY, "", True)),
    (OPEN, "40#7", GatherOutcome("40", "#", GatherEnd.FINISH_KEY, "7", True)),
    # "a bare #, falls through to the next verb"
    (OPEN, "#", GatherOutcome("", "#", GatherEnd.FINISH_KEY, "", False)),
    (OPEN, "##", GatherOutcome("", "#", GatherEnd.FINISH_KEY, "#", False)),
    # "... unless actionOnEmptyResult"
    (EAGER, "#", GatherOutcome("", "#", GatherEnd.FINISH_KEY, "", True)),
    # "A * is part of Digits"
    (OPEN, "0*6*0*8#", GatherOutcome("0*6*0*8", "#", GatherEnd.FINISH_KEY, "", True)),
    (OPEN, "**#", GatherOutcome("**", "#", GatherEnd.FINISH_KEY, "", True)),
    # ... but for a finishOnKey of its own
    (STAR_ENDS, "4#0*", GatherOutcome("4#0", "*", GatherEnd.FINISH_KEY, "", True)),
    # an empty finishOnKey: the late # becomes a digit ("strip a leading one")
    (NO_KEY, "#1001", GatherOutcome("#1001", "", GatherEnd.NUM_DIGITS, "", True)),
    # it goes on waiting
    (FIVE, "1001", None),
    (OPEN, "", None),
    (OPEN, "*", None),
]


@pytest.mark.parametrize(("rule", "keys", "outcome"), KEYED)
def test_keys(rule: GatherRule, keys: str, outcome: GatherOutcome | None) -> None:
    assert collect_digits(rule, keys) == outcome


TIMED_OUT = [
    # "No input ... falls through to the next verb unless actionOnEmptyResult"
    (OPEN, "", GatherOutcome("", "", GatherEnd.TIMEOUT, "", False)),
    (EAGER, "", GatherOutcome("", "", GatherEnd.TIMEOUT, "", True)),
    # digits, then nothing: they are submitted
    (OPEN, "40", GatherOutcome("40", "", GatherEnd.TIMEOUT, "", True)),
    (FIVE, "100", GatherOutcome("100", "", GatherEnd.TIMEOUT, "", True)),
]


@pytest.mark.parametrize(("rule", "keys", "outcome"), TIMED_OUT)
def test_silence(rule: GatherRule, keys: str, outcome: GatherOutcome) -> None:
    assert time_out(rule, keys) == outcome


keys = st.text("0123456789*#", max_size=30)
rules = st.builds(
    GatherRule,
    num_digits=st.none() | st.integers(1, 12),
    finish_on_key=st.sampled_from(["", *"0123456789*#"]),
    action_on_empty=st.booleans(),
)


@given(rules, keys)
def test_no_key_is_lost_or_made_up(rule: GatherRule, pressed: str) -> None:
    outcome = collect_digits(rule, pressed)
    if outcome is not None:
        assert outcome.digits + outcome.finished_on + outcome.rest == pressed


@given(rules, keys, keys)
def test_it_does_not_matter_when_keys_come(rule: GatherRule, early: str, late: str) -> None:
    """Keys that come after the end change nothing but what is left over."""
    first = collect_digits(rule, early)
    assume(first is not None)
    together = collect_digits(rule, early + late)
    assert together == replace(first, rest=first.rest + late)


@given(rules, keys)
def test_a_gather_ends_as_soon_as_it_can(rule: GatherRule, pressed: str) -> None:
    """Every proper prefix of what ended it was still waiting."""
    outcome = collect_digits(rule, pressed)
    taken = pressed if outcome is None else outcome.digits + outcome.finished_on
    for length in range(len(taken)):
        assert collect_digits(rule, taken[:length]) is None


@given(rules, keys)
def test_the_digits_fit_the_rule(rule: GatherRule, pressed: str) -> None:
    outcome = collect_digits(rule, pressed) or time_out(rule, pressed)
    assert rule.finish_on_key == "" or rule.finish_on_key not in outcome.digits
    assert rule.num_digits is None or len(outcome.digits) <= rule.num_digits
    assert outcome.submits == (bool(outcome.digits) or rule.action_on_empty)
