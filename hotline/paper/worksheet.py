"""The worksheets of a call sheet: the unit's rule in words, and tables to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hotline.calls.prompts import line, speak
from hotline.calls.worksheet import line_numbers
from hotline.election.model import Contest, Unit, UnitKind
from hotline.election.rules import caucus
from hotline.election.rules.registry import rule_of
from hotline.languages.catalogue import Language
from hotline.paper.ink import Ink
from hotline.paper.table import Table

TEXT = 11.0  # points
GUTTER = 8.0  # mm between two tables side by side
FIELD = 9.0  # mm, the height of a box to write one number in
EXAMPLES = (50, 100, 200)  # people
CAUCUS_HEAD, CAUCUS_TAIL = 36.0, 9.0  # mm, at the most, above and below the table
PRIMARY_HEAD, PRIMARY_TAIL = 23.0, 8.0
OVERLEAF_HEAD = 29.0  # taken by the head of a page, at its top
START_OF_TABLE = 40.0  # less of a table is not worth its head


@dataclass(frozen=True, slots=True)
class Paper:
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
    paper: Paper, y: float, contests: Sequence[Contest], unit: Unit, words: Language
) -> None:
    """A worksheet for each contest from `y` down, and overleaf where a page is too short."""
    for together in _side_by_side(contests):
        if rule_of(together[0]).elects_delegates:
            y = _caucus(paper, y, together[0], unit, words)
        else:
            y = _plurality(paper, y, together, words)


def threshold_rule(contest: Contest, unit: Unit, words: Language) -> str:
    """The unit's threshold in words (rules.md, 1); a site elects at least four delegates."""
    delegates = unit.delegates if unit.kind is UnitKind.PRECINCT else caucus.SITE_LEAST
    if delegates == 1:
        return words.gettext("No threshold here: the largest group elects the delegate.")
    rules = {
        3: words.gettext("A group is viable with a sixth of {whom}, rounded up."),
        2: words.gettext("A group is viable with a quarter of {whom}, rounded up."),
    }
    usual = words.gettext("A group is viable with {share} of {whom}, rounded up.")
    return rules.get(delegates, usual).format(whom=_whom(contest, words), share="15 %")


def site_sizes(words: Language) -> str:
    """How many delegates a satellite elects, by its attendance (rules.md, 8)."""
    lows = (1, *(size + 1 for size in caucus.SITE_SIZES))
    ranges = [
        f"{low}–{high}: {caucus.satellite_delegates(low)}"
        for low, high in zip(lows, caucus.SITE_SIZES, strict=False)
    ]
    above = words.gettext("{low} or more: {n}").format(
        low=lows[-1], n=caucus.satellite_delegates(lows[-1])
    )
    return words.gettext("Attendance") + " " + ", ".join([*ranges, above])


def _side_by_side(contests: Sequence[Contest]) -> Iterator[Sequence[Contest]]:
    """A caucus has the width of the page to itself; ordinary contests stand in pairs."""
    waiting: list[Contest] = []
    for contest in contests:
        if rule_of(contest).elects_delegates:
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


# --- A caucus


def _caucus(paper: Paper, y: float, contest: Contest, unit: Unit, words: Language) -> float:
    table = _caucus_table(contest, words)
    y = paper.start(y, CAUCUS_HEAD, table.least_height, CAUCUS_TAIL)
    y = _caucus_intro(paper.ink, y, contest, unit, words)
    y = _tables(paper, y, [table], paper.ink.width, CAUCUS_TAIL)
    toss, draw = (
        words.gettext("If tied, who won the toss?"),
        words.gettext("If tied, who drew high?"),
    )
    return _tie(paper.ink, y, draw if len(rule_of(contest).numbers) > 1 else toss)


def _caucus_intro(ink: Ink, y: float, contest: Contest, unit: Unit, words: Language) -> float:
    y += 9
    ink.text(ink.left, y, contest.title, 14, bold=True, fit=ink.width - 60)
    ink.text(ink.right, y, _elects(unit, words), 14, bold=True, align="right", fit=58)
    y += 5.5
    if unit.kind is UnitKind.SATELLITE:
        y = ink.paragraph(ink.left, y, ink.width, site_sizes(words), TEXT, bold=True)
    y = ink.paragraph(ink.left, y, ink.width, threshold_rule(contest, unit, words), TEXT, bold=True)
    final_asks = words.gettext(
        "The final alignment asks only for groups that had people in the first."
    )
    for note in (_share(contest, unit, words), final_asks):
        if note:
            y = ink.paragraph(ink.left, y, ink.width, note, 10)
    y -= 2
    return _attendance_boxes(ink, y, contest, unit, words) + 2


