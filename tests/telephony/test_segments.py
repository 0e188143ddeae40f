"""Segments of a text message, at the sizes where one more is charged."""

from __future__ import annotations

import pytest

from hotline.telephony.segments import count_segments


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("ñ" * 160, 1),
        ("–" * 70, 1),
        ("–" * 71, 2),
        ("–" * 134, 2),
        ("–" * 135, 3),
    ],
)
def test_the_lengths_at_which_another_message_begins(body: str, count: int) -> None:
    assert count_segments(body) == count


@pytest.mark.parametrize("character", "^{}\\[~]|€\f")
def test_some_characters_of_the_gsm_alphabet_take_two_septets(character: str) -> None:
    assert count_segments(character * 80) == 1
    assert count_segments(character * 81) == 2
    assert count_segments("x" * 159 + character) == 2


def test_an_escaped_character_is_not_split_between_two_messages() -> None:
    assert count_segments("x" * 152 + "€" + "x" * 152) == 3, "306 septets, and one left empty"


def test_characters_beyond_the_basic_plane_take_two_units_and_are_not_split() -> None:
    assert count_segments("🗳" * 35) == 1
    assert count_segments("🗳" * 36) == 2
    assert count_segments("🗳" * 66) == 2, "33 in each, with a unit left empty"
    assert count_segments("🗳" * 67) == 3
