"""The sheet of the contest in hand as its rule describes it: what is asked, and how much. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hotline.calls.state import State
from hotline.election.model import LOTS, Contest, Election, Figures, Unit
from hotline.election.rules.registry import rule_of
from hotline.election.rules.rule import Rule
from hotline.election.rules.sheet import Column, Number, Said


def contest_of(election: Election, state: State) -> Contest:
    return election.contests[state.contest]


def rule_in_hand(election: Election, state: State) -> Rule:
    return rule_of(contest_of(election, state))


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
    return rule_of(contest).so_far(document)


def figures_in_hand(election: Election, state: State) -> Figures:
    return figures_of(contest_of(election, state), entry(election, state))


def earlier(election: Election, state: State) -> tuple[Figures, ...]:
    """What has been keyed for the contests before the one in hand."""
    return tuple(
        figures_of(contest, state.figures.get(contest.id, {}))
        for contest in election.contests[: state.contest]
    )


def anybody(election: Election, state: State) -> bool:
    """Whether anybody attended or voted, so that there is something to count."""
    return figures_in_hand(election, state).people > 0


# --- Numbers and columns


def numbers(election: Election, state: State) -> tuple[Number, ...]:
    """The single numbers that are asked first."""
    return rule_in_hand(election, state).numbers


def number_asked(election: Election, state: State) -> Number | None:
    """The number that is asked now; None at any other question."""
    return next((n for n in numbers(election, state) if n.key == state.step), None)


def column(election: Election, state: State) -> Column:
    """The column in hand."""
    return rule_in_hand(election, state).column(state.column)


def columns(election: Election, state: State) -> tuple[Column, ...]:
    """The columns asked one after the other; the award only where it is not agreed on."""
    return rule_in_hand(election, state).sequence(figures_in_hand(election, state))


def asked(election: Election, state: State) -> tuple[str, ...]:
    """The lines of the column in hand, in the order of the sheet."""
    return rule_in_hand(election, state).asked(
        contest_of(election, state), figures_in_hand(election, state), column(election, state)
    )


def _below(election: Election, state: State) -> tuple[str, ...]:
    return tuple(line.key for line in column(election, state).below)


def counts(election: Election, state: State) -> Mapping[str, int]:
    """The column in hand: line to count, without zeros."""
    document = entry(election, state)
    below = {key: document[key] for key in _below(election, state) if document.get(key)}
    return {**document.get(state.column, {}), **below}


def with_count(election: Election, state: State, line: str, count: int) -> State:
    """The state with one count of the column in hand set; a lot drawn before is void."""
    if line in _below(election, state):
        changed = with_entry(election, state, **{line: count})
    else:
        counted = {**entry(election, state).get(state.column, {}), line: count}
        counted = {candidate: n for candidate, n in counted.items() if n}
        changed = with_entry(election, state, **{state.column: counted})
    return _without_award(election, changed)


def _without_award(election: Election, state: State) -> State:
    """What was awarded is void once a count has changed from which it follows."""
    awarded = rule_in_hand(election, state).awarded
    if awarded is None or state.column in (LOTS, awarded.key):
        return state
    void, document = (LOTS, awarded.key), entry(election, state)
    if not any(key in document for key in void):
        return state
    document = {k: v for k, v in document.items() if k not in void}
    return replace(state, figures={**state.figures, contest_of(election, state).id: document})


def emptied(election: Election, state: State) -> State:
    """The state with the column in hand forgotten, to be keyed from its first line."""
    changed = with_entry(election, state, **{state.column: {}})
    changed = with_entry(election, changed, **dict.fromkeys(_below(election, state), 0))
    return replace(_without_award(election, changed), at=0)


def largest(election: Election, state: State, line: str) -> int:
    """The largest count that the line can have (checks.md, OUT_OF_RANGE)."""
    return rule_in_hand(election, state).most(
        contest_of(election, state),
        figures_in_hand(election, state),
        column(election, state),
        line,
    )


def bound(election: Election, state: State) -> Number | None:
    """The number that no count of the column in hand may exceed; None where there is none."""
    of = column(election, state).of
    return next((number for number in numbers(election, state) if number.key == of), None)


def line_numbers(contest: Contest) -> Mapping[int, str]:
    """What a caller keys for a line: the candidate's number; below the line, the numbers after."""
    by_number = {c.number: c.id for c in contest.candidates}
    last = max(by_number)
    below = enumerate(rule_of(contest).below, start=last + 1)
    return by_number | {number: line.key for number, line in below}


def remark(election: Election, state: State) -> Said | None:
    """What follows from the column in hand, and is said once it is read back."""
    return rule_in_hand(election, state).remark(
        contest_of(election, state),
        unit_of(election, state),
        figures_in_hand(election, state),
        column(election, state),
    )


# --- Awards


def with_lots_as_awarded(election: Election, state: State) -> State:
    """The state with the lots that the award in it tells: whoever keys it may have said others."""
    rule, figures = rule_in_hand(election, state), figures_in_hand(election, state)
    won = figures.columns[rule.awarded.key] if rule.awarded else {}
    if not won or not figures.lots:
        return state
    found = rule.award(contest_of(election, state), unit_of(election, state), figures)
    if found is None or not found.admits(won):
        return state
    lots = [line for line in found.tied if won.get(line, 0) > found.certain.get(line, 0)]
    return state if {*lots} == {*figures.lots} else with_entry(election, state, **{LOTS: lots})


@dataclass(frozen=True, slots=True)
class ProposedAward:
    """What the rules award, given the lots so far; by candidate, without zeros.

    While `left` delegates are still to be drawn for, `tied` are the candidates who may win the next
    one, and `won` those who have won one.
    """

    delegates: Mapping[str, int]
    tied: tuple[str, ...] = ()
    won: tuple[str, ...] = ()
    left: int = 0


def award(election: Election, state: State) -> ProposedAward | None:
    """The award of the contest in hand; None where no group is viable, so that none follows."""
    contest, figures = contest_of(election, state), figures_in_hand(election, state)
    found = rule_of(contest).award(contest, unit_of(election, state), figures)
    if found is None:
        return None
    delegates = {candidate: found.certain.get(candidate, 0) for candidate in contest.by_id}
    won = figures.lots[: found.drawn]
    for winner in won:
        delegates[winner] += 1
    awarded = {line: n for line, n in delegates.items() if n}
    left = found.drawn - len(won)
    if not left:
        return ProposedAward(awarded)
    tied = tuple(candidate for candidate in found.tied if candidate not in won)
    return ProposedAward(awarded, tied, won, left)
