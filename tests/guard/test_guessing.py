"""What becomes of a PIN while PINs are being guessed (call.md, "PIN guessing")."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.guard.guessing import GuessPolicy, PinAttempt, PinTreatment, treat

POLICY = GuessPolicy()
ALWAYS = replace(POLICY, second_factor_always=True)


@given(st.booleans(), st.booleans(), st.booleans())
def test_the_units_own_phone_is_never_affected(locked: bool, alarm: bool, always: bool) -> None:
    policy = replace(POLICY, second_factor_always=always)
    assert (
        treat(PinAttempt(own_phone=True, locked=locked, alarm=alarm), policy) is PinTreatment.CHECK
    )


@pytest.mark.parametrize(
    ("locked", "alarm", "policy", "treatment"),
    [
        (False, False, POLICY, PinTreatment.CHECK),
        (True, False, POLICY, PinTreatment.PERSON),
        (False, True, POLICY, PinTreatment.SECOND_FACTOR),
        (False, False, ALWAYS, PinTreatment.SECOND_FACTOR),
        (True, True, ALWAYS, PinTreatment.PERSON),
    ],
)
def test_other_phones(
    locked: bool, alarm: bool, policy: GuessPolicy, treatment: PinTreatment
) -> None:
    assert treat(PinAttempt(own_phone=False, locked=locked, alarm=alarm), policy) is treatment
