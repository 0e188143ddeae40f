"""How many requests were answered and how fast: counted in the process, summed in Redis.

Counting costs a request no round trip: what a process has counted goes to Redis every few seconds
and outside of any request. Redis holds the sums of all processes and machines: one hash that only
grows, and one for each minute, by the clock of whoever counted.
"""

from __future__ import annotations

import logging
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock, Thread
from typing import Any

from redis import Redis

log = logging.getLogger(__name__)

SUMS = "hotline:meters"
KEPT_SECONDS = 2 * 3600  # for which a minute's own counts are kept
EVERY = 5.0  # seconds between two times that a process tells what it has counted
MOST_MINUTES = 30  # that are kept apart in memory while Redis is away; older ones are put together
BOUNDS = (0.0025, 0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0)
"""Seconds: the upper ends of the buckets. A request that took longer than the last is over all."""

BUCKETS = tuple(map(str, range(len(BOUNDS) + 1)))

Field = tuple[str, ...]
"""The name of a count; in Redis with colons between."""


class RequestGroup(StrEnum):
    """What was asked for."""

    VOICE = "voice"
    SMS = "sms"
    DESK = "desk"
    ADMIN = "admin"
    RESULTS = "results"
    OTHER = "other"


WEBHOOKS = frozenset({RequestGroup.VOICE, RequestGroup.SMS})
APOLOGY = "apology"  # in place of a status: it failed, and the caller was told so with a 200
FAILED = frozenset({"5xx", APOLOGY})

REQUEST, SECONDS, WITHOUT, CALL = "request", "microseconds", "without", "call"


@dataclass(frozen=True, slots=True)
class Histogram:
    """Requests of one group and status: how many in each bucket (not summed up), and in all."""

    group: RequestGroup
    status: str  # "2xx" … "5xx", or APOLOGY
    buckets: tuple[int, ...]  # one for each of BOUNDS, and one for what took longer
    seconds: float

    @property
    def count(self) -> int:
        return sum(self.buckets)


@dataclass(frozen=True, slots=True)
class WebhookTimes:
    """The telephone network's requests in some minutes. Times in milliseconds; None: no request."""

    requests: int = 0
    errors: int = 0
    p50: float | None = None
    p99: float | None = None

    @property
    def error_share(self) -> float:
        return self.errors / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Meters:
    """What has been counted: requests; how often something was done without; and calls that came
    in, by line, standing, verdict and reason."""

    requests: Sequence[Histogram]
    without: Mapping[str, int]
    calls: Mapping[Field, int]


