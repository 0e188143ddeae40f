"""How many wrong PINs were keyed in each minute of the clock, in Redis, for whoever watches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from redis import Redis

from hotline.store.keys import PREFIX

KEPT_SECONDS = 2 * 3600


def count(redis: Redis, at: datetime) -> None:
    """One more. Raises redis.RedisError, as does the next."""
    key = _key(at)
    with redis.pipeline(transaction=False) as pipeline:
        pipeline.incr(key)
        pipeline.expire(key, KEPT_SECONDS)
        pipeline.execute()


def wrong_pins_of(redis: Redis, minutes: Sequence[datetime]) -> list[int]:
    """How many in each of these minutes, which are named by any moment in them."""
    found = cast("list[bytes | None]", redis.mget([_key(at) for at in minutes])) if minutes else []
    return [int(number or 0) for number in found]


def _key(at: datetime) -> str:
    return f"{PREFIX}wrong-pins:{int(at.timestamp() // 60)}"
