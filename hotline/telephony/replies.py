"""What a telephone network is to do next on a call: plain values, and where the call then goes on.

A reply is a series of orders, carried out one after the other; where they are at their end, the
call is. An empty one leaves the call as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

TEXT_PATH = "/sms/answer"
"""Where text messages are told to us."""


class Destination(StrEnum):
    """What of ours a call is led to; the value is its path under /voice. Behind it, what its key
    is: the number of a step in the conversation, a case in the desk's queue, or a token."""

    ANSWER = "answer"  # a call comes in
    TURN = "turn"  # number: keys were pressed, or not
    DIALLED = "dialled"  # number, or none after an apology: the attempt to reach a person is over
    ACCEPT = "accept"  # the person that is dialed has answered
    ACCEPTED = "accepted"  # and has pressed a key
    WAITING = "waiting"  # number: a caller in the queue is to hear something
    WAITED = "waited"  # number: the waiting is over
    TALK = "talk"  # number: somebody at the desk has taken the caller
    TALKED = "talked"  # number: the room has ended around the caller
    CALLED = "called"  # case: a callback was answered
    REACHED = "reached"  # case: and a key was pressed
    STAFF_ENTERED = "staff/entered"  # extension and PIN
    STAFF_CALLED = "staff/called"  # token: a telephone of the staff that we call was answered
    STAFF_ACCEPTED = "staff/accepted"  # token: and a key was pressed
    STAFF_ROOM = "staff/room"  # a telephone of the staff is led to where it belongs
    STAFF_LEFT = "staff/left"  # it has left its room
    FALLBACK = "fallback"  # the network could not use our reply, or had none
    STATUS = "status"  # a call is over


@dataclass(frozen=True, slots=True)
class Continuation:
    """Where a call goes on: this stage is told what has happened, and gives the next reply."""

    stage: Destination
    key: int | str | None = None

    @property
    def path(self) -> str:
        """The webhook's path."""
        return f"/voice/{self.stage}" if self.key is None else f"/voice/{self.stage}/{self.key}"


@dataclass(frozen=True, slots=True)
class Say:
    """Spoken by the voice of a language (ISO 639)."""

    text: str
    language: str
    order: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Play:
    """A recording from this URL."""

    url: str
    order: Literal["play"] = "play"


Spoken = Say | Play


@dataclass(frozen=True, slots=True)
class Gather:
    """Say this and wait for keys: `digits` of them, or any number ended by `#` (None).

    The pound key always ends them. After `seconds` of silence the call goes on with what was keyed;
    where nothing was, it goes on all the same, or, if `or_else`, with the next order.
    """

    said: tuple[Spoken, ...]
    then: Continuation
    seconds: int
    digits: int | None = None
    or_else: bool = False
    order: Literal["gather"] = "gather"


@dataclass(frozen=True, slots=True)
class Bridge:
    """Ring a telephone (E.164), for `seconds` at most; connect the two after what `screen` says.

    `caller_id`: the number that is shown there, the caller's own where it is empty. `limit`:
    seconds that they may talk. `then`: when it is over, however it went.
    """

    number: str
    then: Continuation
    screen: Continuation
    seconds: int
    caller_id: str = ""
    limit: int | None = None
    order: Literal["bridge"] = "bridge"


@dataclass(frozen=True, slots=True)
class Park:
    """Wait in the queue, where `waiting` is asked what to hear, until led elsewhere or unparked."""

    waiting: Continuation
    then: Continuation
    order: Literal["park"] = "park"


@dataclass(frozen=True, slots=True)
class Unpark:
    """Out of the queue, in which this reply was heard."""

    order: Literal["unpark"] = "unpark"


class RoomPart(StrEnum):
    """As what a telephone is in a room."""

    CALLER = "caller"  # a tone says that they have come; the room is not theirs
    OWNER = "owner"  # the room ends when they leave
    VISITOR = "visitor"  # comes and goes unheard


@dataclass(frozen=True, slots=True)
class Join:
    """Into a room, with whoever is there. `muted`: heard by nobody; `coached`: the sid of the call
    that alone hears them. `then`: out of it."""

    room: str
    then: Continuation
    part: RoomPart
    muted: bool = False
    coached: str = ""
    order: Literal["join"] = "join"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on there."""

    to: Continuation
    order: Literal["redirect"] = "redirect"


@dataclass(frozen=True, slots=True)
class Reject:
    """Do not answer: a busy tone, which is free. Only as the first order of a call."""

    order: Literal["reject"] = "reject"


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""

    order: Literal["hang up"] = "hang up"


Order = Say | Play | Gather | Bridge | Park | Unpark | Join | Redirect | Reject | HangUp
Reply = tuple[Order, ...]

TURN_AWAY: Reply = (Reject(),)
HANG_UP: Reply = (HangUp(),)
LEAVE_QUEUE: Reply = (Unpark(),)
AS_IT_IS: Reply = ()

_KEPT: TypeAdapter[Reply] = TypeAdapter(tuple[Annotated[Order, Field(discriminator="order")], ...])


def dumps(reply: Reply) -> bytes:
    """A reply as it is kept, in JSON."""
    return _KEPT.dump_json(reply)


def loads(kept: bytes) -> Reply:
    """A reply that was kept. Raises ValueError for what is none."""
    return _KEPT.validate_json(kept)
