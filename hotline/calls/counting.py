"""The worksheet, keyed: from the attendance to the last column of the last contest. Pure.

Every answer moves the state; what is asked next follows from the state alone (questions.py), so
that a resumed call goes on exactly as an uninterrupted one.
"""

from __future__ import annotations

from dataclasses import replace

from hotline.calls import worksheet
from hotline.calls.keypad import BarePound, Numbers
from hotline.calls.names import spoken_unit
from hotline.calls.objections import is_kept, named
from hotline.calls.progress import (
    Moved,
    award_due,
    award_keyed,
    awarded_column,
    examined,
    into,
    noted,
    objected,
    to_award,
)
from hotline.calls.prompts import Line, Prompt, groups, line
from hotline.calls.questions import is_menu
from hotline.calls.state import State, Step
from hotline.election.finding import Stage
from hotline.election.model import LOTS, Election
from hotline.election.rules.registry import rule_of

MOST_REFUSALS = 2
"""How often a count is refused before what bounds it may be what was keyed wrong."""


def answered(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    """What an answer leads to; None if it is no answer to the question of the state."""
    if worksheet.number_asked(election, state):
        return _how_many(election, state, keyed)
    match state.step:
        case Step.COUNT:
            return _counts(election, state, keyed)
        case Step.WHICH:
            return _which(election, state, keyed)
        case Step.CHANGE:
            return _change(election, state, keyed)
        case Step.TOSS:
            return _toss(election, state, keyed)
    choice = keyed.texts[0] if isinstance(keyed, Numbers) and len(keyed.texts) == 1 else ""
    match state.step, choice:
        case (Step.READBACK, "1"):
            return examined(election, noted(state, f"{state.column}=right"))
        case (Step.READBACK, "2"):
            return Moved(replace(state, step=Step.WHICH))
        case (Step.OTHERS, "1"):
            return _nobody_else(election, state)
        case (Step.OTHERS, "2"):
            return Moved(_somebody_else(election, state))
        case (Step.REFUSED, "1" | "3"):
            return _after_refusal(election, state, choice)
        case (Step.AWARD, "1"):
            return _award_agreed(election, state)
        case (Step.AWARD, "2"):
            return Moved(award_keyed(election, state))
        case (Step.DISPUTE | Step.UNUSUAL, _):
            return objected(election, state, choice)
    return None


# --- Numbers of people, votes and ballots


def _how_many(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    """A number of the sheet. A bare `#` is no number here: a zero must be keyed."""
    if isinstance(keyed, BarePound) or len(keyed.values) != 1:
        return None
    (count,) = keyed.values
    if count > election.policy.attendance_max:
        return Moved(state, (line(Prompt.TOO_LARGE),))
    moved = with_number(election, state, count)
    if state.mending:
        return Moved(_mended(election, replace(moved, mending=False)))
    keys = [number.key for number in worksheet.numbers(election, state)]
    following = keys[keys.index(state.step) + 1 :]
    if following:
        return Moved(replace(moved, step=following[0]))
    return examined(election, moved, Stage.ATTENDANCE)


def with_number(election: Election, state: State, count: int) -> State:
    """The state with the number that is asked, and a note of it."""
    moved = worksheet.with_entry(election, state, **{state.step: count})
    return noted(moved, f"{state.step}={count}")


def _counts(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    """One count or several: each as if it had been keyed by itself. An empty `#` is zero."""
    values = (0,) if isinstance(keyed, BarePound) else keyed.values
    left = worksheet.unanswered(election, state)  # a count moves no line of its own column
    if len(values) > len(left):
        return Moved(state, (line(Prompt.TOO_MANY_COUNTS),))
    if isinstance(keyed, Numbers) and keyed.rest:
        values += (0,) * (len(left) - len(values))
    for key, value in zip(left, values, strict=False):
        state = replace(state, line=key)
        objection = _out_of_range(election, state, key, value)
        if objection:
            return _refused(election, state, objection)
        state = with_counted(election, state, key, value)
    return _read_back(election, into(election, state))


def _nobody_else(election: Election, state: State) -> Moved:
    for key in worksheet.unanswered(election, state):
        state = with_counted(election, state, key, 0)
    return _read_back(election, replace(state, step=Step.READBACK))


def _read_back(election: Election, state: State) -> Moved:
    """The read-back of a column that was keyed; but not of one that was confirmed, disputed, and
    keyed once more just as it was, unless keys ahead could then be taken for a number."""
    if state.step is Step.READBACK and is_kept(election, state):
        moved = examined(election, noted(state, _kept(state)))
        if moved.report or is_menu(election, moved.state):
            return moved
    return Moved(state)


def _kept(state: State) -> str:
    return f"{state.column}=kept"


def was_kept(before: State, after: State) -> bool:
    """Whether a column was taken without its read-back between these two."""
    is_new = len(after.keyed) > len(before.keyed)
    return is_new and after.keyed[-1] == _kept(before)


def _somebody_else(election: Election, state: State) -> State:
    """Asks for those by name who were asked for together; else whom the caller names."""
    left = worksheet.unanswered(election, state)
    return (
        replace(state, step=Step.COUNT, line=left[0]) if left else replace(state, step=Step.WHICH)
    )


def with_counted(election: Election, state: State, key: str, value: int) -> State:
    """The state with a count of the column in hand, and a note of it."""
    counted = worksheet.with_count(election, state, key, value)
    return noted(replace(counted, refusals=0), f"{state.column}.{key}={value}")


def _out_of_range(election: Election, state: State, key: str, value: int) -> tuple[Line, ...]:
    if value <= worksheet.largest(election, state, key):
        return ()
    column = worksheet.column(election, state)
    if column.over is None:
        return (line(Prompt.TOO_LARGE),)
    most = worksheet.figures_in_hand(election, state).numbers[column.of]
    return (line(column.over, **{column.of: most}),)


def _which(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    if isinstance(keyed, BarePound) or len(keyed.values) != 1:
        return None
    key = worksheet.line_numbers(worksheet.contest_of(election, state)).get(keyed.values[0])
    if key is None:
        return Moved(state, (line(Prompt.NOT_A_NUMBER),))
    return Moved(replace(state, step=Step.CHANGE, line=key))


def _change(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    values = (0,) if isinstance(keyed, BarePound) else keyed.values
    if len(values) != 1:
        return None
    objection = _out_of_range(election, state, state.line, values[0])
    if objection:
        return _refused(election, state, objection)
    moved = with_counted(election, state, state.line, values[0])
    return Moved(replace(moved, step=Step.READBACK, line=""))


def _refused(election: Election, state: State, objection: tuple[Line, ...]) -> Moved:
    """Asks again; the second time, whether the number is wrong that the count must not exceed."""
    state = replace(state, refusals=state.refusals + 1)
    bound = worksheet.bound(election, state)
    if state.refusals < MOST_REFUSALS or bound is None or bound.mend is None:
        return Moved(state, objection)
    return Moved(replace(state, step=Step.REFUSED, refusals=0), objection)


def _after_refusal(election: Election, state: State, choice: str) -> Moved | None:
    bound = worksheet.bound(election, state)
    if choice == "1":
        return Moved(_mended(election, state))
    return Moved(replace(state, step=bound.key, mending=True)) if bound else None


def _mended(election: Election, state: State) -> State:
    """Where the sheet goes on after a number of it was keyed again."""
    if state.line and state.line not in worksheet.unanswered(election, state):
        return replace(state, step=Step.CHANGE)
    if state.line:
        return replace(state, step=Step.COUNT)
    return replace(state, step=Step.READBACK)


# --- Awards


def _toss(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    if isinstance(keyed, BarePound) or len(keyed.values) != 1:
        return None
    lots = award_due(election, state).tied
    numbers = worksheet.line_numbers(worksheet.contest_of(election, state))
    winner = numbers.get(keyed.values[0])
    if winner not in lots:
        return Moved(state, (line(Prompt.NOT_IN_THE_TIE),))
    lots_won = [*worksheet.entry(election, state).get(LOTS, ()), winner]
    moved = worksheet.with_entry(election, state, **{LOTS: lots_won})
    return Moved(to_award(election, noted(moved, f"toss={winner}")))


def _award_agreed(election: Election, state: State) -> Moved:
    awarded = awarded_column(election, state)
    won = dict(award_due(election, state).delegates)
    state = worksheet.with_entry(election, state, **{awarded.key: won})
    return examined(election, noted(state, "award=same"), awarded.stage)


# --- Back, again, and what is on file


def back(election: Election, state: State) -> State:
    """`**`: one step back. A count that it leads to is keyed anew; all others stay."""
    keys = [number.key for number in worksheet.numbers(election, state)]
    if state.step in keys[1:]:
        return replace(state, step=keys[keys.index(state.step) - 1])
    match state.step:
        case Step.REFUSED:
            return _mended(election, state)
        case Step.COUNT if not worksheet.last_answered(election, state):
            return _before_column(election, state, keys[0])
        case Step.COUNT | Step.READBACK | Step.OTHERS:
            last = worksheet.last_answered(election, state)
            return into(election, worksheet.without_count(election, state, last))
        case Step.CHANGE:
            return replace(state, step=Step.WHICH, line="")
        case Step.TOSS | Step.AWARD:
            undrawn = worksheet.with_entry(election, state, **{LOTS: []})
            sheet = worksheet.columns(election, state)
            return replace(undrawn, step=Step.READBACK, column=sheet[-1].key)
        case Step.WHICH | Step.DISPUTE | Step.UNUSUAL:
            if state.finding.startswith(Stage.ATTENDANCE) and state.step is Step.UNUSUAL:
                return replace(state, step=keys[0])
            return replace(state, step=Step.READBACK)
    return state


def _before_column(election: Election, state: State, first_number: str) -> State:
    """What was asked before the first line of the column in hand."""
    sequence = [column.key for column in worksheet.columns(election, state)]
    if state.column == sequence[0]:
        return replace(state, step=first_number, line="")
    # The award is in none of the sequence: before it comes the last one that is.
    place = sequence.index(state.column) if state.column in sequence else len(sequence)
    return replace(state, step=Step.READBACK, column=sequence[place - 1], line="")


def standing_lines(election: Election, state: State) -> tuple[Line, ...]:
    """The report on file, read out: the counts that decide, and what was awarded for them."""
    unit = spoken_unit(worksheet.unit_of(election, state))
    said: list[Line] = []
    for contest in election.contests:
        document = (state.standing or {}).get(contest.id, {})
        rule = rule_of(contest)
        figures = groups(named(contest, document.get(rule.told, {}))) or "0"
        said.append(line(Prompt.STANDING, unit=unit, figures=figures))
        delegates = document.get(rule.awarded.key, {}) if rule.awarded else {}
        if delegates:
            award = groups(named(contest, delegates))
            said.append(line(Prompt.STANDING_DELEGATES, groups=award))
    return tuple(said)
