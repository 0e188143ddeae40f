"""What the checks have to say on the phone: one finding at a time, in a sentence or two."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.calls import worksheet
from hotline.calls.prompts import Line, Prompt, groups, line
from hotline.calls.state import State, Step
from hotline.election import checks
from hotline.election.finding import Check, Finding, Stage, Treatment
from hotline.election.model import Contest, Election
from hotline.election.rules.registry import rule_of
from hotline.election.rules.sheet import Column, Number

SPOKEN_TREATMENTS = (Treatment.REKEY, Treatment.CONFIRM)

TWO_SIDED = frozenset(
    {
        Check.FIRST_NOT_ATTENDANCE,
        Check.MISSING_ALIGNMENT,
        Check.FINAL_EXCEEDS_FIRST,
        Check.DELEGATE_TO_NONVIABLE,
        Check.VIABLE_WITHOUT_DELEGATE,
        Check.VIABLE_GROUP_SHRANK,
        Check.ORDER_INVERTED,
        Check.COLUMN_SHIFT,
        Check.APPEARED_FROM_NOTHING,
        Check.MANY_LEFT,
        Check.BALLOTS_DO_NOT_ADD_UP,
    }
)
"""Findings between a column and what was keyed before it: either may be what is wrong."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A finding that is spoken. It is settled for as long as the figures stay the same."""

    name: str  # stage:contest:check:candidate
    finding: Finding
    fingerprint: str

    @property
    def treatment(self) -> Treatment:
        return self.finding.treatment


def next_objection(election: Election, state: State, stage: Stage) -> Objection | None:
    """The first finding of the stage that is not settled for these very figures."""
    for found in _objections(election, state, stage):
        if state.settled.get(found.name) != found.fingerprint:
            return found
    return None


def _objections(election: Election, state: State, stage: Stage) -> list[Objection]:
    contest = worksheet.contest_of(election, state)
    document = worksheet.entry(election, state)
    fingerprint = json.dumps(_known_at(election, state, stage), sort_keys=True)
    findings = checks.examine(
        election,
        contest,
        worksheet.unit_of(election, state),
        worksheet.figures_of(contest, document),
        stage,
        worksheet.earlier(election, state),
    )
    return [
        Objection(_name(stage, finding), finding, fingerprint)
        for finding in findings
        if finding.treatment in SPOKEN_TREATMENTS
    ]


def _known_at(election: Election, state: State, stage: Stage) -> Mapping[str, Any]:
    """The figures that a stage looks at; from the award on, all of them."""
    rule = worksheet.rule_in_hand(election, state)
    document = worksheet.without_zeros(worksheet.entry(election, state))
    order = list(Stage)
    if order.index(stage) >= order.index(Stage.DELEGATES):
        return document
    looked_at = order[: order.index(stage) + 1]
    known = [number.key for number in rule.numbers]
    known += [column.key for column in rule.columns if column.stage in looked_at]
    return {key: document.get(key) for key in known}


def stands(election: Election, state: State) -> bool:
    """Whether the finding of a DISPUTE or UNUSUAL step is found in the figures."""
    stage = state.finding.partition(":")[0]
    if stage not in {*Stage}:
        return False
    return any(o.name == state.finding for o in _objections(election, state, Stage(stage)))


def is_kept(election: Election, state: State) -> bool:
    """Whether the column in hand is as it was when the finding spoken last was disputed."""
    stage = state.finding.partition(":")[0]
    if not stage or Stage(stage) is not worksheet.column(election, state).stage:
        return False
    now = json.dumps(_known_at(election, state, Stage(stage)), sort_keys=True)
    return state.settled.get(state.finding) == now


def _name(stage: Stage, finding: Finding) -> str:
    who = finding.details.get("candidate", "")
    return f"{stage}:{finding.contest}:{finding.check}:{who}"


def column_at_issue(election: Election, state: State, stage: Stage, finding: Finding) -> Column:
    """The column that a finding is about, and that is changed where the chair changes theirs."""
    rule = worksheet.rule_in_hand(election, state)
    if finding.check is Check.COUNTS_ARE_DELEGATES:
        return rule.column(rule.told)  # the counts are in doubt, from which the award follows
    if key := finding.details.get("column"):
        return rule.column(str(key))
    at_stage = (column for column in rule.columns if column.stage is stage)
    return next(at_stage, worksheet.column(election, state))


