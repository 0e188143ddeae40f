"""An election that was loaded anew while somebody reports on it. Pure.

What is still on the sheet keeps its figures, what is new is asked, what is gone is dropped and
said. A count is never moved: what was keyed is known by the ids of its contest and its line. A
single count that answers a question of before is for the line that was heard; all else is asked
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hotline.calls import counting, objections, progress, worksheet
from hotline.calls.keypad import BarePound, Keyed, Numbers
from hotline.calls.prompts import Line, Prompt, groups, line
from hotline.calls.state import State, Step
from hotline.election.model import LOTS, Contest, Election
from hotline.election.rules.registry import rule_of

CHANGED = "election=changed"
"""Among what was keyed: the sheet changed here."""


def fits(election: Election, state: State) -> bool:
    """Whether the question of a state, and all that was keyed, are on this election's sheet."""
    if state.edition != worksheet.edition(election, state.unit):
        return False
    return _kept(election, state.figures).figures == state.figures and _is_asked(election, state)


def _is_asked(election: Election, state: State) -> bool:
    contest = election.by_contest.get(state.contest)
    if contest is None or state.column not in {column.key for column in rule_of(contest).columns}:
        return False
    if worksheet.number_asked(election, state):
        return True
    left = worksheet.unanswered(election, state)
    match state.step:
        case Step.COUNT:
            return left[:1] == (state.line,)
        case Step.CHANGE:
            return not left and state.line in worksheet.line_numbers(contest).values()
        case Step.REFUSED:
            return state.line in worksheet.line_numbers(contest).values()
        case Step.OTHERS:
            return left in ((), worksheet.together(election, state))
        case Step.WHICH | Step.READBACK:
            return not left
        case Step.TOSS | Step.AWARD:
            found = worksheet.award(election, state)
            return found is not None and bool(found.tied) is (state.step is Step.TOSS)
        case Step.DISPUTE | Step.UNUSUAL:
            return objections.stands(election, state)
    return False


def answered_before(election: Election, state: State, keyed: Keyed) -> State:
    """The state with a single answer to the question that was heard, if that still stands."""
    contest = election.by_contest.get(state.contest)
    if contest is None or not isinstance(keyed, Numbers | BarePound):
        return state
    values = (0,) if isinstance(keyed, BarePound) else keyed.values
    is_number = worksheet.number_asked(election, state) is not None
    is_one = len(values) == 1 and not (isinstance(keyed, Numbers) and keyed.rest)
    if not is_one or (isinstance(keyed, BarePound) and is_number):
        return state
    is_count = state.step is Step.COUNT and state.line in worksheet.line_numbers(contest).values()
    if not (is_number or is_count) or not _has_column(contest, state.column):
        return state
    state = replace(state, figures=_kept(election, state.figures).figures)
    if is_number and values[0] <= election.policy.attendance_max:
        return counting.with_number(election, state, values[0])
    if is_count and values[0] <= worksheet.largest(election, state, state.line):
        return counting.with_counted(election, state, state.line, values[0])
    return state


def fitted(election: Election, state: State) -> tuple[State, tuple[Line, ...]]:
    """The state as this election has it, and what the caller is told of it."""
    kept = _kept(election, state.figures, without_awards=True)
    dropped = (line(Prompt.DROPPED, groups=groups(kept.gone)),) if kept.gone else ()
    state = replace(
        state,
        edition=worksheet.edition(election, state.unit),
        figures=kept.figures,
        keyed=(*state.keyed, CHANGED),
        line="",
        refusals=0,
        mending=False,
        misses=0,
        spent="",
    )
    state, more = _first_open(election, state, kept.columns)
    return state, (line(Prompt.ELECTION_CHANGED), *dropped, *more)


