"""The worksheets of a call sheet: the unit's rule in words, and tables to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hotline.calls.prompts import line, speak
from hotline.calls.worksheet import line_numbers
from hotline.election.model import Contest, Unit
from hotline.election.rules.paper import Parts, Printed, Worksheet
from hotline.election.rules.registry import rule_of
from hotline.languages.catalogue import Language
from hotline.paper.ink import Ink
from hotline.paper.table import SheetTable

TEXT = 14.0  # points
GUTTER = 8.0  # mm between two tables side by side
FIELD = 9.0  # mm, the height of a box to write one number in
WIDE_HEAD, WIDE_TAIL = 60.0, 9.0  # mm, at the most, above and below the table
PAIR_HEAD, PAIR_TAIL = 24.0, 8.0
WIDEST, NARROW, PAIRED = 28.0, 24.0, 27.0  # mm, of a column
FEW_COLUMNS = 3
OVERLEAF_HEAD = 30.0  # taken by the head of a page, at its top
START_OF_TABLE = 60.0  # less of a table is not worth its head


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Where worksheets go: the page in hand down to `bottom`, and others after it.

    `turn` begins another page of the same sheet and returns where a worksheet may start on it.
    """

    ink: Ink
    bottom: float
    turn: Callable[[], float]

    def start(self, y: float, head: float, table: float, tail: float) -> float:
        """Where to start a worksheet of these heights: at `y`, or on another page if it would be
        whole there. One that is too long for any page starts here, to waste less paper.
        """
        room, needed = self.bottom - y, head + table + tail
        whole_overleaf = needed <= self.bottom - self.ink.top - OVERLEAF_HEAD
        if needed <= room or (not whole_overleaf and room >= head + START_OF_TABLE):
            return y
        return self.turn()


def draw_worksheets(
    paper: PaperPage, y: float, contests: Sequence[Contest], unit: Unit, words: Language
) -> None:
    """A worksheet for each contest from `y` down, and overleaf where a page is too short."""
    for together in _side_by_side(contests, unit):
        if _sheet(together[0], unit).is_wide:
            y = _wide(paper, y, together[0], unit, words)
        else:
            y = _pair(paper, y, together, unit, words)


def printed(text: Printed, words: Language) -> str:
    """A text of a rule in a language, filled in."""
    values = {
        name: printed(value, words) if isinstance(value, Printed) else value
        for name, value in text.values.items()
    }
    one, several, many = text.value.partition("|")
    if several:
        said = words.ngettext(one, many, int(values["n"]))
    elif text.context:
        said = words.pgettext(text.context, one)
    else:
        said = words.gettext(one)
    return said.format(**values)


def _line(parts: Parts, words: Language) -> str:
    return "".join(part if isinstance(part, str) else printed(part, words) for part in parts)


def _sheet(contest: Contest, unit: Unit) -> Worksheet:
    return rule_of(contest).worksheet(contest, unit)


def _side_by_side(contests: Sequence[Contest], unit: Unit) -> Iterator[Sequence[Contest]]:
    """What is wide has the width of the page to itself; other contests stand in pairs."""
    waiting: list[Contest] = []
    for contest in contests:
        if _sheet(contest, unit).is_wide:
            if waiting:
                yield waiting
            yield [contest]
            waiting = []
        else:
            waiting.append(contest)
            if len(waiting) == 2:
                yield waiting
                waiting = []
    if waiting:
        yield waiting


# --- One that has the width of the page


def _wide(paper: PaperPage, y: float, contest: Contest, unit: Unit, words: Language) -> float:
    sheet, ink = _sheet(contest, unit), paper.ink
    few = len(sheet.columns) <= FEW_COLUMNS
    table = _table(contest, sheet, WIDEST if few else NARROW, words)
    y = paper.start(y, WIDE_HEAD, table.least_height, WIDE_TAIL)
    y = _intro(ink, y, contest, sheet, words)
    y = _tables(paper, y, [table], ink.width, WIDE_TAIL)
    if sheet.to_write:
        width = ink.text(ink.left, y + 7, printed(sheet.to_write, words), TEXT)
        ink.rule(ink.left + width + 2, y + 7.8, ink.left + ink.width / 2)
    return y + WIDE_TAIL


