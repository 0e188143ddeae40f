"""What a process remembers of the database, until somebody announces that it has changed."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from redis import RedisError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from hotline.store.config_version import ConfigVersion
from hotline.store.database import reading

log = logging.getLogger(__name__)

WITHOUT_REDIS = 1.0  # seconds for which it is taken as it was, while Redis is silent
WITHOUT_DATABASE = 1.0  # seconds until it is asked again
WITHOUT_NEWS = 15.0  # seconds after which the database is asked though no change was announced

Kept = TypeVar("Kept")


@dataclass
class SilentParts:
    """Until when, in monotonic seconds, Redis and the database are not asked: they were silent.

    All that a process remembers shares it, so that nobody waits for the same silence twice.
    """

    redis: float = float("-inf")
    database: float = float("-inf")

    @property
    def of_database(self) -> bool:
        return time.monotonic() < self.database


@dataclass
class Remembered(Generic[Kept]):
    """`what` it is, for the log; how it is read; and what holds until that was possible.

    `known` is what was read last, for whoever must not wait for anybody. Threads may share one.
    """

    what: str
    engine: Engine
    epoch: ConfigVersion
    counts: Counter[str]
    silence: SilentParts
    read: Callable[[Connection], Kept]
    known: Kept
    raises: bool = False  # where nothing is known
    _lock: Lock = field(default_factory=Lock)
    _epoch: int | None = None
    _read_at: float = float("-inf")  # monotonic seconds

    def get(self, epoch: int | None) -> Kept:
        """As it is now. `epoch` spares a round trip where the caller has read it already.

        While the database is silent, what was known last goes on; it is asked again a second later.
        Raises SQLAlchemyError where nothing is known, and this is one that `raises`.
        """
        now = time.monotonic()
        if epoch is None:
            epoch = self._ask_redis(now)
        if self._is_fresh(now, epoch):
            return self.known
        with self._lock:  # one thread reads, the others wait for what it finds
            if not self._is_fresh(now, epoch):
                self._read_anew(epoch)
            return self.known

    def forget(self) -> None:
        """What is known is looked up anew the next time."""
        with self._lock:
            self._epoch, self._read_at = None, float("-inf")

    def _ask_redis(self, now: float) -> int | None:
        if now < self.silence.redis:
            return None
        try:
            return self.epoch.current()
        except RedisError:
            self.silence.redis = now + WITHOUT_REDIS
            self.counts["epoch"] += 1
            return None

    def _is_fresh(self, now: float, epoch: int | None) -> bool:
        if self.silence.of_database:
            return not self._must_raise
        if epoch is None:
            return now - self._read_at < WITHOUT_REDIS
        return epoch == self._epoch and now - self._read_at < WITHOUT_NEWS

    @property
    def _must_raise(self) -> bool:
        return self.raises and self.known is None

    def _read_anew(self, epoch: int | None) -> None:
        try:
            with reading(self.engine) as connection:
                found = self.read(connection)
        except SQLAlchemyError:
            if self._must_raise:
                raise
            self.counts[self.what] += 1
            log.warning("the %s cannot be read; what was known goes on", self.what)
            self.silence.database = time.monotonic() + WITHOUT_DATABASE
        else:
            # The epoch was read before the database, which is therefore at least as new.
            self.known, self._epoch = found, epoch
            self._read_at = time.monotonic()
