"""The verbs of TwiML that this network plays, as plain values with Twilio's defaults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hotline.sandbox.gather import GatherRule


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
class Number:
    """Whom a Dial rings. `url` runs on the callee's side before the two are bridged.

    Status callbacks of its own are understood and not sent.
    """

    number: str
    url: str = ""
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Dial:
    numbers: tuple[Number, ...]
    action: str = ""  # empty: the next verb follows
    method: str = "POST"
    timeout: int = 30  # seconds of ringing
    caller_id: str = ""  # empty: the caller's own number
    hangup_on_star: bool = False
    time_limit: int = 14_400  # seconds of talking


@dataclass(frozen=True, slots=True)
class Unplayed:
    """A verb that Twilio knows and this network does not play."""

    name: str


Verb = Say | Play | Pause | Gather | Redirect | Reject | Hangup | Dial | Unplayed
