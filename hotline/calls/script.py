"""The conversation as a state machine (call.md): `step(state, event) -> (state, turn or effect)`.

It knows nothing of telephones, databases or clocks. An effect (CheckPin, FileReport …) is carried
out by whoever runs the script, who then steps on with the effect's answer as the next event; a turn
(Ask, Connect, End) is what the caller hears.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hotline.calls import changed_sheet, counting, keypad, left_over
from hotline.calls.asking import MISSES, Outcome, goodbye, undoubted
from hotline.calls.choosing import chosen, offers
from hotline.calls.prompts import Line, Prompt, line
from hotline.calls.proving import PIN_TRIES, without_carry
from hotline.calls.questions import FIXED_LENGTH, is_menu
from hotline.calls.state import State, Step, is_counting
from hotline.calls.testing import Testing
from hotline.calls.turns import (
    Arrived,
    Ask,
    CallLater,
    Closed,
    CodeChecked,
    CodeSent,
    DialEnded,
    Digits,
    End,
    Event,
    FilingAnswer,
    Lost,
    MarkedReady,
    MarkReady,
    NobodyFree,
    PhoneReports,
    PinChecked,
    ResultsRead,
    SentToPerson,
    TimeUp,
    Unavailable,
)

_ANY_UNIT = frozenset({Step.CODE, Step.PIN, Step.SECOND, Step.FILED, Step.RESULTS})
"""Questions at which the unit in hand need not be one: a wrong code sounds like a wrong PIN."""

__all__ = ["MISSES", "PIN_TRIES", "Outcome", "Script"]


@dataclass(frozen=True)
class Script(Testing):
    """The whole conversation."""

    def step(self, state: State, event: Event) -> Outcome:
        """The next state, and what to say or do. Never raises on anything a caller can key."""
        if isinstance(event, Digits | Lost | DialEnded):
            units = self.election.units
            if not all(unit in units for unit in state.offers):
                left = tuple(unit for unit in state.offers if unit in units)
                state = replace(state, offers=left)
            if not self._is_unit_known(state):
                return self._unit_gone(state)
            if is_counting(state) and not changed_sheet.fits(self.election, state):
                return self._sheet_changed(state, event)
        return self._step(state, event)

    def _is_unit_known(self, state: State) -> bool:
        """Whether what is asked can be asked of the unit in hand; a wrong code may be keyed too."""
        if state.step is Step.TEST:
            return bool(state.offers)
        return not state.unit or state.unit in self.election.units or state.step in _ANY_UNIT

    def _unit_gone(self, state: State) -> Outcome:
        """An election was loaded that no longer has the unit in hand: another one is asked for."""
        before = (line(Prompt.UNIT_GONE),) if state.verified else ()
        fresh = State(
            language=state.language,
            trusted=state.trusted,
            proved=state.proved,
            offers=state.offers,
            greeted=state.greeted,
            practice=state.practice,
            filings=state.filings,
        )
        return self._next_unit(fresh, *before)

    def _sheet_changed(self, state: State, event: Event) -> Outcome:
        """An election was loaded in which the sheet is another one: what is open is asked."""
        election = self.election.in_language(state.language)
        if isinstance(event, Digits):
            keyed = keypad.read(event.digits, event.finished)
            state = changed_sheet.answered_before(election, state, keyed)
        state, told = changed_sheet.fitted(election, state)
        if isinstance(event, Digits | Lost):
            return self._ask(state, *told)
        return self._step(state, event)

    def _step(self, state: State, event: Event) -> Outcome:
        if state.doubted and isinstance(event, Digits):
            return self._after_doubt(state, event)
        match event:
            case Arrived():
                return self._arrive(event)
            case Digits():
                return self._keyed(state, event, keypad.read(event.digits, event.finished))
            case DialEnded(talked=True):
                return goodbye(state)
            case DialEnded() if state.proved:
                return state, CallLater()
            case DialEnded():
                return self._ask(replace(state, misses=0), line(Prompt.PERSON_BUSY))
            case Lost():
                return self._ask(state)
            case Closed():
                return self._closed(state, event.said)
            case TimeUp():
                return self._time_up(state)
            case Unavailable() if state.step is Step.TEST or state.practice:
                return self._test_failed(state)
            case Unavailable():
                return self._failed(replace(state, carry="", doubted=()), for_now=event.for_now)
            case _:
                return self._effect_answered(state, event)

    def _failed(self, state: State, *, for_now: bool) -> Outcome:
        """Something of ours is down: a person helps, or the same is asked again."""
        if for_now or self.has_person or not state.trusted:
            return self._person(state, line(Prompt.FAILED))
        return state, CallLater((line(Prompt.FAILED),), goes_on=False)

    def _effect_answered(
        self,
        state: State,
        event: PinChecked
        | SentToPerson
        | CodeSent
        | CodeChecked
        | ResultsRead
        | FilingAnswer
        | MarkedReady
        | NobodyFree,
    ) -> Outcome:
        match event:
            case PinChecked():
                return self._pin_checked(state, event)
            case SentToPerson(through):
                return self._sent_to_person(state, through)
            case CodeSent():
                return self._code_sent(state, event)
            case CodeChecked():
                return self._not_right(state, line(Prompt.SECOND_WRONG))
            case ResultsRead():
                return self._results_read(state, event.lines)
            case FilingAnswer():
                return self._filed(state, event)
            case MarkedReady():
                return self._tested(state)
            case NobodyFree():
                return self._nobody_free(state, event)

    # --- Arriving

    def _arrive(self, event: Arrived) -> Outcome:
        state = State(
            language=self.election.languages[0], trusted=event.trusted, offers=event.offers
        )
        if event.for_help:
            return self._for_help(replace(state, for_help=True))
        if event.results_only:
            return self._ask(replace(state, step=Step.RESULTS))
        if event.testing and event.offers:
            return self._test(state, event.closed, may_practice=event.practice)
        if event.closed is not None:
            return self._closed(state, event.closed, event.reports)
        if event.reports.all_reported:
            return self._all_on_record(state, event.reports)
        return self._next_unit(state)

    def _for_help(self, state: State) -> Outcome:
        """On the help line: a chair's phone to a person at once, any other after a code."""
        if not state.trusted:
            return self._ask(state)
        return self._person(replace(state, greeted=True), self._welcome(state), asked=True)

    def _all_on_record(self, state: State, reports: PhoneReports) -> Outcome:
        """Nothing is left to report: what there is can be corrected."""
        state = replace(state, on_record=len(reports.units))
        if len(reports.units) > 1:
            return self._next_unit(state)
        number, outcome = reports.confirmation, reports.outcome
        state = replace(state, offers=reports.units, confirmation=number, outcome=outcome)
        return self._next_unit(state)

    # --- What was keyed

    def _after_doubt(self, state: State, event: Digits) -> Outcome:
        """After a wrong code or PIN: the last key of it, the first key anew, or all of them."""
        if left_over.is_last_key(event):
            meant = self._read_without_one(state, event.digits)
            if meant is not None:
                return meant
        state = undoubted(state)
        if len(event.digits) == 1 and self._is_first_key(state, event.digits):
            return self._first_key(state, event.digits)
        return self._step(state, event)

    def _keyed(self, state: State, event: Digits, keyed: keypad.Keyed) -> Outcome:
        if state.step in (Step.RESULTS, Step.TEST):
            return self._keyed_before_reporting(state, event, keyed)
        late_pound = isinstance(keyed, keypad.BarePound) and state.self_ended
        in_menu = is_menu(self.election, state)
        self_ended = in_menu or state.step in FIXED_LENGTH
        if self_ended is not state.self_ended:
            state = replace(state, self_ended=self_ended)
        if late_pound:
            return self._ask(state)
        if left_over.is_left_over(state, event, keyed, in_menu=in_menu):
            return self._ask(replace(state, spent=""))
        if in_menu and left_over.are_stars_together(state, event):
            keyed = keypad.Clear(back=True) if isinstance(keyed, keypad.Repeat) else keyed
        spent = left_over.last_key(event, keyed, ended_itself=self_ended)
        after, turn = self._understood(state, keyed)
        if after.step is Step.OFFER:
            spent = ""  # a silence ended it: nothing of it is still on its way
        elif counting.was_kept(state, after):
            spent = "1"  # keyed ahead, it was to say that the read-back is right
        return after if after.spent == spent else replace(after, spent=spent), turn

    def _keyed_before_reporting(self, state: State, event: Digits, keyed: keypad.Keyed) -> Outcome:
        """A key while results are read, or on a test call."""
        if left_over.is_left_over(state, event, keyed, in_menu=True):
            return self._ask(replace(state, spent=""))
        is_test = state.step is Step.TEST
        answer = self._answered_test if is_test else self._while_results_are_read
        after, turn = answer(state, keyed)
        spent = left_over.last_key(event, keyed, ended_itself=True)
        return replace(after, spent=spent), turn

    def _understood(self, state: State, keyed: keypad.Keyed) -> Outcome:
        match keyed:
            case keypad.Person():
                return self._asked_for_person(state)
            case keypad.Numbers(("0",)) if state.spent == "*" or self._is_person(state):
                return self._asked_for_person(state)
            case keypad.Repeat():
                return self._ask(state)
            case keypad.Silence() if state.step is Step.FILED:
                return goodbye(state)
            case keypad.Silence() | keypad.BarePound() if state.carry:
                return self._no_more_keys(state)
            case keypad.Silence():
                return self._missed(state)
            case keypad.Nonsense():
                return self._missed(state, line(Prompt.SORRY))
            case keypad.Clear(back=True):
                return self._went_back(state)
            case keypad.Clear():
                return self._ask(without_carry(state))
        outcome = self._answered(state, keyed)
        if outcome is None:
            return self._missed(state, line(Prompt.SORRY))
        return outcome

    def _is_person(self, state: State) -> bool:
        """Whether a lone `0` asks for a person, and does not begin the code of a unit."""
        if state.step is Step.FILED:
            return not left_over.begins_code(self.election, "0")
        is_offer = state.step is Step.OFFER and not state.carry
        return is_offer or is_menu(self.election, state)

    def _went_back(self, state: State) -> Outcome:
        before = self._back(state)
        if before == state:
            return self._ask(state)
        return self._ask(before, line(Prompt.BACK))

    def _back(self, state: State) -> State:
        if state.step in (Step.PIN, Step.SECOND):
            state = without_carry(state)
            return replace(state, step=Step.CODE, unit="", chosen=False)
        state = without_carry(state)
        return counting.back(self.election, state) if is_counting(state) else state

    def _answered(self, state: State, keyed: keypad.Numbers | keypad.BarePound) -> Outcome | None:
        """What the answer leads to; None if it is none of the answers to this question."""
        if isinstance(keyed, keypad.Numbers) and keyed.rest and state.step is not Step.COUNT:
            return None
        handlers: dict[str, Callable[[State, keypad.Numbers], Outcome | None]] = {
            Step.OFFER: self._offer,
            Step.CODE: self._code,
            Step.PIN: self._pin,
            Step.SECOND: self._second,
            Step.RESUME: self._resume,
            Step.REPORTED: self._reported,
            Step.FILED: self._another,
        }
        handler = handlers.get(state.step)
        if handler is not None:
            return handler(state, keyed) if isinstance(keyed, keypad.Numbers) else None
        moved = counting.answered(self.election.in_language(state.language), state, keyed)
        if moved is None:
            return None
        if moved.report is not None and state.practice:
            return moved.state, MarkReady((moved.report.unit,), practiced=True)
        if moved.report is not None:
            return moved.state, moved.report
        state = replace(moved.state, misses=0) if moved.state.misses else moved.state
        return self._ask(state, *moved.lines)

    # --- Filing

    def _filed(self, state: State, event: FilingAnswer) -> Outcome:
        left = () if state.on_record else state.offers
        offers = tuple(code for code in left if code != state.unit)
        fresh = State(
            step=Step.FILED,
            language=state.language,
            trusted=True,
            proved=state.proved,
            offers=offers,
            greeted=True,
            unit=state.unit,
            filings=state.filings + 1,
            confirmation=event.confirmation,
            texted=event.texted,
            outcome=event.outcome,
            self_ended=state.self_ended,
            spent=state.spent,
        )
        return self._ask(fresh)

    def _another(self, state: State, keyed: keypad.Numbers) -> Outcome | None:
        following = replace(state, misses=0, confirmation="", texted=False, outcome="")
        match keyed.texts:
            case ("1",):
                return self._next_unit(following)
            case (key,) if left_over.begins_code(self.election, key):
                return self._code_begun(replace(following, unit="", chosen=False), key)
        return goodbye(state)

    # --- Results, for strangers

    def _results_read(self, state: State, read: tuple[Line, ...]) -> Outcome:
        """Says them and hangs up; on the public line, a key has them said in another language."""
        lines = read or (line(Prompt.NO_RESULTS),)
        if not state.greeted:
            lines = (self._welcome(state), *lines)
        others = offers(self.election, state, Prompt.LANGUAGE)
        if state.step is Step.RESULTS and others:
            return state, Ask((*others, *lines), 1)
        return state, End(lines)

    def _while_results_are_read(self, state: State, keyed: keypad.Keyed) -> Outcome:
        match keyed:
            case _ if state.misses + 1 == MISSES:
                return goodbye(state)
            case keypad.Numbers(texts) if other := chosen(self.election, state, texts):
                return self._ask(replace(state, language=other, misses=state.misses + 1))
            case keypad.Repeat():
                return self._ask(replace(state, misses=state.misses + 1))
        return goodbye(state)
