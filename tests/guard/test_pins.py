"""PINs: what is stored betrays nothing, what is given out is not what a prankster tries first."""

import hashlib
import hmac
import random
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.guard.pins import (
    POSSIBLE_PINS,
    hash_pin,
    is_guessable,
    is_pin,
    make_pin,
    verify_pin,
)

PEPPER = "a pepper for tests"
pins = st.from_regex(r"[0-9]{6}", fullmatch=True)
any_text = st.text()


def stored(pin: str, *, election: str = "e", unit: str = "00011", pepper: str = PEPPER) -> str:
    return hash_pin(pepper, election, unit, pin)


def verify(pin: str, *hashes: str | None, election: str = "e", unit: str = "00011") -> bool:
    return verify_pin(PEPPER, election, unit, pin, hashes)


@given(pins)
def test_the_pin_whose_hash_is_stored_is_right(pin):
    assert verify(pin, stored(pin))


@given(pins, pins)
def test_any_other_pin_is_wrong(pin, other):
    assume(pin != other)
    assert not verify(other, stored(pin))


@given(pins)
def test_a_pin_is_right_wherever_among_the_hashes_it_stands(pin):
    other = stored("not it")
    assert verify(pin, None, stored(pin))
    assert verify(pin, stored(pin), None)
    assert verify(pin, other, stored(pin))
    assert not verify(pin, other, None)


@given(any_text)
def test_nothing_is_right_where_nothing_is_stored(pin):
    assert not verify(pin)
    assert not verify(pin, None)
    assert not verify(pin, None, None)


@pytest.mark.parametrize(
    "hashes",
    [(stored("471903"), stored("471904")), (stored("471904"), stored("471903")), (None, None)],
)
def test_every_entry_is_compared_so_that_time_tells_nothing(monkeypatch, hashes):
    compared = []
    really = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(b) or really(a, b))
    verify("471903", *hashes)
    assert len(compared) == len(hashes)
    assert {len(each) for each in compared} == {64}


def test_the_stand_in_for_no_hash_is_no_key_to_a_unit():
    assert not verify("0" * 64, None)
    assert not verify("", "")


@given(any_text)
def test_anything_a_caller_may_key_is_answered(pin):
    assert verify(pin, stored("471903")) is (pin == "471903")


@pytest.mark.parametrize("pin", ["\ud800", "4" * 65536, "४७१९०३", " 471903", "471903\n"])
def test_odd_text_is_just_a_wrong_pin(pin):
    assert not verify(pin, stored("471903"))


def test_a_hash_is_good_for_its_own_unit_election_and_pepper_only():
    pin = "471903"
    assert not verify(pin, stored(pin, unit="00024"))
    assert not verify(pin, stored(pin, election="f"))
    assert not verify(pin, stored(pin, pepper="another"))


@given(any_text, any_text, any_text, any_text, any_text, any_text)
def test_moving_a_character_from_one_part_to_the_next_changes_the_hash(a, b, c, d, e, f):
    assume((a, b, c) != (d, e, f))
    assert hash_pin(PEPPER, a, b, c) != hash_pin(PEPPER, d, e, f)


def test_the_hash_is_not_one_that_a_plain_table_of_hashes_holds():
    pin = "471903"
    assert len(stored(pin)) == 64
    assert stored(pin) != hashlib.sha256(pin.encode()).hexdigest()


def test_without_a_pepper_nothing_is_hashed():
    with pytest.raises(ValueError, match="PIN_PEPPER"):
        hash_pin("", "e", "00011", "471903")
    with pytest.raises(ValueError, match="PIN_PEPPER"):
        verify_pin("", "e", "00011", "471903", [])


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("111111", "one digit"),
        ("787878", "two digits"),
        ("999911", "two digits"),
        ("345678", "a run up"),
        ("876543", "a run down"),
        ("890123", "a run over the end"),
        ("210987", "a run down over the end"),
        ("471471", "a half said twice"),
        ("000114", "the unit's code and a digit"),
        ("400011", "a digit and the unit's code"),
    ],
)
def test_what_a_prankster_tries_first_is_guessable(pin, why):
    assert is_guessable(pin, "00011"), why


@pytest.mark.parametrize("pin", ["471903", "112345", "020320", "123546"])
def test_ordinary_pins_are_not(pin):
    assert not is_guessable(pin, "00011")


def test_as_many_pins_are_left_as_the_module_says():
    every = (f"{n:06d}" for n in range(10**6))
    assert sum(not is_guessable(pin) for pin in every) == POSSIBLE_PINS


@given(st.integers(), st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_a_made_pin_has_six_digits_and_is_not_guessable(seed, unit_code):
    pin = make_pin(random.Random(seed).randrange, unit_code)
    assert is_pin(pin)
    assert not is_guessable(pin, unit_code)


def test_a_guessable_draw_is_drawn_again():
    draws = iter([0, 123456, 114, 471903])
    assert make_pin(lambda _: next(draws), "00011") == "471903"


def test_small_draws_keep_their_zeros():
    assert make_pin(lambda _: 4719) == "004719"


def test_the_whole_range_is_drawn_from_evenly():
    rolls = random.Random(1)
    first_digits = Counter(make_pin(rolls.randrange)[0] for _ in range(10_000))
    assert sorted(first_digits) == list("0123456789")
    assert max(first_digits.values()) < 1_200
    assert min(first_digits.values()) > 800


def test_a_broken_source_of_randomness_is_noticed():
    with pytest.raises(RuntimeError, match="randomness"):
        make_pin(lambda _: 0)


@pytest.mark.parametrize("text", ["", "47190", "4719033", "47190a", "४७१९०३", "471903\n", "*71903"])
def test_what_is_not_six_digits_is_no_pin(text):
    assert not is_pin(text)
