"""The Verhoeff check digit of a unit's code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election.folder.codes import check_digit, is_well_formed

bodies = st.text("0123456789", min_size=4, max_size=4)


@pytest.mark.parametrize(
    ("body", "digit"),
    [("236", "3"), ("12345", "1"), ("142857", "0"), ("0001", "1"), ("0002", "4"), ("1679", "3")],
)
def test_known_check_digits(body: str, digit: str) -> None:
    assert check_digit(body) == digit


@pytest.mark.parametrize(
    "code", ["", "0001", "000011", "0001a", "٠٠٠١١", " 0011", "00011\n", "00012"]
)
def test_what_is_not_a_code(code: str) -> None:
    assert not is_well_formed(code)


@pytest.mark.parametrize("body", ["", "12a4", "-123", "²²²²"])
def test_a_body_must_be_digits(body: str) -> None:
    with pytest.raises(ValueError, match="not decimal digits"):
        check_digit(body)


@given(bodies)
def test_a_body_and_its_digit_are_well_formed(body: str) -> None:
    assert is_well_formed(body + check_digit(body))


def test_longer_codes_for_larger_elections() -> None:
    assert is_well_formed("1428570", digits=7)
    assert not is_well_formed("1428570")


@given(bodies, st.integers(0, 4), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(body: str, place: int, digit: str) -> None:
    code = body + check_digit(body)
    slip = code[:place] + digit + code[place + 1 :]
    assert is_well_formed(slip) == (slip == code)


@given(bodies, st.integers(0, 3))
def test_two_neighbours_swapped_are_noticed(body: str, place: int) -> None:
    code = body + check_digit(body)
    slip = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_well_formed(slip) == (slip == code)
