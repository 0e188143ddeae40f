"""Reminders by text message that a supervisor has prepared, in Redis: what to send, how far it is.

What is sent is what was shown before: a batch is laid down when it is prepared, and not made again.
All of it raises redis.RedisError.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from redis import Redis

from hotline.store.keys import PREFIX

PREPARED_FOR = 900  # seconds in which a batch that was shown can be sent
KEPT = 24 * 3600  # seconds
IDLE = 15  # seconds after which the job that sends a batch is taken for lost
HOUR = 3600  # seconds in which a phone is not reminded twice

_ACTIVE = PREFIX + "reminding"


class BatchState(StrEnum):
    """How far a batch is."""

    PREPARED = "prepared"  # shown, and nothing is sent
    SENDING = "sending"
    STOPPED = "stopped"  # by a person; what was not sent by then is not sent
    DONE = "done"


class Fate(StrEnum):
    """What became of a text."""

    SENT = "sent"
    REPORTED = "reported"  # not needed any more
    LATELY = "lately"  # the phone has had one within the hour
    REFUSED = "refused"  # by the network
    UNSURE = "unsure"  # the network did not answer: it may have arrived, so it is not sent again


@dataclass(frozen=True, slots=True)
class ReminderText:
    """A text to one phone (E.164) about some units."""

    phone: str
    body: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch is, all of it known when it is prepared."""

    ledger_id: int
    account_id: int
    who: str
    about: str  # which units, in words
    texts: int
    messages: int  # what the network charges: a long text is several


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and how far it is."""

    token: str
    plan: Plan
    state: BatchState
    fates: dict[Fate, int]

    @property
    def left(self) -> int:
        return self.plan.texts - sum(self.fates.values())


class ReminderStore:
    """Safe to share between threads."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def prepare(self, token: str, plan: Plan, texts: Sequence[ReminderText]) -> None:
        document = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
        with self._redis.pipeline() as pipe:
            pipe.hset(
                _key(token),
                mapping={"plan": json.dumps(document), "state": BatchState.PREPARED.value},
            )
            for text in texts:
                pipe.rpush(_texts(token), json.dumps([text.phone, text.body, text.units]))
            pipe.expire(_key(token), PREPARED_FOR)
            pipe.expire(_texts(token), PREPARED_FOR)
            pipe.execute()

    def begin(self, token: str, at: datetime) -> bool:
        """Whether this is the first time that somebody says so; the batch is sent from then on."""
        if not self._redis.hsetnx(_key(token), "begun", at.isoformat()):
            return False
        with self._redis.pipeline() as pipe:
            pipe.hset(_key(token), "state", BatchState.SENDING.value)
            pipe.expire(_key(token), KEPT)
            pipe.expire(_texts(token), KEPT)
            pipe.sadd(_ACTIVE, token)
            pipe.execute()
        return True

    def find(self, token: str) -> Batch | None:
        found: Any = self._redis.hgetall(_key(token))
        if b"plan" not in found or b"state" not in found:
            return None
        fates = {fate: int(found.get(fate.value.encode(), 0)) for fate in Fate}
        plan = Plan(**json.loads(found[b"plan"]))
        return Batch(token, plan, BatchState(found[b"state"].decode()), fates)

    def next(self, token: str) -> ReminderText | None:
        """The next text, which nobody else gets; None where there is none: the batch is done."""
        found = self._redis.lpop(_texts(token))
        if isinstance(found, bytes):
            phone, body, units = json.loads(found)
            return ReminderText(phone, body, tuple(units))
        self._end(token, BatchState.DONE)
        return None

    def put_back(self, token: str, text: ReminderText) -> None:
        """It was certainly not sent, and is the next one again."""
        with self._redis.pipeline() as pipe:
            pipe.lpush(_texts(token), json.dumps([text.phone, text.body, text.units]))
            pipe.expire(_texts(token), KEPT)
            pipe.execute()

    def count(self, token: str, fate: Fate) -> None:
        self._redis.hincrby(_key(token), fate.value, 1)

    def stop(self, token: str) -> bool:
        """Whether it was being sent; nothing more of it is."""
        batch = self.find(token)
        if batch is None or batch.state is not BatchState.SENDING:
            return False
        self._end(token, BatchState.STOPPED)
        self._redis.delete(_texts(token))
        return True

    def active(self) -> list[str]:
        """The batches that are being sent."""
        members: Any = self._redis.smembers(_ACTIVE)
        return sorted(token.decode() for token in members)

    def is_idle(self, token: str) -> bool:
        """Whether nothing has been done about a batch lately; from now on something is."""
        return bool(self._redis.set(_alive(token), "1", nx=True, ex=IDLE))

    def touch(self, token: str) -> None:
        """Something is being done about a batch."""
        self._redis.set(_alive(token), "1", ex=IDLE)

    def _end(self, token: str, state: BatchState) -> None:
        with self._redis.pipeline() as pipe:
            pipe.hset(_key(token), "state", state.value)
            pipe.srem(_ACTIVE, token)
            pipe.execute()

    # --- A phone is not reminded twice within an hour

    def claim(self, phone_key: str) -> bool:
        """Whether this phone has had no reminder within the hour; from now on it has."""
        return bool(self._redis.set(_phone(phone_key), "1", nx=True, ex=HOUR))

    def unclaim(self, phone_key: str) -> None:
        """It has had none after all."""
        self._redis.delete(_phone(phone_key))

    def had_lately(self, phone_keys: Sequence[str]) -> set[str]:
        """Those of these phones that are not reminded now."""
        if not phone_keys:
            return set()
        found = self._redis.mget([_phone(key) for key in phone_keys])
        return {key for key, value in zip(phone_keys, found, strict=True) if value is not None}


def _key(token: str) -> str:
    return f"{PREFIX}reminders:{token}"


def _texts(token: str) -> str:
    return f"{PREFIX}reminders:{token}:texts"


def _alive(token: str) -> str:
    return f"{PREFIX}reminders:{token}:alive"


def _phone(phone_key: str) -> str:
    return f"{PREFIX}reminded:{phone_key}"