def other_side(election: Election, state: State) -> Number | Column | None:
    """What the finding says that the column does not fit, where the chair may change that too."""
    rule, check = worksheet.rule_in_hand(election, state), Check(state.finding.split(":")[2])
    key = worksheet.column(election, state).mended_by
    if check not in TWO_SIDED or not key:
        return None
    sides: tuple[Number | Column, ...] = (*rule.numbers, *rule.columns)
    return next((side for side in sides if side.key == key), None)


def other_contest(election: Election, state: State) -> Contest | None:
    """The contest before whose ballots the finding says that those in hand differ from."""
    stage, _, rest = state.finding.partition(":")
    if Check.BALLOTS_DIFFER not in rest.split(":"):
        return None
    found = next(o for o in _objections(election, state, Stage(stage)) if o.name == state.finding)
    return worksheet.contest_before(election, state, int(found.finding.details["others"]))


def objection(election: Election, state: State) -> tuple[Line, ...]:
    """The question of a DISPUTE or UNUSUAL step: what was keyed and what it does not fit, then the
    keys that change either side, and the key that keeps what was keyed (call.md, 9).
    """
    stage = Stage(state.finding.partition(":")[0])
    found = [o for o in _objections(election, state, stage) if o.name == state.finding]
    said = _said(worksheet.contest_of(election, state), election, state, found[0].finding)
    keep = Prompt.KEEP_BY_KEYING if state.step is Step.DISPUTE else Prompt.KEEP_YOURS
    return (said, *_changes(election, state, found[0].finding), line(keep))


def _changes(election: Election, state: State, finding: Finding) -> tuple[Line, ...]:
    """The keys that change something: 3 the other side, where that may be wrong, 2 this one."""
    if contest := other_contest(election, state):
        return (line(Prompt.CHANGE_CONTEST, contest=contest.title), line(Prompt.CHANGE_YOURS))
    column, other = worksheet.column(election, state), other_side(election, state)
    is_named = other is not None or finding.check is Check.COUNTS_ARE_DELEGATES
    this = line(column.mend, key=2) if column.mend and is_named else line(Prompt.CHANGE_YOURS)
    return (line(other.mend, key=3), this) if other and other.mend else (this,)


def named(contest: Contest, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Candidates by the name that is spoken, with their counts, in the order of the sheet."""
    order = rule_of(contest).order(contest)
    return [(contest.by_id[id_].said, counts[id_]) for id_ in order if counts.get(id_)]


def _said(contest: Contest, election: Election, state: State, finding: Finding) -> Line:
    """The sentence of a finding, candidates by the name that is spoken."""
    by_id = {id: candidate.said for id, candidate in contest.by_id.items()}
    values = {
        key: value if isinstance(value, int) else by_id.get(value, value)
        for key, value in finding.details.items()
    }
    match finding.check:
        case Check.FIRST_NOT_ATTENDANCE if "column" in finding.details:
            return line(Prompt.EARLY_DO_NOT_ADD_UP, **values)
        case Check.MISSING_ALIGNMENT:
            is_first = finding.details["alignment"] == "first"
            return line(Prompt.MISSING_FIRST if is_first else Prompt.MISSING_FINAL)
        case Check.DELEGATE_TO_NONVIABLE if not finding.details["count"]:
            return line(Prompt.DELEGATE_TO_NOBODY, **values)
        case Check.AWARD_NOT_ADMISSIBLE:
            return line(Prompt.AWARD_NOT_ADMISSIBLE, **_awards(contest, election, state))
        case Check.NOT_THE_PLURALITY if award := worksheet.award(election, state):
            values["largest"] = " ".join(by_id[winner] for winner in award.delegates)  # by lot
    return line(Prompt[finding.check], **values)


def _awards(contest: Contest, election: Election, state: State) -> Mapping[str, str]:
    """The award that was keyed, and the one that follows from the rules and the lots."""
    award = worksheet.award(election, state)
    keyed = worksheet.figures_in_hand(election, state).columns
    awarded = worksheet.rule_in_hand(election, state).awarded
    yours = keyed[awarded.key] if awarded else {}
    rules = award.delegates if award else {}
    return {"yours": groups(named(contest, yours)), "rules": groups(named(contest, rules))}
