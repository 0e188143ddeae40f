"""Codes by which a browser becomes a known one of an account: in Redis, each for once.

Everything here raises redis.RedisError when Redis does not answer in time.
"""

from __future__ import annotations

from redis import Redis

from hotline.store.keys import PREFIX


def keep_device_code(redis: Redis, digest: str, account_id: int, seconds: int) -> None:
    """Only the digest of a code is kept."""
    redis.set(_key(digest), account_id, ex=seconds)


def spend_device_code(redis: Redis, digest: str) -> int | None:
    """The account that a code was made for; the code is gone then. None if there is none."""
    found = redis.getdel(_key(digest))
    return None if found is None else int(found)


def _key(digest: str) -> str:
    return f"{PREFIX}device:{digest}"
