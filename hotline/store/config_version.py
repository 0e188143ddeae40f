"""A number in Redis that tells every process when what it remembers of the election is old."""

from __future__ import annotations

import time

from redis import Redis

from hotline.store.keys import EPOCH


class ConfigVersion:
    """Moves on whenever the election, its ledger or the roster has changed."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def current(self) -> int:
        """0 while nothing has been announced. Raises redis.RedisError."""
        return read_version(self._redis.get(EPOCH))

    def invalidate(self) -> None:
        """To be called after the commit: whoever reads the database then sees the change.

        It is the time in nanoseconds and not a count from one, so that a Redis that has lost its
        memory cannot come back to a number that somebody still remembers. Raises redis.RedisError.
        """
        self._redis.set(EPOCH, time.time_ns())


def read_version(value: object) -> int:
    """The number out of what Redis gave for EPOCH, for callers that fetch it among other things."""
    return int(value) if isinstance(value, bytes | str) else 0
