import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls.keypad import (
    BarePound,
    Clear,
    Nonsense,
    Numbers,
    Person,
    Repeat,
    Silence,
    read,
)


@pytest.mark.parametrize(
    ("digits", "finished", "meaning"),
    [
        ("", False, Silence()),
        ("", True, BarePound()),
        ("#", False, BarePound()),
        ("35", True, Numbers(("35",))),
        ("00011", False, Numbers(("00011",))),
        ("#12", False, Numbers(("12",))),  # the late # of the entry before
        ("12#", False, Numbers(("12",))),
        ("*", False, Repeat()),
        ("*", True, Repeat()),
        ("**", True, Clear(back=True)),
        ("***", True, Clear(back=True)),
        ("12**", False, Clear(back=False)),
        ("12**34", True, Numbers(("34",), afresh=True)),
        ("12**3*4", True, Numbers(("3", "4"), afresh=True)),
        ("*0", False, Person()),
        ("**0", True, Numbers(("0",), afresh=True)),
        ("0*6*0*8", True, Numbers(("0", "6", "0", "8"))),
        ("5*", False, Nonsense()),
        ("5*", True, Numbers(("5",), rest=True)),
        ("0*", True, Numbers(("0",), rest=True)),
        ("6*0*8*#", False, Numbers(("6", "0", "8"), rest=True)),
        ("*5", True, Nonsense()),
        ("5A", True, Nonsense()),
        ("٣", True, Nonsense()),
        ("1" * 7, True, Nonsense()),
        ("1" * 70_000, True, Nonsense()),
    ],
)
def test_keys_and_their_meaning(digits, finished, meaning):
    assert read(digits, finished) == meaning


@given(st.text(max_size=300), st.booleans())
def test_anything_can_be_read(digits, finished):
    keyed = read(digits, finished)
    if isinstance(keyed, Numbers):
        assert keyed.texts
        assert all(value >= 0 for value in keyed.values)


@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=14))
def test_numbers_separated_by_stars_come_back_as_keyed(values):
    assert read("*".join(map(str, values)), True) == Numbers(tuple(map(str, values)))
