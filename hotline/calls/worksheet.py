"""The columns of the worksheet: which lines are asked, and what their counts may be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hotline.calls.state import Column, State
from hotline.election.finding import Stage
from hotline.election.model import (
    CaucusFigures,
    Contest,
    Election,
    Figures,
    PluralityFigures,
    Rule,
    Unit,
    from_document,
)
from hotline.election.rules import caucus

WRITE_INS, UNDERVOTES, OVERVOTES = "write_ins", "undervotes", "overvotes"
BELOW_THE_LINE = (WRITE_INS, UNDERVOTES, OVERVOTES)
"""Lines of a plurality worksheet that are no candidates."""

MOST_DELEGATES = 99


def contest_of(election: Election, state: State) -> Contest:
    return election.contests[state.contest]


def unit_of(election: Election, state: State) -> Unit:
    return election.units[state.unit]


def entry(election: Election, state: State) -> Mapping[str, Any]:
    """What has been keyed for the contest in hand, in the form of the filed figures."""
    return state.figures.get(contest_of(election, state).id, {})


def with_entry(election: Election, state: State, **changes: Any) -> State:
    contest = contest_of(election, state)
    figures = {**state.figures, contest.id: {**entry(election, state), **changes}}
    return replace(state, figures=figures)


def figures_of(contest: Contest, document: Mapping[str, Any]) -> Figures:
    """The figures keyed so far; columns that were not asked yet are empty."""
    if contest.is_caucus:
        blank: dict[str, Any] = {"attendance": 0, "first": {}, "final": {}, "delegates": {}}
    else:
        blank = {"ballots": 0, "votes": {}}
    return from_document({**blank, **document})


def caucus_figures(election: Election, state: State) -> CaucusFigures:
    figures = figures_of(contest_of(election, state), entry(election, state))
    if not isinstance(figures, CaucusFigures):
        raise TypeError("the contest in hand is not a caucus")
    return figures


def plurality_figures(election: Election, state: State) -> PluralityFigures:
    figures = figures_of(contest_of(election, state), entry(election, state))
    if not isinstance(figures, PluralityFigures):
        raise TypeError("the contest in hand is not a primary")
    return figures


def anybody(election: Election, state: State) -> bool:
    """Whether anybody attended or voted, so that there is something to count."""
    if contest_of(election, state).is_caucus:
        return caucus_figures(election, state).voters > 0
    return plurality_figures(election, state).ballots > 0


# --- Columns

STAGE_OF = {
    Column.FIRST: Stage.FIRST,
    Column.EARLY_FIRST: Stage.FIRST,
    Column.FINAL: Stage.FINAL,
    Column.EARLY_FINAL: Stage.FINAL,
    Column.DELEGATES: Stage.DELEGATES,
    Column.VOTES: Stage.WHOLE,
}


def columns(contest: Contest, document: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns asked one after the other; delegates only where the award is not agreed on."""
    if not contest.is_caucus:
        return (Column.VOTES,)
    if contest.rule is Rule.NEVADA and document.get("early"):
        return (Column.FIRST, Column.EARLY_FIRST, Column.FINAL, Column.EARLY_FINAL)
    return (Column.FIRST, Column.FINAL)


def asked(election: Election, state: State) -> tuple[str, ...]:
    """The lines of the column in hand, in the order of the sheet.

    The final alignment asks only those who had anyone in the first; where that leaves nobody, all.
    """
    contest = contest_of(election, state)
    everyone = tuple(c.id for c in contest.candidates)
    match state.column:
        case Column.VOTES:
            return everyone + BELOW_THE_LINE
        case Column.FINAL:
            before = caucus_figures(election, state).first_total
        case Column.EARLY_FINAL:
            before = caucus_figures(election, state).early_first
        case Column.DELEGATES:
            before = caucus_figures(election, state).final_total
        case _:
            return everyone
    return tuple(c for c in everyone if before.get(c)) or everyone


