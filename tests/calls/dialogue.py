"""A call without a telephone: the script alone, with PINs and a ledger in a dictionary."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from hotline.calls import state as states
from hotline.calls.prompts import Line, Prompt, line, speak
from hotline.calls.recorded.phrases import Phrase, fragments_of
from hotline.calls.recorded.recording_list import FREE, recordings_for
from hotline.calls.script import Script
from hotline.calls.state import State
from hotline.calls.turns import (
    Arrived,
    Ask,
    CallLater,
    CheckCode,
    CheckPin,
    CodeChecked,
    CodeSent,
    Connect,
    Digits,
    End,
    FileReport,
    FilingAnswer,
    MarkedReady,
    MarkReady,
    NobodyFree,
    PinChecked,
    PutThrough,
    ReadResults,
    ResultsRead,
    SendCode,
    SentToPerson,
    Unavailable,
)
from hotline.election.folder import codes
from hotline.election.model import Candidate, Contest, County, Election, Pool, Unit, UnitKind

PIN = "482913"
SECOND = "604217"


def code(body: str) -> str:
    return body + codes.check_digit(body)


@cache
def small_election(rule: str = "iowa-caucus-2020", delegates: int = 6) -> Election:
    """Five candidates, one county, two precincts and a satellite."""
    names = ("Ash", "Birch", "Cedar", "Dogwood", "Elm")
    candidates = tuple(
        Candidate(number, name.lower(), f"Ada {name}", name) for number, name in enumerate(names, 1)
    )
    units = [
        Unit(code("0001"), "One", county="Adair", delegates=delegates),
        Unit(code("0002"), "Two", county="Adair", delegates=1),
        Unit(code("0003"), "Three", UnitKind.SATELLITE, pool="CD1"),
    ]
    contests = (Contest("president", "President", rule, candidates),)
    if rule == "plurality":
        contests = (
            Contest("mayor", "Mayor", rule, candidates[:2]),
            Contest("council", "Council", rule, candidates, seats=2),
        )
    return Election(
        id="small",
        title="Small caucus",
        date=date(2020, 2, 3),
        timezone="America/Chicago",
        languages=("en", "es"),
        contests=contests,
        units={unit.code: unit for unit in units},
        counties={"Adair": County("Adair", 51, 4)},
        pools={"CD1": Pool("CD1", 6, "CD1 Satellite")},
    )


@dataclass
class Desk:
    """What outlives a call: reports that were filed, drafts that were left; and what is decided."""

    filed: list[FileReport] = field(default_factory=list)
    drafts: dict[str, dict] = field(default_factory=dict)
    second_factor: bool = False
    reachable: bool = True  # the unit's own phones can be sent a code
    locked: bool = False  # every PIN works from the unit's own phones only
    calls_back: bool = True  # this telephone can be
    put_through: bool = True  # not too many strangers are
    later: list[CallLater] = field(default_factory=list)  # who waits to be called back
    results: tuple[Line, ...] = (line(Prompt.UNOFFICIAL),)
    codes: list[SendCode] = field(default_factory=list)
    ready: list[str] = field(default_factory=list)  # units whose chairs have heard us
    practiced: list[str] = field(default_factory=list)  # units for which a report was practiced
    writes: bool = True  # what is to be kept can be
    pin: str = PIN
    checked: list[str] = field(default_factory=list)  # every PIN that was tried
    texts: bool = False  # the confirmation number goes to the caller's phone


class Dialogue:
    """One call. `key("12#")` presses keys as a telephone does: into one gather after the other."""

    def __init__(
        self, script: Script, desk: Desk | None = None, trusted=False, offers=(), **arrived
    ) -> None:
        self.script = script
        self.desk = desk if desk is not None else Desk()
        self.heard: list[str] = []
        self.keys = 0
        self.turns = 0
        self.state = State()
        self.turn = None
        self._feed(Arrived(trusted, tuple(offers), **arrived))

    @property
    def last(self) -> str:
        return self.heard[-1]

    @property
    def over(self) -> bool:
        return isinstance(self.turn, End)

    @property
    def with_person(self) -> bool:
        return isinstance(self.turn, Connect)

    def key(self, keys: str, after: float | None = None, rest: float | None = None) -> Dialogue:
        """`after`: seconds from the question to these keys; `rest`: to those left over of them."""
        self.keys += len(keys)
        while keys and isinstance(self.turn, Ask):
            taken, finished, keys = _gather(keys, self.turn.digits)
            self._feed(Digits(taken, finished, after))
            after = rest
        return self

    def wait(self, times: int = 1) -> Dialogue:
        for _ in range(times):
            if isinstance(self.turn, Ask):
                self._feed(Digits("", False))
        return self

    def _feed(self, event) -> None:
        self.turns += 1
        while True:
            before = self.state
            self.state, turn = self.script.step(self.state, event)
            # What Redis would keep must be all there is.
            kept = states.dumps(self.state)
            assert states.loads(kept) == json_state(self.state)
            assert f'"{self.desk.pin}"' not in kept
            assert f'"{SECOND}"' not in kept
            match turn:
                case CheckPin() if self.desk.locked:
                    event = SentToPerson()
                case CheckPin(unit, pin):
                    self.desk.checked.append(pin)
                    right = pin == self.desk.pin and unit in self.script.election.units
                    event = PinChecked(right, second_factor=self.desk.second_factor)
                    if right and not self.desk.second_factor:
                        event = self._proved(unit)
                case SendCode():
                    self.desk.codes.append(turn)
                    event = CodeSent(self.desk.reachable)
                case CheckCode(unit, code):
                    event = self._proved(unit) if code == SECOND else CodeChecked(False)
                case ReadResults():
                    event = ResultsRead(self.desk.results)
                case CallLater():
                    self.desk.later.append(turn)
                    event = NobodyFree(turn, self.desk.calls_back)
                case PutThrough():
                    event = SentToPerson(self.desk.put_through)
                case MarkReady(units, practiced=True):
                    event = MarkedReady() if self.desk.writes else Unavailable()
                    self.desk.practiced += units if self.desk.writes else ()
                case MarkReady(units):
                    event = MarkedReady() if self.desk.writes else Unavailable()
                    self.desk.ready += units if self.desk.writes else ()
                case FileReport():
                    self.desk.filed.append(turn)
                    number = f"{len(self.desk.filed):06}"
                    event = FilingAnswer("filed", number, self.desk.texts)
                    self.desk.drafts.pop(turn.unit, None)
                case _:
                    break
            assert self.state.unit or not before.verified
        if states.is_draft(self.state):
            self.desk.drafts[self.state.unit] = json.loads(json.dumps(states.to_draft(self.state)))
        self.turn = turn
        assert unrecorded(turn.lines, self.script.election, self.state.language) == set()
        self.heard.append(" ".join(sentence(speak(s, self.state.language)) for s in turn.lines))

    def _proved(self, unit: str) -> PinChecked:
        return PinChecked(True, standing=self._standing(unit), draft=self.desk.drafts.get(unit))

    def _standing(self, unit: str):
        reports = [r for r in self.desk.filed if r.unit == unit]
        if not reports:
            return None
        return {contest: f.to_document() for contest, f in reports[-1].figures.items()}


def unrecorded(lines, election: Election, language: str) -> set[Phrase]:
    """What a call says that is not on the list of what is to be recorded."""
    if id(election) not in _recorded:
        wanted = recordings_for(election)
        _recorded[id(election)] = (election, {recording.phrase for recording in wanted})
    _, known = _recorded[id(election)]
    return {
        phrase
        for said in lines
        if said.prompt not in (*FREE, Prompt.DROPPED)  # whose names are those of an earlier sheet
        for fragment in fragments_of(said, language)
        for phrase in fragment.phrases
        if phrase not in known and not (phrase.text.isdecimal() and len(phrase.text) > 6)
    }


_recorded: dict[int, tuple[Election, set[Phrase]]] = {}  # kept, so that an id stays its own


def sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":")) else f"{text}."


def json_state(state: State) -> State:
    """The state as it comes back from JSON, to compare with."""
    return replace(
        state,
        figures=json.loads(json.dumps(state.figures)),
        settled=dict(state.settled),
        disputes=dict(state.disputes),
    )


def _gather(keys: str, digits: int | None) -> tuple[str, bool, str]:
    """The keys that one gather takes, whether `#` ended it, and the rest."""
    for place, key in enumerate(keys):
        if key == "#":
            return keys[:place], True, keys[place + 1 :]
        if digits and place + 1 == digits:
            return keys[: place + 1], False, keys[place + 1 :]
    return keys, False, ""


__all__ = ["PIN", "SECOND", "Desk", "Dialogue", "code", "small_election"]
