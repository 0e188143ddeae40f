"""The call sheet of a unit: how to call, and overleaf a worksheet to fill in before.

A leaf for each language, in a print that is read in a crowded room without looking for glasses.
Assume that it will be photographed: it bears no PIN and nobody's name or number but the line's.
"""

from __future__ import annotations

from functools import partial

from hotline.calls.choosing import languages_by_key
from hotline.election.model import Election, Unit, UnitKind
from hotline.election.rules.registry import rule_of, rules_of
from hotline.languages.catalogue import Language, language, languages
from hotline.languages.dates import on_day
from hotline.paper.ink import Ink, line_height, unbroken
from hotline.paper.worksheet import PaperPage, draw_worksheets, printed
from hotline.telephones import national

TEXT = 14.0  # points; nothing is smaller but a name too long for its place
STEP = 8.0  # mm, where a step begins after its number
FOOT = 16.5  # mm above the lower margin
SEVERAL_COUNTS = "6*0*8*12#"


def draw_sheet(ink: Ink, election: Election, unit: Unit) -> None:
    """Adds the unit's pages: for each language of the election a front and a back."""
    for words in languages(election.languages):
        _draw_page(ink, election.in_language(words.code), unit.code, words)


def _draw_page(ink: Ink, election: Election, code: str, words: Language) -> None:
    ink.new_page()
    y = head(ink, election, code, words, words.gettext("Call sheet"))
    y = _number_to_call(ink, y, election, words)
    _how_to_call(ink, y, election, code, words)
    _foot(ink, words)
    turn = partial(_another_page, ink, election, code, words)
    paper = PaperPage(ink, ink.bottom - FOOT, turn)
    draw_worksheets(paper, turn(), election.contests, election.units[code], words)


def _another_page(ink: Ink, election: Election, code: str, words: Language) -> float:
    ink.new_page()
    _foot(ink, words)
    return head(ink, election, code, words, words.gettext("Call sheet, continued")) + 4


def head(ink: Ink, election: Election, code: str, words: Language, kind: str) -> float:
    """Election, unit and code across the top of a page. Returns where it ends."""
    unit = election.units[code]
    code_width, top = 60.0, ink.top
    free = ink.width - code_width - 6
    ink.text(ink.left, top + 4.6, election.title, TEXT, fit=free)
    when = on_day(election.date, words)
    ink.text(ink.left, top + 10.6, f"{kind} · {when}", TEXT, fit=free)
    ink.text(ink.left, top + 19.5, unit.name, 20, bold=True, fit=free)
    ink.text(ink.left, top + 26, place(unit, words), TEXT, fit=free)
    left, middle = ink.right - code_width, ink.right - code_width / 2
    ink.box(left, top, code_width, 26, heavy=True)
    ink.text(middle, top + 7, words.gettext("Precinct code"), TEXT, align="middle", fit=56)
    ink.text(middle, top + 20.5, unit.code, 34, bold=True, align="middle", fit=54)
    return top + 26


def place(unit: Unit, words: Language) -> str:
    """Where the unit belongs: its county, or its pool."""
    if unit.kind is UnitKind.SATELLITE:
        return words.gettext("Satellite site, pool {pool}").format(pool=unit.pool)
    return words.gettext("{county} County").format(county=unit.county) if unit.county else ""


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
    ink.text(ink.right - 4, y + 8.7, choices, TEXT, bold=True, align="right", fit=72)
    return y + height


def _choice(other: Language, key: str) -> str:
    return other.gettext("For English, press {key} and #.").format(key=key)


def steps(election: Election, code: str, words: Language) -> tuple[str, ...]:
    """What a chair does, key by key, with any telephone; a test does it literally."""
    return (
        words.gettext(
            "Fill in the worksheet and have your PIN letter at hand. Call, best from the phone that"
            " you gave us. It may name your precinct: then go to step 3."
        ),
        words.gettext("Key the precinct code, {code}. It needs no #.").format(code=code),
        words.gettext("Key your PIN. It needs no #."),
        _how_to_key(election, words),
        words.gettext("Listen. If it is right, press 1. To change it, press 2."),
        words.gettext('Wait for "Filed", and write down the confirmation number.'),
    )