def counts(election: Election, state: State) -> Mapping[str, int]:
    """The column in hand: line to count, without zeros."""
    document = entry(election, state)
    column: Mapping[str, int] = document.get(state.column, {})
    if state.column is not Column.VOTES:
        return column
    return {**column, **{k: document[k] for k in BELOW_THE_LINE if document.get(k)}}


def with_count(election: Election, state: State, line: str, count: int) -> State:
    """The state with one count of the column in hand set; a toss decided before is void."""
    if line in BELOW_THE_LINE:
        changed = with_entry(election, state, **{line: count})
    else:
        column = {**entry(election, state).get(state.column, {}), line: count}
        column = {candidate: n for candidate, n in column.items() if n}
        changed = with_entry(election, state, **{state.column.value: column})
    return _without_award(election, changed) if state.column is not Column.DELEGATES else changed


def _without_award(election: Election, state: State) -> State:
    document = entry(election, state)
    if "toss" not in document and "delegates" not in document:
        return state
    document = {k: v for k, v in document.items() if k not in ("toss", "delegates")}
    return replace(state, figures={**state.figures, contest_of(election, state).id: document})


def emptied(election: Election, state: State) -> State:
    """The state with the column in hand forgotten, to be keyed from its first line."""
    changed = with_entry(election, state, **{state.column.value: {}})
    if state.column is Column.VOTES:
        changed = with_entry(election, changed, **dict.fromkeys(BELOW_THE_LINE, 0))
    if state.column is not Column.DELEGATES:
        changed = _without_award(election, changed)
    return replace(changed, at=0)


def largest(election: Election, state: State, line: str) -> int:
    """The largest count that the line can have (checks.md, OUT_OF_RANGE)."""
    if state.column is Column.DELEGATES:
        return MOST_DELEGATES
    if state.column is Column.VOTES:
        ballots = plurality_figures(election, state).ballots
        seats = contest_of(election, state).seats
        return ballots * seats if line in BELOW_THE_LINE else ballots
    figures = caucus_figures(election, state)
    early = state.column in (Column.EARLY_FIRST, Column.EARLY_FINAL)
    return figures.early if early else figures.attendance


def line_numbers(contest: Contest) -> Mapping[int, str]:
    """What a caller keys for a line: the candidate's number; below the line, the numbers after."""
    numbers = {c.number: c.id for c in contest.candidates}
    if not contest.is_caucus:
        last = max(numbers)
        numbers |= {last + n: line for n, line in enumerate(BELOW_THE_LINE, start=1)}
    return numbers


# --- Awards


def delegates_due(election: Election, state: State) -> int:
    figures = caucus_figures(election, state)
    return caucus.delegates_due(unit_of(election, state), figures.voters)


def threshold(election: Election, state: State) -> int:
    figures = caucus_figures(election, state)
    return caucus.threshold(figures.voters, delegates_due(election, state))


@dataclass(frozen=True, slots=True)
class Award:
    """What the rules award, given the tosses so far; by candidate, without zeros.

    While lots are still to be drawn, `tied` are the candidates who may win the next one.
    """

    delegates: Mapping[str, int]
    tied: tuple[str, ...] = ()


def award(election: Election, state: State) -> Award | None:
    """The award of the contest in hand; None where no group is viable, so that none follows."""
    contest = contest_of(election, state)
    figures = caucus_figures(election, state)
    final = figures.final_total
    lines = [c.id for c in contest.candidates if final.get(c.id)]
    found = caucus.apportion(
        contest.rule,
        delegates_due(election, state),
        figures.voters,
        [final[line] for line in lines],
    )
    if found is None:
        return None
    delegates = dict(zip(lines, found.certain, strict=True))
    won = figures.toss[: found.drawn]
    for winner in won:
        delegates[winner] += 1
    left = tuple(lines[group] for group in found.tied if lines[group] not in won)
    return Award(
        {line: n for line, n in delegates.items() if n}, left if len(won) < found.drawn else ()
    )
