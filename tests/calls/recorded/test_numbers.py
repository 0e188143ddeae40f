"""Numbers put together of recordings."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.calls.recorded.numbers import LARGEST, all_number_words, number_words
from tests.calls.recorded.spanish import TENS, recorded_as_text, spelled

WORTH = {"one thousand": 1000, "mil": 1000, "ciento": 100, "un": 1} | {
    word: number
    for number, word in zip(
        range(21, 100, 10),
        ("veintiún", *(f"{ten} y un" for ten in TENS[3:])),
        strict=True,
    )
}
MANY = ("thousand", "mil")


@pytest.mark.parametrize(
    ("number", "english", "spanish"),
    [
        ("0", "0", "0"),
        ("42", "42", "42"),
        ("100", "100", "100"),
        ("116", "100 16", "ciento 16"),
        ("21000", "21 thousand", "veintiún mil"),
        ("905", "900 5", "900 5"),
        ("1000", "one thousand", "mil"),
        ("1116", "one thousand 100 16", "mil ciento 16"),
        ("44753", "44 thousand 700 53", "44 mil 700 53"),
        ("5.3", "5 point 3", "5 punto 3"),
        ("0142", "0 1 4 2", "0 1 4 2"),
        ("1000000", "1000000", "1000000"),
    ],
)
def test_a_number_is_put_together(number, english, spanish):
    assert " ".join(number_words(number, "en")) == english
    assert " ".join(number_words(number, "es")) == spanish


@given(st.integers(0, LARGEST), st.sampled_from(["en", "es"]))
def test_every_number_has_its_words_and_they_add_up_to_it(number, code):
    words = number_words(str(number), code)
    assert set(words) <= set(all_number_words(code))
    total = 0
    for place, word in enumerate(words):
        if word in MANY and place:
            total *= 1000
        else:
            total += WORTH.get(word) or int(word)
    assert total == number


@given(st.integers(0, LARGEST), st.sampled_from(["", "delegados", "personas"]))
@example(1, "personas")
@example(21, "delegados")
@example(221, "personas")
@example(231_501, "personas")
@example(100_000, "delegados")
def test_spanish_agrees_with_what_is_counted(number, noun):
    words = number_words(str(number), "es", noun)
    assert set(words) <= set(all_number_words("es"))
    assert recorded_as_text(words) == spelled(number, noun)


def test_english_has_one_form_for_all():
    assert number_words("21", "en", "people") == ("21",)
