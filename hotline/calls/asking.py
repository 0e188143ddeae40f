"""How the line asks, asks again, and ends; whatever it is that is asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hotline.calls.names import spoken_number
from hotline.calls.prompts import Line, Prompt, line
from hotline.calls.questions import SECONDS_FOR_A_TEXT, all_on_record, question
from hotline.calls.state import State, Step
from hotline.calls.turns import (
    NO_REPORTS,
    Ask,
    CallLater,
    Connect,
    Effect,
    End,
    NobodyFree,
    PhoneReports,
    ReadResults,
    Turn,
)
from hotline.election.model import Election

MISSES = 3  # silences or nonsense in a row

Outcome = tuple[State, Turn | Effect]


@dataclass(frozen=True)
class Asking:
    """The conversation for one election; `has_person` when somebody can be dialled.

    `is_drill`: what is reported does not count, and every caller hears so first.
    """

    election: Election
    has_person: bool = False
    is_drill: bool = False

    def _ask(self, state: State, *before: Line) -> Outcome:
        """Puts the question of the state, after the lines that lead to it."""
        if state.step is Step.RESULTS:
            return state, ReadResults()
        asked = undoubted(state) if state.doubted else state
        lines, digits = question(self.election.in_language(state.language), asked)
        if state.doubted:
            digits = 1
        if not state.greeted and state.step in (Step.TEST, Step.OFFER, Step.CODE):
            before = (*self._drill(), self._welcome(state), *before)
            state = replace(state, greeted=True)
        seconds = SECONDS_FOR_A_TEXT if state.step is Step.SECOND else None
        return state, Ask((*before, *lines), digits, seconds)

    def _welcome(self, state: State) -> Line:
        election = self.election.in_language(state.language)
        return line(Prompt.WELCOME, election=election.greeting or election.title)

    def _drill(self) -> tuple[Line, ...]:
        """Said in every language: nobody has chosen one yet. Results say so of themselves."""
        if not self.is_drill:
            return ()
        return tuple(Line(Prompt.DRILL, language=code) for code in self.election.languages)

    def _person(self, state: State, *before: Line, asked: bool = False) -> Outcome:
        """To a person. Where nobody can be dialled, a chair who asks for one is called back, and
        goes on here until then; for anybody else it is the end of the call.

        `asked`: keyed for one, or needs one. Caller ID alone has nobody called who did not ask.
        Whoever practices is told that it was practice: staff would take it for a report.
        """
        if state.practice:
            return goodbye(state, *before)
        if self.has_person:
            return state, Connect((*before, line(Prompt.PERSON)), asked=asked)
        if state.trusted and (asked or state.proved):
            return state, CallLater(before, asked)
        if state.trusted:
            return self._ask(state, *before, line(Prompt.PERSON_BUSY))
        return state, End((*before, *self._help(), *_saved(state), line(Prompt.NO_PERSON)))

    def _nobody_free(self, state: State, event: NobodyFree) -> Outcome:
        said, state = event.asked.lines, replace(state, misses=0)
        if not event.asked.goes_on:
            ending = Prompt.WILL_CALL_BACK if event.will else Prompt.CALL_AGAIN
            return state, End((*said, *_saved(state), line(ending)))
        return self._ask(
            state, *said, line(Prompt.PERSON_LATER if event.will else Prompt.PERSON_BUSY)
        )

    def _asked_for_person(self, state: State) -> Outcome:
        """A person is for chairs: whoever may be anybody proves first that they are one."""
        if state.trusted:
            return self._person(replace(state, misses=0), asked=True)
        lost = self._help() if state.step is Step.PIN else ()
        said = Prompt.PROVE_FIRST if self.has_person else Prompt.PERSON_BUSY
        return self._missed(state, line(said), *lost)

    def _help(self) -> tuple[Line, ...]:
        """Who helps whoever is not on the roster's phone, or has no PIN; if the election says."""
        number = self.election.help_line
        return (line(Prompt.HELP_LINE, number=spoken_number(number)),) if number else ()

    def _missed(self, state: State, *before: Line) -> Outcome:
        """Silence or nonsense: asked again, twice; then as for a failed PIN."""
        state = replace(state, misses=state.misses + 1)
        if state.misses < MISSES:
            return self._ask(state, *before)
        return self._give_up(replace(state, misses=0, doubted=()))

    def _give_up(self, state: State, *, lost_pin: bool = False) -> Outcome:
        """A chair goes to a person; anybody else is thanked, and told who helps."""
        if state.trusted:
            return self._person(state, asked=lost_pin)
        return state, End((*(self._help() if lost_pin else ()), line(Prompt.GOODBYE)))

    # --- Ending before the caller has

    def _closed(
        self, state: State, said: Mapping[str, str], reports: PhoneReports = NO_REPORTS
    ) -> Outcome:
        """Intake is closed: the reason, after what a chair's phone has on record."""
        if state.step is Step.RESULTS:
            return self._ask(state)
        there = self._on_record(reports)
        return state, End((*there, *self._why_closed(state, said), *_saved(state)))

    def _on_record(self, reports: PhoneReports) -> tuple[Line, ...]:
        """In every language: whoever has just arrived has chosen none yet."""
        return tuple(
            replace(each, language=code)
            for code in self.election.languages
            for each in all_on_record(self.election.in_language(code), reports)
        )

    def _why_closed(self, state: State, said: Mapping[str, str]) -> tuple[Line, ...]:
        languages = (state.language,) if state.greeted else self.election.languages
        heard = [language for language in languages if said.get(language)] or list(said)[:1]
        reasons = tuple(_reason(language, said[language]) for language in heard)
        return reasons or (line(Prompt.CLOSED),)

    def _time_up(self, state: State) -> Outcome:
        """The call has lasted as long as it may; what was keyed is kept."""
        if state.step in (Step.TEST, Step.RESULTS, Step.FILED):
            return goodbye(state)
        if not state.proved:
            return state, End((line(Prompt.HAVE_READY), *_saved(state)))
        return state, End((line(Prompt.TIME_UP), *_saved(state)))


def undoubted(state: State) -> State:
    """What is asked after a wrong PIN: its precinct, unless the phone has told us that."""
    state = replace(state, doubted=())
    if state.step is Step.PIN and not state.chosen:
        return replace(state, step=Step.CODE, unit="")
    return state


def goodbye(state: State, *before: Line) -> Outcome:
    """A polite end; of practice it is said that it was."""
    over = _saved(state) if state.practice else ()
    return state, End((*before, *over, line(Prompt.GOODBYE)))


def _saved(state: State) -> tuple[Line, ...]:
    """What becomes of what was keyed."""
    if state.practice:
        return (line(Prompt.PRACTICE_OVER),)
    return (line(Prompt.SAVED),) if state.keyed else ()


def _reason(language: str, said: str) -> Line:
    """Written for this occasion, so in no catalogue; each language has its own voice."""
    return Line(Prompt.CLOSED_BECAUSE, (("reason", said),), language)