def _attendance_boxes(ink: Ink, y: float, contest: Contest, unit: Unit, words: Language) -> float:
    x, base = ink.left, y + 6.2
    names = [words.gettext("Attendance")]
    if len(rule_of(contest).numbers) > 1:
        names.append(words.gettext("Early votes"))
    if _has_threshold(unit):
        names.append(words.gettext("Viable from"))
    for name in names:
        x += ink.text(x, base, name, TEXT, bold=True) + 2
        ink.box(x, y, 20, FIELD, heavy=True)
        x += 24
    if _has_threshold(unit):
        delegates = unit.delegates if unit.kind is UnitKind.PRECINCT else caucus.SITE_LEAST
        example = words.gettext("with {people}: {viable}")
        examples = [
            example.format(people=n, viable=caucus.threshold(n, delegates)) for n in EXAMPLES
        ]
        _if_it_fits(ink, x, base, ", ".join(examples).capitalize() + ".")
    return y + FIELD


def _caucus_table(contest: Contest, words: Language) -> Table:
    nevada = len(rule_of(contest).numbers) > 1
    columns = [
        words.pgettext("a narrow column", "First alignment"),
        words.pgettext("a narrow column", "Final alignment"),
        words.gettext("Delegates"),
    ]
    if nevada:
        columns.insert(1, words.gettext("Early, first"))
        columns.insert(3, words.gettext("Early, final"))
    lines = [(c.number, c.name) for c in contest.candidates]
    return _table(lines, columns, 24 if nevada else 28, words)


def _table(
    lines: Sequence[tuple[int, str]], columns: Sequence[str], width: float, words: Language
) -> Table:
    return Table(lines, columns, width, words.gettext("Candidate"), words.gettext("Total"))


def _has_threshold(unit: Unit) -> bool:
    return unit.kind is UnitKind.SATELLITE or unit.delegates != 1


def _elects(unit: Unit, words: Language) -> str:
    if unit.kind is UnitKind.SATELLITE:
        return words.gettext("Delegates by attendance")
    return words.ngettext("Elects {n} delegate", "Elects {n} delegates", unit.delegates).format(
        n=unit.delegates
    )


def _share(contest: Contest, unit: Unit, words: Language) -> str:
    """How a group's delegates come about, where there is more than one to share."""
    if not _has_threshold(unit):
        return ""
    by_attendance = words.gettext("Delegates").lower()
    delegates = str(unit.delegates) if unit.kind is UnitKind.PRECINCT else by_attendance
    return words.gettext(
        "A viable group's share: people in the group × {n} ÷ {whom}. The line works it out."
    ).format(n=delegates, whom=_whom(contest, words))


def _whom(contest: Contest, words: Language) -> str:
    if len(rule_of(contest).numbers) > 1:
        return words.gettext("attendance and early votes together")
    return words.gettext("attendance")


# --- A primary


def _plurality(paper: Paper, y: float, contests: Sequence[Contest], words: Language) -> float:
    ink = paper.ink
    width = (ink.width - GUTTER) / 2
    tables = [_plurality_table(contest, words) for contest in contests]
    y = paper.start(y, PRIMARY_HEAD, max(t.least_height for t in tables), PRIMARY_TAIL)
    y += 9
    for n, contest in enumerate(contests):
        x = ink.left + n * (width + GUTTER)
        ink.text(x, y, contest.title, 14, bold=True, fit=width)
        taken = ink.text(x, y + 9.2, words.gettext("Ballots cast"), TEXT, bold=True) + 2
        ink.box(x + taken, y + 3, 24, FIELD, heavy=True)
    y = _tables(paper, y + 14, tables, width, PRIMARY_TAIL)
    for n, contest in enumerate(contests):
        x = ink.left + n * (width + GUTTER)
        ink.text(x, y + 5, _adds_up(contest, words), 10, fit=width)
    return y + PRIMARY_TAIL


def _adds_up(contest: Contest, words: Language) -> str:
    if contest.seats == 1:
        return words.gettext("The total must equal the ballots cast.")
    return words.gettext("The total must equal the ballots cast × {seats}.").format(
        seats=contest.seats
    )


def _plurality_table(contest: Contest, words: Language) -> Table:
    names = {c.id: c.name for c in contest.candidates} | {
        below.key: speak(line(below.said), words.code) for below in rule_of(contest).below
    }
    lines = [(number, names[id_]) for number, id_ in line_numbers(contest).items()]
    return _table(lines, (words.gettext("Votes"),), 27, words)


# --- Both


def _tables(paper: Paper, y: float, tables: Sequence[Table], width: float, below: float) -> float:
    """Draws tables side by side, leaving `below` mm under them; overleaf go the lines left over.
    Returns where they end on the last page.
    """
    left: Sequence[Table | None] = tables
    while True:
        room = paper.bottom - y - below
        ends: list[float] = []
        over: list[Table | None] = []
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
    if ink.lines(text, ink.right - x, 10) == 1:
        ink.text(ink.right, y, text, 10, align="right", fit=ink.right - x)


def _tie(ink: Ink, y: float, question: str) -> float:
    width = ink.text(ink.left, y + 7, question, TEXT)
    ink.rule(ink.left + width + 2, y + 7.8, ink.left + ink.width / 2)
    return y + CAUCUS_TAIL
