"""The verbs of TwiML that this network plays, as plain values with Twilio's defaults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hotline.sandbox.twiml.gather import GatherRule


class RejectReason(StrEnum):
    """What a turned-away caller gets; it decides the status of the call."""

    REJECTED = "rejected"  # "not in service"; the call ends as no-answer
    BUSY = "busy"  # the busy signal; the call ends as busy


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    language: str = "en-US"
    voice: str = ""
    loop: int = 1  # 0: for ever, as far as the caller bears it


@dataclass(frozen=True, slots=True)
class Play:
    url: str
    loop: int = 1
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    length: int = 1  # seconds


@dataclass(frozen=True, slots=True)
class Gather:
    rule: GatherRule
    action: str = ""  # empty: the current document's URL
    method: str = "POST"
    nested: tuple[Say | Play | Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Reject:
    reason: RejectReason = RejectReason.REJECTED


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class DialedNumber:
    """Whom a Dial rings. `url` runs on the callee's side before the two are bridged.

    Status callbacks of its own are understood and not sent.
    """

    number: str
    url: str = ""
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Conference:
    """The room a Dial leads into. `events` are those that `status_url` is told of.

    `wait_url` plays until it begins: None is the network's own music, empty is silence. A beep is
    no speech and so is not written down; recording is not played.
    """

    name: str
    starts: bool = True
    ends: bool = False
    muted: bool = False
    coach: str = ""  # the CallSid of whoever alone hears this caller
    label: str = ""
    wait_url: str | None = None
    wait_method: str = "POST"
    status_url: str = ""
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dial:
    numbers: tuple[DialedNumber, ...]
    action: str = ""  # empty: the next verb follows
    method: str = "POST"
    timeout: int = 30  # seconds of ringing
    caller_id: str = ""  # empty: the caller's own number
    hangup_on_star: bool = False
    time_limit: int = 14_400  # seconds of talking
    conference: Conference | None = None  # instead of numbers


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Waiting in a queue. `wait_url` plays over and over: None is music, empty is silence."""

    name: str
    action: str = ""  # empty: the next verb follows
    method: str = "POST"
    wait_url: str | None = None
    wait_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Leave:
    """Out of the queue, from within its wait document."""


@dataclass(frozen=True, slots=True)
class Unplayed:
    """A verb that Twilio knows and this network does not play."""

    name: str


Verb = Say | Play | Pause | Gather | Redirect | Reject | Hangup | Dial | Enqueue | Leave | Unplayed
