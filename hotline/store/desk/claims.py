"""Who is working on which unit, in Redis. A claim that nobody renews is gone after two minutes.

All of it raises redis.RedisError.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from redis import Redis

from hotline.store.desk.scripts import DeskScripts
from hotline.store.keys import claim_key

SECONDS = 120


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is on a unit."""

    account_id: int
    name: str


class ClaimStore:
    """Safe to share between threads."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._run = DeskScripts(redis)

    def claim(self, ledger_id: int, unit: str, who: Holder) -> Holder:
        """Whoever holds the unit then: `who` if it was free, or was theirs already."""
        return self._ask("claim", ledger_id, unit, who)[1] or who

    def renew(self, ledger_id: int, unit: str, who: Holder) -> Holder | None:
        """The same for a claim held already; a lost one is not made anew."""
        return self._ask("renew", ledger_id, unit, who)[1]

    def release(self, ledger_id: int, unit: str, who: Holder) -> bool:
        """Whether `who` held it, and does not any more."""
        return self._ask("release", ledger_id, unit, who)[0] == who

    def take_over(self, ledger_id: int, unit: str, who: Holder) -> Holder | None:
        """`who` holds it now, whoever did before; returns that one."""
        return self._ask("take-over", ledger_id, unit, who)[0]

    def holder(self, ledger_id: int, unit: str) -> Holder | None:
        return _read(self._redis.get(claim_key(ledger_id, unit)))

    def holders(self, ledger_id: int, units: Iterable[str]) -> dict[str, Holder]:
        """The holders of those units that somebody is on."""
        wanted = list(units)
        if not wanted:
            return {}
        found = map(_read, self._redis.mget([claim_key(ledger_id, unit) for unit in wanted]))
        return {unit: who for unit, who in zip(wanted, found, strict=True) if who is not None}

    def _ask(
        self, what: str, ledger_id: int, unit: str, who: Holder
    ) -> tuple[Holder | None, Holder | None]:
        mine = json.dumps([who.account_id, who.name])
        before, after = self._run("claim", what, mine, SECONDS, keys=(claim_key(ledger_id, unit),))
        return _read(before), _read(after)


def _read(value: object) -> Holder | None:
    return Holder(*json.loads(value)) if isinstance(value, bytes) else None
