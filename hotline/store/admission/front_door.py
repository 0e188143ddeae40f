"""The front door's memory, in Redis: who called lately, who is on the line, who guesses at PINs.

All of it expires and may be lost: then callers are let in. One script, `admit`, decides and counts
for each incoming call in a single round trip, by the bounds of guard/triage.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from redis import Redis
from redis.commands.core import Script as RedisScript

from hotline.guard.caller import SHORTEST_PREFIX, Attestation, Caller, last_four, prefixes
from hotline.guard.guessing import HOUR, MINUTE, GuessPolicy
from hotline.guard.triage import (
    Bound,
    CallerStanding,
    Counted,
    DoorPolicy,
    Entrance,
    Judgement,
    Verdict,
    bounds,
    standing_of,
    welcome,
)
from hotline.store.admission import caller_keys
from hotline.store.keys import ALARM, BLOCKS, EPOCH, EVENTS, PREFIX, SWITCHES, call_key

CHAIRS = PREFIX + "line:chairs"
ROOMS = {
    Entrance.CHAIRS: PREFIX + "line:strangers",
    Entrance.PUBLIC: PREFIX + "line:public",
    Entrance.STAFF: PREFIX + "line:staff",
}

MOST_EVENTS = 500_000
"""Events that wait to be moved to SQL, about 150 MB; beyond that the oldest are lost."""
GRACE = 30_000
"""Milliseconds that a call may outlast its time before its place on the line is given away: the
network says late, or never, that it is over."""

ANSWERS_TO_CHAIR, ANSWERS_TO_STRANGER, ANSWERS_TO_HELP = 6, 1, 3
"""Text messages of one number that are answered in a while; whoever forges it must not have us text
it all night."""
UNHEEDED = 9
"""More than any block weighs."""

_LUA = Path(__file__).parent / "lua"


@dataclass(frozen=True, slots=True)
class CallAttempt:
    """Who calls. `key` is guard.caller.key_of the number; `sid` that of the call or message."""

    sid: str
    caller: Caller
    key: str
    on_roster: bool
    entrance: Entrance
    ledger_id: int


class Admission(NamedTuple):  # made for every call: a dataclass takes three times as long
    """The judgement, and the epoch it was made in. `closed`: JSON, intake is closed."""

    judgement: Judgement
    epoch: int
    closed: str | None


@dataclass(frozen=True, slots=True)
class Outdated:
    """Nothing was judged or counted: roster, blocks or switches have to be read anew first."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Tried:
    """How guessing stands at the moment of an attempt. `began`: a lock or an alarm just has.

    `alarm` also where there is a doubt about this unit's PIN, or about this phone, only.
    """

    locked: bool
    alarm: bool
    began: bool


@dataclass(frozen=True, slots=True)
class Leases:
    """How long a call may be on the line, in seconds: nobody proved, and at most."""

    unproved: int
    longest: int


