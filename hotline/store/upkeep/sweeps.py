"""When the last sweep was done: whether clock and messenger are alive can be told from it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from redis import Redis

from hotline.store.keys import PREFIX

SWEPT = PREFIX + "swept"


def note_sweep(redis: Redis, at: datetime) -> None:
    """A sweep is done. Raises redis.RedisError, as does `last`."""
    redis.set(SWEPT, at.timestamp())


def last(redis: Redis) -> datetime | None:
    """When, in UTC; None where Redis knows of none."""
    found: Any = redis.get(SWEPT)
    return None if found is None else datetime.fromtimestamp(float(found), UTC)
