"""The conversation as a state machine (call.md): `step(state, event) -> (state, turn or effect)`.

It knows nothing of telephones, databases or clocks. An effect (CheckPin, FileReport) is carried out
by whoever runs the script, who then steps on with the effect's answer as the next event; a turn
(Ask, Connect, End) is what the caller hears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hotline.calls import counting, keypad
from hotline.calls.prompts import Line, Prompt, line
from hotline.calls.questions import FIXED_LENGTH, MENUS, fixed_length, question
from hotline.calls.state import State, Step, resumed
from hotline.calls.turns import (
    Arrived,
    Ask,
    CheckPin,
    Connect,
    DialEnded,
    Digits,
    Effect,
    End,
    Event,
    Filed,
    Lost,
    PinChecked,
    Turn,
    Unavailable,
)
from hotline.election import codes
from hotline.election.model import Election

PIN_TRIES = 3
MISSES = 3  # silences or nonsense in a row

Outcome = tuple[State, Turn | Effect]


@dataclass(frozen=True)
class Script:
    """The conversation for one election; `has_person` when somebody can be dialled."""

    election: Election
    has_person: bool = False

    def step(self, state: State, event: Event) -> Outcome:
        """The next state, and what to say or do. Never raises on anything a caller can key."""
        match event:
            case Arrived():
                return self._arrive(event)
            case Digits():
                return self._keyed(state, keypad.read(event.digits, event.finished))
            case DialEnded(talked=True):
                return state, End((line(Prompt.GOODBYE),))
            case DialEnded():
                return self._ask(replace(state, misses=0), line(Prompt.PERSON_BUSY))
            case Lost():
                return self._ask(state)
            case PinChecked():
                return self._pin_checked(state, event)
            case Filed():
                return self._filed(state, event)
            case Unavailable():
                return self._person(state, line(Prompt.FAILED))

    # --- Asking

    def _ask(self, state: State, *before: Line) -> Outcome:
        """Puts the question of the state, after the lines that lead to it."""
        lines, digits = question(self.election, state)
        if not state.greeted and state.step in (Step.OFFER, Step.CODE):
            before = (
                line(Prompt.WELCOME, election=self.election.greeting or self.election.title),
                *before,
            )
            state = replace(state, greeted=True)
        return state, Ask((*before, *lines), digits)

    def _person(self, state: State, *before: Line) -> Outcome:
        """To a person; where nobody can be dialled, a plain word and the end of the call."""
        if self.has_person:
            return state, Connect((*before, line(Prompt.PERSON)))
        saved = (line(Prompt.SAVED),) if state.keyed else ()
        return state, End((*before, *saved, line(Prompt.NO_PERSON)))

    def _asked_for_person(self, state: State) -> Outcome:
        if self.has_person:
            return self._person(replace(state, misses=0))
        return self._missed(state, line(Prompt.PERSON_BUSY))

    def _missed(self, state: State, *before: Line) -> Outcome:
        """Silence or nonsense: asked again, twice; then as for a failed PIN."""
        state = replace(state, misses=state.misses + 1)
        if state.misses < MISSES:
            return self._ask(state, *before)
        return self._give_up(replace(state, misses=0))

    def _give_up(self, state: State) -> Outcome:
        if state.trusted:
            return self._person(state)
        return state, End((line(Prompt.GOODBYE),))

    # --- Arriving

    def _arrive(self, event: Arrived) -> Outcome:
        return self._next_unit(
            State(language=self.election.languages[0], trusted=event.trusted, offers=event.offers)
        )

    def _next_unit(self, state: State) -> Outcome:
        if state.offers:
            return self._ask(replace(state, step=Step.OFFER, unit=state.offers[0], chosen=True))
        return self._ask(replace(state, step=Step.CODE, unit="", chosen=False))

    def _keyed(self, state: State, keyed: keypad.Keyed) -> Outcome:
        late_pound = isinstance(keyed, keypad.BarePound) and state.self_ended
        self_ended = state.step in MENUS or state.step in FIXED_LENGTH
        if self_ended is not state.self_ended:
            state = replace(state, self_ended=self_ended)
        if late_pound:
            return self._ask(state)
        if state.step in MENUS:
            keyed, state = _in_menu(keyed, state)
        match keyed:
            case keypad.Person():
                return self._asked_for_person(state)
            case keypad.Repeat():
                return self._ask(state)
            case keypad.Silence() if state.step is Step.FILED:
                return state, End((line(Prompt.GOODBYE),))
            case keypad.Silence():
                return self._missed(state)
            case keypad.Nonsense():
                return self._missed(state, line(Prompt.SORRY))
            case keypad.Clear(back=True):
                return self._ask(self._back(state))
            case keypad.Clear():
                return self._ask(replace(state, carry=""))
        outcome = self._answered(state, keyed)
        if outcome is None:
            return self._missed(state, line(Prompt.SORRY))
        return outcome

    def _back(self, state: State) -> State:
        if state.step is Step.PIN:
            return replace(state, step=Step.CODE, carry="", unit="", chosen=False)
        return counting.back(self.election, replace(state, carry=""))

    def _answered(self, state: State, keyed: keypad.Numbers | keypad.BarePound) -> Outcome | None:
        """What the answer leads to; None if it is none of the answers to this question."""
        handlers: dict[Step, Callable[[State, keypad.Numbers], Outcome | None]] = {
            Step.OFFER: self._offer,
            Step.CODE: self._code,
            Step.PIN: self._pin,
            Step.RESUME: self._resume,
            Step.REPORTED: self._reported,
            Step.FILED: self._another,
        }
        handler = handlers.get(state.step)
        if handler is not None:
            return handler(state, keyed) if isinstance(keyed, keypad.Numbers) else None
        moved = counting.answered(self.election, state, keyed)
        if moved is None:
            return None
        if moved.report is not None:
            return moved.state, moved.report
        state = replace(moved.state, misses=0) if moved.state.misses else moved.state
        return self._ask(state, *moved.lines)

    def _offer(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        match keyed.texts:
            case ("1",):
                return self._ask(replace(state, step=Step.PIN, misses=0))
            case ("2",):
                return self._ask(replace(state, step=Step.CODE, unit="", chosen=False, misses=0))
            case ("9",) if "es" in self.election.languages:
                return self._ask(replace(state, language="es", misses=0))
        return None

    def _code(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        if keyed.texts == ("9",) and "es" in self.election.languages and not state.carry:
            return self._ask(replace(state, language="es", misses=0))
        code, state = _fixed(state, keyed)
        if code is None:
            return None
        if self._begun_afresh(state, keyed, code):
            return self._ask(replace(state, carry=code))
        if not codes.is_well_formed(code, self.election.code_digits):
            return self._missed(state, line(Prompt.NOT_A_CODE))
        return self._ask(replace(state, step=Step.PIN, unit=code, chosen=False, misses=0))

    def _pin(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        pin, state = _fixed(state, keyed)
        if pin is None:
            return None
        if self._begun_afresh(state, keyed, pin):
            return self._ask(replace(state, carry=pin))
        if len(pin) != fixed_length(self.election, state):
            return None
        return replace(state, misses=0), CheckPin(state.unit, pin)

    def _begun_afresh(self, state: State, keyed: keypad.Numbers, so_far: str) -> bool:
        """Whether `**` ended the gather early, so that the rest is still being keyed."""
        length = fixed_length(self.election, state)
        return keyed.afresh and length is not None and len(so_far) < length

    def _pin_checked(self, state: State, event: PinChecked) -> Outcome:
        if not event.right or state.unit not in self.election.units:
            state = replace(state, pin_failures=state.pin_failures + 1)
            if state.pin_failures >= PIN_TRIES:
                return self._give_up(replace(state, pin_failures=0))
            if not state.chosen:
                state = replace(state, step=Step.CODE, unit="")
            return self._ask(state, line(Prompt.MISMATCH))
        state = replace(
            state,
            verified=True,
            trusted=True,
            pin_failures=0,
            chair=event.chair,
            standing=event.standing,
        )
        if event.draft is None or _was_filed(event.draft, event.standing):
            return self._begin(state)
        return self._ask(replace(state, step=Step.RESUME, draft=event.draft))

    def _begin(self, state: State) -> Outcome:
        if state.standing is not None:
            return self._ask(replace(state, step=Step.REPORTED))
        return self._ask(counting.start(self.election, state))

    def _resume(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        match keyed.texts:
            case ("1",):
                put_back = resumed(state.draft or {})
                state = replace(state, **put_back, draft=None, standing=None, misses=0)
                return self._ask(*counting.found_again(state))
            case ("2",):
                return self._begin(replace(state, draft=None, misses=0))
        return None

    def _reported(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        match keyed.texts:
            case ("1",):
                heard = counting.standing_lines(self.election, state)
                return self._ask(replace(state, misses=0), *heard)
            case ("2",):
                return self._ask(counting.start(self.election, replace(state, standing=None)))
        return None

    # --- Filing

    def _filed(self, state: State, event: Filed) -> Outcome:
        offers = tuple(code for code in state.offers if code != state.unit)
        fresh = State(
            step=Step.FILED,
            language=state.language,
            trusted=True,
            offers=offers,
            greeted=True,
            unit=state.unit,
            filings=state.filings + 1,
            confirmation=event.confirmation,
            outcome=event.outcome,
            self_ended=state.self_ended,
        )
        return self._ask(fresh)

    def _another(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        if keyed.texts != ("1",):
            return state, End((line(Prompt.GOODBYE),))
        return self._next_unit(replace(state, misses=0, confirmation="", outcome=""))


def _in_menu(keyed: keypad.Keyed, state: State) -> tuple[keypad.Keyed, State]:
    """A menu takes one key: `0` is a person, and two `*` in a row are `**`."""
    star = isinstance(keyed, keypad.Repeat)
    if star and state.star:
        return keypad.Clear(back=True), replace(state, star=False)
    if isinstance(keyed, keypad.Numbers) and keyed.texts == ("0",):
        return keypad.Person(), replace(state, star=False)
    return keyed, replace(state, star=star)


def _was_filed(draft: Mapping[str, Any], standing: Mapping[str, Mapping[str, Any]] | None) -> bool:
    """Whether the draft is what stands already: filed, though the call never heard of it."""
    if not standing or "figures" not in draft:
        return False
    return all(
        value == standing.get(contest, {}).get(column)
        for contest, document in draft["figures"].items()
        for column, value in document.items()
        if value
    )


def _fixed(state: State, keyed: keypad.Numbers) -> tuple[str | None, State]:
    """A code or PIN, with the digits carried over from a gather that `**` had filled up."""
    if len(keyed.texts) != 1:
        return None, state
    before = "" if keyed.afresh else state.carry
    return before + keyed.texts[0], replace(state, carry="")
