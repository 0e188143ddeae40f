"""The call sheet of a unit: how to call, and a worksheet to fill in before. One page a language.

Assume that it will be photographed: it bears no PIN and nobody's name or number but the line's.
"""

from __future__ import annotations

from functools import partial

import phonenumbers

from hotline.calls.choosing import languages_by_key
from hotline.election.model import Election, Unit, UnitKind
from hotline.election.rules.registry import rules_of
from hotline.languages.catalogue import Language, language, languages
from hotline.languages.dates import on_day
from hotline.paper.ink import Ink, line_height
from hotline.paper.worksheet import Paper, draw_worksheets, printed

STEP_SIZE = 11.0
KEYS_WIDTH = 64.0
FOOT = 16.5  # mm above the lower margin
SEVERAL_COUNTS = "6*0*8*12#"


def draw_sheet(ink: Ink, election: Election, unit: Unit) -> None:
    """Adds the unit's pages, one for each language of the election, to go on front and back."""
    for words in languages(election.languages):
        _draw_page(ink, election.in_language(words.code), unit.code, words)


def _draw_page(ink: Ink, election: Election, code: str, words: Language) -> None:
    ink.new_page()
    y = head(ink, election, code, words, words.gettext("Call sheet"))
    y = _number_to_call(ink, y, election, words)
    y = _how_to_call(ink, y, election, code, words)
    _foot(ink, words)
    turn = partial(_another_page, ink, election, code, words)
    paper = Paper(ink, ink.bottom - FOOT, turn)
    draw_worksheets(paper, y, election.contests, election.units[code], words)


def _another_page(ink: Ink, election: Election, code: str, words: Language) -> float:
    ink.new_page()
    _foot(ink, words)
    return head(ink, election, code, words, words.gettext("Call sheet, continued")) + 4


def head(ink: Ink, election: Election, code: str, words: Language, kind: str) -> float:
    """Election, unit and code across the top of a page. Returns where it ends."""
    unit = election.units[code]
    code_width, top = 56.0, ink.top
    free = ink.width - code_width - 6
    ink.text(ink.left, top + 4, f"{kind} · {election.title}", 10, fit=free)
    ink.text(ink.left, top + 9, on_day(election.date, words), 10)
    ink.text(ink.left, top + 18.5, unit.name, 20, bold=True, fit=free)
    ink.text(ink.left, top + 24.5, place(unit, words), 12, fit=free)
    left = ink.right - code_width
    ink.box(left, top, code_width, 25, heavy=True)
    ink.text(left + code_width / 2, top + 6, words.gettext("Precinct code"), 10, align="middle")
    ink.text(
        left + code_width / 2,
        top + 19,
        unit.code,
        34,
        bold=True,
        align="middle",
        fit=code_width - 6,
    )
    return top + 25


def place(unit: Unit, words: Language) -> str:
    """Where the unit belongs: its county, or its pool."""
    if unit.kind is UnitKind.SATELLITE:
        return words.gettext("Satellite site, pool {pool}").format(pool=unit.pool)
    return words.gettext("{county} County").format(county=unit.county) if unit.county else ""


def national(number: str) -> str:
    """A telephone number (E.164) as people at home write it; abroad with its country code."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code == 1
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, style)


def _number_to_call(ink: Ink, y: float, election: Election, words: Language) -> float:
    height = 13.0
    y += 4
    ink.box(ink.left, y, ink.width, height, shaded=True, outlined=False)
    if election.chairs_line:
        number = national(election.chairs_line)
        ink.text(
            ink.left + 4,
            y + 9.3,
            words.gettext("Call {number}").format(number=number),
            24,
            bold=True,
        )
    else:
        width = ink.text(ink.left + 4, y + 9, words.gettext("Number to call:"), 14, bold=True)
        ink.rule(ink.left + 7 + width, y + 9.6, ink.left + 77 + width)
    # The line begins in the first language, so every page says how to change to the others.
    keys = languages_by_key(election, election.languages[0])
    choices = "  ".join(_choice(language(code), key) for key, code in keys.items())
    ink.text(ink.right - 4, y + 8.7, choices, 13, bold=True, align="right", fit=70)
    return y + height


def _choice(other: Language, key: str) -> str:
    return other.gettext("For English, press {key} and #.").format(key=key)


def _steps(election: Election, code: str, words: Language) -> tuple[str, ...]:
    return (
        words.gettext(
            "Fill in the worksheet and take your PIN letter. Call, best from the phone that you"
            " gave us: it goes first."
        ),
        words.gettext("Key the precinct code, {code}, and your PIN, without #.").format(code=code),
        printed(rules_of(election)[0].how_to_key, words),
        words.gettext("Listen. If it is right, press 1. To change it, press 2."),
        words.gettext('Wait for "Filed", and write down the confirmation number.'),
    )


def _how_to_call(ink: Ink, y: float, election: Election, code: str, words: Language) -> float:
    steps = _steps(election, code, words)
    width = ink.width - KEYS_WIDTH - 6
    top = y + 4
    y += 8
    for number, step in enumerate(steps, start=1):
        ink.text(ink.left, y, f"{number}", STEP_SIZE + 1, bold=True)
        y = ink.paragraph(ink.left + 6, y, width - 6, step, STEP_SIZE) + 1.4
    quicker = words.gettext("Quicker: all counts in one go, * between them:")
    taken = ink.text(ink.left + 6, y, quicker, STEP_SIZE, fit=width - 36)
    ink.text(ink.left + taken + 8, y, SEVERAL_COUNTS, STEP_SIZE + 1, bold=True, mono=True)
    return max(y, _keys(ink, top, words))


def _keys(ink: Ink, y: float, words: Language) -> float:
    left, height = ink.right - KEYS_WIDTH, 7.6
    meanings = (
        ("#", words.gettext("ends a number; alone, zero")),
        ("*", words.gettext("hear it again")),
        ("**", words.gettext("clear, or one step back")),
        ("*0", words.gettext("a person; in menus, 0")),
    )
    ink.box(left, y, KEYS_WIDTH, 9 + height * len(meanings))
    ink.text(left + 3, y + 5.8, words.gettext("Keys"), STEP_SIZE, bold=True)
    for n, (key, meaning) in enumerate(meanings):
        row = y + 7.5 + height * n
        ink.box(left + 3, row, 10, height - 1.5, shaded=True, outlined=False)
        ink.text(left + 8, row + 4.9, key, 14, bold=True, align="middle")
        ink.text(left + 16, row + 4.6, meaning, 10, fit=KEYS_WIDTH - 18)
    return y + 9 + height * len(meanings)


def _foot(ink: Ink, words: Language) -> None:
    """Room for the confirmation number, and the warning about the PIN."""
    size, square = 11.0, 8.0
    top = ink.bottom - FOOT
    x = ink.right - 6 * square
    for n in range(6):
        ink.box(x + square * n, top, square, square)
    number = words.gettext("Confirmation number")
    ink.text(x - 3, top + 5.5, number, size, bold=True, align="right")
    ink.rule(ink.left, ink.bottom - line_height(size) - 0.5, ink.right)
    keep_off = words.gettext("Your PIN is in a letter of its own. Never write it on this sheet.")
    ink.text(ink.left + ink.width / 2, ink.bottom, keep_off, size, bold=True, align="middle")
