"""The sheet of the contest in hand as its rule describes it: what is asked, and how much. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import takewhile
from typing import Any

from hotline.calls.state import State
from hotline.election.model import LOTS, Contest, Election, Figures, Unit
from hotline.election.rules.registry import rule_of
from hotline.election.rules.rule import Rule
from hotline.election.rules.sheet import Column, Number, Said


def contest_of(election: Election, state: State) -> Contest:
    return election.by_contest[state.contest]


def rule_in_hand(election: Election, state: State) -> Rule:
    return rule_of(contest_of(election, state))


def edition(election: Election, unit_code: str) -> str:
    """Equal only while the sheet of a unit is the same: contests, lines, delegates."""
    unit = election.units[unit_code]
    contests = [
        (c.id, c.rule, c.seats, [(one.number, one.id, one.rare) for one in c.candidates])
        for c in election.contests
    ]
    sheet = (contests, unit.kind.value, unit.county, unit.pool, unit.delegates)
    return sha256(repr(sheet).encode()).hexdigest()[:12]


def unit_of(election: Election, state: State) -> Unit:
    return election.units[state.unit]


def entry(election: Election, state: State) -> Mapping[str, Any]:
    """What has been keyed for the contest in hand, in the form of the filed figures."""
    return state.figures.get(contest_of(election, state).id, {})


def with_entry(election: Election, state: State, **changes: Any) -> State:
    contest = contest_of(election, state)
    figures = {**state.figures, contest.id: {**entry(election, state), **changes}}
    return replace(state, figures=figures)


def without_zeros(document: Mapping[str, Any]) -> dict[str, Any]:
    """What was keyed, without the zeros that only say that a line was asked for."""
    return {
        key: {line: n for line, n in kept.items() if n} if isinstance(kept, Mapping) else kept
        for key, kept in document.items()
    }


def figures_of(contest: Contest, document: Mapping[str, Any]) -> Figures:
    """The figures keyed so far; columns that were not asked yet are empty."""
    return rule_of(contest).so_far(without_zeros(document))


def figures_in_hand(election: Election, state: State) -> Figures:
    return figures_of(contest_of(election, state), entry(election, state))


def earlier(election: Election, state: State) -> tuple[Figures, ...]:
    """What has been keyed for the contests before the one in hand."""
    before = takewhile(lambda contest: contest.id != state.contest, election.contests)
    return tuple(figures_of(contest, state.figures.get(contest.id, {})) for contest in before)


def contest_before(election: Election, state: State, people: int) -> Contest | None:
    """The last contest before the one in hand for which so many ballots were keyed."""
    before = zip(election.contests, earlier(election, state), strict=False)
    return next((contest for contest, its in reversed([*before]) if its.people == people), None)


def anybody(election: Election, state: State) -> bool:
    """Whether anybody attended or voted, so that there is something to count."""
    return figures_in_hand(election, state).people > 0


# --- Numbers and columns


def numbers(election: Election, state: State) -> tuple[Number, ...]:
    """The single numbers that are asked first."""
    return rule_in_hand(election, state).numbers


def number_asked(election: Election, state: State) -> Number | None:
    """The number that is asked now; None at any other question."""
    contest = election.by_contest.get(state.contest)
    numbers = rule_of(contest).numbers if contest else ()
    return next((number for number in numbers if number.key == state.step), None)


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


def together(election: Election, state: State) -> tuple[str, ...]:
    """The lines of the column in hand for which one question is asked first."""
    contest = contest_of(election, state)
    return rule_of(contest).together(contest, column(election, state))


def _below(election: Election, state: State) -> tuple[str, ...]:
    return tuple(line.key for line in column(election, state).below)


def counts(election: Election, state: State) -> Mapping[str, int]:
    """The column in hand: line to count, without zeros."""
    return {key: n for key, n in _keyed(election, state).items() if n}


def _keyed(election: Election, state: State) -> Mapping[str, int]:
    """The column in hand as it was keyed: a line that was asked for is in it, though it be zero."""
    document = entry(election, state)
    below = {key: document[key] for key in _below(election, state) if key in document}
    return {**document.get(state.column, {}), **below}


def unanswered(election: Election, state: State) -> tuple[str, ...]:
    """The lines of the column in hand that are still to be asked for, in order."""
    keyed = _keyed(election, state)
    return tuple(key for key in asked(election, state) if key not in keyed)


def last_answered(election: Election, state: State) -> str:
    """The line of the column in hand that was asked for last; empty before the first."""
    keyed = _keyed(election, state)
    return next((key for key in reversed(asked(election, state)) if key in keyed), "")


def with_count(election: Election, state: State, line: str, count: int) -> State:
    """The state with one count of the column in hand set; a lot drawn before is void."""
    if line in _below(election, state):
        changed = with_entry(election, state, **{line: count})
    else:
        counted = {**entry(election, state).get(state.column, {}), line: count}
        changed = with_entry(election, state, **{state.column: counted})
    return _without_award(election, changed)


def _without_award(election: Election, state: State) -> State:
    """What was awarded is void once a count has changed from which it follows."""
    awarded = rule_in_hand(election, state).awarded
    if awarded is None or state.column in (LOTS, awarded.key):
        return state
    return _without(election, state, LOTS, awarded.key)


def _without(election: Election, state: State, *keys: str) -> State:
    document = entry(election, state)
    if not any(key in document for key in keys):
        return state
    left = {key: kept for key, kept in document.items() if key not in keys}
    return replace(state, figures={**state.figures, contest_of(election, state).id: left})


def without_count(election: Election, state: State, line: str) -> State:
    """The state with one line of the column in hand to be asked for again."""
    if line in _below(election, state):
        return _without_award(election, _without(election, state, line))
    left = {key: n for key, n in entry(election, state)[state.column].items() if key != line}
    return _without_award(election, with_entry(election, state, **{state.column: left}))


def emptied(election: Election, state: State) -> State:
    """The state with the column in hand forgotten, to be keyed from its first line."""
    changed = _without(election, state, state.column, *_below(election, state))
    return _without_award(election, changed)


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
    """What a caller keys for a line, in the order of the sheet: the candidate's number; below the
    candidates, the numbers after."""
    rule = rule_of(contest)
    by_number = {contest.by_id[id_].number: id_ for id_ in rule.order(contest)}
    last = max(by_number)
    below = enumerate(rule.below, start=last + 1)
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
