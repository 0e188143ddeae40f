"""Redis: new enough, keeps what it holds over a restart, throws nothing away."""

from __future__ import annotations

from typing import Any

from redis import RedisError

from hotline.operations.readiness.checks import (
    Examination,
    ReadinessFinding,
    first_line,
    ok,
    warning,
    wrong,
)
from hotline.store.redis_client import CannotWork, prove_redis

OLDEST = (6, 2)
NEARLY_FULL = 0.8  # of maxmemory
WANTED_POLICY = "noeviction"


def redis(examination: Examination) -> ReadinessFinding:
    try:
        info = _info(examination, "server")
        prove_redis(examination.parts.redis)
    except CannotWork as error:
        return wrong(
            f"takes no writes: {first_line(error)}",
            "Raise maxmemory where it is full; have REDIS_URL lead to the primary where it is not.",
        )
    except RedisError as error:
        return wrong(f"cannot be reached: {first_line(error)}", "Start it, or mend REDIS_URL.")
    said = str(info.get("valkey_version") or info.get("redis_version", ""))
    version = tuple(int(part) for part in said.split(".") if part.isdecimal())
    if version < OLDEST:
        return wrong(f"version {said}", "Install Redis 6.2 or newer, or Valkey.")
    return ok(f"version {said}")


def persistence(examination: Examination) -> ReadinessFinding:
    info = _info(examination, "persistence")
    if not info.get("aof_enabled"):
        return warning(
            "appendonly is off: a restart forgets calls in progress and unfinished reports",
            "Set appendonly yes and appendfsync everysec in redis.conf.",
        )
    if info.get("aof_last_write_status", "ok") != "ok":
        return wrong("the append-only file cannot be written", "See Redis's log: is its disk full?")
    return ok("append-only file")


def eviction(examination: Examination) -> ReadinessFinding:
    info = _info(examination, "memory")
    policy, most = str(info.get("maxmemory_policy", "")), int(info.get("maxmemory", 0))
    used = int(info.get("used_memory", 0))
    bound = f"of {most // 1_000_000:,} MB" if most else "and no bound"
    seen = f"{policy}, {used // 1_000_000:,} MB used {bound}"
    if policy != WANTED_POLICY:
        return wrong(
            seen,
            "Set maxmemory-policy noeviction: anything else throws away calls in progress.",
        )
    if most and used > NEARLY_FULL * most:
        return wrong(seen, "Raise maxmemory: a full Redis refuses to remember calls.")
    return ok(seen)


def _info(examination: Examination, section: str) -> dict[str, Any]:
    found: dict[str, Any] = examination.parts.redis.info(section)
    return found