def _how_to_key(election: Election, words: Language) -> str:
    """The numbers one after the other; and what is asked for together."""
    said = printed(rules_of(election)[0].how_to_key, words)
    for contest in election.contests:
        rule = rule_of(contest)
        last = rule.together(contest, rule.columns[0])
        if last:
            together = words.gettext("It asks for the last {n} together: nobody, 1; anyone, 2.")
            return f"{said} {together.format(n=len(last))}"
    return said


def _how_to_call(ink: Ink, y: float, election: Election, code: str, words: Language) -> None:
    y += 7
    for number, step in enumerate(steps(election, code, words), start=1):
        ink.text(ink.left, y, f"{number}", TEXT, bold=True)
        y = ink.paragraph(ink.left + STEP, y, ink.width - STEP, step, TEXT) + 0.8
    y = _keys(ink, y, words)
    for note in _notes(election, words):
        y = ink.paragraph(ink.left, y, ink.width, note, TEXT)


def _keys(ink: Ink, y: float, words: Language) -> float:
    """The keys in two columns, and all counts in one go. Returns the next line's baseline."""
    meanings = (
        ("#", words.gettext("ends a number; alone, zero")),
        ("*", words.gettext("hear it again")),
        ("**", words.gettext("clear, or one step back")),
        ("*0", words.gettext("a person; after the PIN, in menus 0")),
        ("0*#", words.gettext("all the rest are zero")),
        ("8*#", words.gettext("eight here, the rest zero")),
    )
    half = ink.width / 2
    for n, (key, meaning) in enumerate(meanings):
        left, base = ink.left + half * (n % 2), y + 7.2 * (n // 2)
        ink.box(left, base - 5, 12.5, 6.4, shaded=True, outlined=False)
        ink.text(left + 6.2, base, key, TEXT, bold=True, align="middle")
        ink.text(left + 15, base, meaning, TEXT, fit=half - 16)
    y += 7.2 * ((len(meanings) + 1) // 2) + 0.6
    quicker = words.gettext("Quicker: all counts in one go, * between them:")
    taken = ink.text(ink.left, y, quicker, TEXT, fit=ink.width - 36)
    ink.text(ink.left + taken + 2, y, SEVERAL_COUNTS, TEXT, bold=True, mono=True)
    return y + line_height(TEXT)


def _notes(election: Election, words: Language) -> tuple[str, ...]:
    """What to do if something goes wrong."""
    cut_off = words.gettext("Cut off? Call again: your numbers are kept.")
    if election.help_line:
        lost = words.gettext("PIN lost? Call {number}, from any phone.").format(
            number=unbroken(national(election.help_line))
        )
    else:
        lost = words.gettext("PIN lost? Ask whoever sent you the PIN letter.")
    if not election.chairs_line:
        return (cut_off, lost)
    photograph = words.gettext("You may text a photograph of the worksheet to {number}.").format(
        number=unbroken(national(election.chairs_line))
    )
    return (cut_off, lost, photograph)


def _foot(ink: Ink, words: Language) -> None:
    """Room for the confirmation number, and the warning about the PIN."""
    size, square = TEXT, 8.4
    top = ink.bottom - FOOT
    x = ink.right - 6 * square
    for n in range(6):
        ink.box(x + square * n, top, square, square)
    number = words.gettext("Confirmation number")
    ink.text(x - 3, top + 6, number, size, bold=True, align="right")
    ink.rule(ink.left, ink.bottom - line_height(size) - 0.5, ink.right)
    keep_off = words.gettext("Your PIN is in a letter of its own. Never write it on this sheet.")
    ink.text(
        ink.left + ink.width / 2,
        ink.bottom,
        keep_off,
        size,
        bold=True,
        align="middle",
        fit=ink.width,
    )
