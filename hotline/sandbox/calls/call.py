"""A telephone call, as the caller lives it: dial, listen, key, hang up."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from typing import Self

from hotline.sandbox.calls.asking import Fetched, Sent, StatusCallbacks, turned_away
from hotline.sandbox.calls.dialling import TALK_SECONDS, Bridged, Dialler
from hotline.sandbox.calls.in_conference import InConference, enter_conference
from hotline.sandbox.calls.in_queue import InQueue, enter_queue
from hotline.sandbox.calls.interpreter import Interpreter, OpenGather
from hotline.sandbox.calls.patience import CallClock
from hotline.sandbox.calls.playing import PlayedFile
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import Office
from hotline.sandbox.problems import CallEnded, DebuggerLine, TwimlError, UnsupportedVerb
from hotline.sandbox.switchboard.orders import (
    DismissOrder,
    HangUpOrder,
    Order,
    PlayOrder,
    RedirectOrder,
)
from hotline.sandbox.switchboard.queues import QueuedCall
from hotline.sandbox.switchboard.rooms import LeavingReason, Participant
from hotline.sandbox.transcript import (
    Entry,
    HeardSpeech,
    Played,
    Requested,
    RequestKind,
    last_words,
    speech,
)
from hotline.sandbox.twiml import parser
from hotline.sandbox.twiml.gather import KEYS
from hotline.sandbox.twiml.verbs import Dial, Enqueue
from hotline.sandbox.wire.client import Failure, HttpAnswer
from hotline.sandbox.wire.parameters import CallStatus, Direction, Leg


class Call:
    """One caller's leg, and everything a driver may want to know of it.

    It has an interpreter, which obeys the documents; a dialler, which rings others; and, through
    the interpreter's whereabouts, a place in a queue or a conference.

    Safe to use from several threads; `hang_up` interrupts whatever another one is waiting for, and
    `order` whatever the call is in. Until it is over the exchange keeps it. With `patience` it
    lasts in real time what it would on a telephone, and `seconds` are real ones.
    """

    def __init__(
        self,
        office: Office,
        leg: Leg,
        chance: Chance,
        *,
        status_url: str = "",
        status_events: tuple[CallStatus, ...] = (CallStatus.COMPLETED,),
        patience: CallClock | None = None,
        state: CallStatus = CallStatus.RINGING,
    ) -> None:
        self.leg = leg
        self.began = office.now()
        self._office = office
        self._patience = patience
        self._interpreter = Interpreter(office, leg, chance, self, patience, state)
        self._dialler = Dialler(self._interpreter)
        self._callbacks = StatusCallbacks(
            office, self._interpreter.asker, chance, status_url, status_events
        )
        self._orders: deque[Order] = deque()
        self._gone = False
        self._hung_up_on = False
        # Whoever works on the leg holds it. An order is given without it: a webhook may be under
        # way, and its answer is then for nobody.
        self._lock = threading.RLock()
        office.calls.add_call(self)

    # What happened

    @property
    def sid(self) -> str:
        return self.leg.sid

    @property
    def state(self) -> CallStatus:
        return self._interpreter.state

    @property
    def ended(self) -> bool:
        return self.state.over

    @property
    def answered(self) -> bool:
        """Whether the call is, or was, taken; only then is it billed."""
        return self.state in (CallStatus.IN_PROGRESS, CallStatus.COMPLETED)

    @property
    def caller_gone(self) -> bool:
        """Whether the caller has hung up, though a request may still be under way."""
        return self._gone

    @property
    def seconds(self) -> float:
        """On the line."""
        return self._interpreter.seconds

    @property
    def duration(self) -> int:
        """Whole seconds, as CallDuration has them."""
        return self._interpreter.duration

    @property
    def transcript(self) -> list[Entry]:
        return self._interpreter.transcript

    @property
    def problems(self) -> list[DebuggerLine]:
        return self._interpreter.problems

    def played_file(self, entry: Played) -> PlayedFile:
        """What was heard of a recording."""
        return self._interpreter.played_file(entry)

    @property
    def heard(self) -> list[HeardSpeech]:
        """Everything that was said to the caller and not cut short."""
        return speech(self.transcript)

    @property
    def last_heard(self) -> str:
        """What was said since the caller's last key or silence."""
        return last_words(self.transcript)

    @property
    def requests(self) -> list[Requested]:
        """All requests of this leg with their status and milliseconds, status callbacks too."""
        return [entry for entry in self.transcript if isinstance(entry, Requested)]

    @property
    def sent(self) -> list[Sent]:
        """The requests for documents, for `replay`."""
        return self._interpreter.asker.sent

    # Where it stands

    @property
    def waiting(self) -> OpenGather | None:
        """The Gather that waits for keys."""
        return self._interpreter.waiting

    @property
    def turns(self) -> int:
        """How many answers were asked of the caller."""
        return self._interpreter.turns

    @property
    def rounds(self) -> int:
        """How many wait documents were asked for."""
        return self._interpreter.rounds

    @property
    def legs(self) -> list[Interpreter]:
        """Those who were rung for the caller."""
        return self._dialler.legs

    @property
    def bridged_to(self) -> str:
        """The number of the person the caller is speaking to, else empty."""
        here = self._interpreter.whereabouts
        return here.number if isinstance(here, Bridged) else ""

    @property
    def queued(self) -> QueuedCall | None:
        """The place in a queue, if the call is in one."""
        here = self._interpreter.whereabouts
        return here.member if isinstance(here, InQueue) else None

    @property
    def round_seconds(self) -> int:
        """How long this round of waiting in a queue lasts where it asks nothing."""
        here = self._interpreter.whereabouts
        return here.round_seconds if isinstance(here, InQueue) else 0

    @property
    def meeting(self) -> Participant | None:
        """The place in a conference, if the call is in one."""
        here = self._interpreter.whereabouts
        return here.participant if isinstance(here, InConference) else None

    # What the caller does

    def place(self, url: str, method: str = "POST", *, hang_up: bool = False) -> Self:
        """Lets the call come in (or, outbound, be answered): the first request.

        With `hang_up` the caller is gone before the answer arrives.
        """
        with self._lock:
            self._gone = hang_up
            if self.leg.direction is Direction.INBOUND:
                self._report(CallStatus.RINGING)
            else:
                self._answer()
            self._enter(
                self._interpreter.asker.ask(RequestKind.VOICE, url, self.state, method=method)
            )
        return self

    def obey(self, document: str) -> Self:
        """Answers an outbound call that came with its TwiML instead of a URL."""
        with self._lock:
            self._answer()
            self._enter(self._parse(document))
        return self

    def ring(self) -> Self:
        """An outbound call reaches its telephone and rings there."""
        with self._lock:
            self._report(CallStatus.INITIATED)
            self._interpreter.state = CallStatus.RINGING
            self._report(CallStatus.RINGING)
        return self

    def decline(self, status: CallStatus = CallStatus.BUSY) -> Self:
        """The telephone does not take an outbound call: busy, or no-answer."""
        with self._lock:
            self.finish(status)
        return self

    def press(self, keys: str, *, hang_up: bool = False) -> Self:
        """Presses keys, one after another. Raises CallEnded on a dead line.

        With `hang_up` the caller hangs up at once: what the keys set off is still asked of the
        webhooks, but nobody hears the answer.
        """
        if not keys or not KEYS.issuperset(keys):
            raise ValueError(f"a telephone has no such keys: {keys!r}")
        with self._lock:
            self._require_line()
            self._gone = self._gone or hang_up
            self._interpreter.whereabouts.key(keys)
            if self._gone:
                self._leave()
        return self

    def silence(self) -> Self:
        """Lets the Gather time out, or what plays while waiting come to its end and go on.

        Without any real waiting. Raises CallEnded, NotListening.
        """
        with self._lock:
            self._require_line()
            if self.waiting is not None:
                self._interpreter.time_out(self.waiting)
            else:
                self._interpreter.whereabouts.wait()
        return self

    def talk(self, seconds: float) -> Self:
        """Time passes in a conference, up to the limit of its Dial. Raises NotListening."""
        self.listen(seconds)
        with self._lock:
            self._require_line()
            self._interpreter.whereabouts.talk(seconds)
        return self

    def listen(self, seconds: float) -> Self:
        """A patient caller stays on the line for so long, in real time; nobody else waits."""
        if self._patience is not None and not self.ended:
            self._patience.wait_until(self._patience.elapsed + seconds)
        return self

    def hang_up(self) -> Self:
        """Hangs up, at any moment; on a dead line it does nothing."""
        self._gone = True
        if self._patience is not None:
            self._patience.give_up()
        with self._lock:
            self._leave()
        return self

    def callee_hangs_up(self, talk_seconds: int = TALK_SECONDS) -> Self:
        """The person at the other end (one who stays) hangs up, and the document goes on."""
        with self._lock:
            self._interpreter.whereabouts.callee_hangs_up(talk_seconds)
        return self

    def replay(self, request: Sent) -> HttpAnswer | Failure:
        """Sends an old request of this call again, byte for byte; the call itself stays."""
        return self._interpreter.asker.repeat(request)

    # What others do to it, from whatever thread: neither waits for anybody

    def note(self, entry: Entry) -> None:
        """Something is heard on this leg."""
        self.transcript.append(entry)

    def order(self, order: Order) -> None:
        """Has the leg do something, soon."""
        self._orders.append(order)
        if self._patience is not None:
            self._patience.nudge()
        self._office.background.run_soon(self.sid, self._attend)

    def _attend(self) -> None:
        with self._lock, contextlib.suppress(UnsupportedVerb):  # it stands among the problems
            self._interpreter.run()

    def _carry_out(self, order: Order) -> None:
        here = self._interpreter.whereabouts
        match order:
            case HangUpOrder():
                self._hung_up_on = True
                self._leave()
            case RedirectOrder(url, method, twiml):
                self._interpreter.drop()
                if twiml:
                    self._interpreter.take(self._parse(twiml))
                else:
                    self._interpreter.go(RequestKind.ORDERED, url, method)
            case DismissOrder(participant):
                if isinstance(here, InConference) and here.participant is participant:
                    here.quit(LeavingReason.BY_REST)
            case PlayOrder(participant, url, method):
                if isinstance(here, InConference) and here.participant is participant:
                    here.play(url, method)

    # What the interpreter asks of its owner

    def before_step(self) -> bool:
        while self._orders:
            order = self._orders.popleft()
            if not self.ended:
                self._carry_out(order)
        if self._gone:
            self._leave()
        return True

    def called_away(self) -> bool:
        return any(isinstance(order, RedirectOrder | HangUpOrder) for order in list(self._orders))

    def connect(self, verb: Dial | Enqueue) -> None:
        match verb:
            case Dial(conference=None):
                self._dialler.dial(verb)
            case Dial(conference=noun) if noun is not None:
                enter_conference(self._interpreter, self, verb, noun)
            case Enqueue():
                enter_queue(self._interpreter, self, verb)

    def document_over(self) -> None:
        self.finish(CallStatus.COMPLETED)

    def finish(self, status: CallStatus) -> None:
        """The call is over, once; a patient caller hears out the last words."""
        if self.ended:
            return
        if self._patience is not None:
            stays = not (self._gone or self._hung_up_on)
            if stays and not self._interpreter.live_through() and self.called_away():
                return  # redirected during the last words
            self._interpreter.seconds = self._patience.elapsed
        self._interpreter.whereabouts.hang_up(status)
        self._interpreter.end(status)
        self._office.calls.mark_over(self)
        self._report(status)

    # How it begins and ends

    def _parse(self, document: str) -> Fetched | None:
        try:
            return Fetched(parser.parse(document.encode()), "")
        except TwimlError as error:
            self.problems.append(error.problem)
            return None

    def _enter(self, fetched: Fetched | None) -> None:
        """The first document: it decides whether the call is answered at all."""
        away = turned_away(fetched.document) if fetched else None
        if self._gone:
            self._leave()
        elif away and not self.answered:
            self.finish(away)
        else:
            self._answer()
            self._interpreter.take(fetched)
            self._interpreter.run()

    def _answer(self) -> None:
        if not self.answered:
            self._interpreter.state = CallStatus.IN_PROGRESS
            if self._patience is not None:
                self._patience.begin()
            self._report(CallStatus.IN_PROGRESS)

    def _leave(self) -> None:
        """The caller is gone."""
        self.finish(CallStatus.COMPLETED if self.answered else CallStatus.NO_ANSWER)

    def _report(self, status: CallStatus) -> None:
        self._callbacks.tell(status, self.duration)

    def _require_line(self) -> None:
        if self.ended:
            said = self.last_heard or "nothing"
            raise CallEnded(f"the call is over ({self.state}); heard last: {said}")
