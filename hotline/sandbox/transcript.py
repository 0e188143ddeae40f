"""What happened on a call, as a list of types, and the model of its time on the line.

Time on the line (call.md): words spoken ÷ 2.5 a second, 0.8 s a key, 0.75 s a turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.sandbox.wire.parameters import CallStatus

WORDS_A_SECOND = 2.5
SECONDS_A_KEY = 0.8
SECONDS_A_TURN = 0.75


class RequestKind(StrEnum):
    """Why a request was made."""

    VOICE = "voice"  # the call comes in, or an outbound one is answered
    GATHER = "gather"
    DIAL = "dial"
    REDIRECT = "redirect"
    QUEUE = "queue"  # the action of an Enqueue
    WAIT = "wait"  # what plays in a queue, before a conference, or on hold
    ORDERED = "ordered"  # the call was redirected by REST
    WHISPER = "whisper"  # on the callee's side, before bridging
    FALLBACK = "fallback"
    STATUS = "status"
    AGAIN = "again"  # the same request a second time, as a retry sends it
    REPLAY = "replay"  # an old step of the same call


@dataclass(frozen=True, slots=True)
class HeardSpeech:
    """Speech. `cut`: keys keyed ahead stopped it before it began."""

    text: str
    language: str = "en-US"
    voice: str = ""
    loop: int = 1
    cut: bool = False

    @property
    def words(self) -> int:
        """Words spoken, repetitions included."""
        if self.cut:
            return 0
        return max(self.loop, 1) * count_words(self.text)


@dataclass(frozen=True, slots=True)
class Played:
    """A recording. `seconds`: how long it is, 0 where nothing of it was heard."""

    url: str
    cut: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Paused:
    seconds: int


@dataclass(frozen=True, slots=True)
class KeyedDigits:
    keys: str


@dataclass(frozen=True, slots=True)
class Silent:
    """The caller keyed nothing until the Gather gave up."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Requested:
    """A request and its answer. `status` is None when there was none; `code` is what was wrong."""

    kind: RequestKind
    method: str
    path: str  # with the query string
    status: int | None
    milliseconds: float
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Dialled:
    """Another telephone was rung. `bridged`: the two could talk."""

    number: str
    status: CallStatus
    bridged: bool


@dataclass(frozen=True, slots=True)
class Queued:
    """The caller waits in a queue now."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class LeftQueue:
    """The waiting is over; `result` as Twilio names it."""

    result: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The caller is in a conference room, with so many others."""

    room: str
    others: int


@dataclass(frozen=True, slots=True)
class OthersPresent:
    """Somebody else came or went: so many others are there now."""

    others: int


@dataclass(frozen=True, slots=True)
class Tones:
    """Another person in the room pressed keys."""

    keys: str


@dataclass(frozen=True, slots=True)
class OnHold:
    """The caller was put on hold, or (`held` False) is back in the conversation."""

    held: bool


@dataclass(frozen=True, slots=True)
class Left:
    """The caller is no longer in the room."""

    room: str


@dataclass(frozen=True, slots=True)
class Ended:
    status: CallStatus


Entry = (
    HeardSpeech
    | Played
    | Paused
    | KeyedDigits
    | Silent
    | Requested
    | Dialled
    | Queued
    | LeftQueue
    | Joined
    | OthersPresent
    | Tones
    | OnHold
    | Left
    | Ended
)


def count_words(text: str) -> int:
    """Words as a voice says them: "4, 7, 1" is three, a lone dash none."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def last_words(entries: Sequence[Entry]) -> str:
    """What was said since the last key or silence."""
    said: list[str] = []
    for entry in reversed(entries):
        if isinstance(entry, KeyedDigits | Silent):
            break
        if isinstance(entry, HeardSpeech) and not entry.cut:
            said.append(entry.text)
    return " ".join(reversed(said))


def speech(entries: Iterable[Entry]) -> list[HeardSpeech]:
    """What was really heard."""
    return [entry for entry in entries if isinstance(entry, HeardSpeech) and not entry.cut]
