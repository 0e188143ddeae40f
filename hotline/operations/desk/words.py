"""What happened in a call and what was keyed in it, in words for whoever takes the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.calls.changed_sheet import CHANGED
from hotline.calls.prompts import Prompt
from hotline.calls.proving import PIN_TRIES
from hotline.calls.state import State, Step
from hotline.calls.turns import CallLater, Connect
from hotline.election.finding import Check
from hotline.election.model import LOTS, Contest, Election
from hotline.election.rules import registry
from hotline.store.calls.events import CallEvent
from hotline.store.enums import ActivityKind, EventKind

QUESTIONS: Mapping[str, str] = {
    Step.OFFER: "The PIN of this phone's precinct",
    Step.CODE: "Which precinct?",
    Step.PIN: "The PIN",
    Step.SECOND: "The code sent to the precinct's own phone",
    Step.TEST: "A test call: are we heard?",
    Step.RESULTS: "None: results are read",
    Step.RESUME: "Go on with what was begun?",
    Step.REPORTED: "It has reported: hear it, or file again?",
    Step.COUNT: "A count",
    Step.OTHERS: "Anyone in a group not yet named?",
    Step.WHICH: "Which line is to be changed?",
    Step.CHANGE: "A new count",
    Step.REFUSED: "A count was refused: key it again, or what bounds it?",
    Step.READBACK: "Is what was read back right?",
    Step.DISPUTE: "What does not fit: key again, or change?",
    Step.UNUSUAL: "What is unusual: is it right?",
    Step.TOSS: "Who won the toss?",
    Step.AWARD: "Does the worksheet award the same?",
    Step.FILED: "Another precinct?",
}
"""The question that a caller was at."""

DONE: Mapping[ActivityKind, str] = {
    ActivityKind.CALL_TAKEN: "took the call",
    ActivityKind.CALL_NOT_TAKEN: "wanted the call, and did not get it",
    ActivityKind.CALL_HELD: "put the caller on hold",
    ActivityKind.CALL_RESUMED: "took the caller off hold",
    ActivityKind.CALL_RETURNED: "the caller went back to the head of the queue",
    ActivityKind.CALL_ENDED: "ended the call",
    ActivityKind.HANDED_OVER: "handed the call over",
    ActivityKind.LISTENED: "listened",
    ActivityKind.COACHED: "coached",
    ActivityKind.JOINED: "joined the call",
    ActivityKind.LEFT_CALL: "left the call",
    ActivityKind.UNIT_CLAIMED: "began to work on it",
    ActivityKind.UNIT_RELEASED: "left it",
    ActivityKind.CLAIM_TAKEN_OVER: "took it over",
    ActivityKind.REPORT_ENTERED: "entered a report",
    ActivityKind.PIN_REISSUED: "made a new PIN",
    ActivityKind.CHAIR_VERIFIED_OTHERWISE: "made sure that it is the chair",
    ActivityKind.NUISANCE: "marked it as a nuisance",
    ActivityKind.NUMBER_BLOCKED: "blocked the number",
    ActivityKind.CALLBACK_SCHEDULED: "put it down to be called back",
    ActivityKind.CALLBACK_PLACED: "called back",
    ActivityKind.CALLBACK_DONE: "ended the callback",
    ActivityKind.REMINDER_SENT: "sent a reminder by text message",
    ActivityKind.CALL_ATTEMPTED: "tried to reach the chair",
    ActivityKind.PAPER_KEYED: "keyed what came on paper",
    ActivityKind.PAPER_COMPARED: "what two people keyed from paper was compared",
    ActivityKind.IMAGE_ATTACHED: "a photograph was attached to it",
    ActivityKind.IMAGE_SEEN: "looked at a photograph of it",
    ActivityKind.NOTE: "noted",
    ActivityKind.DECISION_PROPOSED: "proposed a decision on a report",
    ActivityKind.DECISION_WITHDRAWN: "took a proposal off the table",
    ActivityKind.REPORT_RELEASED: "released a report",
    ActivityKind.REPORT_REPLACED: "filed a new version in place of a report",
    ActivityKind.REPORT_REJECTED: "rejected a report",
    ActivityKind.COUNT_CONFIRMED: "looked into the count, and it stands",
    ActivityKind.LOSS_PROPOSED: "proposed to give it up as lost",
    ActivityKind.LOSS_AGREED: "agreed that it is given up as lost",
    ActivityKind.LOSS_WITHDRAWN: "does not give it up as lost",
    ActivityKind.CHALLENGE_FILED: "challenged the count",
    ActivityKind.CHALLENGE_SETTLED: "settled a challenge",
    ActivityKind.REPORT_PRACTICED: "practiced a report, which was not filed",
    ActivityKind.ROSTER_EDITED: "changed its chairs on the roster",
    ActivityKind.PAPERS_PRINTED: "printed for it",
}


@dataclass(frozen=True, slots=True)
class KeyedAnswer:
    """Something that was keyed: what for, and what."""

    what: str
    value: str


def question_of(election: Election, state: State) -> str:
    """The question that a caller is at, with the line of the worksheet where it is one of many."""
    if number := registry.numbers().get(state.step):
        return number.question
    if state.step not in (Step.COUNT, Step.CHANGE, Step.READBACK):
        return QUESTIONS.get(state.step, state.step)
    column = column_label(state.column)
    return f"{column}: {QUESTIONS[state.step].lower()}"


def keyed_of(election: Election, state: State) -> list[KeyedAnswer]:
    """What was keyed in a call, in order, without codes and PINs; these are never in a state."""
    return [_keyed(election, entry) for entry in state.keyed]


def _keyed(election: Election, entry: str) -> KeyedAnswer:
    what, _, value = entry.partition("=")
    column, _, line = what.partition(".")
    if ":" in what:
        return KeyedAnswer(_objection(election, what), "said to be right")
    if line:
        return KeyedAnswer(f"{column_label(column)}, {line_name(election, line)}", value)
    if what in registry.columns():
        return KeyedAnswer(column_label(what), "read back: right")
    if what == LOTS:
        return KeyedAnswer("Won the toss", line_name(election, value))
    if entry == CHANGED:
        return KeyedAnswer("The election was loaded anew", "what changed was asked again")
    if what == "award":
        return KeyedAnswer("Award by the rules", "the worksheet says the same")
    return KeyedAnswer(number_label(what), value)


def column_label(key: str) -> str:
    """What a column of the worksheet is called."""
    column = registry.columns().get(key)
    return column.label if column else key


def number_label(key: str) -> str:
    """What a single number of the worksheet is called."""
    number = registry.numbers().get(key)
    return number.label if number else key


def line_name(election: Election, line: str) -> str:
    """The candidate, or what the line below the candidates is called."""
    if below := registry.lines_below().get(line):
        return below.label
    named = (contest.by_id[line].name for contest in election.contests if line in contest.by_id)
    return next(named, line)


def objections_of(election: Election, state: State) -> list[str]:
    """What the checks said in a call, in the order in which each came up first."""
    times = {name: n for name, n in state.disputes.items() if n}
    return [
        _objection(election, name) + (f" (said {n} times)" if n > 1 else "")
        for name, n in times.items()
    ]


def _objection(election: Election, name: str) -> str:
    """`stage:contest:check:candidate`, as calls/objections.py names a finding."""
    _, _, check, candidate = [*name.split(":"), "", "", ""][:4]
    said = Check[check].meaning if check in Check.__members__ else name
    return f"{said}: {line_name(election, candidate)}" if candidate else said


def event_in_words(election: Election, event: CallEvent) -> str:
    """What happened, in half a sentence."""
    said = event.detail
    match event.kind:
        case EventKind.ARRIVED:
            why = f" ({said['reason']})" if said.get("reason") else ""
            return f"called: {said.get('standing', '')}, {said.get('verdict', '')}{why}"
        case EventKind.VERIFIED:
            return f"proved the PIN of {unit_name(election, said.get('unit', ''))}"
        case EventKind.FILED:
            unit = unit_name(election, said.get("unit", ""))
            return f"filed for {unit}: {said.get('outcome', '')}"
        case EventKind.PERSON:
            return f"was sent to a person, {said.get('why', '')}"
        case EventKind.TEXTED:
            answered = "and was answered" if said.get("answered") == "1" else "without an answer"
            return f"sent a text message, {answered}"
        case EventKind.PENALISED:
            return f"is turned away for a while from now on, time {said.get('times', '')}"
        case EventKind.ALARM:
            return "was the one at which PINs were seen to be guessed all over the line"
        case EventKind.ENDED:
            return f"the call ended: {said.get('status', '')}"
        case _:
            return event.kind.value


def unit_name(election: Election, code: str) -> str:
    """The unit as lists have it: county, name, code."""
    unit = election.units.get(code)
    if unit is None:
        return code or "no precinct"
    return f"{unit.county}, {unit.name} ({code})" if unit.county else f"{unit.name} ({code})"


def figures_in_words(contest: Contest, document: Mapping[str, object]) -> list[KeyedAnswer]:
    """The figures of a report (JSON), column by column, without zeros."""
    said = []
    rule = registry.rule_of(contest)
    numbers = {number.key: number.label for number in rule.numbers}
    columns = {column.key: column.label for column in rule.columns}
    below = {line.key: line.label for line in rule.below}
    for name, title in {**numbers, **columns, **below}.items():
        kept = document.get(name)
        if isinstance(kept, Mapping):
            counts = [f"{c.surname} {kept[c.id]}" for c in contest.candidates if kept.get(c.id)]
            said.append(KeyedAnswer(title, ", ".join(counts) or "nobody"))
        elif kept is not None and (kept or name in numbers):
            said.append(KeyedAnswer(title, str(kept)))
    return said


def reason_of(state: State, turn: Connect | CallLater, wrong_pin: bool) -> str:
    """Why a person is wanted, in words for whoever takes the call."""
    said = {each.prompt for each in turn.lines}
    if Prompt.FAILED in said:
        return "something failed on our side"
    if Prompt.OWN_PHONE in said:
        return "the precinct's PIN works from its own phones only"
    if state.for_help:
        return "called the help line"
    if wrong_pin:
        return f"keyed {PIN_TRIES} wrong PINs"
    if turn.asked:
        return f"asked for a person at the question {state.step}"
    return f"did not get on at the question {state.step}"
