"""Where a conversation stands: everything that is remembered of a call, and nothing else.

A state is a value. It goes to Redis as JSON under the CallSid, and the same JSON is the draft from
which a later call goes on. Contests, columns and lines are named by their ids, never by a place in
a list: an election may be loaded anew while a call goes on. What Redis brings back is not trusted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from hotline.languages.catalogue import SOURCE


class Step(StrEnum):
    """The question that was asked last, unless it is for a number of the rule's sheet."""

    OFFER = "offer"  # report for the unit of this phone?
    CODE = "code"  # which precinct?
    PIN = "pin"
    SECOND = "second"  # the code that was sent to the unit's own phone
    RESULTS = "results"  # none: results are read, on the public line
    TEST = "test"  # before the night: do you hear this?
    RESUME = "resume"  # go on with what an earlier call began?
    REPORTED = "reported"  # hear the standing report, or file again?
    COUNT = "count"  # one line of a column
    OTHERS = "others"  # anyone in a group not asked for?
    WHICH = "which"  # which line is to be changed?
    CHANGE = "change"  # its new count
    REFUSED = "refused"  # a count was refused twice: key it again, or what bounds it?
    READBACK = "readback"  # is this column right?
    DISPUTE = "dispute"  # the figures do not fit: key again, or change
    UNUSUAL = "unusual"  # the figures are unusual: are they right?
    TOSS = "toss"  # who won it?
    AWARD = "award"  # does the worksheet say the same?
    FILED = "filed"  # another precinct?


@dataclass(frozen=True, slots=True)
class State:
    step: str = Step.CODE  # a Step; while a number of the sheet is asked, its key
    language: str = SOURCE
    trusted: bool = False  # a roster phone, or somebody on this call has verified a PIN
    proved: bool = False  # somebody on this call has verified a PIN
    offers: tuple[str, ...] = ()  # units of this phone that have not reported
    on_record: int = 0  # units of this phone, if all have reported: one may be corrected
    for_help: bool = False  # the help line was called, to speak with a person
    greeted: bool = False
    shut: bool = False  # intake was closed when the call came: it can try the line, and no more

    may_practice: bool = False  # the day has not come: a whole report may be practiced
    practice: bool = False  # what is keyed is never filed, nor kept for a later call

    unit: str = ""  # code of the unit in hand
    chosen: bool = False  # the unit was offered, not keyed
    verified: bool = False
    chair: int = 0  # the chair's id in the roster, when the phone told us who that is
    pin_failures: int = 0

    misses: int = 0  # silences and nonsense in a row
    self_ended: bool = False  # the last entry ended by its length: a `#` may still be on its way
    spent: str = ""  # the key that ended the last answer: heard once more, it answers nothing
    carry: str = ""  # the first digits of a code or PIN, while the rest is being keyed
    skipped: str = ""  # keys before `carry` that were taken for a code, though a PIN was asked
    doubted: tuple[str, ...] = ()  # a wrong code or PIN, each without a key maybe heard twice
    reread: bool = False  # a wrong PIN was read so once, and will not be again

    edition: str = ""  # of the sheet that is being keyed (worksheet.edition); empty: none yet
    contest: str = ""  # its id
    column: str = ""  # the key of a column of the sheet
    line: str = ""  # the line that is asked for, or being changed
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by contest id
    refusals: int = 0  # counts in a row that were more than there may be
    mending: bool = False  # attendance or ballots are keyed again; the columns stand
    finding: str = ""  # the check that was spoken last
    settled: Mapping[str, str] = field(default_factory=dict)  # finding -> figures it was settled on
    disputes: Mapping[str, int] = field(default_factory=dict)  # finding -> times it was spoken
    keyed: tuple[str, ...] = ()  # what was keyed, in order, without codes and PINs

    standing: Mapping[str, Mapping[str, Any]] | None = None  # figures of the report on file
    draft: Mapping[str, Any] | None = None  # what an earlier call left, until it is taken up
    filings: int = 0  # reports filed in this call
    confirmation: str = ""
    texted: bool = False  # it goes to this telephone by text message too
    outcome: str = ""


