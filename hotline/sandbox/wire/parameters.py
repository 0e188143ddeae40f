"""The forms of Twilio's requests (twilio.md, "Requests")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from types import MappingProxyType

from hotline.sandbox.chance import Chance

API_VERSION = "2010-04-01"

WITHHELD = (
    "anonymous",
    "unknown",
    "restricted",
    "",
    "+266696687",
    "+7378742833",
    "+2562533",
    "+8656696",
    "+86282452253",
)
"""What From holds when the caller's number is withheld: words, nothing, or the words as keys."""

NOTHING: Mapping[str, str] = MappingProxyType({})


class CallStatus(StrEnum):
    """CallStatus, as Twilio names it."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"  # answered, and over
    BUSY = "busy"  # turned away with the busy signal; not answered
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def over(self) -> bool:
        return self not in _UNDER_WAY


_UNDER_WAY = frozenset(
    {CallStatus.QUEUED, CallStatus.INITIATED, CallStatus.RINGING, CallStatus.IN_PROGRESS}
)


class Direction(StrEnum):
    """Who called whom, as Twilio names it."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a call. `extras` are parameters of every request; None leaves one out."""

    sid: str
    account_sid: str
    from_: str
    to: str
    direction: Direction = Direction.INBOUND
    parent_sid: str = ""
    extras: Mapping[str, str | None] = field(default_factory=dict)


# City, state, postcode, country: now and then Twilio knows all of them, mostly only some.
_PLACES = {
    "+1515": ("DES MOINES", "IA", "50309", "US"),
    "+1319": ("", "IA", "", "US"),
    "+1563": ("", "IA", "", "US"),
    "+1641": ("ADAIR", "IA", "", "US"),
    "+1712": ("", "IA", "51501", "US"),
    "+1702": ("LAS VEGAS", "NV", "", "US"),
}


def common(leg: Leg) -> dict[str, str]:
    """What every request of a leg carries, CallStatus apart."""
    form = {
        "AccountSid": leg.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": leg.sid,
        "Direction": leg.direction,
        "From": leg.from_,
        "Caller": leg.from_,
        "To": leg.to,
        "Called": leg.to,
    }
    for number, names in ((leg.from_, ("From", "Caller")), (leg.to, ("To", "Called"))):
        for name in names:
            form |= place(name, number)
    if leg.parent_sid:
        form["ParentCallSid"] = leg.parent_sid
    kept = {**form, **leg.extras}
    return {name: value for name, value in kept.items() if value is not None}


def call_token(chance: Chance) -> str:
    """A value as awkward to sign as the real one: JSON with quotes and signs."""
    return f'{{"parentCallInfoToken":"{chance.sid("ey")}/+=="}}'


def gathered(digits: str, finished_on: str) -> dict[str, str]:
    return {"Digits": digits, "FinishedOnKey": finished_on, "msg": "Gather End"}


def dialled(status: CallStatus, sid: str, seconds: int, *, bridged: bool) -> dict[str, str]:
    form = {"DialCallStatus": status.value, "DialBridged": str(bridged).lower()}
    if sid:
        form["DialCallSid"] = sid
    if status is CallStatus.COMPLETED:
        form["DialCallDuration"] = str(seconds)
    return form


def conferenced(*, joined: bool) -> dict[str, str]:
    """After a conference: neither the SID nor the duration of another leg, as there is none."""
    status = "answered" if joined else "failed"
    return {"DialCallStatus": status, "DialBridged": str(joined).lower()}


def waiting(
    sid: str, *, position: int, size: int, most: int, seconds: int, average: int
) -> dict[str, str]:
    """What the wait document of a queue is asked with."""
    return {
        "QueueSid": sid,
        "QueuePosition": str(position),
        "QueueTime": str(seconds),
        "AvgQueueTime": str(average),
        "CurrentQueueSize": str(size),
        "MaxQueueSize": str(most),
    }


def dequeued(result: str, sid: str, seconds: int) -> dict[str, str]:
    """SID and time only where the call was in the queue."""
    return {"QueueResult": result} | ({"QueueSid": sid, "QueueTime": str(seconds)} if sid else {})


def status_changed(status: CallStatus, seconds: int, number: int, at: datetime) -> dict[str, str]:
    """A status callback's own parameters; `number` is its place in the sequence, from 0."""
    form = {
        "CallbackSource": "call-progress-events",
        "Timestamp": format_datetime(at),
        "SequenceNumber": str(number),
    }
    if status.over:
        form |= {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
    return form


def failed(code: int, url: str) -> dict[str, str]:
    """What the fallback URL is told."""
    return {"ErrorCode": str(code), "ErrorUrl": url}


def unheard_of(chance: Chance) -> dict[str, str]:
    """A parameter that nobody has announced: "new ones appear without notice"."""
    name = chance.choice(("CallQualityHint", "NetworkRegion", "X-Carrier-Note", "StirPassport"))
    return {name: chance.choice(("", "1", "ü ñ €", "a=b&c=d", "+"))}


def place(name: str, number: str) -> dict[str, str]:
    """Where a number is from, as the parameters FromCity, FromState … for the `name` From."""
    nowhere = ("", "", "", "US") if number.startswith("+1") else ("", "", "", "")
    found = _PLACES.get(number[:5], nowhere)
    parts = ("City", "State", "Zip", "Country")
    return {name + part: value for part, value in zip(parts, found, strict=True)}