class Meter:
    """Counts for one process; threads may share it. `without` and `calls`: counts that are kept
    elsewhere."""

    def __init__(
        self,
        redis: Redis,
        without: Counter[str],
        now: Callable[[], float] = time.time,
        every: float = EVERY,
        calls: Counter[Field] | None = None,
    ) -> None:
        self._redis, self._now, self._every = redis, now, every
        self._without, self._calls = without, calls if calls is not None else Counter()
        self._lock = Lock()
        self._telling = Lock()
        self._counted: dict[int, Counter[Field]] = {}
        self._told: Counter[Field] = Counter()  # of what is kept elsewhere
        self._due = time.monotonic() + every

    def count(self, group: RequestGroup, status: str, seconds: float) -> None:
        """One request. Where it is time, what has been counted is told by a thread of its own."""
        bucket = BUCKETS[bisect_left(BOUNDS, seconds)]
        with self._lock:
            counter = self._of_this_minute()
            counter[REQUEST, group, status, bucket] += 1
            counter[SECONDS, group, status] += int(seconds * 1_000_000)
        if self._is_due():
            Thread(target=self.tell, name="meter", daemon=True).start()

    def tell_when_due(self) -> None:
        """For whoever keeps nobody waiting, such as a worker between two jobs."""
        if self._is_due():
            self.tell()

    def tell(self) -> bool:
        """Adds what was counted since the last time to the sums; False if Redis does not answer.

        What could not be told is kept for the next time. An answer that is lost on its way may
        make it count twice: these figures are for watching, not for results.
        """
        with self._telling:
            with self._lock:
                self._take_from_elsewhere()
                counted, self._counted = self._counted, {}
            if not counted:
                return True
            try:
                self._send(counted)
            except Exception as error:  # whatever it is, counting stops nothing, and goes on
                log.warning("what was counted is kept until Redis answers: %s", error)
                with self._lock:
                    self._put_back(counted)
                return False
            return True

    def _is_due(self) -> bool:
        """True for one of all who ask, once in a while."""
        with self._lock:
            now = time.monotonic()
            if now < self._due:
                return False
            self._due = now + self._every
            return True

    def _of_this_minute(self) -> Counter[Field]:
        minute = int(self._now() // 60)
        counter = self._counted.get(minute)
        if counter is None:
            counter = self._counted[minute] = Counter()
            self._bound()
        return counter

    def _take_from_elsewhere(self) -> None:
        kept: Counter[Field] = Counter()
        for name, count in self._without.copy().items():
            kept[WITHOUT, name] = count
        for what, count in self._calls.copy().items():
            kept[(CALL, *what)] = count
        for field, more in (kept - self._told).items():
            self._of_this_minute()[field] += more
            self._told[field] += more

    def _put_back(self, counted: Mapping[int, Counter[Field]]) -> None:
        for minute, counter in counted.items():
            self._counted.setdefault(minute, Counter()).update(counter)
        self._bound()

    def _bound(self) -> None:
        while len(self._counted) > MOST_MINUTES:
            oldest, next_oldest = sorted(self._counted)[:2]
            self._counted[next_oldest].update(self._counted.pop(oldest))

    def _send(self, counted: Mapping[int, Counter[Field]]) -> None:
        with self._redis.pipeline(transaction=True) as pipeline:
            for minute, counter in counted.items():
                key = _key(minute)
                for parts, more in counter.items():
                    field = ":".join(parts)
                    pipeline.hincrby(SUMS, field, more)
                    pipeline.hincrby(key, field, more)
                pipeline.expire(key, KEPT_SECONDS)
            pipeline.execute()


def totals(redis: Redis) -> Meters:
    """Everything that was counted since Redis was empty. Raises redis.RedisError."""
    return _read([redis.hgetall(SUMS)])


def recent(redis: Redis, minutes: int, now: float | None = None) -> WebhookTimes:
    """The webhooks of the last `minutes` and of the one that is not over; `now` in unix seconds.

    Raises redis.RedisError.
    """
    last = int((time.time() if now is None else now) // 60)
    with redis.pipeline(transaction=False) as pipeline:
        for minute in range(last - minutes, last + 1):
            pipeline.hgetall(_key(minute))
        found = _read(pipeline.execute())
    webhooks = [one for one in found.requests if one.group in WEBHOOKS]
    buckets = [sum(some) for some in zip(*(one.buckets for one in webhooks), strict=True)]
    return WebhookTimes(
        requests=sum(one.count for one in webhooks),
        errors=sum(one.count for one in webhooks if one.status in FAILED),
        p50=_milliseconds(buckets, 0.50),
        p99=_milliseconds(buckets, 0.99),
    )


def _key(minute: int) -> str:
    return f"{SUMS}:{minute}"


def _read(hashes: Sequence[Any]) -> Meters:
    summed: Counter[str] = Counter()
    for one in hashes:
        summed.update({field.decode(): int(value) for field, value in one.items()})
    buckets: dict[tuple[str, str], list[int]] = {}
    without: dict[str, int] = {}
    calls: dict[Field, int] = {}
    for field, value in summed.items():
        kind, _, rest = field.partition(":")
        if kind == REQUEST:
            group, status, bucket = rest.split(":")
            buckets.setdefault((group, status), [0] * (len(BOUNDS) + 1))[int(bucket)] += value
        elif kind == WITHOUT:
            without[rest] = value
        elif kind == CALL:
            calls[tuple(rest.split(":"))] = value
    return Meters(
        [
            Histogram(
                RequestGroup(group),
                status,
                tuple(counts),
                summed[f"{SECONDS}:{group}:{status}"] / 1_000_000,
            )
            for (group, status), counts in sorted(buckets.items())
        ],
        without,
        calls,
    )


def _milliseconds(buckets: Sequence[int], share: float) -> float | None:
    """Within so many milliseconds this share of the requests was answered, as near as buckets tell.

    Within a bucket requests are taken to lie evenly; what is over all bounds counts as the last.
    """
    wanted, seen = share * sum(buckets), 0
    if not wanted:
        return None
    for low, high, count in zip((0.0, *BOUNDS), (*BOUNDS, BOUNDS[-1]), buckets, strict=True):
        if count and seen + count >= wanted:
            return 1000 * (low + (high - low) * (wanted - seen) / count)
        seen += count
    return 1000 * BOUNDS[-1]
