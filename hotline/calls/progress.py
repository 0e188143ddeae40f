"""What follows on the worksheet once something is keyed: the next column, an objection, the report.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import dropwhile

from hotline.calls import worksheet
from hotline.calls.objections import (
    Objection,
    column_at_issue,
    next_objection,
    other_contest,
    other_side,
)
from hotline.calls.prompts import Line, Prompt, line
from hotline.calls.state import State, Step
from hotline.calls.turns import FileReport
from hotline.election import checks
from hotline.election.finding import Stage, Treatment
from hotline.election.model import Contest, Election
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


def start(election: Election, state: State) -> State:
    """The first question of a report, with nothing keyed for it yet."""
    edition = worksheet.edition(election, state.unit)
    state = replace(state, edition=edition, figures={}, settled={}, disputes={}, keyed=())
    return _first_number(election, replace(state, finding="", refusals=0), election.contests[0])


def _first_number(election: Election, state: State, contest: Contest) -> State:
    """The first question of a contest's sheet."""
    rule = rule_of(contest)
    return replace(
        state,
        contest=contest.id,
        step=rule.numbers[0].key,
        column=rule.columns[0].key,
        line="",
        mending=False,
        misses=0,
    )


def contest_begun(election: Election, state: State, contest: Contest) -> Moved:
    """The first question of a contest, past the numbers of it that were keyed already."""
    state = _first_number(election, state, contest)
    document = worksheet.entry(election, state)
    missing = [n.key for n in worksheet.numbers(election, state) if n.key not in document]
    if missing:
        return Moved(replace(state, step=missing[0]))
    moved = examined(election, state, Stage.ATTENDANCE)
    state, *said = found_again(election, moved.state)
    several = (line(Prompt.CONTEST, contest=contest.title),) if len(election.contests) > 1 else ()
    return replace(moved, state=state, lines=(*several, *said))


def begin_column(election: Election, state: State, column: Column) -> State:
    """The first line of a column, keyed from the start."""
    return into(election, worksheet.emptied(election, replace(state, column=column.key)))


def into(election: Election, state: State, column: Column | None = None) -> State:
    """The next question of a column, of the one in hand if none is named: what was keyed stays."""
    if column is not None:
        state = replace(state, column=column.key)
    left = worksheet.unanswered(election, state)
    if left and left == worksheet.together(election, state):
        return replace(state, step=Step.OTHERS, line="")
    if left:
        return replace(state, step=Step.COUNT, line=left[0])
    return replace(state, step=_after_column(election, state), line="")


def _reached(election: Election, state: State, column: Column) -> Moved:
    """The next question of a column, which is named unless its first question does that."""
    state = into(election, state, column)
    if state.step is Step.COUNT and not worksheet.last_answered(election, state):
        return Moved(state)
    return Moved(state, (line(column.ask),))


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


def found_again(election: Election, state: State) -> tuple[State, *tuple[Line, ...]]:
    """A resumed state, and the line that tells the caller which column it is in.

    A change that was begun is not gone on with: the caller hears the column and chooses anew.
    """
    if state.step in (Step.WHICH, Step.CHANGE):
        state = replace(state, step=Step.READBACK, line="")
    says_it_itself = state.step is Step.COUNT and not worksheet.last_answered(election, state)
    if says_it_itself or state.step not in (Step.COUNT, Step.READBACK, Step.OTHERS):
        return (state,)
    return state, line(worksheet.column(election, state).ask)


def award_keyed(election: Election, state: State) -> State:
    """The award as the room has made it, keyed from its first line."""
    return begin_column(election, state, awarded_column(election, state))


def awarded_column(election: Election, state: State) -> Column:
    awarded = worksheet.rule_in_hand(election, state).awarded
    if awarded is None:
        raise LookupError("the rule of this contest awards nothing")
    return awarded


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
            return _reached(election, state, after[0])
    state = worksheet.with_lots_as_awarded(election, state)
    order = list(Stage)
    for reached in order[: order.index(stage) + 1]:
        # What was confirmed may no longer fit where a number was changed since.
        if found := next_objection(election, state, reached):
            return _object(election, state, reached, found)
    return _next_stage(election, state, stage)


def _object(election: Election, state: State, stage: Stage, found: Objection) -> Moved:
    """Speaks a finding; one that has been disputed often enough stands, and the report is held."""
    column = column_at_issue(election, state, stage, found.finding)
    state = replace(state, column=column.key, line="")
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
        return _change_number(election, state, choice)
    column = worksheet.column(election, state)
    match state.step, choice:
        case (_, "3"):
            return _change_other_side(election, state)
        case (Step.DISPUTE, "1"):
            return Moved(_key_again(election, state, column))
        case (Step.DISPUTE, "2"):
            return Moved(replace(state, step=Step.WHICH))
        case (Step.UNUSUAL, "2") if column.is_awarded:
            return Moved(begin_column(election, state, column))
        case (Step.UNUSUAL, "2"):
            return _read_again(election, state)
    return None


def _change_number(election: Election, state: State, choice: str) -> Moved | None:
    """2: how many came, or the ballots, of this contest; 3: of the other one, and on from there."""
    other = other_contest(election, state)
    match choice:
        case "2":
            return Moved(_first_number(election, state, worksheet.contest_of(election, state)))
        case "3" if other:
            return Moved(replace(_first_number(election, state, other), mending=True))
    return None


def _change_other_side(election: Election, state: State) -> Moved | None:
    match other_side(election, state):
        case Number(key):
            return Moved(replace(state, step=key, mending=True))
        case Column() as column:
            return _read_again(election, replace(state, column=column.key, line=""))
    return None


def _read_again(election: Election, state: State) -> Moved:
    """The column in hand, named and read back."""
    state = replace(state, step=Step.READBACK)
    return Moved(state, (line(worksheet.column(election, state).ask),))


def _key_again(election: Election, state: State, column: Column) -> State:
    """The first line of a column; it and those after it at its stage are keyed again."""
    at_stage = [
        one for one in worksheet.rule_in_hand(election, state).columns if one.stage is column.stage
    ]
    for after in at_stage[at_stage.index(column) + 1 :]:
        state = worksheet.emptied(election, replace(state, column=after.key))
    return begin_column(election, state, column)


def _next_stage(election: Election, state: State, stage: Stage) -> Moved:
    if worksheet.anybody(election, state):
        order = list(Stage)
        left = order[order.index(stage) + 1 :]
        following = [one for one in worksheet.columns(election, state) if one.stage in left]
        if following:
            return _reached(election, state, following[0])
        awarded = worksheet.rule_in_hand(election, state).awarded
        if awarded and awarded.stage in left:
            return Moved(to_award(election, state))
    after = [*dropwhile(lambda contest: contest.id != state.contest, election.contests)][1:]
    if after:
        return contest_begun(election, state, after[0])
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
