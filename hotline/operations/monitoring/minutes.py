"""The last hour of the line, minute by minute. What is over is remembered, not asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from redis import Redis
from sqlalchemy import Connection

from hotline.guard.triage import Verdict
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


@dataclass(slots=True)
class _Kept:
    minute: Minute
    read_at: float  # monotonic seconds
    settled: bool  # nothing of it can still come in


class Minutes:
    """Remembers an hour, for one ledger at a time. Not to be shared by threads at once."""

    def __init__(self) -> None:
        self._recorded: dict[datetime, _Kept] = {}
        self._counted: dict[datetime, tuple[int, int, int]] = {}
        self._ledger_id = 0

    def read_records(
        self, connection: Connection, ledger_id: int, at: datetime, recorded: datetime | None
    ) -> Sequence[Minute]:
        """The hour until `at`, the oldest minute first. Of calls that happened before `recorded`
        everything is on record; None: of all. Raises SQLAlchemyError."""
        if ledger_id != self._ledger_id:
            self._recorded.clear()
            self._ledger_id = ledger_id
        hour = _hour(at)
        for start in hour:
            end = start + MINUTE
            settles = start < hour[-NEWEST] and (recorded is None or end < recorded)
            if start >= hour[-NEWEST] or self._is_due(start, settles):
                minute = _read(connection, ledger_id, start, end)
                self._recorded[start] = _Kept(minute, monotonic(), settles)
        _forget(self._recorded, hour[0])
        return [self._recorded[start].minute for start in hour]

    def _is_due(self, start: datetime, settles: bool) -> bool:
        """`settles`: now all of it is on record."""
        kept = self._recorded.get(start)
        if kept is None:
            return True
        return not kept.settled and (settles or monotonic() - kept.read_at > UNSETTLED)

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
        if minutes:
            _forget(self._counted, minutes[0].at)
        return [
            replace(minute, wrong_pins=pins, requests=requests, errors=errors)
            for minute in minutes
            for pins, requests, errors in [self._counted[minute.at]]
        ]


def _hour(at: datetime) -> list[datetime]:
    last = at.replace(second=0, microsecond=0)
    return [last - n * MINUTE for n in reversed(range(MINUTES))]


def _forget(
    kept: dict[datetime, _Kept] | dict[datetime, tuple[int, int, int]], before: datetime
) -> None:
    for start in [start for start in kept if start < before]:
        del kept[start]


def _read(connection: Connection, ledger_id: int, since: datetime, until: datetime) -> Minute:
    groups = per_minute.judged(connection, since, until)
    return Minute(
        since,
        _summed((g.verdict, g.standing, g.calls) for g in groups if not g.reason),
        _summed((g.reason, g.standing, g.calls) for g in groups if g.verdict == Verdict.TURN_AWAY),
        per_minute.filed(connection, ledger_id, since, until),
    )


def _summed(found: Iterable[tuple[str, str, int]]) -> Mapping[tuple[str, str], int]:
    return {(what, standing): calls for what, standing, calls in found}
