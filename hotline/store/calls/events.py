"""The stream of call events in Redis: from where they happen, on their way into SQL.

Each is one event however often it was sent: its call, its kind and its number say which. The
scripts in store/lua write the same entries as `append`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from redis import Redis

from hotline.guard.caller import Attestation
from hotline.guard.triage import NO_REASON, CallerStanding, Counted, Entrance, Verdict
from hotline.store.admission.front_door import MOST_EVENTS
from hotline.store.enums import Channel, EventKind
from hotline.store.keys import EVENTS
from hotline.telephones import E164

REFUSED = EVENTS + ":refused"
MOST_REFUSED = 1_000
IN_FULL = "number"
"""The field with a caller's number. It goes into no record of an event: store/schema/tables.py."""

Entry = tuple[bytes, Mapping[bytes, bytes]]  # its id in the stream, its fields as they came


class MalformedEventError(ValueError):
    """An entry is no event; the message says why, and repeats nothing that it holds."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """Something that happened in the life of a call. `detail` holds text only."""

    sid: str
    kind: EventKind
    number: int
    at: datetime  # UTC
    detail: Mapping[str, str]

    @property
    def key(self) -> tuple[str, EventKind, int]:
        """What makes it one event."""
        return self.sid, self.kind, self.number


def _one_of(words: type[StrEnum], *more: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, (*words, *more))))


_TEXT = re.compile(r"[^\0]{0,200}")
_WORDS = re.compile(r"[^\0]{1,200}")
_SID = re.compile(r"[!-~]{1,64}")
_KEY = re.compile(r"[\w-]{0,16}", re.ASCII)
_LAST_FOUR = re.compile(r"[0-9]{0,4}")
_WHOLE = re.compile(r"[0-9]{1,9}")
_WHOLE_OR_NONE = re.compile(r"[0-9]{0,9}")
_MILLISECONDS = re.compile(r"[0-9]{1,14}")
_NUMBER_OR_NONE = re.compile(f"({E164.pattern})?")

_HEAD = {"sid": _SID, "n": _WHOLE, "at": _MILLISECONDS}
_ARRIVAL = {
    "channel": _one_of(Channel),
    "entrance": _one_of(Entrance),
    "ledger": _WHOLE_OR_NONE,
    "caller": _KEY,
    "last4": _LAST_FOUR,
    "attestation": _one_of(Attestation),
    "standing": _one_of(CallerStanding),
    "verdict": _one_of(Verdict),
    "reason": _one_of(Counted, NO_REASON),
    "block": _WHOLE_OR_NONE,
}
FIELDS: Mapping[EventKind, Mapping[str, re.Pattern[str]]] = {
    EventKind.ARRIVED: _ARRIVAL,
    EventKind.TEXTED: {**_ARRIVAL, "answered": re.compile("[01]")},
    EventKind.VERIFIED: {"unit": _WORDS, "caller": _KEY},
    EventKind.FILED: {"unit": _WORDS, "report": _WORDS, "outcome": _WORDS},
    EventKind.PERSON: {"caller": _KEY, "number": _NUMBER_OR_NONE, "why": _WORDS},
    EventKind.PENALISED: {
        "caller": _KEY,
        "number": _NUMBER_OR_NONE,  # none where it may be forged: its owner is not to be listed
        "until": _MILLISECONDS,
        "times": _WHOLE,
    },
    EventKind.ENDED: {"status": _TEXT, "seconds": _WHOLE_OR_NONE},
    EventKind.ALARM: {"what": _WORDS, "failures": _WHOLE},
}
"""What each kind of event says besides; whatever else an entry holds is not kept."""


def append(
    redis: Redis, kind: EventKind, sid: str, n: int, at: datetime, **detail: str | int
) -> None:
    """Adds an event, the `n`-th of its kind in this call, from 0. Raises redis.RedisError.

    TypeError if the fields are not those of its kind: it could not be kept.
    """
    if detail.keys() != FIELDS[kind].keys():
        raise TypeError(f"{kind} needs {', '.join(FIELDS[kind])}")
    head = {"kind": kind.value, "sid": sid, "n": n, "at": int(at.timestamp() * 1000)}
    fields: dict[Any, Any] = {**head, **detail}
    redis.xadd(EVENTS, fields, maxlen=MOST_EVENTS, approximate=True)


def read_events(redis: Redis, most: int) -> list[Entry]:
    """The oldest entries that are still there. Raises redis.RedisError, as do all below."""
    return cast("list[Entry]", redis.xrange(EVENTS, count=most))


def remove(redis: Redis, ids: Sequence[bytes]) -> None:
    """Takes out entries that have been moved; those that are gone already do no harm."""
    if ids:
        redis.xdel(EVENTS, *ids)


def set_aside(redis: Redis, entries: Iterable[Entry], seconds: int) -> None:
    """Moves entries that cannot be kept to where somebody may look at them for a while.

    Without the number in full, and the newest only.
    """
    with redis.pipeline() as pipeline:
        for id, fields in entries:
            kept: dict[Any, Any] = {"was": id, **fields}
            kept.pop(IN_FULL.encode(), None)
            pipeline.xadd(REFUSED, kept, maxlen=MOST_REFUSED, approximate=True)
            pipeline.xdel(EVENTS, id)
        pipeline.expire(REFUSED, seconds)
        pipeline.execute()


def parse(fields: Mapping[bytes, bytes]) -> CallEvent:
    """The event in an entry. Raises MalformedEventError."""
    try:
        text = {name.decode(): value.decode() for name, value in fields.items()}
        kind = EventKind(text.get("kind", ""))
    except UnicodeDecodeError:
        raise MalformedEventError("it is not text") from None
    except ValueError:
        raise MalformedEventError("its kind is not known") from None
    for name, form in {**_HEAD, **FIELDS[kind]}.items():
        if name not in text:
            raise MalformedEventError(f"{kind} without {name}")
        if not form.fullmatch(text[name]):
            raise MalformedEventError(f"{kind} with a {name} that cannot be")
    if kind is EventKind.PENALISED and int(text["until"]) <= int(text["at"]):
        raise MalformedEventError(f"{kind} until a time that had passed")
    detail = {name: text[name] for name in FIELDS[kind]}
    return CallEvent(text["sid"], kind, int(text["n"]), moment(text["at"]), detail)


def moment(milliseconds: str) -> datetime:
    """The time that a field says."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
