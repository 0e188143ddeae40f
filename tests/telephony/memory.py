"""A telephone network in this process's memory: fulfils the port, with neither documents nor HTTP.

Telephones at its ends are operated by the test: `dial`, `answer`, `key`, `hang_up`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from hotline.calls.turns import Digits
from hotline.guard.caller import Caller
from hotline.operations.calls.router import CallRouter
from hotline.telephony.events import CallNews, IncomingCall
from hotline.telephony.network import CarrierNotFound, CarrierWords
from hotline.telephony.numbers import CarrierAccount, Destinations, OwnNumber
from hotline.telephony.replies import (
    Bridge,
    Continuation,
    Destination,
    Gather,
    HangUp,
    Join,
    Order,
    Park,
    Play,
    Redirect,
    Reject,
    Reply,
    RoomPart,
    Say,
    Unpark,
)

ANSWER = Continuation(Destination.ANSWER)


@dataclass(eq=False)
class MemoryCall:
    """A telephone in a call. `heard`: everything it heard, one entry for each piece."""

    network: MemoryNetwork
    call: IncomingCall
    heard: list[str] = field(default_factory=list)
    asked: Gather | None = None
    parked: Park | None = None
    joined: Join | None = None
    turned_away: bool = False
    ended: bool = False

    @property
    def room(self) -> str:
        """The room that it is in; empty for none."""
        return self.joined.room if self.joined else ""

    def hears(self, words: str) -> bool:
        """Whether these words were in what it heard last."""
        return bool(self.heard) and words in self.heard[-1]

    def key(self, *entries: str) -> MemoryCall:
        """Keys each entry when it is asked for one; `40#` ends it by pound."""
        for entry in entries:
            assert self.asked is not None, f"nobody asks for {entry}; heard {self.heard[-1:]}"
            then, self.asked = self.asked.then, None
            keys = Digits(entry.removesuffix("#"), finished=entry.endswith("#"))
            self.go_on(then, CallNews(self.call, keys=keys))
        return self

    def hang_up(self) -> None:
        self._end()

    def go_on(self, at: Continuation, news: CallNews | None = None) -> None:
        """Asks us what comes next, and does it."""
        self._perform(self.network.router.reply(news or CallNews(self.call), at))

    def lead(self, to: Continuation) -> None:
        """Breaks off whatever is done, and goes on there."""
        self.asked = self.parked = self.joined = None
        self.go_on(to)

    def _perform(self, reply: Reply) -> None:
        for order in reply:
            if self._does(order):
                return
        if self.parked is None:
            self._end()

    def _does(self, order: Order) -> bool:
        """Carries out an order; whether what comes behind it is not reached."""
        match order:
            case Say(text, _) | Play(text):
                self.heard.append(text)
                return False
            case Gather(said=said):
                self.heard.append(" ".join(s.text if isinstance(s, Say) else s.url for s in said))
                self.asked = order
            case Park(waiting=waiting):
                self.parked = order
                self.go_on(waiting)
            case Unpark() if self.parked is not None:
                then, self.parked = self.parked.then, None
                self.go_on(then)
            case Join():
                self.joined = order
            case Redirect(to):
                self.go_on(to)
            case Reject():
                self.turned_away = self.ended = True
            case HangUp():
                self._end()
            case Bridge() | Unpark():
                raise AssertionError(f"not played here: {order}")
        return True

    def _end(self) -> None:
        if self.ended:
            return
        self.ended, joined = True, self.joined
        self.asked = self.parked = self.joined = None
        over = CallNews(self.call, is_over=True, status="completed", seconds="60")
        if joined is not None:
            self.network.router.reply(over, joined.then)
        self.network.router.ended(over)
        if joined is not None and joined.part is RoomPart.OWNER:
            for other in self.network.people_in(joined.room):
                left, other.joined = other.joined, None
                assert left is not None
                other.go_on(left.then)


class MemoryNetwork:
    """Calls by sid; `texts` that were sent: from, to, body; `ringing`: what we call, not answered.

    It is the carrier itself. `router` answers its calls.
    """

    words = CarrierWords("memory", "ACCOUNT", "KEY", "TOKEN", "the variables", "hotline provision")
    router: CallRouter

    def __init__(self) -> None:
        self.calls: dict[str, MemoryCall] = {}
        self.texts: list[tuple[str, str, str]] = []
        self.ringing: dict[str, tuple[MemoryCall, Reply | Continuation]] = {}
        self.on_hold: set[str] = set()
        self.muted: set[str] = set()
        self._sids = (f"call{n}" for n in count(1))

    # --- What a test does

    def dial(self, from_: str | None, to: str) -> MemoryCall:
        call = self._call(from_, to)
        call.go_on(ANSWER)
        return call

    def answer(self, number: str) -> MemoryCall:
        """Somebody picks up a telephone that we call."""
        call, first = self.ringing.pop(number)
        if isinstance(first, Continuation):
            call.go_on(first)
        else:
            call._perform(first)
        return call

    def people_in(self, room: str) -> list[MemoryCall]:
        return [call for call in self.calls.values() if call.room == room]

    def _call(self, from_: str | None, to: str) -> MemoryCall:
        sid = next(self._sids)
        call = self.calls[sid] = MemoryCall(self, IncomingCall(sid, Caller(from_), to))
        return call

    # --- The port

    def close(self) -> None: ...

    def send_text(self, from_: str, to: str, body: str) -> str:
        self.texts.append((from_, to, body))
        return f"text{len(self.texts)}"

    def call(self, from_: str, to: str, first: Reply | Continuation) -> str:
        call = self._call(from_, to)
        self.ringing[to] = (call, first)
        return call.call.sid

    def redirect(self, call_sid: str, to: Continuation) -> None:
        self._up(call_sid).lead(to)

    def hang_up(self, call_sid: str) -> None:
        if not self.is_over(call_sid):
            self.calls[call_sid].hang_up()

    def is_over(self, call_sid: str) -> bool:
        return call_sid not in self.calls or self.calls[call_sid].ended

    def hold(self, room: str, call_sid: str, on: bool) -> None:
        _change(self.on_hold, self._in_room(room, call_sid), on)

    def mute(self, room: str, call_sid: str, on: bool) -> None:
        _change(self.muted, self._in_room(room, call_sid), on)

    def account(self) -> CarrierAccount:
        return CarrierAccount("active", None)

    def numbers(self) -> list[OwnNumber]:
        return []

    def lead(self, number: OwnNumber, to: Destinations) -> None:
        raise CarrierNotFound(f"{number.number} leads nowhere")

    def _up(self, call_sid: str) -> MemoryCall:
        if self.is_over(call_sid):
            raise CarrierNotFound(f"no call {call_sid}")
        return self.calls[call_sid]

    def _in_room(self, room: str, call_sid: str) -> Iterable[str]:
        if self._up(call_sid).room != room:
            raise CarrierNotFound(f"{call_sid} is not in {room}")
        return (call_sid,)


def _change(members: set[str], sids: Iterable[str], on: bool) -> None:
    if on:
        members.update(sids)
    else:
        members.difference_update(sids)