_STEPS = {step.value: step for step in Step}
_NAMES = tuple(f.name for f in fields(State))
_DEFAULTS = {name: getattr(State(), name) for name in _NAMES}
_RESUMED = (
    "step",
    "self_ended",
    "edition",
    "contest",
    "column",
    "line",
    "figures",
    "mending",
    "finding",
    "settled",
    "disputes",
    "keyed",
)
"""What a draft brings back: the place in the worksheet and all that was keyed."""
MOST_OF_A_COUNT = 999_999
"""No sheet has more; six digits are the most that can be keyed."""
_BEFORE_COUNTING = frozenset(
    {
        Step.OFFER,
        Step.CODE,
        Step.PIN,
        Step.SECOND,
        Step.RESULTS,
        Step.TEST,
        Step.RESUME,
        Step.REPORTED,
        Step.FILED,
    }
)
_OF_A_CHAIR = frozenset({Step.RESUME, Step.REPORTED})
_DRAFT_DEFAULTS = {name: _DEFAULTS[name] for name in _RESUMED}


def to_document(state: State) -> dict[str, Any]:
    """The state as JSON has it; what is at its default is left out."""
    return _changed(state, _DEFAULTS)


def _changed(state: State, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are not as these defaults have them, in their order."""
    return {
        name: value
        for name, default in defaults.items()
        if (value := getattr(state, name)) != default
    }


class MalformedStateError(ValueError):
    """What was kept is no state, or one of another format; the message says where."""


def from_document(document: object) -> State:
    """The state that `to_document` wrote; fields of another release are ignored.

    Raises MalformedStateError.
    """
    if not isinstance(document, Mapping):
        raise MalformedStateError("no document")
    known: dict[str, Any] = {name: document[name] for name in _NAMES if name in document}
    for name, value in known.items():
        if not _is_like(name, value):
            raise MalformedStateError(name)
        if isinstance(_DEFAULTS[name], tuple):
            known[name] = tuple(value)
    if "step" in known:
        known["step"] = _STEPS.get(known["step"], known["step"])
    state = State(**known)
    if (is_counting(state) or state.step in _OF_A_CHAIR) and not (state.verified and state.unit):
        raise MalformedStateError("step")
    return state


def _is_like(name: str, value: object) -> bool:
    if check := _CHECKS.get(name):
        return check(value)
    default = _DEFAULTS[name]
    if isinstance(default, tuple):
        return _is_list_of_text(value)
    return type(value) is type(default) or (isinstance(default, str) and isinstance(value, str))


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_OF_A_COUNT


def _maps(value: object, of: Callable[[object], bool]) -> bool:
    if not isinstance(value, Mapping):
        return False
    return all(isinstance(key, str) and of(each) for key, each in value.items())


def _are_figures(value: object) -> bool:
    def is_column(kept: object) -> bool:
        return _is_count(kept) or _is_list_of_text(kept) or _maps(kept, _is_count)

    return _maps(value, lambda document: _maps(document, is_column))


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "figures": _are_figures,
    "standing": lambda value: value is None or _are_figures(value),
    "draft": lambda value: value is None or isinstance(value, Mapping),
    "settled": lambda value: _maps(value, lambda each: isinstance(each, str)),
    "disputes": lambda value: _maps(value, _is_count),
}


compact = json.JSONEncoder(separators=(",", ":")).encode
"""A document as text, without white space."""


def dumps(state: State) -> str:
    return compact(to_document(state))


def loads(text: str | bytes) -> State:
    """The state that `dumps` wrote. Raises MalformedStateError for anything else."""
    try:
        return from_document(json.loads(text))
    except MalformedStateError:
        raise
    except (ValueError, RecursionError):
        raise MalformedStateError("no JSON") from None


def is_counting(state: State) -> bool:
    """Whether the question is one of the sheet."""
    return state.step not in _BEFORE_COUNTING


def is_draft(state: State) -> bool:
    """Whether a later call could go on from here: verified, something keyed, not yet filed."""
    keyed = state.verified and bool(state.keyed) and state.step is not Step.FILED
    return keyed and not state.practice


def to_draft(state: State) -> dict[str, Any]:
    """What is kept under the unit for a later call."""
    return _changed(state, _DRAFT_DEFAULTS)


def read_draft(draft: Mapping[str, Any]) -> State | None:
    """Where a draft stopped; None where it is malformed, or of a release that kept places."""
    try:
        state = from_document({"verified": True, "unit": "-", **draft})
    except MalformedStateError:
        return None
    return state if state.edition and is_counting(state) else None


def resumed(draft: State) -> dict[str, Any]:
    """The changes that put a state back where the draft stopped."""
    return {name: getattr(draft, name) for name in _RESUMED}
