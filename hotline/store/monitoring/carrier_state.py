"""How the carrier's REST interface answered last, in Redis, as all processes have seen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis import Redis

from hotline.store.keys import PREFIX

CARRIER = PREFIX + "carrier"
KEPT_SECONDS = 24 * 3600
LONGEST_REASON = 200  # characters


@dataclass(frozen=True, slots=True)
class CarrierState:
    """The last request that was answered, and the last that was not. UTC; None: not for a day."""

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    why: str = ""  # of the failure

    @property
    def is_failing(self) -> bool:
        """Whether the last request failed."""
        if self.failed_at is None:
            return False
        return self.succeeded_at is None or self.failed_at > self.succeeded_at


def note_carrier(redis: Redis, at: datetime, failure: str = "") -> None:
    """A request was answered, or failed and why. Raises redis.RedisError, as does the next."""
    moment = at.timestamp()
    said: dict[Any, Any] = (
        {"failed_at": moment, "why": failure[:LONGEST_REASON]}
        if failure
        else {"succeeded_at": moment}
    )
    with redis.pipeline(transaction=False) as pipeline:
        pipeline.hset(CARRIER, mapping=said)
        pipeline.expire(CARRIER, KEPT_SECONDS)
        pipeline.execute()


def carrier_state(redis: Redis) -> CarrierState:
    found: Any = redis.hgetall(CARRIER)

    def moment(name: bytes) -> datetime | None:
        return datetime.fromtimestamp(float(found[name]), UTC) if name in found else None

    return CarrierState(
        moment(b"succeeded_at"), moment(b"failed_at"), found.get(b"why", b"").decode()
    )
