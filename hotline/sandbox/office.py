"""The telephone office: what every call of an exchange shares, and where its numbers lead."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from hotline.sandbox.background import BackgroundTasks
from hotline.sandbox.calls.playing import PlayedFiles
from hotline.sandbox.chance import Chance
from hotline.sandbox.switchboard.switchboard import Switchboard
from hotline.sandbox.wire.client import Wire

if TYPE_CHECKING:
    from hotline.sandbox.calls.call import Call

KEPT_CALLS = 500
"""Calls that are over and can still be looked at."""

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_NORTH_AMERICA = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")


def is_number(text: str) -> bool:
    """Whether `text` is a telephone number in E.164 that could exist."""
    if text.startswith("+1"):
        return _NORTH_AMERICA.fullmatch(text) is not None
    return _E164.fullmatch(text) is not None


class Pickup(StrEnum):
    """What a dialled telephone does."""

    ANSWERS = "answers"
    NO_ANSWER = "no-answer"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Callee:
    """The person (or the machine) at a number that a Dial rings.

    `keys` are what they key when a whisper asks: "1" accepts, empty is somebody who keys nothing
    (or a voicemail). They talk for `talk_seconds`, or, if they stay, until the caller's
    `callee_hangs_up()`.
    """

    pickup: Pickup = Pickup.ANSWERS
    keys: str = "1"
    talk_seconds: int = 60
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Adversity:
    """What a real network does to a program, each as a share of all cases, from 0 to 1."""

    twice: float = 0.0  # requests sent a second time, as a retry does; either answer counts
    replayed: float = 0.0  # requests after which an old step of the call is sent again
    novelties: float = 0.0  # requests with a parameter that nobody has announced
    status_lost: float = 0.0
    status_doubled: float = 0.0
    status_late: float = 0.0  # callbacks delivered after later ones


CALM = Adversity()


@dataclass(frozen=True, slots=True)
class Routing:
    """Where calls and text messages to a number lead. Whatever is empty is not told."""

    voice: str = ""
    fallback: str = ""
    status: str = ""
    text: str = ""


class Routes:
    """Where each number leads: as it was set for the number, else as for all. Between threads,
    each look sees a whole routing."""

    def __init__(self) -> None:
        self._own: dict[str, Routing] = {}

    def routing_of(self, number: str, usual: Routing) -> Routing:
        return self._own.get(number, usual)

    def route_number(self, number: str, routing: Routing) -> None:
        self._own[number] = routing


class CallRegistry:
    """All calls that are not over, and the last of those that are. Safe between threads."""

    def __init__(self) -> None:
        self._live: dict[str, Call] = {}
        self._over: OrderedDict[str, Call] = OrderedDict()
        self._lock = threading.Lock()

    def add_call(self, call: Call) -> None:
        with self._lock:
            self._live[call.sid] = call

    def mark_over(self, call: Call) -> None:
        with self._lock:
            if self._live.pop(call.sid, None) is not None:
                self._over[call.sid] = call
                while len(self._over) > KEPT_CALLS:
                    self._over.popitem(last=False)

    def find_call(self, sid: str) -> Call | None:
        with self._lock:
            return self._live.get(sid) or self._over.get(sid)


@dataclass(slots=True)
class Office:
    """Where the webhooks are, who answers, who is connected to whom, what goes wrong.

    `late` holds delayed callbacks.
    """

    wire: Wire
    account_sid: str
    fallback_url: str
    numbers: frozenset[str]
    callee: Callable[[str], Callee]
    adversity: Adversity
    now: Callable[[], datetime]
    switchboard: Switchboard
    routes: Routes = field(default_factory=Routes)
    background: BackgroundTasks = field(default_factory=BackgroundTasks)
    calls: CallRegistry = field(default_factory=CallRegistry)
    played: PlayedFiles = field(init=False)
    late: deque[Callable[[], object]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.played = PlayedFiles(self.wire)

    def fallback_of(self, number: str) -> str:
        """Where a call to this number goes when its document cannot be had; empty: nowhere."""
        return self.routes.routing_of(number, Routing(fallback=self.fallback_url)).fallback

    def deliver(self, callback: Callable[[], object], chance: Chance) -> None:
        """Delivers a status callback, unless accidents befall it (twilio.md, "Requests")."""
        if chance.happens(self.adversity.status_lost):
            return
        if chance.happens(self.adversity.status_late):
            self.late.append(callback)
            return
        callback()
        if chance.happens(self.adversity.status_doubled):
            callback()
        self.settle()

    def settle(self) -> None:
        """Delivers the callbacks that were held back."""
        while self.late:
            try:
                callback = self.late.popleft()
            except IndexError:  # another thread took the last one
                return
            callback()
