"""What becomes of a PIN while PINs are being guessed (call.md, "PIN guessing")."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.guard.guessing import Attempt, GuessPolicy, Treatment, treat

POLICY = GuessPolicy()
ALWAYS = replace(POLICY, second_factor_always=True)


@given(st.booleans(), st.booleans(), st.booleans())
def test_the_units_own_phone_is_never_affected(locked: bool, alarm: bool, always: bool) -> None:
    policy = replace(POLICY, second_factor_always=always)
    assert treat(Attempt(own_phone=True, locked=locked, alarm=alarm), policy) is Treatment.CHECK


@pytest.mark.parametrize(
    ("locked", "alarm", "policy", "treatment"),
    [
        (False, False, POLICY, Treatment.CHECK),
        (True, False, POLICY, Treatment.PERSON),
        (False, True, POLICY, Treatment.SECOND_FACTOR),
        (False, False, ALWAYS, Treatment.SECOND_FACTOR),
        (True, True, ALWAYS, Treatment.PERSON),
    ],
)
def test_other_phones(locked: bool, alarm: bool, policy: GuessPolicy, treatment: Treatment) -> None:
    assert treat(Attempt(own_phone=False, locked=locked, alarm=alarm), policy) is treatment
