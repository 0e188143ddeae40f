"""Codes of the second factor, in Redis: their hashes by call, and codes on their way to a phone.

The code itself is there in the clear only until a worker has taken it, two minutes at most.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from redis import Redis

from hotline.store.keys import PREFIX

VALID = 600  # seconds; for so long a code can be keyed
ON_ITS_WAY = 120  # seconds; for so long a worker can still send it
HOUR = 3600  # seconds, from the first code that is counted

_KEY = PREFIX + "second:"
_CHECK = (Path(__file__).parent / "lua" / "check_code.lua").read_text()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A code on its way to `phones` (E.164), as a text message or `spoken`; or a new PIN.

    `language`: ISO 639-1.
    """

    code: str
    ledger_id: int
    unit: str
    spoken: bool
    phones: tuple[str, ...]
    language: str
    is_pin: bool = False


def count_send(redis: Redis, unit: str, most: int) -> bool:
    """Whether one more code may be sent to this unit's phones in this hour; counts it."""
    key = f"{_KEY}sends:{unit}"
    with redis.pipeline() as pipe:
        pipe.set(key, 0, ex=HOUR, nx=True)
        pipe.incr(key)
        sends = int(pipe.execute()[1])
    return sends <= most


def keep(redis: Redis, sid: str, hash_: str, tries: int) -> None:
    """The code of a call is this one from now on; any earlier one is void."""
    key = f"{_KEY}call:{sid}"
    with redis.pipeline() as pipe:
        pipe.delete(key)
        pipe.hset(key, mapping={"hash": hash_, "left": tries})
        pipe.expire(key, VALID)
        pipe.execute()


def check(redis: Redis, sid: str, hash_: str) -> bool:
    """Whether this is the hash of the call's code. A right one works once; a wrong one is a try."""
    return bool(redis.eval(_CHECK, 1, f"{_KEY}call:{sid}", hash_))


def hand_over(redis: Redis, token: str, delivery: Delivery) -> None:
    """Leaves a code for the worker that is told the token."""
    redis.set(_way(token), json.dumps(asdict(delivery)), ex=ON_ITS_WAY)


def take(redis: Redis, token: str) -> Delivery | None:
    """The code that was handed over, which is gone then; None if it is too late for it."""
    left = redis.getdel(_way(token))
    if left is None:
        return None
    document = json.loads(left)
    return Delivery(**{**document, "phones": tuple(document["phones"])})


def _way(token: str) -> str:
    return f"{_KEY}way:{token}"