def _first_open(
    election: Election, state: State, changed: frozenset[tuple[str, str]]
) -> tuple[State, tuple[Line, ...]]:
    """The first question that is open, at the latest the one that the caller is at."""
    for contest in election.contests:
        is_in_hand = contest.id == state.contest
        here = replace(state, contest=contest.id, column=rule_of(contest).columns[0].key)
        if not _are_numbers_keyed(election, here):
            moved = progress.contest_begun(election, here, contest)
            return moved.state, moved.lines
        if not worksheet.anybody(election, here):
            if is_in_hand:
                return replace(here, step=worksheet.numbers(election, here)[0].key), ()
            continue
        for column in worksheet.columns(election, here):
            here = replace(here, column=column.key)
            is_last = is_in_hand and column.key == state.column
            is_changed = (contest.id, column.key) in changed
            if is_last or is_changed or worksheet.unanswered(election, here):
                return _in_column(election, here)
        if is_in_hand or rule_of(contest).awarded:
            return _in_column(election, here)
    return _in_column(election, here)


def _in_column(election: Election, state: State) -> tuple[State, tuple[Line, ...]]:
    return _with_heading(progress.found_again(election, progress.into(election, state)))


def _with_heading(found: tuple[State, *tuple[Line, ...]]) -> tuple[State, tuple[Line, ...]]:
    state, *said = found
    return state, tuple(said)


def _are_numbers_keyed(election: Election, state: State) -> bool:
    document = worksheet.entry(election, state)
    return all(number.key in document for number in worksheet.numbers(election, state))


def _has_column(contest: Contest, key: str) -> bool:
    return any(column.key == key for column in rule_of(contest).columns)


# --- What is still on the sheet


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """`gone`: what was dropped, by the id of its line; `columns` of which: contest and column."""

    figures: Mapping[str, Mapping[str, Any]]
    gone: tuple[tuple[str, int], ...]
    columns: frozenset[tuple[str, str]]


def _kept(
    election: Election,
    figures: Mapping[str, Mapping[str, Any]],
    *,
    without_awards: bool = False,
) -> KeptFigures:
    """The figures of contests, columns and lines that there still are."""
    kept: dict[str, Mapping[str, Any]] = {}
    gone: list[tuple[str, int]] = []
    columns: set[tuple[str, str]] = set()
    for id_, document in figures.items():
        contest = election.by_contest.get(id_)
        left: dict[str, Any] = {}
        for key, value in document.items():
            is_awarded = contest is not None and _is_awarded(contest, key)
            if is_awarded and without_awards:
                continue
            still = _still(contest, key, value)
            if still is not None:
                left[key] = still
            if still != value:
                columns.add((id_, key))
                gone += _dropped(key, value, still)
        if contest is not None:
            kept[id_] = left
    return KeptFigures(kept, tuple(gone), frozenset(columns))


def _is_awarded(contest: Contest, key: str) -> bool:
    awarded = rule_of(contest).awarded
    return key == LOTS or (awarded is not None and key == awarded.key)


def _still(contest: Contest | None, key: str, value: Any) -> Any:
    """What is left of one entry of a contest's figures; None: nothing."""
    if contest is None:
        return None
    rule = rule_of(contest)
    if key == LOTS:
        is_of_lines = isinstance(value, list | tuple) and all(v in contest.by_id for v in value)
        return value if is_of_lines else None
    if key in {*(one.key for one in rule.numbers), *(one.key for one in rule.below)}:
        return value if isinstance(value, int) else None
    if not _has_column(contest, key) or not isinstance(value, Mapping):
        return None
    return {line: n for line, n in value.items() if line in contest.by_id}


def _dropped(key: str, value: Any, still: Any) -> list[tuple[str, int]]:
    """What is said of it: whose count, and how many."""
    if isinstance(value, int):
        return [(_as_said(key), value)] if value else []
    if not isinstance(value, Mapping):
        return []
    left = still or {}
    return [(_as_said(line), n) for line, n in value.items() if n and line not in left]


def _as_said(id_: str) -> str:
    """Of a line that is gone there is no name any more but its id."""
    return " ".join(id_.replace("_", "-").split("-")).title()
