"""The worksheet, keyed: from the attendance to the last column of the last contest. Pure.

Every answer moves the state; what is asked next follows from the state alone (questions.py), so
that a resumed call goes on exactly as an uninterrupted one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotline.calls import worksheet
from hotline.calls.keypad import BarePound, Numbers
from hotline.calls.names import spoken_unit
from hotline.calls.objections import Objection, named, next_objection
from hotline.calls.prompts import Line, Prompt, groups, line
from hotline.calls.state import State, Step
from hotline.calls.turns import FileReport
from hotline.election import checks
from hotline.election.finding import Check, Stage, Treatment
from hotline.election.model import LOTS, Election
from hotline.election.rules.registry import rule_of
from hotline.election.rules.sheet import Column

MOST_REFUSALS = 2
"""How often a count is refused before what bounds it may be what was keyed wrong."""
MOST_DISPUTES = 3
"""How often one finding is disputed before the figures are taken as they are, and held."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an answer led: the new state, what to say first, or the report to be committed."""

    state: State
    lines: tuple[Line, ...] = ()
    report: FileReport | None = None


def start(election: Election, state: State, contest: int = 0) -> State:
    """The first question of a contest's worksheet, with nothing keyed for it yet."""
    if contest == 0:
        state = replace(state, figures={}, settled={}, disputes={}, keyed=())
    return replace(
        state,
        contest=contest,
        step=rule_of(election.contests[contest]).numbers[0].key,
        column=rule_of(election.contests[contest]).columns[0].key,
        at=0,
        mending=False,
        misses=0,
    )


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
            return _examined(election, _noted(state, f"{state.column}=right"))
        case (Step.READBACK, "2"):
            return Moved(replace(state, step=Step.WHICH))
        case (Step.OTHERS, "1"):
            return Moved(replace(state, step=Step.READBACK))
        case (Step.OTHERS, "2"):
            return Moved(replace(state, step=Step.WHICH))
        case (Step.REFUSED, "1" | "3"):
            return _after_refusal(election, state, choice)
        case (Step.AWARD, "1"):
            return _award_agreed(election, state)
        case (Step.AWARD, "2"):
            return Moved(_award_keyed(election, state))
        case (Step.DISPUTE | Step.UNUSUAL, _):
            return _objected(election, state, choice)
    return None


# --- Numbers of people, votes and ballots


