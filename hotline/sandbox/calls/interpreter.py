"""Obeys TwiML on one leg of a call. Time is virtual: speech and silences take none to run.

What is said is written down, and nobody waits for it; a Gather waits until keys are pressed or
`time_out` says that none came. Keys pressed at any other moment are kept for the next Gather.
With `Patience` the same seconds pass in real time: no request is made before its moment has come.

An interpreter has an owner, whose leg it is, and whereabouts: on the line with its document, in a
queue, in a conference, bridged to somebody. What differs from one of these to another is there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin

from hotline.sandbox import transcript
from hotline.sandbox.calls.asking import Asker, Fetched
from hotline.sandbox.calls.patience import CallClock
from hotline.sandbox.calls.playing import PlayedFile
from hotline.sandbox.calls.whereabouts import Whereabouts
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import Office
from hotline.sandbox.problems import Code, DebuggerLine, UnsupportedVerb
from hotline.sandbox.transcript import (
    Ended,
    Entry,
    HeardSpeech,
    KeyedDigits,
    Paused,
    Played,
    RequestKind,
    Silent,
)
from hotline.sandbox.twiml.gather import GatherOutcome, GatherRule, collect_digits, time_out
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
    Say,
    Unplayed,
    Verb,
)
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.parameters import NOTHING, CallStatus, Leg

MAX_DOCUMENTS = 100
"""Documents one after another without a key from the caller; more is an endless loop."""


class Owner(Protocol):
    """Whose leg it is: the caller's call, or the callee's side of a Dial."""

    def before_step(self) -> bool:
        """Does what was asked from outside meanwhile; False where the leg obeys no further."""

    def called_away(self) -> bool:
        """Whether the document is about to be replaced from outside: another is for nobody."""

    def connect(self, verb: Dial | Enqueue) -> None:
        """Brings the leg together with others."""

    def document_over(self) -> None:
        """The last verb was obeyed, and none followed."""

    def finish(self, status: CallStatus) -> None:
        """The leg is over."""


@dataclass(slots=True)
class OpenGather:
    """A Gather that is waiting, and the digits it has so far. `action` is absolute."""

    rule: GatherRule
    action: str
    method: str
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A document, the URL against which its own count, and the verb that is next."""

    document: Document
    base: str
    position: int = 0


