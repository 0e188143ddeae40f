"""A telephone call, as the caller lives it: dial, listen, key, hang up."""

from __future__ import annotations

from typing import Self
from urllib.parse import urljoin

from hotline.sandbox.calls.asking import Fetched, Sent
from hotline.sandbox.calls.dialling import Dialling, dial_form
from hotline.sandbox.calls.directed import Directed
from hotline.sandbox.calls.interpreter import turned_away
from hotline.sandbox.calls.patience import Patience
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import Office
from hotline.sandbox.problems import CallEnded, NotListening, TwimlError
from hotline.sandbox.transcript import Heard, Keyed, Kind, Requested, Silent, speech
from hotline.sandbox.twiml import parser as twiml
from hotline.sandbox.twiml.gather import KEYS
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.client import Answer, Failure
from hotline.sandbox.wire.parameters import Direction, Leg, Status


class Call(Directed):
    """One caller's leg, and everything a driver may want to know of it.

    Safe to use from several threads; `hang_up` interrupts whatever another one is waiting for, and
    `order` whatever the call is in. Until it is over the exchange keeps it.
    `billed` is False for a call that was never answered. With `patience` it lasts in real time what
    it would on a telephone, and `seconds` are real ones.
    """

    def __init__(
        self,
        office: Office,
        leg: Leg,
        chance: Chance,
        *,
        status_url: str = "",
        status_events: tuple[Status, ...] = (Status.COMPLETED,),
        patience: Patience | None = None,
    ) -> None:
        super().__init__(office, leg, chance, patience)
        self._status_url = status_url
        self._status_events = status_events
        self._status_number = 0
        self._gone = False
        self.began = office.now()
        office.calls.add(self)

    # What happened

    @property
    def answered(self) -> bool:
        return self.state in (Status.IN_PROGRESS, Status.COMPLETED)

    @property
    def billed(self) -> bool:
        return self.answered

    @property
    def caller_gone(self) -> bool:
        """Whether the caller has hung up, though a request may still be under way."""
        return self._gone

    @property
    def bridged_to(self) -> str:
        """The number of the person the caller is speaking to, else empty."""
        return self._bridge.number if self._bridge else ""

    @property
    def heard(self) -> list[Heard]:
        """Everything that was said to the caller and not cut short."""
        return speech(self.transcript)

    @property
    def last_heard(self) -> str:
        """What was said since the caller's last key or silence."""
        said: list[str] = []
        for entry in reversed(self.transcript):
            if isinstance(entry, Keyed | Silent):
                break
            if isinstance(entry, Heard) and not entry.cut:
                said.append(entry.text)
        return " ".join(reversed(said))

    @property
    def spoken_words(self) -> int:
        return sum(entry.words for entry in self.heard)

    @property
    def keys_pressed(self) -> int:
        return sum(len(entry.keys) for entry in self.transcript if isinstance(entry, Keyed))

    @property
    def requests(self) -> list[Requested]:
        """All requests of this leg with their status and milliseconds, status callbacks too."""
        return [entry for entry in self.transcript if isinstance(entry, Requested)]

    @property
    def sent(self) -> list[Sent]:
        """The requests for documents, for `replay`."""
        return self._asker.sent

    # What the caller does

    def place(self, url: str, method: str = "POST", *, hang_up: bool = False) -> Self:
        """Lets the call come in (or, outbound, be answered): the first request.

        With `hang_up` the caller is gone before the answer arrives.
        """
        with self._lock:
            self._gone = hang_up
            if self.leg.direction is Direction.INBOUND:
                self._report(Status.RINGING)
            else:
                self._answer()
            self._enter(self._asker.ask(Kind.VOICE, url, self.state, method=method))
        return self

    def obey(self, document: str) -> Self:
        """Answers an outbound call that came with its TwiML instead of a URL."""
        with self._lock:
            self._answer()
            try:
                self._enter(Fetched(twiml.parse(document.encode()), ""))
            except TwimlError as error:
                self.problems.append(error.problem)
                self._enter(None)
        return self

    def ring(self) -> Self:
        """An outbound call reaches its telephone and rings there."""
        with self._lock:
            self._report(Status.INITIATED)
            self.state = Status.RINGING
            self._report(Status.RINGING)
        return self

    def decline(self, status: Status = Status.BUSY) -> Self:
        """The telephone does not take an outbound call: busy, or no-answer."""
        with self._lock:
            self._finish(status)
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
            if self._bridge is None:
                self._key(keys)
            else:
                self._key_while_bridged(self._bridge, keys)
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
                self._time_out(self.waiting)
            elif self._waits is not None:
                self._wait_on(self._waits)
            elif self._meeting is not None:
                self._listen_on(self._meeting)
            else:
                raise NotListening("nobody is waiting for a key on this line")
        return self

    def talk(self, seconds: float) -> Self:
        """Time passes in a conference, up to the limit of its Dial. Raises NotListening."""
        if self._patience is not None:
            self.listen(seconds)
        with self._lock:
            self._require_line()
            if self._meeting is None:
                raise NotListening("the call is in no conference")
            self._talk(self._meeting, seconds)
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

    def callee_hangs_up(self, talk_seconds: int = 60) -> Self:
        """The person at the other end (one who stays) hangs up, and the document goes on."""
        with self._lock:
            if self._bridge is None:
                raise NotListening("nobody is at the other end")
            bridge, self._bridge = self._bridge, None
            self._after_dial(bridge, talk_seconds)
            self._run()
        return self

    def replay(self, request: Sent) -> Answer | Failure:
        """Sends an old request of this call again, byte for byte; the call itself stays."""
        return self._asker.repeat(request)

    # How it goes on

    def _blocked(self) -> bool:
        if self._gone:
            self._leave()
        return self._bridge is not None or super()._blocked()

    def _enter(self, fetched: Fetched | None) -> None:
        """The first document: it decides whether the call is answered at all."""
        away = turned_away(fetched.document) if fetched else None
        if self._gone:
            self._leave()
        elif away and not self.answered:
            self._finish(away)
        else:
            self._answer()
            self._take(fetched)
            self._run()

    def _answer(self) -> None:
        if not self.answered:
            self.state = Status.IN_PROGRESS
            if self._patience is not None:
                self._patience.begin()
            self._report(Status.IN_PROGRESS)

    def _leave(self) -> None:
        """The caller is gone."""
        if self.ended:
            return
        if self._bridge is not None:
            bridge, self._bridge = self._bridge, None
            if bridge.verb.action:
                url = urljoin(self._base, bridge.verb.action)
                self._asker.tell(Kind.DIAL, url, Status.COMPLETED, dial_form(bridge, 0))
        self._finish(Status.COMPLETED if self.answered else Status.NO_ANSWER)

    def _finish(self, status: Status) -> None:
        if self.ended:
            return
        if self._patience is not None:
            stays = not (self._gone or self._hung_up_on)
            if stays and not self._live_through() and self._called_away():
                return  # redirected during the last words
            self.seconds = self._patience.elapsed
        super()._finish(status)
        self._office.calls.over(self)
        self._report(status)

    def _report(self, status: Status) -> None:
        """The status callback, if one is wanted for this; a call's end always counts as one."""
        wanted = Status.COMPLETED if status.over else status
        if not self._status_url or wanted not in self._status_events:
            return
        added = parameters.status_changed(
            status, self.duration, self._status_number, self._office.now()
        )
        self._status_number += 1
        url = self._status_url
        self._office.deliver(
            lambda: self._asker.tell(Kind.STATUS, url, status, added), self._chance
        )

    def _require_line(self) -> None:
        if self.ended:
            said = self.last_heard or "nothing"
            raise CallEnded(f"the call is over ({self.state}); heard last: {said}")

    def _key_while_bridged(self, bridge: Dialling, keys: str) -> None:
        """The other side hears the tones; a star may end it, and the document goes on."""
        self.transcript.append(Keyed(keys))
        if bridge.verb.hangup_on_star and "*" in keys:
            self.callee_hangs_up()
