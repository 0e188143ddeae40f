"""What a telephone network tells us: calls, keys, how attempts and waiting ended, text messages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hotline.calls.turns import DialEnded, Digits
from hotline.guard.caller import Caller


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """Who calls which line. `sid` is the network's name for the call; empty: it gave none."""

    sid: str
    caller: Caller
    line_called: str  # E.164; empty where it is no number


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text message to one of our lines. `sid` is empty when the network gave it no name.

    `is_answered`: the network answers it itself, as it does to whoever wants no more texts.
    """

    sid: str
    caller: Caller
    line_called: str
    body: str
    media: tuple[str, ...] = ()  # the addresses of what came with it, for the network's `media`
    is_answered: bool = False


class QueueResult(StrEnum):
    """What the end of the waiting means for the caller."""

    ON = "on"  # goes on by keypad
    ELSEWHERE = "elsewhere"  # somebody at the desk has him, or nobody any more
    REFUSED = "refused"  # the network's queue did not take him


NO_KEYS = Digits("", finished=False)
NOT_REACHED = DialEnded(talked=False)


@dataclass(frozen=True, slots=True)
class CallNews:
    """What has happened on a call. Which of it counts depends on what was asked for before.

    `queue_seconds`: how long the network has had the caller waiting. `is_over`: nobody hears a
    reply; `status` and `seconds` then say how it ended and how long it took, empty where nobody
    says. `status` is completed, busy, failed, no-answer or canceled. `error`: its own
    number for what went wrong between us.
    """

    call: IncomingCall
    keys: Digits = NO_KEYS
    dial: DialEnded = NOT_REACHED
    queue_seconds: int = 0
    queue_result: QueueResult = QueueResult.ON
    is_over: bool = False
    status: str = ""
    seconds: str = ""
    error: str = ""
