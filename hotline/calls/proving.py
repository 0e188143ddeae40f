"""Who is it? From the precinct's code to the first question of its worksheet. Pure.

Neither a PIN nor the code of a second factor goes into the state: they leave in the effect that has
them checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hotline.calls import changed_sheet, counting, keypad, left_over, progress, worksheet
from hotline.calls.asking import Asking, Outcome, undoubted
from hotline.calls.choosing import chosen
from hotline.calls.prompts import Line, Prompt, line
from hotline.calls.questions import PIN_DIGITS, fixed_length
from hotline.calls.state import State, Step, read_draft, resumed
from hotline.calls.turns import (
    CheckCode,
    CheckPin,
    CodeSent,
    End,
    PinChecked,
    PutThrough,
    ReadResults,
    SendCode,
)
from hotline.election.folder import codes

PIN_TRIES = 3


@dataclass(frozen=True)
class Proving(Asking):
    """The part of the conversation before anything is counted."""

    def _offer(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        """The PIN of the unit that is offered; or 2, or the code of whichever unit it is."""
        if not state.carry:
            match keyed.texts:
                case ("1",) | ("11",):  # a yes, though none is asked for
                    return self._ask(replace(state, step=Step.PIN, misses=0))
                case ("2",):
                    return self._other_unit(state)
                case texts if other := chosen(self.election, state, texts):
                    return self._ask(replace(state, language=other, misses=0))
                case (code,) if len(code) == self.election.code_digits:
                    return self._unit_keyed(state, code)
        return self._pin(replace(state, step=Step.PIN), keyed, is_offer=True)

    def _other_unit(self, state: State) -> Outcome:
        """Not the one that was offered. One to be corrected is not offered again."""
        offers = () if state.on_record else state.offers
        return self._ask(
            replace(
                state, step=Step.CODE, unit="", chosen=False, misses=0, offers=offers, on_record=0
            )
        )

    def _code_begun(self, state: State, key: str) -> Outcome:
        """A code is keyed where a menu was offered: the rest of it is waited for."""
        return self._ask(replace(state, step=Step.CODE, carry=key, misses=0))

    def _no_more_keys(self, state: State) -> Outcome:
        """Nothing follows what was keyed: it is something else than it was taken for."""
        carry, skipped = state.carry, state.skipped
        state = without_carry(state)
        if skipped and state.reread:
            return self._not_right(state, line(Prompt.MISMATCH))
        if skipped and len(skipped + carry) == fixed_length(self.election, state):
            return state, CheckPin(state.unit, skipped + carry)
        if carry == "0":
            return self._asked_for_person(state)
        return self._missed(state)

    def _code(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        if not state.carry and (other := chosen(self.election, state, keyed.texts)):
            return self._ask(replace(state, language=other, misses=0))
        if _is_alone(state, keyed, "2") and not state.trusted:
            return state, ReadResults()
        code, state = _fixed(state, keyed)
        if code is None:
            return None
        if self._begun_afresh(state, keyed, code):
            return self._ask(replace(state, carry=code))
        return self._unit_keyed(state, code)

    def _unit_keyed(self, state: State, code: str) -> Outcome:
        """The unit of a code, whose first key may have answered the menu before."""
        election = self.election
        if code not in election.units:
            begun = left_over.code_after_menu(election, state, code)
            if begun:
                return self._ask(_for_unit(state, begun, code[len(begun) - 1 :]))
        if state.for_help and code in election.units:
            return replace(state, unit=code, misses=0), PutThrough()
        if codes.is_well_formed(code, election.code_digits):
            return self._ask(_for_unit(state, code))
        doubted = left_over.code_without_one(election, state.spent, code)
        return self._missed(replace(state, doubted=doubted), line(Prompt.NOT_A_CODE))

    def _pin(
        self, state: State, keyed: keypad.Numbers, *, is_offer: bool = False
    ) -> Outcome | None:
        begun = bool(state.carry)
        if state.skipped:
            unit = left_over.unit_of_skipped(self.election, state)
            state = replace(state, unit=unit, chosen=unit in state.offers)
        pin, state = _fixed(state, keyed)
        if pin is None:
            return None
        if self._begun_afresh(state, keyed, pin):
            return self._ask(replace(state, carry=pin))
        if not begun:
            found = left_over.code_before_pin(state, pin)
            if found:
                # The paper says code and PIN, and that was keyed after the offer.
                rest = pin.removeprefix(found)
                return self._ask(replace(state, carry=rest, skipped=found))
        if len(pin) == self.election.code_digits - 1 and state.chosen:
            unit = left_over.code_after_menu(self.election, state, pin)
            return self._ask(_for_unit(state, unit)) if unit else None
        if len(pin) != fixed_length(self.election, state):
            return None
        state = replace(state, misses=0)
        other = "" if begun else self._code_of_another(state, pin, is_offer=is_offer)
        if other:
            # Should this be no PIN of the unit that was offered, it is the code of another.
            tail = len(other)
            return replace(state, skipped=other, carry=pin[tail:]), CheckPin(state.unit, pin)
        doubted = left_over.without_one(state.spent, pin)
        if is_offer:
            doubted = left_over.without_yes(pin, doubted)
        return replace(state, doubted=doubted), CheckPin(state.unit, pin)

    def _code_of_another(self, state: State, pin: str, *, is_offer: bool) -> str:
        """The keys that may be the code of a unit that was not offered; empty if none are.

        The first of it may have answered the question before: "another precinct?"
        """
        if not state.chosen or state.reread:
            return ""
        code = pin[: self.election.code_digits]
        if is_offer and code in self.election.units:
            return code
        if state.spent != "1" or pin.startswith("1"):
            return ""
        return left_over.code_after_menu(self.election, state, pin)[1:]

    def _begun_afresh(self, state: State, keyed: keypad.Numbers, so_far: str) -> bool:
        """Whether `**` ended the gather early, so that the rest is still being keyed."""
        length = fixed_length(self.election, state)
        return keyed.afresh and length is not None and len(so_far) < length

    def _pin_checked(self, state: State, event: PinChecked) -> Outcome:
        if not event.right or state.unit not in self.election.units:
            return self._not_right(state, line(Prompt.MISMATCH))
        state = replace(without_carry(state), doubted=(), reread=False)
        if event.second_factor and state.step is not Step.SECOND:
            state = replace(state, step=Step.SECOND, pin_failures=0)
            return state, SendCode(state.unit, spoken=False)
        state = replace(
            state,
            verified=True,
            trusted=True,
            proved=True,
            pin_failures=0,
            chair=event.chair,
            standing=None if state.practice else event.standing,
        )
        if event.draft is None or state.practice:
            return self._begin(state)
        draft = read_draft(event.draft)
        if draft is None:
            return self._begin(state, line(Prompt.LOST))
        if _was_filed(draft, event.standing):
            return self._begin(state)
        return self._ask(replace(state, step=Step.RESUME, draft=event.draft))

    def _not_right(self, state: State, said: Line) -> Outcome:
        """A wrong PIN or code; the third one ends it. After a PIN, the precinct is asked anew."""
        if state.skipped:
            return self._ask(replace(state, reread=True))
        if state.carry:
            return self._reread(state)
        state = replace(state, pin_failures=state.pin_failures + 1)
        if state.pin_failures >= PIN_TRIES:
            return self._give_up(replace(state, pin_failures=0, doubted=()), lost_pin=True)
        if state.reread:
            state = replace(state, doubted=())
        return self._ask(state if state.doubted else undoubted(state), said)

    # --- One key that may have been heard twice

    def _read_without_one(self, state: State, key: str) -> Outcome | None:
        """What was keyed, without the twin and with its last key; None where that is nothing."""
        if state.step is not Step.CODE:
            return self._reread(replace(state, carry=key, reread=True))
        found = [keys + key for keys in state.doubted if keys + key in self.election.units]
        return self._ask(_for_unit(replace(state, doubted=()), found[0])) if found else None

    def _reread(self, state: State) -> Outcome:
        """The next way to read a wrong PIN; after the last, its last key begins another."""
        keys = next((k for k in state.doubted if len(k + state.carry) == PIN_DIGITS), "")
        if keys:
            left = tuple(reading for reading in state.doubted if reading != keys)
            checked = CheckCode if state.step is Step.SECOND else CheckPin
            return replace(state, doubted=left), checked(state.unit, keys + state.carry)
        if state.doubted:  # two keys too many, so that another is still to come
            longer = tuple(reading + state.carry for reading in state.doubted)
            return self._ask(replace(state, doubted=longer, carry=""))
        return self._first_key(undoubted(without_carry(state)), state.carry)

    def _is_first_key(self, state: State, key: str) -> bool:
        """Whether a key that was asked for alone begins a code or a PIN."""
        begins = state.step is not Step.CODE or left_over.begins_code(self.election, key)
        return key.isdecimal() and begins

    def _first_key(self, state: State, key: str) -> Outcome:
        if not self._is_first_key(state, key):
            return self._ask(state)
        return self._ask(replace(state, carry=key))

    # --- The unit's own phone

    def _sent_to_person(self, state: State, through: bool = True) -> Outcome:
        """The unit's PIN works from its own phones only: a person must see who this is. On the help
        line, that is what was called for."""
        if state.for_help:
            nobody = (state, End((line(Prompt.NO_PERSON),)))
            return self._person(state, asked=True) if through else nobody
        state = replace(state, step=Step.CODE, unit="", chosen=False, carry="", doubted=())
        if not through:
            return state, End((line(Prompt.OWN_PHONE), line(Prompt.GOODBYE)))
        return self._person(state, line(Prompt.OWN_PHONE))

    def _second(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        if _is_alone(state, keyed, "1"):
            return replace(state, misses=0), SendCode(state.unit, spoken=True)
        code, state = _fixed(state, keyed)
        if code is None:
            return None
        if self._begun_afresh(state, keyed, code):
            return self._ask(replace(state, carry=code))
        if len(code) != fixed_length(self.election, state):
            return None
        doubted = left_over.without_one(state.spent, code)
        return replace(state, misses=0, doubted=doubted), CheckCode(state.unit, code)

    def _code_sent(self, state: State, event: CodeSent) -> Outcome:
        if not event.sent:
            return self._sent_to_person(state)
        return self._ask(state, line(Prompt.SECOND_SENT))

    # --- What there is already

    def _begin(self, state: State, *before: Line) -> Outcome:
        if state.standing is not None:
            return self._ask(replace(state, step=Step.REPORTED), *before)
        return self._ask(progress.start(self.election, state), *before)

    def _resume(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        match keyed.texts:
            case ("1",):
                return self._gone_on(state)
            case ("2",):
                return self._begin(replace(state, draft=None, misses=0))
        return None

    def _gone_on(self, state: State) -> Outcome:
        """Where the draft stopped; or at what is open of it, if the election has changed since."""
        draft = read_draft(state.draft or {})
        if draft is None:
            return self._begin(replace(state, draft=None, misses=0), line(Prompt.LOST))
        state = replace(state, **resumed(draft), draft=None, standing=None, misses=0)
        election = self.election.in_language(state.language)
        if not changed_sheet.fits(election, state):
            state, told = changed_sheet.fitted(election, state)
            return self._ask(state, *told)
        return self._ask(*progress.found_again(election, state))

    def _reported(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        match keyed.texts:
            case ("1",):
                election = self.election.in_language(state.language)
                heard = counting.standing_lines(election, state)
                return self._ask(replace(state, misses=0), *heard)
            case ("2",):
                return self._ask(progress.start(self.election, replace(state, standing=None)))
        return None


def _was_filed(draft: State, standing: Mapping[str, Mapping[str, Any]] | None) -> bool:
    """Whether the draft is what stands already: filed, though the call never heard of it."""
    if not standing:
        return False
    return all(
        value == standing.get(contest, {}).get(column)
        for contest, document in draft.figures.items()
        for column, value in worksheet.without_zeros(document).items()
        if value
    )


def _is_alone(state: State, keyed: keypad.Numbers, key: str) -> bool:
    """Whether this key is all of the entry, and not the first of a code keyed anew."""
    return keyed.texts == (key,) and not keyed.afresh and not state.carry


def _fixed(state: State, keyed: keypad.Numbers) -> tuple[str | None, State]:
    """A code or PIN, with the digits carried over from a gather that ended too early."""
    if len(keyed.texts) != 1:
        return None, state
    before = "" if keyed.afresh else state.carry
    return before + keyed.texts[0], without_carry(state)


def without_carry(state: State) -> State:
    """The state with nothing keyed yet of a code or a PIN."""
    return replace(state, carry="", skipped="")


def _for_unit(state: State, code: str, rest: str = "") -> State:
    """The PIN is asked for; `rest` are the first keys of it."""
    chosen = code in state.offers
    return replace(state, step=Step.PIN, unit=code, chosen=chosen, carry=rest, misses=0)