def _how_many(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    """A number of the sheet. A bare `#` is no number here: a zero must be keyed."""
    if isinstance(keyed, BarePound) or len(keyed.values) != 1:
        return None
    (count,) = keyed.values
    if count > election.policy.attendance_max:
        return Moved(state, (line(Prompt.TOO_LARGE),))
    moved = worksheet.with_entry(election, state, **{state.step: count})
    moved = _noted(moved, f"{state.step}={count}")
    if state.mending:
        return Moved(replace(moved, step=_step_mended(election, moved), mending=False))
    keys = [number.key for number in worksheet.numbers(election, state)]
    following = keys[keys.index(state.step) + 1 :]
    if following:
        return Moved(replace(moved, step=following[0]))
    return _examined(election, moved, Stage.ATTENDANCE)


def _column(election: Election, state: State, column: Column) -> State:
    """The first line of a column, keyed from the start."""
    state = replace(state, column=column.key, step=Step.COUNT)
    return worksheet.emptied(election, state)


def _award_keyed(election: Election, state: State) -> State:
    """The award as the room has made it, keyed from its first line."""
    awarded = worksheet.rule_in_hand(election, state).awarded
    if awarded is None:
        raise LookupError("the rule of this contest awards nothing")
    return _column(election, state, awarded)


def _counts(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    """One count or several: each as if it had been keyed by itself. An empty `#` is zero."""
    values = (0,) if isinstance(keyed, BarePound) else keyed.values
    asked = worksheet.asked(election, state)  # a count moves no line of its own column
    if len(values) > len(asked) - state.at:
        return Moved(state, (line(Prompt.TOO_MANY_COUNTS),))
    for value in values:
        key = asked[state.at]
        objection = _out_of_range(election, state, key, value)
        if objection:
            return _refused(election, state, objection)
        state = worksheet.with_count(election, state, key, value)
        noted = (*state.keyed, f"{state.column}.{key}={value}")
        state = replace(state, at=state.at + 1, keyed=noted, refusals=0)
    if state.at < len(asked):
        return Moved(state)
    return Moved(replace(state, step=_after_column(election, state)))


def _out_of_range(election: Election, state: State, key: str, value: int) -> tuple[Line, ...]:
    if value <= worksheet.largest(election, state, key):
        return ()
    column = worksheet.column(election, state)
    if column.over is None:
        return (line(Prompt.TOO_LARGE),)
    most = worksheet.figures_in_hand(election, state).numbers[column.of]
    return (line(column.over, **{column.of: most}),)


def _after_column(election: Election, state: State) -> Step:
    """Asks for further groups, where there may be any, unless everybody is accounted for."""
    if not worksheet.column(election, state).is_open:
        return Step.READBACK
    everyone = len(worksheet.contest_of(election, state).candidates)
    if len(worksheet.asked(election, state)) == everyone:
        return Step.READBACK
    named = sum(worksheet.counts(election, state).values())
    accounted_for = named >= worksheet.largest(election, state, "")
    return Step.READBACK if accounted_for else Step.OTHERS


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
    moved = worksheet.with_count(election, state, state.line, values[0])
    moved = _noted(moved, f"{state.column}.{state.line}={values[0]}")
    return Moved(replace(moved, step=Step.READBACK, line="", refusals=0))


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
        return Moved(replace(state, step=_step_mended(election, state)))
    return Moved(replace(state, step=bound.key, mending=True)) if bound else None


def _step_mended(election: Election, state: State) -> Step:
    """Where the sheet goes on after a number of it was keyed again."""
    if state.line:
        return Step.CHANGE
    is_whole = state.at >= len(worksheet.asked(election, state))
    return Step.READBACK if is_whole else Step.COUNT


# --- Awards


def _toss(election: Election, state: State, keyed: Numbers | BarePound) -> Moved | None:
    if isinstance(keyed, BarePound) or len(keyed.values) != 1:
        return None
    lots = _award(election, state).tied
    numbers = worksheet.line_numbers(worksheet.contest_of(election, state))
    winner = numbers.get(keyed.values[0])
    if winner not in lots:
        return Moved(state, (line(Prompt.NOT_IN_THE_TIE),))
    lots_won = [*worksheet.entry(election, state).get(LOTS, ()), winner]
    moved = worksheet.with_entry(election, state, **{LOTS: lots_won})
    return Moved(_to_award(election, _noted(moved, f"toss={winner}")))


def _award(election: Election, state: State) -> worksheet.ProposedAward:
    found = worksheet.award(election, state)
    if found is None:
        raise LookupError("no group is viable: there is no award to speak of")
    return found


def _to_award(election: Election, state: State) -> State:
    """Says the award where there is one, asks for the toss where there are several."""
    found = worksheet.award(election, state)
    if found is None:
        return _award_keyed(election, state)
    return replace(state, step=Step.TOSS if found.tied else Step.AWARD)


def _award_agreed(election: Election, state: State) -> Moved:
    awarded = worksheet.rule_in_hand(election, state).awarded
    if awarded is None:
        raise LookupError("the rule of this contest awards nothing")
    won = dict(_award(election, state).delegates)
    state = worksheet.with_entry(election, state, **{awarded.key: won})
    return _examined(election, _noted(state, "award=same"), awarded.stage)


# --- Checks


def _examined(election: Election, state: State, stage: Stage | None = None) -> Moved:
    """After a column is confirmed: the next one of the stage, an objection, or the next stage."""
    if stage is None:
        column = worksheet.column(election, state)
        stage, sequence = column.stage, worksheet.columns(election, state)
        after = sequence[sequence.index(column) + 1 :] if column in sequence else ()
        if after and after[0].stage is stage:
            return Moved(_column(election, state, after[0]))
    found = next_objection(election, state, stage)
    if found is None:
        return _next_stage(election, state, stage)
    return _object(election, state, stage, found)


def _object(election: Election, state: State, stage: Stage, found: Objection) -> Moved:
    """Speaks a finding; one that has been disputed often enough stands, and the report is held."""
    times = state.disputes.get(found.name, 0) + 1
    if times > MOST_DISPUTES:
        return _examined(election, _settle(state, found), stage)
    state = replace(state, finding=found.name, disputes={**state.disputes, found.name: times})
    if found.treatment is Treatment.CONFIRM:
        return Moved(replace(state, step=Step.UNUSUAL))
    # Keyed once more just as they are, these figures will be accepted.
    return Moved(replace(_settle(state, found), step=Step.DISPUTE))


def _settle(state: State, found: Objection) -> State:
    return replace(state, settled={**state.settled, found.name: found.fingerprint})


def _objected(election: Election, state: State, choice: str) -> Moved | None:
    """The answer to an objection: 1 right (or key again), 2 change one, 3 change the number."""
    stage = state.finding.partition(":")[0]
    if state.step is Step.UNUSUAL and choice == "1":
        found = next_objection(election, state, Stage(stage))
        if found is None or found.name != state.finding:
            return _examined(election, state, Stage(stage))
        noted = _noted(_settle(state, found), f"{state.finding}=right")
        return _examined(election, noted, Stage(stage))
    if stage == Stage.ATTENDANCE:
        return Moved(start(election, state, state.contest)) if choice == "2" else None
    if state.step is Step.UNUSUAL and choice == "2":
        awarded = worksheet.rule_in_hand(election, state).awarded
        if f":{Check.COUNTS_ARE_DELEGATES}:" in state.finding:
            # The counts are in doubt, from which the award follows.
            last = worksheet.columns(election, state)[-1]
            return Moved(replace(state, step=Step.READBACK, column=last.key))
        if awarded and stage == awarded.stage:
            return Moved(_column(election, state, awarded))
        return Moved(replace(state, step=Step.READBACK))
    return _disputed(election, state, choice)


def _disputed(election: Election, state: State, choice: str) -> Moved | None:
    column = worksheet.column(election, state)
    match choice:
        case "1":
            all_columns = worksheet.rule_in_hand(election, state).columns
            first = next(one for one in all_columns if one.stage is column.stage)
            return Moved(_column(election, state, first))
        case "2":
            return Moved(replace(state, step=Step.WHICH))
        case "3" if column.mended_by:
            return Moved(replace(state, step=column.mended_by, mending=True))
    return None


def _next_stage(election: Election, state: State, stage: Stage) -> Moved:
    if worksheet.anybody(election, state):
        order = list(Stage)
        left = order[order.index(stage) + 1 :]
        following = [one for one in worksheet.columns(election, state) if one.stage in left]
        if following:
            return Moved(_column(election, state, following[0]))
        awarded = worksheet.rule_in_hand(election, state).awarded
        if awarded and awarded.stage in left:
            return Moved(_to_award(election, state))
    if worksheet.contest_of(election, state) is not election.contests[-1]:
        return Moved(start(election, state, state.contest + 1))
    return Moved(state, report=_report(election, state))


def _report(election: Election, state: State) -> FileReport:
    figures = {
        contest.id: worksheet.figures_of(contest, state.figures[contest.id])
        for contest in election.contests
    }
    findings = checks.examine_report(election, worksheet.unit_of(election, state), figures)
    return FileReport(state.unit, figures, findings, state.keyed, state.chair, state.filings + 1)


# --- Back, again, and what is on file


def found_again(election: Election, state: State) -> tuple[State, *tuple[Line, ...]]:
    """A resumed state, and the line that tells the caller which column it is in.

    A change that was begun is not gone on with: the caller hears the column and chooses anew.
    """
    if state.step in (Step.WHICH, Step.CHANGE):
        state = replace(state, step=Step.READBACK, line="")
    says_it_itself = state.step is Step.COUNT and state.at == 0
    if says_it_itself or state.step not in (Step.COUNT, Step.READBACK, Step.OTHERS):
        return (state,)
    return state, line(worksheet.column(election, state).ask)


def back(election: Election, state: State) -> State:
    """`**`: one step back. What was keyed stays until it is keyed anew."""
    keys = [number.key for number in worksheet.numbers(election, state)]
    if state.step in keys[1:]:
        return replace(state, step=keys[keys.index(state.step) - 1])
    match state.step:
        case Step.REFUSED:
            return replace(state, step=_step_mended(election, state))
        case Step.COUNT if state.at > 0:
            return replace(state, at=state.at - 1)
        case Step.COUNT:
            sequence = [column.key for column in worksheet.columns(election, state)]
            if state.column == sequence[0]:
                return replace(state, step=keys[0])
            # The award is in none of the sequence: before it comes the last one that is.
            place = sequence.index(state.column) if state.column in sequence else len(sequence)
            return replace(state, step=Step.READBACK, column=sequence[place - 1])
        case Step.READBACK | Step.OTHERS:
            last = len(worksheet.asked(election, state)) - 1
            return replace(state, step=Step.COUNT, at=last)
        case Step.CHANGE:
            return replace(state, step=Step.WHICH)
        case Step.TOSS | Step.AWARD:
            undrawn = worksheet.with_entry(election, state, **{LOTS: []})
            sheet = worksheet.columns(election, state)
            return replace(undrawn, step=Step.READBACK, column=sheet[-1].key)
        case Step.WHICH | Step.DISPUTE | Step.UNUSUAL:
            if state.finding.startswith(Stage.ATTENDANCE) and state.step is Step.UNUSUAL:
                return replace(state, step=keys[0])
            return replace(state, step=Step.READBACK)
    return state


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


def _noted(state: State, what: str) -> State:
    return replace(state, keyed=(*state.keyed, what))
