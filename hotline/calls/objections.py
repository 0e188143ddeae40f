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

SPOKEN_TREATMENTS = (Treatment.REKEY, Treatment.CONFIRM)


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


def _name(stage: Stage, finding: Finding) -> str:
    who = finding.details.get("candidate", "")
    return f"{stage}:{finding.contest}:{finding.check}:{who}"


def objection(election: Election, state: State) -> tuple[Line, ...]:
    """The question of a DISPUTE or UNUSUAL step: what does not fit, and the keys that mend it."""
    stage = Stage(state.finding.partition(":")[0])
    found = [o for o in _objections(election, state, stage) if o.name == state.finding]
    said = _said(worksheet.contest_of(election, state), election, state, found[0].finding)
    if state.step is Step.UNUSUAL:
        return (said, line(Prompt.SURE))
    mended_by = worksheet.column(election, state).mended_by
    numbers = worksheet.numbers(election, state)
    mend = (line(n.mend) for n in numbers if n.mend and n.key == mended_by)
    return (said, line(Prompt.AGAIN_OR_CHANGE), *mend)


def named(contest: Contest, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Candidates by the name that is spoken, with their counts, in the order of the sheet."""
    return [(c.said, counts[c.id]) for c in contest.candidates if counts.get(c.id)]


def _said(contest: Contest, election: Election, state: State, finding: Finding) -> Line:
    """The sentence of a finding: its check's prompt, candidates by the name that is spoken."""
    values: dict[str, str | int] = {
        key: contest.by_id[value].said if value in contest.by_id else value
        for key, value in finding.details.items()
        if not isinstance(value, int)
    } | {key: value for key, value in finding.details.items() if isinstance(value, int)}
    if finding.check is Check.MISSING_ALIGNMENT:
        first = finding.details["alignment"] == "first"
        return line(Prompt.MISSING_FIRST if first else Prompt.MISSING_FINAL)
    if finding.check is Check.AWARD_NOT_ADMISSIBLE:
        award = worksheet.award(election, state)
        said = named(contest, award.delegates if award else {})
        return line(Prompt.AWARD_NOT_ADMISSIBLE, groups=groups(said))
    return line(Prompt[finding.check], **values)