class FrontDoorStore:
    """Everything here raises redis.RedisError when Redis does not answer in time."""

    def __init__(
        self, redis: Redis, policy: DoorPolicy, guesses: GuessPolicy, leases: Leases
    ) -> None:
        self._redis = redis
        self._policy = policy
        self._guesses = guesses
        self._stranger_ms = leases.unproved * 1000 + GRACE
        self._chair_ms = leases.longest * 1000 + GRACE
        self._admit = {
            (entrance, standing): self._script("admit", self._rules(entrance, standing))
            for entrance in Entrance
            for standing in CallerStanding
        }
        self._take_text, self._try_pin, self._prove, self._put_through, self._end = (
            self._script(name)
            for name in ("take_text", "try_pin", "prove", "put_through", "end_call")
        )

    def _script(self, name: str, before: str = "") -> RedisScript:
        return self._redis.register_script(before + (_LUA / f"{name}.lua").read_text())

    def _rules(self, entrance: Entrance, standing: CallerStanding) -> str:
        """The rule for these callers as `admit` reads it: it stands while the process runs."""
        policy = self._policy
        named: dict[str, list[Any] | str | int] = {
            "BOUNDS": _flat(bounds(standing, entrance, policy)),
            "BOUNDS_IF_VERIFIED": _flat(bounds(CallerStanding.VERIFIED, entrance, policy)),
            "WELCOME": [welcome(standing, policy, alarm=alarm).value for alarm in (False, True)],
            "WELCOME_IF_VERIFIED": welcome(CallerStanding.VERIFIED, policy, alarm=False).value,
            "WINDOW": policy.window,
            "AWAY": policy.away,
            "LONGEST": policy.longest_away,
            "STRANGER_LEASE": self._stranger_ms,
            "CHAIR_LEASE": self._chair_ms,
            "MOST_EVENTS": MOST_EVENTS,
            "SHORTEST_PREFIX": SHORTEST_PREFIX,
            "EPOCH": EPOCH,
            "ALARM": ALARM,
            "SWITCHES": SWITCHES,
            "BLOCKS": BLOCKS,
            "EVENTS": EVENTS,
            "CHAIRS": CHAIRS,
            "ROOM": ROOMS[entrance],
        }
        return "".join(f"local {name} = {_lua(value)}\n" for name, value in named.items())

    def admit(self, visitor: CallAttempt, at: datetime, epoch: int | None) -> Admission | Outdated:
        """Judges and counts an incoming call, once however often it is asked.

        `epoch` is that of the roster which `visitor.on_roster` comes from; None: judge in any case.
        """
        caller = visitor.caller
        standing = standing_of(caller, visitor.on_roster, verified=False)
        keys = caller_keys.caller_keys(visitor.entrance, standing, visitor.key)
        found = self._admit[visitor.entrance, standing](
            keys=[call_key(visitor.sid), keys.attempts, keys.away, keys.verified],
            args=[
                _ms(at),
                visitor.sid,
                visitor.entrance.value,
                standing.value,
                "" if epoch is None else epoch,
                caller.number or "",
                visitor.ledger_id,
                visitor.key,
                caller.attestation.value,
            ],
        )
        if len(found) == 1:
            return Outdated(int(found[0]))
        return Admission(
            _judgement(*found[1:4]), int(found[0]), _text(found[4]) if found[4] else None
        )

    def take_text(
        self, visitor: CallAttempt, at: datetime, seconds: int, *, asks_help: bool = False
    ) -> bool:
        """Whether a text message is answered: not of a blocked number, and only so often in
        `seconds`. A call for help is counted apart, and no block stands in its way."""
        standing = standing_of(visitor.caller, visitor.on_roster, verified=False)
        number = visitor.caller.number
        heeded = next(b.most for b in bounds(standing, visitor.entrance, self._policy))
        most = ANSWERS_TO_CHAIR if standing is CallerStanding.ROSTER else ANSWERS_TO_STRANGER
        apart = "help:" if asks_help else ""
        reason = self._take_text(
            keys=[BLOCKS, f"{PREFIX}answered:{apart}{visitor.key}", EVENTS],
            args=[
                _ms(at),
                visitor.sid,
                UNHEEDED if asks_help else heeded,
                seconds,
                int(number is not None),
                MOST_EVENTS,
                visitor.entrance.value,
                visitor.ledger_id,
                visitor.key,
                last_four(number),
                visitor.caller.attestation.value,
                standing.value,
                welcome(standing, self._policy, alarm=False).value,
                ANSWERS_TO_HELP if asks_help else most,
                *_block_fields(number),
            ],
        )
        return not reason

    def try_pin(
        self, sid: str, attempt: str, key: str, unit: str, own: bool, at: datetime
    ) -> Tried:
        """Counts an attempt at the unit's PIN as wrong, until `forgive`.

        `own`: from one of the unit's own phones. `attempt` names it: counted once.
        """
        guesses = self._guesses
        locked, alarm, began = self._try_pin(
            keys=[
                *caller_keys.guesses(unit, key),
                caller_keys.locked(unit),
                ALARM,
                f"{ALARM}:{unit}",
                EVENTS,
                caller_keys.doubted(unit),
            ],
            args=[
                _ms(at),
                sid,
                attempt,
                int(own),
                unit,
                guesses.unit,
                guesses.line,
                HOUR,
                MINUTE,
                guesses.alarm,
                guesses.locked,
                MOST_EVENTS,
                guesses.phone if key else 0,
            ],
        )
        return Tried(bool(locked), bool(alarm), bool(began))

    def forgive(self, attempt: str, key: str, unit: str, doubted: bool = False) -> None:
        """The PIN was right: the attempt was no guess.

        `doubted`: it was heard to be right by somebody who has yet to key the second factor, and
        may have guessed it. So other phones than the unit's own need one after the alarm, too.
        """
        with self._redis.pipeline(transaction=False) as pipeline:
            if doubted:
                pipeline.set(caller_keys.doubted(unit), 1, ex=self._guesses.locked)
            for guesses in caller_keys.guesses(unit, key):
                pipeline.zrem(guesses, attempt)
            pipeline.execute()

    def prove(self, visitor: CallAttempt, unit: str, number: int, at: datetime) -> None:
        """The caller is a chair: not an unknown caller, and known by this phone for a while.

        A phone that its network does not vouch for is not remembered. `number` tells the proofs of
        one call apart.
        """
        standing = standing_of(visitor.caller, visitor.on_roster, verified=False)
        keys = caller_keys.caller_keys(visitor.entrance, standing, visitor.key)
        self._prove(
            keys=[
                ROOMS[visitor.entrance],
                CHAIRS,
                keys.attempts,
                keys.away,
                keys.verified,
                EVENTS,
            ],
            args=[
                _ms(at),
                visitor.sid,
                self._chair_ms,
                self._policy.verified,
                int(standing not in (CallerStanding.SUSPECT, CallerStanding.WITHHELD)),
                unit,
                visitor.key,
                number,
                MOST_EVENTS,
            ],
        )

    def put_through(self, sid: str, at: datetime) -> bool:
        """Whether this unknown caller may be put through to a person; all only so often."""
        policy = self._policy
        found = self._put_through(
            keys=[f"{PREFIX}through"], args=[_ms(at), sid, policy.put_through, policy.window]
        )
        return bool(found)

    def know_staff(self, visitor: CallAttempt) -> None:
        """A member of staff proved who they are from this phone: it is known there for a while."""
        keys = caller_keys.caller_keys(Entrance.STAFF, CallerStanding.UNKNOWN, visitor.key)
        with self._redis.pipeline() as pipeline:
            pipeline.zrem(ROOMS[Entrance.STAFF], visitor.sid)
            if visitor.key and visitor.caller.attestation is not Attestation.FAILED:
                pipeline.set(keys.verified, 1, ex=self._policy.verified)
                pipeline.delete(keys.attempts, keys.away)
            pipeline.execute()

    def ring_person(self, sid: str, key: str) -> bool:
        """Whether this call may ring the person: one of a telephone at a time."""
        name = caller_keys.person(key)
        if self._redis.set(name, sid, nx=True, px=self._chair_ms):
            return True
        return self._redis.get(name) == sid.encode()

    def end(self, sid: str, key: str, status: str, seconds: str, at: datetime) -> None:
        """The call of caller `key` is over, as the network says; `seconds` may be empty."""
        self._end(
            keys=[
                call_key(sid),
                EVENTS,
                caller_keys.person(key),
                *ROOMS.values(),
                CHAIRS,
                *(place.attempts for place in caller_keys.places(key)),
            ],
            args=[_ms(at), sid, status, seconds, MOST_EVENTS, len(ROOMS) + 1],
        )


