"""The line as it is now, in Redis: who is on it, and at which units PINs are being guessed.

All of it raises redis.RedisError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from hotline.guard.triage import Entrance
from hotline.store.admission.front_door import CHAIRS, ROOMS
from hotline.store.keys import ALARM, EVENTS, PREFIX


@dataclass(frozen=True, slots=True)
class OnLine:
    """Calls that are up: of chairs, of unknown callers on the chairs' line, on the public line.

    `alarm`: seconds that an alarm still lasts; None without one. `events`: entries that wait to
    be put on record; `recorded`: everything that happened before this moment has been.
    """

    chairs: int
    strangers: int
    public: int
    alarm: float | None
    events: int
    recorded: datetime | None


def on_line(redis: Redis, at: datetime) -> OnLine:
    """Who is on the line: a call whose lease is over does not count."""
    now = int(at.timestamp() * 1000)
    with redis.pipeline(transaction=False) as pipeline:
        for key in (CHAIRS, ROOMS[Entrance.CHAIRS], ROOMS[Entrance.PUBLIC]):
            pipeline.zcount(key, f"({now}", "+inf")
        pipeline.pttl(ALARM)
        pipeline.xlen(EVENTS)
        pipeline.xrange(EVENTS, count=1)
        chairs, strangers, public, alarm, events, oldest = pipeline.execute()
    return OnLine(
        int(chairs),
        int(strangers),
        int(public),
        alarm / 1000 if alarm > 0 else None,
        int(events),
        _moment(oldest[0][1][b"at"], at) if oldest else None,
    )


def _moment(milliseconds: bytes, at: datetime) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, at.tzinfo)


def guessed(redis: Redis, units: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Of these units, those that are locked, and those guessed at from their own phones."""
    if not units:
        return frozenset(), frozenset()
    with redis.pipeline(transaction=False) as pipeline:
        for beginning in (f"{PREFIX}locked", ALARM):
            pipeline.mget([f"{beginning}:{unit}" for unit in units])
        locked, alarmed = pipeline.execute()
    return (
        frozenset(unit for unit, found in zip(units, locked, strict=True) if found),
        frozenset(unit for unit, found in zip(units, alarmed, strict=True) if found),
    )
