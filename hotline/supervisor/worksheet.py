"""A unit's reported figures as the paper that its chair holds in the sandbox: what to key, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.election.folder.folder import ReportedUnit
from hotline.election.model import Contest, Election, Figures, PluralityFigures
from hotline.sandbox.page.handset import Shortcut, Worksheet

Row = list[str]
Column = tuple[str, Mapping[str, int], Sequence[str]]
"""Its title, its counts by candidate or line, and which of these the line asks for in it."""


def worksheet(election: Election, report: ReportedUnit) -> Worksheet | None:
    """The paper of one unit, every candidate on it, in the order of the call.

    None for an election that mixes caucuses with ballots: one table cannot show both.
    """
    if len({contest.is_caucus for contest in election.contests}) > 1:
        return None
    rows: list[Row] = []
    shortcuts: list[Shortcut] = []
    head: Row = []
    for contest in election.contests:
        figures = report.figures[contest.id]
        columns = _columns(contest, figures)
        head = ["", "", *(title for title, _, _ in columns)]
        if len(election.contests) > 1:
            rows.append(["", contest.title])
        rows += _rows(contest, figures, columns)
        shortcuts += _shortcuts(contest, figures, columns, alone=len(election.contests) == 1)
    return {"head": head, "rows": rows, "shortcuts": shortcuts}


def _columns(contest: Contest, figures: Figures) -> list[Column]:
    everyone = [candidate.id for candidate in contest.candidates]
    if isinstance(figures, PluralityFigures):
        below = _below_the_line(figures)
        return [("Votes", {**figures.votes, **below}, [*everyone, *below])]

    def standing(before: Mapping[str, int]) -> list[str]:
        return [key for key in everyone if before.get(key)] or everyone

    columns: list[Column] = [("First", figures.first, everyone)]
    if figures.early:
        columns.append(("Early, first", figures.early_first, everyone))
    columns.append(("Final", figures.final, standing(figures.first_total)))
    if figures.early:
        columns.append(("Early, final", figures.early_final, standing(figures.early_first)))
    return [*columns, ("Delegates", figures.delegates, standing(figures.final_total))]


def _rows(contest: Contest, figures: Figures, columns: Sequence[Column]) -> list[Row]:
    rows = [["", title, count] for title, _, count in _how_many(figures)]
    for candidate in contest.candidates:
        counts = [
            str(column.get(candidate.id, 0)) if candidate.id in {*asked, *column} else ""
            for _, column, asked in columns
        ]
        rows.append([str(candidate.number), candidate.surname, *counts])
    if isinstance(figures, PluralityFigures):
        rows += [["", name, str(count)] for name, count in _below_the_line(figures).items()]
    return rows


def _how_many(figures: Figures) -> list[tuple[str, str, str]]:
    """The numbers that come before the columns: as the paper and as a button names them, each."""
    if isinstance(figures, PluralityFigures):
        return [("Ballots cast", "ballots", str(figures.ballots))]
    early = [("Early votes", "early", str(figures.early))] if figures.early else []
    return [("Attendance", "attend", str(figures.attendance)), *early]


def _below_the_line(figures: PluralityFigures) -> dict[str, int]:
    return {
        "All write-ins": figures.write_ins,
        "Undervotes": figures.undervotes,
        "Overvotes": figures.overvotes,
    }


def _shortcuts(
    contest: Contest, figures: Figures, columns: Sequence[Column], *, alone: bool
) -> list[Shortcut]:
    """How many there were, then each column in one go: its counts with stars between them."""
    how_many: list[Shortcut] = [
        {"label": f"{count} {what}", "keys": f"{count}#"} for _, what, count in _how_many(figures)
    ]
    counts: list[Shortcut] = [
        {
            "label": title if alone else contest.title,
            "keys": "*".join(str(column.get(key, 0)) for key in asked) + "#",
        }
        for title, column, asked in columns
    ]
    return [*how_many, *counts]
