"""What follows on the worksheet once something is keyed: the next column, an objection, the report.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotline.calls import worksheet
from hotline.calls.objections import Objection, column_at_issue, next_objection, other_side
from hotline.calls.prompts import Line
from hotline.calls.state import State, Step
from hotline.calls.turns import FileReport
from hotline.election import checks
from hotline.election.finding import Stage, Treatment
from hotline.election.model import Election
from hotline.election.rules.registry import rule_of
from hotline.election.rules.sheet import Column, Number

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


def begin_column(election: Election, state: State, column: Column) -> State:
    """The first line of a column, keyed from the start."""
    state = replace(state, column=column.key, step=Step.COUNT)
    return worksheet.emptied(election, state)


def award_keyed(election: Election, state: State) -> State:
    """The award as the room has made it, keyed from its first line."""
    awarded = worksheet.rule_in_hand(election, state).awarded
    if awarded is None:
        raise LookupError("the rule of this contest awards nothing")
    return begin_column(election, state, awarded)


def award_due(election: Election, state: State) -> worksheet.ProposedAward:
    """What the rules award. LookupError where no group is viable."""
    found = worksheet.award(election, state)
    if found is None:
        raise LookupError("no group is viable: there is no award to speak of")
    return found


def to_award(election: Election, state: State) -> State:
    """Says the award where there is one, asks for the toss where there are several."""
    found = worksheet.award(election, state)
    if found is None:
        return award_keyed(election, state)
    return replace(state, step=Step.TOSS if found.tied else Step.AWARD)


def examined(election: Election, state: State, stage: Stage | None = None) -> Moved:
    """After a column is confirmed: the next one of the stage, an objection, or the next stage."""
    if stage is None:
        column = worksheet.column(election, state)
        stage, sequence = column.stage, worksheet.columns(election, state)
        after = sequence[sequence.index(column) + 1 :] if column in sequence else ()
        if after and after[0].stage is stage:
            return Moved(begin_column(election, state, after[0]))
    state = worksheet.with_lots_as_awarded(election, state)
    order = list(Stage)
    for reached in order[: order.index(stage) + 1]:
        # What was confirmed may no longer fit where a number was changed since.
        if found := next_objection(election, state, reached):
            return _object(election, state, reached, found)
    return _next_stage(election, state, stage)


def _object(election: Election, state: State, stage: Stage, found: Objection) -> Moved:
    """Speaks a finding; one that has been disputed often enough stands, and the report is held."""
    state = _in_column(election, state, column_at_issue(election, state, stage, found.finding))
    times = state.disputes.get(found.name, 0) + 1
    if times > MOST_DISPUTES:
        return examined(election, _settle(state, found), stage)
    state = replace(state, finding=found.name, disputes={**state.disputes, found.name: times})
    if found.treatment is Treatment.CONFIRM:
        return Moved(replace(state, step=Step.UNUSUAL))
    # Keyed once more just as they are, these figures will be accepted.
    return Moved(replace(_settle(state, found), step=Step.DISPUTE))


def _settle(state: State, found: Objection) -> State:
    return replace(state, settled={**state.settled, found.name: found.fingerprint})


def objected(election: Election, state: State, choice: str) -> Moved | None:
    """What follows an objection: 1 keep (or key again), 2 change, 3 change the other side."""
    stage = state.finding.partition(":")[0]
    if state.step is Step.UNUSUAL and choice == "1":
        found = next_objection(election, state, Stage(stage))
        if found is None or found.name != state.finding:
            return examined(election, state, Stage(stage))
        settled = noted(_settle(state, found), f"{state.finding}=right")
        return examined(election, settled, Stage(stage))
    if stage == Stage.ATTENDANCE:
        return Moved(start(election, state, state.contest)) if choice == "2" else None
    column = worksheet.column(election, state)
    match state.step, choice:
        case (_, "3"):
            return _change_other_side(election, state)
        case (Step.DISPUTE, "1"):
            return Moved(begin_column(election, state, column))
        case (Step.DISPUTE, "2"):
            return Moved(replace(state, step=Step.WHICH))
        case (Step.UNUSUAL, "2") if column.is_awarded:
            return Moved(begin_column(election, state, column))
        case (Step.UNUSUAL, "2"):
            return Moved(replace(state, step=Step.READBACK))
    return None


def _change_other_side(election: Election, state: State) -> Moved | None:
    match other_side(election, state):
        case Number(key):
            return Moved(replace(state, step=key, mending=True))
        case Column() as column:
            return Moved(replace(_in_column(election, state, column), step=Step.READBACK))
    return None


def _in_column(election: Election, state: State, column: Column) -> State:
    """The state with another column in hand, all of which has been keyed."""
    state = replace(state, column=column.key)
    return replace(state, at=len(worksheet.asked(election, state)))


def _next_stage(election: Election, state: State, stage: Stage) -> Moved:
    if worksheet.anybody(election, state):
        order = list(Stage)
        left = order[order.index(stage) + 1 :]
        following = [one for one in worksheet.columns(election, state) if one.stage in left]
        if following:
            return Moved(begin_column(election, state, following[0]))
        awarded = worksheet.rule_in_hand(election, state).awarded
        if awarded and awarded.stage in left:
            return Moved(to_award(election, state))
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


def noted(state: State, what: str) -> State:
    """The state with one more thing keyed, as the record of the call has it."""
    return replace(state, keyed=(*state.keyed, what))