class Interpreter:
    """One leg: its state, what it hears, and the document that it obeys.

    `seconds` is the time on the line by the model of call.md; `turns` counts the answers that
    were asked of this leg, `rounds` the wait documents of queues, `documents` those since the last
    key.
    """

    def __init__(
        self,
        office: Office,
        leg: Leg,
        chance: Chance,
        owner: Owner,
        patience: CallClock | None = None,
        state: CallStatus = CallStatus.RINGING,
    ) -> None:
        self.office = office
        self.leg = leg
        self.chance = chance
        self.owner = owner
        self.patience = patience
        self.state = state
        self.transcript: list[Entry] = []
        self.problems: list[DebuggerLine] = []
        self.asker = Asker(office, leg, chance, self.transcript, self.problems)
        self.whereabouts = Whereabouts(self)
        self.waiting: OpenGather | None = None
        self.seconds = 0.0
        self.turns = self.rounds = self.documents = 0
        self._document = Document(())
        self._base = ""
        self._position = 0
        self._ahead = ""

    @property
    def ended(self) -> bool:
        return self.state.over

    @property
    def duration(self) -> int:
        """Whole seconds, as CallDuration has them."""
        return math.ceil(self.seconds)

    # Obeying

    def run(self) -> None:
        """Obeys verb after verb until somebody is waited for, or it is over."""
        while self.owner.before_step():
            if self.ended or self.waiting is not None or self.whereabouts.holds:
                return
            if self._position >= len(self._document.verbs):
                self.whereabouts.document_over()
                continue
            verb = self._document.verbs[self._position]
            self._position += 1
            if self.whereabouts.allows(verb):
                self._obey(verb)

    def _obey(self, verb: Verb) -> None:
        match verb:
            case Say() | Play() | Pause():
                self.sound(verb)
            case Gather():
                self._open(verb)
            case Redirect(url, method):
                self.whereabouts.redirect(self.absolute(url), method)
            case Reject() | Hangup():
                # Only as the first verb leaves Reject a call unanswered; elsewhere it hangs up.
                self.owner.finish(CallStatus.COMPLETED)
            case Dial() | Enqueue():
                self.owner.connect(verb)
            case Leave():
                self.whereabouts.leave_queue()
            case Unplayed(name):
                self._refuse(name)

    def _refuse(self, name: str) -> None:
        what = f"the sandbox network does not play <{name}>"
        self.complain(Code.UNPLAYED, what)
        self.owner.finish(CallStatus.COMPLETED)
        raise UnsupportedVerb(what)

    def sound(self, verb: Say | Play | Pause, *, cut: bool = False) -> None:
        """Speech, a recording or silence, written down as heard; `cut`: keys stopped it."""
        match verb:
            case Say(text, language, voice, loop):
                heard = HeardSpeech(text, language, voice, loop, cut)
                self.transcript.append(heard)
                self.seconds += heard.words / transcript.WORDS_A_SECOND
            case Play(url):
                self._play(url, cut)
            case Pause(length):
                if not cut:
                    self.transcript.append(Paused(length))
                    self.seconds += length

    def _play(self, url: str, cut: bool) -> None:
        """A recording that cannot be had is a warning: the call goes on without it."""
        if cut or not url:
            self.transcript.append(Played(url, cut))
            return
        found = self.office.played.fetch(self.absolute(url))
        if found.problem is not None:
            self.problems.append(found.problem)
        self.transcript.append(Played(url, cut, found.seconds))
        self.seconds += found.seconds

    def played_file(self, entry: Played) -> PlayedFile:
        """What was heard of a recording."""
        return self.office.played.fetch(self.absolute(entry.url))

    def complain(self, code: Code, what: str) -> None:
        self.problems.append(DebuggerLine(code, what))

    def warn(self, what: str) -> None:
        self.problems.append(DebuggerLine(Code.SCHEMA_WARNING, what, warning=True))

    # Documents

    def absolute(self, url: str) -> str:
        return urljoin(self._base, url)

    def go(
        self, kind: RequestKind, url: str, method: str = "POST", added: Mapping[str, str] = NOTHING
    ) -> None:
        """Takes up the document at `url`; the current one is left for good."""
        self.documents += 1
        if self.documents > MAX_DOCUMENTS:
            self.complain(Code.ENDLESS, f"{MAX_DOCUMENTS} documents without a key")
            self.owner.finish(CallStatus.COMPLETED)
            return
        if not self.live_through() or self.owner.called_away():
            return
        fetched = self.asker.ask(kind, url, self.state, method=method, added=added)
        if self.patience is not None:
            self.seconds = max(self.seconds, self.patience.elapsed)
        if not self.owner.called_away():
            self.take(fetched)

    def take(self, fetched: Fetched | None) -> None:
        """The document to obey from now on; None where it could not be had."""
        if fetched is None:
            self.whereabouts.document_missing()
        else:
            self.resume(Bookmark(fetched.document, fetched.url))

    def bookmark(self) -> Bookmark:
        return Bookmark(self._document, self._base, self._position)

    def resume(self, mark: Bookmark) -> None:
        self._document, self._base, self._position = mark.document, mark.base, mark.position

    def live_through(self) -> bool:
        """A patient caller hears out what was said; False where they hung up over it."""
        if self.patience is None:
            return True
        return self.patience.hear_out(self.seconds, self.owner.called_away)

    # Keys

    def key(self, keys: str) -> None:
        """Keys come in, for a Gather: the one that waits, or the next."""
        self.documents = 0
        self.transcript.append(KeyedDigits(keys))
        self.seconds += transcript.SECONDS_A_KEY * len(keys)
        self._ahead += keys
        self._feed()
        self.run()

    def time_out(self, gather: OpenGather) -> None:
        """No further key comes."""
        self.documents = 0
        self.transcript.append(Silent(gather.rule.timeout))
        self.seconds += gather.rule.timeout
        self._conclude(gather, time_out(gather.rule, gather.digits))
        self.run()

    def _open(self, gather: Gather) -> None:
        """Keys keyed ahead stop the speech before it begins; otherwise all of it is heard."""
        self.whereabouts.asks()
        for part in gather.nested:
            self.sound(part, cut=bool(self._ahead))
        self.waiting = OpenGather(gather.rule, self.absolute(gather.action), gather.method)
        self._feed()

    def _feed(self) -> None:
        """Gives the keys that are there to the Gather that is waiting."""
        gather = self.waiting
        if gather is None or not self._ahead:
            return
        keys, self._ahead = gather.digits + self._ahead, ""
        outcome = collect_digits(gather.rule, keys)
        if outcome is None:
            gather.digits = keys
        else:
            self._conclude(gather, outcome)

    def _conclude(self, gather: OpenGather, outcome: GatherOutcome) -> None:
        """A Gather is over: its action, or the next verb."""
        self.waiting = None
        self._ahead = outcome.rest
        self.turns += 1
        self.seconds += transcript.SECONDS_A_TURN
        if outcome.submits:
            added = parameters.gathered(outcome.digits, outcome.finished_on)
            self.go(RequestKind.GATHER, gather.action, gather.method, added)

    # Endings

    def drop(self) -> None:
        """Out of whatever the leg is in, without going on there; what was being said is cut."""
        if self.patience is not None:
            self.seconds = min(self.seconds, self.patience.elapsed)
        self.waiting = None
        self._ahead = ""
        self.documents = 0
        self.whereabouts.abandon()

    def end(self, status: CallStatus) -> None:
        """Nothing is obeyed any more."""
        self.state = status
        self.waiting = None
        self.transcript.append(Ended(status))
