"""Obeys TwiML on one leg of a call. Time is virtual: speech and silences take none to run.

What is said is written down, and nobody waits for it; a Gather waits until keys are pressed or
`silence()` says that none came. Keys pressed at any other moment are kept for the next Gather.
With `Patience` the same seconds pass in real time: no request is made before its moment has come.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from hotline.sandbox import transcript
from hotline.sandbox.calls.asking import Asker, Fetched
from hotline.sandbox.calls.patience import Patience
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import Office
from hotline.sandbox.problems import Code, Problem, UnsupportedVerb
from hotline.sandbox.transcript import Ended, Entry, Heard, Keyed, Kind, Paused, Played
from hotline.sandbox.twiml.gather import GatherRule, Outcome, collect, time_out
from hotline.sandbox.twiml.parser import Document
from hotline.sandbox.twiml.verbs import (
    Dial,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Redirect,
    Reject,
    RejectReason,
    Say,
    Unplayed,
    Verb,
)
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.parameters import NOTHING, Leg, Status

APPLICATION_ERROR = "We are sorry. An application error has occurred. Goodbye."
MAX_DOCUMENTS = 100
"""Documents one after another without a key from the caller; more is an endless loop."""


@dataclass(slots=True)
class Waiting:
    """A Gather that is waiting, and the digits it has so far. `action` is absolute."""

    rule: GatherRule
    action: str
    method: str
    digits: str = ""


class Interpreter:
    """One leg: its state, what it hears, and the document that it obeys.

    `seconds` is the time on the line by the model of call.md; `turns` counts the answers that
    were asked of this leg.
    """

    def __init__(
        self, office: Office, leg: Leg, chance: Chance, patience: Patience | None = None
    ) -> None:
        self.leg = leg
        self.state = Status.RINGING
        self.transcript: list[Entry] = []
        self.problems: list[Problem] = []
        self.waiting: Waiting | None = None
        self.seconds = 0.0
        self.turns = 0
        self._office = office
        self._chance = chance
        self._patience = patience
        self._asker = Asker(office, leg, chance, self.transcript, self.problems)
        self._document = Document(())
        self._base = ""
        self._position = 0
        self._ahead = ""
        self._documents = 0

    @property
    def ended(self) -> bool:
        return self.state.over

    @property
    def duration(self) -> int:
        """Whole seconds, as CallDuration has them."""
        return math.ceil(self.seconds)

    def _blocked(self) -> bool:
        """Whether the next verb has to wait."""
        return self.ended or self.waiting is not None

    def _run(self) -> None:
        """Obeys verb after verb until somebody is waited for, or it is over."""
        while True:
            self._heed()
            if self._blocked():
                return
            if self._position >= len(self._document.verbs):
                self._at_end()
                continue
            verb = self._document.verbs[self._position]
            self._position += 1
            self._obey(verb)

    def _heed(self) -> None:
        """Does what was asked of this leg from outside meanwhile."""

    def _called_away(self) -> bool:
        """Whether the document is about to be replaced from outside: another is for nobody."""
        return False

    def _obey(self, verb: Verb) -> None:
        match verb:
            case Say() | Play() | Pause():
                self._sound(verb, cut=False)
            case Gather():
                self._open(verb)
            case Redirect(url, method):
                self._redirect(urljoin(self._base, url), method)
            case Reject():
                # Only as the first verb is a call left unanswered; anywhere else it hangs up.
                self._finish(Status.COMPLETED)
            case Hangup():
                self._finish(Status.COMPLETED)
            case Dial():
                self._dial(verb)
            case Enqueue():
                self._enqueue(verb)
            case Leave():
                self._leave_queue()
            case Unplayed(name):
                self._refuse(name)

    def _redirect(self, url: str, method: str) -> None:
        self._go(Kind.REDIRECT, url, method)

    def _refuse(self, name: str) -> None:
        what = f"the sandbox network does not play <{name}>"
        self.problems.append(Problem(Code.UNPLAYED, what))
        self._finish(Status.COMPLETED)
        raise UnsupportedVerb(what)

    def _sound(self, verb: Say | Play | Pause, *, cut: bool) -> None:
        match verb:
            case Say(text, language, voice, loop):
                heard = Heard(text, language, voice, loop, cut)
                self.transcript.append(heard)
                self.seconds += heard.words / transcript.WORDS_A_SECOND
            case Play(url):
                self.transcript.append(Played(url, cut))
            case Pause(length):
                if not cut:
                    self.transcript.append(Paused(length))
                    self.seconds += length

    def _open(self, gather: Gather) -> None:
        """Keys keyed ahead stop the speech before it begins; otherwise all of it is heard."""
        for part in gather.nested:
            self._sound(part, cut=bool(self._ahead))
        action = urljoin(self._base, gather.action)
        self.waiting = Waiting(gather.rule, action, gather.method)
        self._feed()

    def _feed(self) -> None:
        """Gives the keys that are there to the Gather that is waiting."""
        if self.waiting is None or not self._ahead:
            return
        keys, self._ahead = self.waiting.digits + self._ahead, ""
        outcome = collect(self.waiting.rule, keys)
        if outcome is None:
            self.waiting.digits = keys
        else:
            self._conclude(outcome)

    def _conclude(self, outcome: Outcome) -> None:
        """A Gather is over: its action, or the next verb."""
        gather, self.waiting = self.waiting, None
        self._ahead = outcome.rest
        self.turns += 1
        self.seconds += transcript.SECONDS_A_TURN
        if gather is not None and outcome.submits:
            added = parameters.gathered(outcome.digits, outcome.finished_on)
            self._go(Kind.GATHER, gather.action, gather.method, added)

    def _go(
        self, kind: Kind, url: str, method: str = "POST", added: Mapping[str, str] = NOTHING
    ) -> None:
        """Takes up the document at `url`; the current one is left for good."""
        self._documents += 1
        if self._documents > MAX_DOCUMENTS:
            self.problems.append(Problem(Code.ENDLESS, f"{MAX_DOCUMENTS} documents without a key"))
            self._finish(Status.COMPLETED)
            return
        if not self._live_through() or self._called_away():
            return
        fetched = self._asker.ask(kind, url, self.state, method=method, added=added)
        if self._patience is not None:
            self.seconds = max(self.seconds, self._patience.elapsed)
        if not self._called_away():
            self._take(fetched)

    def _live_through(self) -> bool:
        """A patient caller hears out what was said; False where they hung up over it."""
        if self._patience is None:
            return True
        return self._patience.hear_out(self.seconds, self._called_away)

    def _take(self, fetched: Fetched | None) -> None:
        if fetched is None:
            self._sound(Say(APPLICATION_ERROR), cut=False)
            self._finish(Status.COMPLETED)
            return
        self._document, self._base, self._position = fetched.document, fetched.url, 0

    def _key(self, keys: str) -> None:
        """Keys come in on this leg."""
        self._documents = 0
        self.transcript.append(Keyed(keys))
        self.seconds += transcript.SECONDS_A_KEY * len(keys)
        self._ahead += keys
        self._feed()
        self._run()

    def _time_out(self, gather: Waiting) -> None:
        """No further key comes."""
        self._documents = 0
        self.transcript.append(transcript.Silent(gather.rule.timeout))
        self.seconds += gather.rule.timeout
        self._conclude(time_out(gather.rule, gather.digits))
        self._run()

    def _finish(self, status: Status) -> None:
        if self.ended:
            return
        self.state = status
        self.waiting = None
        self.transcript.append(Ended(status))

    def _dial(self, verb: Dial) -> None:
        raise NotImplementedError

    def _enqueue(self, _verb: Enqueue) -> None:
        self._warn("<Enqueue> is not allowed here")

    def _leave_queue(self) -> None:
        self._warn("<Leave> is not allowed outside a queue's wait document")

    def _warn(self, what: str) -> None:
        self.problems.append(Problem(Code.SCHEMA_WARNING, what, warning=True))

    def _at_end(self) -> None:
        raise NotImplementedError


class Whisper(Interpreter):
    """The callee's side of a Dial: `url` of a Number, run before the two are bridged.

    Reaching the end of its document accepts; a Hangup, or an error, does not.
    """

    def __init__(self, office: Office, leg: Leg, chance: Chance) -> None:
        super().__init__(office, leg, chance)
        self.state = Status.IN_PROGRESS
        self.accepted = False

    def play(self, url: str, method: str, keys: str) -> bool:
        """Whether the callee, who keys `keys` when first asked, takes the call."""
        self._go(Kind.WHISPER, url, method)
        self._run()
        for _ in range(MAX_DOCUMENTS):
            if self.waiting is None:
                break
            if keys:
                self._key(keys)
                keys = ""
            else:
                self._time_out(self.waiting)
        return self.accepted

    def _blocked(self) -> bool:
        return self.accepted or super()._blocked()

    def _dial(self, _verb: Dial) -> None:
        self._warn("<Dial> is not allowed on the callee's side")

    def _at_end(self) -> None:
        self.accepted = True


def turned_away(document: Document) -> Status | None:
    """How a call ends whose document begins with Reject: unanswered and unbilled; else None."""
    if not document.verbs or not isinstance(document.verbs[0], Reject):
        return None
    busy = document.verbs[0].reason is RejectReason.BUSY
    return Status.BUSY if busy else Status.NO_ANSWER
