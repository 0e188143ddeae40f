"""A letter brings one unit its PIN, in every language, and nothing that the sheet needs."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader

from hotline.paper.ink import Ink, PaperSize
from hotline.paper.letter import draw_letter
from tests.paper.elections import UNITS, caucus, primary
from tests.paper.pages import pages

NOW = datetime(2020, 1, 20, tzinfo=UTC)


def test_a_letter_a_page_with_its_own_pin_only():
    pins = {unit.code: f"47190{n}" for n, unit in enumerate(UNITS)}
    ink = Ink("Maple", NOW, PaperSize.LETTER)
    for unit in UNITS:
        draw_letter(ink, caucus(), unit, pins[unit.code])
    letters = pages(ink.finish())
    assert len(letters) == len(UNITS)
    for unit, letter in zip(UNITS, letters, strict=True):
        found = {code for code, pin in pins.items() if f"{pin[:3]} {pin[3:]}" in letter}
        assert found == {unit.code}
        assert unit.code in letter
        assert "Keep this letter apart from the call sheet." in letter
        assert "Guarde esta carta aparte" in letter
        assert "call (515) 555-0105, from any phone" in letter
        assert "llame al (515) 555-0105, desde cualquier teléfono" in letter


def test_without_a_number_it_speaks_of_who_sent_it():
    ink = Ink("Maple", NOW, PaperSize.A4)
    draw_letter(ink, primary(), UNITS[0], "471903")
    (letter,) = pages(ink.finish())
    assert "call whoever sent you this letter" in letter


def test_no_telephone_number_is_broken_between_two_lines():
    ink = Ink("Maple", NOW, PaperSize.LETTER)
    draw_letter(ink, caucus(), UNITS[0], "471903")
    (page,) = PdfReader(BytesIO(ink.finish())).pages
    lines = page.extract_text().replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert sum("(515) 555-0105" in line for line in lines) == 2
