"""Who is at the desk, in Redis: presence, and the telephone that stays connected for a shift.

All of it raises redis.RedisError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from redis import Redis

from hotline.store.desk.scripts import DeskScripts, milliseconds, text
from hotline.store.enums import Presence
from hotline.store.keys import PREFIX, staff_key

HOUR = 3600  # seconds


class Mode(StrEnum):
    """How a supervisor is in the room of another."""

    LISTEN = "listen"  # hears, and is not heard
    COACH = "coach"  # is heard by the staff member only
    JOIN = "join"  # is heard by both
    OWN = ""  # is not: in the own room


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody at the desk. Times are unix milliseconds."""

    account_id: int
    name: str
    presence: Presence
    since: int
    leg: str  # sid of the call to their telephone; empty: none is connected
    room: str  # the conference in which it waits
    talking_to: str  # sid of a waiter
    last: str  # sid of the waiter before
    visiting: int | None  # the account whose room a supervisor is in
    mode: Mode


@dataclass(frozen=True, slots=True)
class ShiftEnded:
    """A telephone is gone. `name` is empty if another one had taken its place before."""

    account_id: int
    name: str
    put_back: str  # sid of the caller who is back in the queue


class StaffStore:
    """Safe to share between threads."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._run = DeskScripts(redis)

    def begin_shift(
        self, account: int, name: str, leg: str, room: str, at: datetime
    ) -> tuple[str, str]:
        """The telephone is connected: ready. Returns the leg before, and a caller put back."""
        found = self._run("begin_shift", account, name, leg, room, milliseconds(at))
        return text(found[0]), text(found[1])

    def end_shift(self, leg: str, at: datetime) -> ShiftEnded | None:
        """The telephone is gone: away. None if the call was nobody's telephone."""
        found = [text(each) for each in self._run("end_shift", leg, milliseconds(at))]
        return ShiftEnded(int(found[0]), found[1], found[2]) if found else None

    def say(self, account: int, name: str, presence: Presence, at: datetime) -> str:
        """What a member says of themselves: "ok", or "talking" or "no-line" if it cannot be so."""
        return text(self._run("presence", account, name, presence.value, milliseconds(at)))

    def visit(self, account: int, visited: int | None, mode: Mode) -> str:
        """To another's room, or back to the own one: "ok", or what hinders it."""
        return text(self._run("visit", account, "" if visited is None else visited, mode.value))

    def find(self, account: int) -> StaffMember | None:
        found: Any = self._redis.hgetall(staff_key(account))
        return _member(found) if b"account" in found else None

    def of_leg(self, leg: str) -> StaffMember | None:
        """Whose telephone this call is to; None once another one has taken its place."""
        account = self._redis.get(f"{PREFIX}leg:{leg}")
        member = self.find(int(account)) if isinstance(account, bytes) else None
        return member if member is not None and member.leg == leg else None

    def everyone(self) -> list[StaffMember]:
        """All who were on shift lately, by name."""
        accounts = sorted(int(each) for each in self._redis.smembers(f"{PREFIX}staff"))
        with self._redis.pipeline(transaction=False) as pipeline:
            for account in accounts:
                pipeline.hgetall(staff_key(account))
            rows = pipeline.execute()
        found = [_member(row) for row in rows if b"account" in row]
        return sorted(found, key=lambda member: member.name)

    # --- Calls to a staff member's telephone that nobody has accepted yet

    def expect(self, token: str, account: int, name: str, seconds: int) -> None:
        """A telephone is being called for this account."""
        key = f"{PREFIX}staff-call:{token}"
        with self._redis.pipeline() as pipeline:
            pipeline.hset(key, mapping={"account": account, "name": name})
            pipeline.expire(key, seconds)
            pipeline.execute()

    def expected(self, token: str) -> tuple[int, str] | None:
        """For whom a telephone is being called: the account and its name."""
        found: Any = self._redis.hgetall(f"{PREFIX}staff-call:{token}")
        return (int(found[b"account"]), found[b"name"].decode()) if found else None

    # --- Guessing at extensions and PINs

    def count_guess(self, most: Mapping[str, int]) -> bool:
        """Counts a try under each name; whether none has had more in an hour than it may."""
        with self._redis.pipeline() as pipeline:
            for name in most:
                pipeline.set(_guesses(name), 0, ex=HOUR, nx=True)
                pipeline.incr(_guesses(name))
            counts = pipeline.execute()[1::2]
        return all(int(n) <= bound for n, bound in zip(counts, most.values(), strict=True))

    def forgive(self, names: Iterable[str]) -> None:
        """It was no guess: the PIN was right."""
        with self._redis.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.decr(_guesses(name))
            pipeline.execute()


def _guesses(name: str) -> str:
    return f"{PREFIX}guess:staff:{name}"


def _member(found: Mapping[bytes, bytes]) -> StaffMember:
    field: dict[str, Any] = {name.decode(): value.decode() for name, value in found.items()}
    return StaffMember(
        account_id=int(field["account"]),
        name=field.get("name", ""),
        presence=Presence(field.get("presence") or Presence.AWAY),
        since=int(field.get("since") or 0),
        leg=field.get("leg", ""),
        room=field.get("room", ""),
        talking_to=field.get("talking_to", ""),
        last=field.get("last", ""),
        visiting=int(field["with"]) if field.get("with") else None,
        mode=Mode(field.get("mode", "")),
    )