def forget(redis: Redis, key: str) -> None:
    """Lets a number through again that was turned away for its earlier calls."""
    redis.delete(
        *(name for place in caller_keys.places(key) for name in (place.attempts, place.away))
    )


def unlock(redis: Redis, units: Sequence[str]) -> None:
    """Forgets the guesses at these units: they have got other PINs."""
    names = (
        name
        for unit in units
        for name in (
            *caller_keys.guesses(unit, "")[:2],
            caller_keys.locked(unit),
            f"{ALARM}:{unit}",
            caller_keys.doubted(unit),
        )
    )
    with redis.pipeline(transaction=False) as pipeline:
        for name in names:
            pipeline.delete(name)
        pipeline.execute()


def _flat(found: Sequence[Bound]) -> list[str | int]:
    return [value for bound in found for value in (bound.counted.value, bound.most)]


def _lua(value: list[Any] | str | int) -> str:
    """A value of ours as Lua writes it."""
    match value:
        case list():
            return "{" + ", ".join(map(_lua, value)) + "}"
        case str():
            return f"'{value}'"
        case _:
            return str(value)


def _block_fields(number: str | None) -> list[str]:
    """The fields of `hotline:blocks` that a number is found under: itself and its beginnings."""
    if number is None:
        return []
    return [f"={number}", *(f"^{prefix}" for prefix in prefixes(number))]


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@cache  # there are few, and each call brings one
def _judgement(standing: bytes | str, reason: bytes | str, verdict: bytes | str) -> Judgement:
    return Judgement(
        Verdict.TURN_AWAY if reason else Verdict(_text(verdict)),
        CallerStanding(_text(standing)),
        Counted(_text(reason)) if reason else None,
    )


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
