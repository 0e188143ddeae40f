"""What Redis remembers of signing in: attempts that failed, and when each session was used last.

All of it expires. Everything here raises redis.RedisError when Redis does not answer in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis

from hotline.store.keys import PREFIX

_TRY = (Path(__file__).parent / "lua" / "try_sign_in.lua").read_text()
_USES = f"{PREFIX}sessions"
_FORGIVE = """
redis.call('DEL', KEYS[1])
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('HINCRBY', KEYS[2], 'n', -1) end
"""


@dataclass(frozen=True, slots=True)
class SignInPatience:
    """How many failures cost nothing, and what the ones after them cost."""

    name: int = 5
    address: int = 20  # a whole office may have one
    window: int = 900  # seconds after the last failure, until all are forgotten
    longest: int = 60  # seconds to wait, at most


def attempt(redis: Redis, name: str, address: str, at: datetime, patience: SignInPatience) -> float:
    """Seconds to wait before the next attempt; 0: it may be made, and counts until `forgive`."""
    now = int(at.timestamp() * 1000)
    wait = redis.eval(
        _TRY,
        2,
        *_keys(name, address),
        now,
        patience.name,
        patience.address,
        patience.window,
        patience.longest * 1000,
    )
    return int(wait) / 1000


def forgive(redis: Redis, name: str, address: str) -> None:
    """The attempt was right: the name starts afresh, and at the address it never was."""
    redis.eval(_FORGIVE, 2, *_keys(name, address))


@dataclass(frozen=True, slots=True)
class Use:
    """A session that is open. `version`: the account's then, by which it can have ended since."""

    account_id: int
    version: str
    used_at: datetime


def note_use(
    redis: Redis, account_id: int, version: str, session: str, at: datetime, seconds: int
) -> None:
    """The session was used now; those that were not for so many seconds are forgotten."""
    now = at.timestamp()
    with redis.pipeline() as pipeline:
        pipeline.zadd(_USES, {_use(account_id, version, session): now})
        pipeline.zremrangebyscore(_USES, "-inf", now - seconds)
        pipeline.expire(_USES, seconds)
        pipeline.execute()


def end_use(redis: Redis, account_id: int, version: str, session: str) -> None:
    redis.zrem(_USES, _use(account_id, version, session))


def uses(redis: Redis, since: datetime) -> list[Use]:
    """The sessions that were used since then."""
    found: Any = redis.zrangebyscore(_USES, since.timestamp(), "+inf", withscores=True)
    return [_use_of(member.decode(), score) for member, score in found]


def _use(account_id: int, version: str, session: str) -> str:
    return f"{account_id}:{version}:{session}"


def _use_of(member: str, score: float) -> Use:
    account_id, version, _ = member.split(":")
    return Use(int(account_id), version, datetime.fromtimestamp(score, UTC))


def _keys(name: str, address: str) -> tuple[str, str]:
    return f"{PREFIX}sign-in:name:{name}", f"{PREFIX}sign-in:address:{address}"
