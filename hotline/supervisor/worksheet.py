"""A unit's reported figures as the paper that its chair holds in the sandbox: what to key, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.calls.prompts import line, speak
from hotline.election.folder.folder import UnitReturns
from hotline.election.model import Contest, Election, Figures
from hotline.election.rules.registry import rule_of, rules_of
from hotline.election.rules.sheet import Number
from hotline.sandbox.page.handset import HandsetWorksheet, Shortcut

Row = list[str]
Column = tuple[str, Mapping[str, int], Sequence[str]]
"""Its title, its counts by candidate or line, and which of these the line asks for in it."""


def worksheet(election: Election, report: UnitReturns) -> HandsetWorksheet | None:
    """The paper of one unit, every candidate on it, in the order of the call.

    None for an election whose contests have different columns: one table cannot show both.
    """
    if len({rule.columns for rule in rules_of(election)}) > 1:
        return None
    rows: list[Row] = []
    said: list[list[str]] = []
    shortcuts: list[Shortcut] = []
    head: Row = []
    for contest in election.contests:
        figures = report.figures[contest.id]
        columns = _columns(contest, figures)
        head = ["", "", *(title for title, _, _ in columns)]
        if len(election.contests) > 1:
            rows.append(["", contest.title])
            said.append([])
        rows += _rows(contest, figures, columns)
        said += _said(election, contest, figures)
        shortcuts += _shortcuts(contest, figures, columns, alone=len(election.contests) == 1)
    return {"head": head, "rows": rows, "said": said, "shortcuts": shortcuts}


def _columns(contest: Contest, figures: Figures) -> list[Column]:
    """The award stands beside the rest: it is keyed only by a chair who does not agree."""
    rule = rule_of(contest)
    awarded = (rule.awarded,) if rule.awarded else ()
    found: list[Column] = []
    for column in (*rule.sequence(figures), *awarded):
        below = {line.key: figures.numbers[line.key] for line in column.below}
        counts = {**figures.columns[column.key], **below}
        found.append((column.short, counts, rule.asked(contest, figures, column)))
    return found


def _rows(contest: Contest, figures: Figures, columns: Sequence[Column]) -> list[Row]:
    rows = [["", number.label, count] for number, count in _how_many(contest, figures)]
    for candidate in (contest.by_id[id_] for id_ in rule_of(contest).order(contest)):
        counts = [
            str(column.get(candidate.id, 0)) if candidate.id in {*asked, *column} else ""
            for _, column, asked in columns
        ]
        rows.append([str(candidate.number), candidate.surname, *counts])
    below = rule_of(contest).below
    return rows + [["", line.label, str(figures.numbers[line.key])] for line in below]


def _said(election: Election, contest: Contest, figures: Figures) -> list[list[str]]:
    """What the line says to ask for each of the rows, in any of its languages."""
    numbers = [
        [speak(line(number.ask), code) for code in election.languages]
        for number, _ in _how_many(contest, figures)
    ]
    own = [election.in_language(code).by_contest[contest.id].by_id for code in election.languages]
    order = rule_of(contest).order(contest)
    candidates = [[by_id[id_].said for by_id in own] for id_ in order]
    below = [
        [speak(line(one.said), code) for code in election.languages]
        for one in rule_of(contest).below
    ]
    return [list(dict.fromkeys(names)) for names in (*numbers, *candidates, *below)]


def _how_many(contest: Contest, figures: Figures) -> list[tuple[Number, str]]:
    """The numbers that come before the columns; of those after the first, what there is."""
    first, *others = rule_of(contest).numbers
    asked = [first, *(number for number in others if figures.numbers[number.key])]
    return [(number, str(figures.numbers[number.key])) for number in asked]


def _shortcuts(
    contest: Contest, figures: Figures, columns: Sequence[Column], *, alone: bool
) -> list[Shortcut]:
    """How many there were, then each column in one go: its counts with stars between them."""
    how_many: list[Shortcut] = [
        {"label": f"{count} {number.short}", "keys": f"{count}#"}
        for number, count in _how_many(contest, figures)
    ]
    counts: list[Shortcut] = [
        {
            "label": title if alone else contest.title,
            "keys": "*".join(str(column.get(key, 0)) for key in asked) + "#",
        }
        for title, column, asked in columns
    ]
    return [*how_many, *counts]
