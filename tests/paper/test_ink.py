"""What the fonts cannot write is written otherwise, and visibly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.paper.ink import CHARSET, printable


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ñandú Müller", "Ñandú Müller"),
        ("“quoted” – it’s", "“quoted” – it’s"),
        ("n\u0303", "ñ"),
        ("Nguyễn", "Nguyen"),
        ("Łódź", "Lódz"),
        ("ﬁve", "five"),
        ("a\u200bb", "ab"),
        ("東京", "??"),
        ("a\nb\x00", "a?b?"),
        ("\ud800", "?"),
    ],
)
def test_letters(text, written):
    assert printable(text) == written


@given(st.text())
def test_any_text_can_be_written(text):
    written = printable(text)
    written.encode(CHARSET)
    assert written.isprintable() or "\xa0" in written or "\xad" in written
    assert printable(written) == written


@given(st.text(st.characters(codec="latin-1", exclude_categories=["C"])))
def test_latin_letters_stay_as_they_are(text):
    assert printable(text) == text
