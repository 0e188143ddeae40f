"""Calls in progress, in Redis: the state of each conversation and every answer it was given.

One read and one write a step, each a single round trip. A step that comes twice, or late, finds the
answer it was given the first time and changes nothing.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis
from redis.commands.core import Script as RedisScript

from hotline.calls.state import compact
from hotline.store.keys import EPOCH, ON_SHIFT, PREFIX, SWITCHES, call_key

UNPROVED_SECONDS = 900
LANGUAGE_SECONDS = 30 * 24 * 3600
"""For how long it is known in which language a telephone was last spoken to."""
_LUA = Path(__file__).parent / "lua"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What is kept of a call. `number` is that of the last answer given, from 0."""

    number: int
    state: str
    ledger_id: int
    ended: bool
    began_ms: int  # unix milliseconds; 0 where an earlier release did not say
    draft: Mapping[str, Any] | None = None
    answered_ms: int = 0  # when the last answer was given, likewise


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one read brings: the call if it is known, the answer if the step was answered before.

    `closed` is JSON, what callers hear while intake is closed.
    """

    epoch: int
    record: CallRecord | None
    answer: bytes | None
    closed: str | None
    roster_only: bool
    staffed: bool  # somebody is on shift at the desk


def draft_key(ledger_id: int, unit: str) -> str:
    """Where the unfinished report of a unit is kept."""
    return f"{PREFIX}draft:{ledger_id}:{unit}"


def language_key(caller_key: str) -> str:
    """Where the language of a telephone's last call is kept (`guard.caller.key_of`)."""
    return f"{PREFIX}language:{caller_key}"


def language_of_phone(redis: Redis, caller_key: str) -> str:
    """The language (ISO 639-1) of a telephone's last call; empty where nobody knows."""
    found = redis.get(language_key(caller_key)) if caller_key else None
    return found.decode() if isinstance(found, bytes) else ""


def drafted_units(redis: Redis, ledger_id: int) -> frozenset[str]:
    """The units whose reports somebody has begun, and not filed."""
    prefix = draft_key(ledger_id, "")
    found = redis.scan_iter(match=f"{prefix}*", count=1000)
    return frozenset(key.decode().removeprefix(prefix) for key in found)


class CallStore:
    """Conversations by CallSid, kept for `seconds`; drafts of reports for `draft_seconds`.

    What is kept of a call in which nobody has proved anything goes after UNPROVED_SECONDS, so that
    unknown callers cannot fill the memory.
    """

    def __init__(self, redis: Redis, seconds: int, draft_seconds: int) -> None:
        self._redis = redis
        self._seconds = seconds
        self._draft_seconds = draft_seconds
        self._load: RedisScript = redis.register_script((_LUA / "load_call.lua").read_text())
        self._save: RedisScript = redis.register_script((_LUA / "save_call.lua").read_text())

    def load(self, sid: str, number: int) -> Loaded:
        """The call, and the answer already given to step `number` if there is one."""
        epoch, fields, answer, draft, closed, roster_only, on_shift = self._load(
            keys=[call_key(sid), EPOCH, SWITCHES, ON_SHIFT], args=[number]
        )
        return Loaded(
            int(epoch or 0),
            _record(fields, draft) if fields[0] is not None else None,
            _unpacked(answer) if answer else None,
            closed.decode() if closed else None,
            roster_only is not None,
            bool(on_shift),
        )

    def save(
        self,
        sid: str,
        *,
        before: int,
        record: CallRecord,
        answer: bytes,
        unit: str,
        draft: dict[str, Any] | None,
        drop_draft: bool,
        proved: bool,
        caller_key: str = "",
        language: str = "",
    ) -> bytes | None:
        """Keeps the step if nobody else has answered it meanwhile.

        `before` is the number the call stood at (-1: unknown). Returns None when kept, else the
        answer that was given instead. `unit` names the draft that the next step will want to see,
        and under which `draft` is kept or dropped. `language`: that of the telephone behind
        `caller_key` from now on; empty: none that is worth keeping.
        """
        key = draft_key(record.ledger_id, unit) if unit else ""
        instead = self._save(
            keys=[call_key(sid)],
            args=[
                before,
                record.number,
                record.state,
                record.ledger_id,
                "1" if record.ended else "0",
                zlib.compress(answer, 1),
                self._seconds if proved else UNPROVED_SECONDS,
                key,
                compact(draft) if draft else "",
                "1" if drop_draft else "0",
                self._draft_seconds,
                record.began_ms,
                record.answered_ms,
                language_key(caller_key) if caller_key else "",
                language if caller_key else "",
                LANGUAGE_SECONDS,
            ],
        )
        return zlib.decompress(instead) if instead else None

    def draft(self, ledger_id: int, unit: str) -> Mapping[str, Any] | None:
        """What a call left of a unit's report; None where it left nothing."""
        kept = self._redis.get(draft_key(ledger_id, unit))
        return _document(kept) if isinstance(kept, bytes) else None

    def drop_draft(self, ledger_id: int, unit: str) -> None:
        """The report was filed in another way: nobody shall go on with what a call left of it."""
        self._redis.delete(draft_key(ledger_id, unit))


def _record(fields: Sequence[bytes | None], draft: bytes | None) -> CallRecord | None:
    """What is kept of a call; None where that is malformed: then the call is not known."""
    number, state, ledger_id, ended, began_ms, answered_ms = fields
    try:
        return CallRecord(
            number=int(number or b""),
            state=(state or b"").decode(),
            ledger_id=int(ledger_id or b""),
            ended=ended == b"1",
            began_ms=int(began_ms or 0),
            draft=_document(draft),
            answered_ms=int(answered_ms or 0),
        )
    except ValueError:
        return None


def _document(kept: bytes | None) -> Mapping[str, Any] | None:
    """A draft as it was kept; empty where it is malformed, as one that nothing can be made of."""
    if not kept:
        return None
    try:
        document = json.loads(kept)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, Mapping) else {}


def _unpacked(answer: bytes) -> bytes | None:
    try:
        return zlib.decompress(answer)
    except zlib.error:
        return None