def _intro(ink: Ink, y: float, contest: Contest, sheet: Worksheet, words: Language) -> float:
    y += 6
    ink.text(ink.left, y, contest.title, TEXT, bold=True, fit=ink.width - 70)
    if sheet.corner:
        corner = printed(sheet.corner, words)
        ink.text(ink.right, y, corner, TEXT, bold=True, align="right", fit=68)
    y += 6.5
    for parts in sheet.rules:
        y = ink.paragraph(ink.left, y, ink.width, _line(parts, words), TEXT, bold=True)
    for note in sheet.notes:
        y = ink.paragraph(ink.left, y, ink.width, printed(note, words), TEXT)
    y -= 3
    return _boxes(ink, y, sheet, words) + 2


def _boxes(ink: Ink, y: float, sheet: Worksheet, words: Language) -> float:
    x, base = ink.left, y + 6.2
    for name in sheet.boxes:
        x += ink.text(x, base, printed(name, words), TEXT, bold=True) + 2
        ink.box(x, y, 16, FIELD, heavy=True)
        x += 18
    if sheet.examples:
        examples = ", ".join(printed(example, words) for example in sheet.examples)
        _if_it_fits(ink, x, base, examples.capitalize() + ".")
    return y + FIELD


# --- Those that stand in pairs


def _pair(
    paper: PaperPage, y: float, contests: Sequence[Contest], unit: Unit, words: Language
) -> float:
    ink = paper.ink
    width = (ink.width - GUTTER) / 2
    sheets = [_sheet(contest, unit) for contest in contests]
    tables = [
        _table(contest, sheet, PAIRED, words)
        for contest, sheet in zip(contests, sheets, strict=True)
    ]
    y = paper.start(y, PAIR_HEAD, max(t.least_height for t in tables), PAIR_TAIL)
    y += 9
    lefts = [ink.left + n * (width + GUTTER) for n in range(len(contests))]
    for x, contest, sheet in zip(lefts, contests, sheets, strict=True):
        ink.text(x, y, contest.title, TEXT, bold=True, fit=width)
        for name in sheet.boxes:
            x += ink.text(x, y + 9.2, printed(name, words), TEXT, bold=True) + 2
            ink.box(x, y + 3, 24, FIELD, heavy=True)
            x += 28
    y = _tables(paper, y + 14, tables, width, PAIR_TAIL)
    for x, sheet in zip(lefts, sheets, strict=True):
        if sheet.foot:
            ink.text(x, y + 5, printed(sheet.foot, words), TEXT, fit=width)
    return y + PAIR_TAIL


# --- Both


def _table(contest: Contest, sheet: Worksheet, column: float, words: Language) -> SheetTable:
    names = {c.id: c.name for c in contest.candidates} | {
        below.key: speak(line(below.said), words.code) for below in rule_of(contest).below
    }
    lines = [(number, names[id_]) for number, id_ in line_numbers(contest).items()]
    columns = [printed(one, words) for one in sheet.columns]
    return SheetTable(lines, columns, column, words.gettext("Candidate"), words.gettext("Total"))


def _tables(
    paper: PaperPage, y: float, tables: Sequence[SheetTable], width: float, below: float
) -> float:
    """Draws tables side by side, leaving `below` mm under them; overleaf go the lines left over.
    Returns where they end on the last page.
    """
    left: Sequence[SheetTable | None] = tables
    while True:
        room = paper.bottom - y - below
        ends: list[float] = []
        over: list[SheetTable | None] = []
        for n, table in enumerate(left):
            if table is None:
                over.append(None)
                continue
            here, rest = table.split(room)
            ends.append(here.draw(paper.ink, paper.ink.left + n * (width + GUTTER), y, width, room))
            over.append(rest)
        if not any(over):
            return max(ends)
        left, y = over, paper.turn()


def _if_it_fits(ink: Ink, x: float, y: float, text: str) -> None:
    if ink.lines(text, ink.right - x, TEXT) == 1:
        ink.text(ink.right, y, text, TEXT, align="right", fit=ink.right - x)
