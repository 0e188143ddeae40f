"""The test call: before the night, a chair's own telephone hears us, and says so. Pure.

It asks for no code and no PIN: what it marks is no secret and no count. On the night nothing of it
is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hotline.calls import keypad
from hotline.calls.asking import MISSES, Outcome, goodbye
from hotline.calls.choosing import chosen
from hotline.calls.prompts import Line, Prompt, line
from hotline.calls.proving import Proving
from hotline.calls.state import State, Step
from hotline.calls.turns import End, MarkReady

PRACTICE_KEY = "3"


@dataclass(frozen=True)
class Testing(Proving):
    """The part of the conversation for whoever calls too early to report."""

    def _test(
        self, state: State, closed: Mapping[str, str] | None, *, may_practice: bool
    ) -> Outcome:
        """Asks whether we are heard; where intake is closed, after the reason."""
        # With eight languages the key for practice is that of a language, which goes first.
        may_practice = may_practice and not chosen(self.election, state, (PRACTICE_KEY,))
        state = replace(state, step=Step.TEST, shut=closed is not None, may_practice=may_practice)
        reason = () if closed is None else self._why_closed(state, closed)
        return self._ask(state, *reason)

    def _answered_test(self, state: State, keyed: keypad.Keyed) -> Outcome:
        """Whoever says nothing, thrice, is not ready, and no person is bothered with it."""
        match keyed:
            case keypad.Numbers(("1",)):
                return state, MarkReady(state.offers)
            case keypad.Numbers(("2",)) if not state.shut:
                return self._next_unit(replace(state, misses=0))
            case keypad.Numbers((key,)) if key == PRACTICE_KEY and state.may_practice:
                practicing = replace(state, practice=True, misses=0)
                return self._next_unit(practicing, line(Prompt.PRACTICE))
            case keypad.Numbers(texts) if other := chosen(self.election, state, texts):
                return self._ask(replace(state, language=other, misses=0))
        state = replace(state, misses=state.misses + 1)
        return self._ask(state) if state.misses < MISSES else goodbye(state)

    def _tested(self, state: State) -> Outcome:
        """It is on record: that we are heard, or that a whole report was practiced."""
        over = (line(Prompt.PRACTICE_OVER),) if state.practice else ()
        return state, End((*over, line(Prompt.TEST_READY)))

    def _test_failed(self, state: State) -> Outcome:
        over = (line(Prompt.PRACTICE_OVER),) if state.practice else ()
        return state, End((line(Prompt.FAILED), *over, line(Prompt.TEST_FAILED)))

    def _next_unit(self, state: State, *before: Line) -> Outcome:
        """The next unit of this phone that has not reported, or whichever the caller keys."""
        if state.offers:
            offer = replace(state, step=Step.OFFER, unit=state.offers[0], chosen=True)
            return self._ask(offer, *before)
        return self._ask(replace(state, step=Step.CODE, unit="", chosen=False), *before)
