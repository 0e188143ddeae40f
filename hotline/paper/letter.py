"""The letter that brings a unit's PIN: one page, every language of the election on it."""

from __future__ import annotations

from hotline.election.model import Election, Unit
from hotline.paper.ink import Ink, line_height
from hotline.paper.sheet import head, national
from hotline.paper.words import Words, languages

PIN_HEIGHT = 34.0
SIZE = 12.0


def draw_letter(ink: Ink, election: Election, unit: Unit, pin: str) -> None:
    """Adds the unit's letter."""
    spoken = languages(election.languages)
    ink.new_page()
    y = head(ink, election, unit, spoken[0], " · ".join(words.letter for words in spoken)) + 8
    y = _pin(ink, y, pin, spoken)
    for words in spoken:
        y += 6
        ink.rule(ink.left, y, ink.right)
        y += 9
        line = _line(election, words)
        for text in words.pin_explained:
            y = ink.paragraph(ink.left, y, ink.width, text.format(line=line), SIZE) + 2
        y -= line_height(SIZE)


def _pin(ink: Ink, y: float, pin: str, spoken: tuple[Words, ...]) -> float:
    middle = ink.left + ink.width / 2
    ink.box(ink.left, y, ink.width, PIN_HEIGHT, shaded=True, heavy=True)
    ink.text(
        middle,
        y + 8,
        " · ".join(words.your_pin for words in spoken),
        SIZE,
        bold=True,
        align="middle",
    )
    half = len(pin) // 2
    spaced = f"{pin[:half]} {pin[half:]}"
    ink.text(middle, y + 26, spaced, 48, bold=True, align="middle", mono=True)
    return y + PIN_HEIGHT


def _line(election: Election, words: Words) -> str:
    if not election.chairs_line:
        return words.the_line
    return words.the_number.format(number=national(election.chairs_line))
