"""The last hour of the line, minute by minute. What is over is remembered, not asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from cachetools import LRUCache
from redis import Redis
from sqlalchemy import Connection

from hotline.guard.triage import Verdict
from hotline.operations.ttl_cache import FOREVER, TimedCache
from hotline.store.admission import wrong_pins
from hotline.store.calls import per_minute
from hotline.store.monitoring import meters

MINUTES = 60
MINUTE = timedelta(minutes=1)
NEWEST = 3  # minutes that are asked anew each time: clocks of several machines differ
UNSETTLED = 20.0  # seconds after which an older minute is asked again that is not all on record


@dataclass(frozen=True, slots=True)
class Minute:
    """What came in a minute of the clock, as far as it is on record."""

    at: datetime  # its beginning, UTC
    answered: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Calls by verdict and standing (guard/triage.py)."""
    turned_away: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Calls by reason and standing."""
    filed: int = 0  # reports
    wrong_pins: int = 0
    requests: int = 0  # webhooks
    errors: int = 0  # of them, those that failed


_Kept = TimedCache[tuple[int, datetime], Minute]
"""Minutes by ledger and beginning."""


class Minutes:
    """Remembers an hour of a ledger. Not to be shared by threads at once."""

    def __init__(self) -> None:
        self._settled = _Kept(FOREVER, size=MINUTES)  # nothing of these can still come in
        self._unsettled = _Kept(UNSETTLED, size=MINUTES)
        # Twice: where the clock is set back, an hour comes in beside the one that is known.
        self._counted: LRUCache[datetime, tuple[int, int, int]] = LRUCache(2 * MINUTES)

    def read_records(
        self, connection: Connection, ledger_id: int, at: datetime, recorded: datetime | None
    ) -> Sequence[Minute]:
        """The hour until `at`, the oldest minute first. Of calls that happened before `recorded`
        everything is on record; None: of all. Raises SQLAlchemyError."""
        minutes = []
        for n, start in enumerate(_hour(at)):
            read = partial(_read, connection, ledger_id, start)
            if n >= MINUTES - NEWEST:
                minutes.append(read())
            elif recorded is None or start + MINUTE < recorded:
                minutes.append(self._settled.get((ledger_id, start), read))
            else:
                minutes.append(self._unsettled.get((ledger_id, start), read))
        return minutes

    def add_counts(self, redis: Redis, minutes: Sequence[Minute]) -> Sequence[Minute]:
        """The same minutes with what is counted in Redis. Raises redis.RedisError."""
        wanted = [
            minute.at
            for n, minute in enumerate(minutes, 1)
            if minute.at not in self._counted or n > len(minutes) - NEWEST
        ]
        wrong = wrong_pins.wrong_pins_of(redis, wanted)
        for start, pins in zip(wanted, wrong, strict=True):
            answered = meters.recent(redis, 0, start.timestamp())
            self._counted[start] = (pins, answered.requests, answered.errors)
        return [
            replace(minute, wrong_pins=pins, requests=requests, errors=errors)
            for minute in minutes
            for pins, requests, errors in [self._counted[minute.at]]
        ]


def _hour(at: datetime) -> list[datetime]:
    last = at.replace(second=0, microsecond=0)
    return [last - n * MINUTE for n in reversed(range(MINUTES))]


def _read(connection: Connection, ledger_id: int, since: datetime) -> Minute:
    until = since + MINUTE
    groups = per_minute.judged(connection, since, until)
    return Minute(
        since,
        _summed((g.verdict, g.standing, g.calls) for g in groups if not g.reason),
        _summed((g.reason, g.standing, g.calls) for g in groups if g.verdict == Verdict.TURN_AWAY),
        per_minute.filed(connection, ledger_id, since, until),
    )


def _summed(found: Iterable[tuple[str, str, int]]) -> Mapping[tuple[str, str], int]:
    return {(what, standing): calls for what, standing, calls in found}
