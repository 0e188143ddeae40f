"""The letter that brings a unit's PIN: one page, every language of the election on it."""

from __future__ import annotations

from hotline.election.model import Election, Unit
from hotline.languages.catalogue import Language, languages
from hotline.paper.ink import Ink, line_height, unbroken
from hotline.paper.sheet import head
from hotline.telephones import national

PIN_HEIGHT = 34.0
SIZE = 14.0


def draw_letter(ink: Ink, election: Election, unit: Unit, pin: str) -> None:
    """Adds the unit's letter."""
    spoken = languages(election.languages)
    ink.new_page()
    kind = " · ".join(words.gettext("PIN letter") for words in spoken)
    y = head(ink, election.in_language(spoken[0].code), unit.code, spoken[0], kind) + 8
    y = _pin(ink, y, pin, spoken)
    for words in spoken:
        y += 6
        ink.rule(ink.left, y, ink.right)
        y += 9
        for text in _explained(election, words):
            y = ink.paragraph(ink.left, y, ink.width, text, SIZE) + 2
        y -= line_height(SIZE)


def _pin(ink: Ink, y: float, pin: str, spoken: tuple[Language, ...]) -> float:
    middle = ink.left + ink.width / 2
    ink.box(ink.left, y, ink.width, PIN_HEIGHT, shaded=True, heavy=True)
    ink.text(
        middle,
        y + 8,
        " · ".join(words.gettext("Your PIN") for words in spoken),
        SIZE,
        bold=True,
        align="middle",
    )
    half = len(pin) // 2
    spaced = f"{pin[:half]} {pin[half:]}"
    ink.text(middle, y + 26, spaced, 48, bold=True, align="middle", mono=True)
    return y + PIN_HEIGHT


def _explained(election: Election, words: Language) -> tuple[str, ...]:
    new_one = (
        words.gettext(
            "If you lose it, or somebody else has seen it, ask for a new one at once: call"
            " {number}, from any phone. The old one stops working at that moment."
        ).format(number=unbroken(national(election.help_line)))
        if election.help_line
        else words.gettext(
            "If you lose it, or somebody else has seen it, ask for a new one at once: call whoever"
            " sent you this letter. The old one stops working at that moment."
        )
    )
    return (
        words.gettext(
            "You need it when you call to report. The line asks for it after the precinct code, or"
            " after naming your precinct."
        ),
        words.gettext(
            "Keep this letter apart from the call sheet. Do not photograph it, and do not read it"
            " out where others can hear."
        ),
        new_one,
        words.gettext("Nobody who calls you will ever ask for it."),
    )
