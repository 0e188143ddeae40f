"""Letting callers in, or not: one round trip to Redis for each call, and none to the database.

Without Redis everybody is let in: a stranger more costs less than a chair kept out.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from redis import Redis, RedisError
from sqlalchemy.exc import SQLAlchemyError

from config.settings import SecondFactor, Settings
from hotline.guard.caller import Attestation, Caller, key_of
from hotline.guard.guessing import Attempt, GuessPolicy, Treatment, treat
from hotline.guard.triage import (
    Entrance,
    History,
    Load,
    Policy,
    Standing,
    judge,
    standing_of,
)
from hotline.operations import mirror
from hotline.operations.parts import NoElectionError, Parts
from hotline.store import roster
from hotline.store.database import reading
from hotline.store.front_door import FrontDoorStore, Knock, Leases, Outdated, Visitor

log = logging.getLogger(__name__)

IMPATIENCE = 1.0  # seconds that a caller waits for the counters
REST = 2.0  # seconds for which they are not asked again, once they were silent
RETRY = 5.0  # seconds until the roster is read again, once it could not be


def policy_of(settings: Settings) -> Policy:
    return Policy(
        capacity=settings.capacity,
        strangers_share=settings.strangers_share / 100,
        public_share=settings.public_share / 100,
        calls=settings.stranger_calls,
        window=settings.stranger_minutes * 60,
        away=settings.away_minutes * 60,
        longest_away=settings.away_hours_max * 3600,
        withheld_calls=settings.withheld_calls,
        put_through=settings.strangers_to_person,
        verified=settings.verified_hours * 3600,
        second_factor_always=settings.second_factor is SecondFactor.ALWAYS,
    )


def guess_policy_of(settings: Settings) -> GuessPolicy:
    return GuessPolicy(
        unit=settings.unit_guesses,
        phone=settings.phone_guesses,
        line=settings.line_guesses,
        alarm=settings.alarm_minutes * 60,
        locked=settings.verified_hours * 3600,
        second_factor_always=settings.second_factor is SecondFactor.ALWAYS,
    )


@dataclass
class _Roster:
    """The roster's phones as this process knows them, read again when the epoch has moved."""

    parts: Parts
    phones: frozenset[str] | None = None
    epoch: int | None = None
    _lock: Lock = field(default_factory=Lock)
    _unreadable_until: float = float("-inf")

    def holds(self, number: str | None) -> bool:
        if self.phones is None:
            self.catch_up(None)
        return number is not None and number in (self.phones or ())

    def catch_up(self, epoch: int | None) -> None:
        """Reads it unless another thread has done so meanwhile, or the database was just silent."""
        with self._lock:
            if self.phones is not None and epoch is not None and epoch == self.epoch:
                return
            if time.monotonic() < self._unreadable_until:
                return
            try:
                election = self.parts.election(epoch).election
                with reading(self.parts.engine) as connection:
                    self.phones = roster.all_phones(connection, election.id)
                self.epoch = epoch
            except NoElectionError:
                self.phones, self.epoch = frozenset(), epoch
            except SQLAlchemyError:
                self.parts.counts["roster"] += 1
                self._unreadable_until = time.monotonic() + RETRY
                log.warning("the roster cannot be read; what was known of it goes on")


class FrontDoor:
    """Safe to share between threads; one a process."""

    def __init__(self, parts: Parts) -> None:
        settings = parts.settings
        self.policy = policy_of(settings)
        self.guesses = guess_policy_of(settings)
        self._parts = parts
        self._pepper = settings.pin_pepper.get_secret_value()
        self._roster = _Roster(parts)
        self._silent_until = float("-inf")
        self._store = FrontDoorStore(
            impatient(parts.redis, IMPATIENCE),
            self.policy,
            self.guesses,
            Leases(settings.unverified_seconds, settings.call_minutes * 60),
        )

    def admit(self, sid: str, caller: Caller, entrance: Entrance, ledger_id: int) -> Knock:
        """The judgement on an incoming call. Never raises: whoever cannot be judged is let in."""
        on_roster = self._roster.holds(caller.number)
        visitor = self._visitor(sid, caller, on_roster, entrance, ledger_id)
        if time.monotonic() < self._silent_until:
            return self._unjudged(visitor)
        try:
            found = self._store.knock(visitor, self._parts.now(), self._roster.epoch or 0)
            if isinstance(found, Outdated):
                found = self._again(visitor, found)
        except RedisError as error:
            self._fell_silent("let in unjudged", error)
            return self._unjudged(visitor)
        return found

    def _again(self, visitor: Visitor, outdated: Outdated) -> Knock:
        """After roster, blocks or switches have changed, or Redis has lost its memory."""
        self._roster.catch_up(outdated.epoch)
        mirror.restore(self._parts)
        caller = visitor.caller
        now_known = self._visitor(
            visitor.sid,
            caller,
            self._roster.holds(caller.number),
            visitor.entrance,
            visitor.ledger_id,
        )
        found = self._store.knock(now_known, self._parts.now(), None)
        if isinstance(found, Outdated):
            raise AssertionError("a judgement in any case was asked for")
        return found

    def answers_text(self, sid: str, caller: Caller, entrance: Entrance, ledger_id: int) -> bool:
        """Whether a text message is answered. Without Redis it is not: an answer can wait."""
        visitor = self._visitor(sid, caller, self._roster.holds(caller.number), entrance, ledger_id)
        seconds = int(timedelta(minutes=self._parts.settings.text_reply_minutes).total_seconds())
        try:
            return self._store.take_text(visitor, self._parts.now(), seconds)
        except RedisError as error:
            self._fell_silent("text not answered", error)
            return False

    def treatment(self, sid: str, attempt: str, caller: Caller, unit: str, own: bool) -> Treatment:
        """What is done with a PIN about to be checked; counted as a guess until `right_pin`.

        `own`: the caller's number is one of the unit's own, and its network does not deny it.
        """
        own = own and caller.attestation is not Attestation.FAILED
        try:
            guesser = self._guesser(caller)
            tried = self._store.try_pin(sid, attempt, guesser, unit, own, self._parts.now())
        except RedisError as error:
            self._fell_silent("attempt not counted", error)
            return treat(Attempt(own, locked=False, alarm=False), self.guesses)
        if tried.began:
            log.warning(
                "PINs are being guessed: unit=%s locked=%s alarm=%s call=%s",
                *(unit, tried.locked, tried.alarm, sid),
            )
        return treat(Attempt(own, tried.locked, tried.alarm), self.guesses)

    def may_be_put_through(self, sid: str) -> bool:
        """Whether a stranger may be put through to a person; without Redis, yes."""
        try:
            return self._store.put_through(sid, self._parts.now())
        except RedisError as error:
            self._fell_silent("stranger put through", error)
            return True

    def right_pin(self, attempt: str, caller: Caller, unit: str, doubted: bool) -> None:
        """The PIN was right: the attempt was no guess. `doubted`: a second factor comes next."""
        try:
            self._store.forgive(attempt, self._guesser(caller), unit, doubted)
        except RedisError as error:
            self._fell_silent("right PIN counted as a guess", error)

    def proved(
        self, sid: str, caller: Caller, entrance: Entrance, ledger_id: int, unit: str, number: int
    ) -> None:
        """The caller is a chair. `number` tells the proofs of one call apart."""
        visitor = self._visitor(sid, caller, self._roster.holds(caller.number), entrance, ledger_id)
        try:
            self._store.prove(visitor, unit, number, self._parts.now())
        except RedisError as error:
            self._fell_silent("proof not remembered", error)

    def ended(self, sid: str, status: str, seconds: str) -> None:
        """The call is over, as the network says. Raises redis.RedisError."""
        self._store.end(sid, status, seconds, self._parts.now())

    def standing(self, caller: Caller) -> Standing:
        """As what a caller is treated by the roster alone, without asking Redis."""
        return standing_of(caller, self._roster.holds(caller.number), verified=False)

    def key_of(self, caller: Caller) -> str:
        """What the caller is remembered by; empty when withheld."""
        return key_of(self._pepper, caller.number)

    def _guesser(self, caller: Caller) -> str:
        """Whose guesses are counted together: not those of a forged number and of its owner."""
        key = self.key_of(caller)
        return f"suspect:{key}" if caller.attestation is Attestation.FAILED and key else key

    def _visitor(
        self, sid: str, caller: Caller, on_roster: bool, entrance: Entrance, ledger_id: int
    ) -> Visitor:
        return Visitor(sid, caller, self.key_of(caller), on_roster, entrance, ledger_id)

    def _unjudged(self, visitor: Visitor) -> Knock:
        self._parts.counts["let in unjudged"] += 1
        found = judge(
            *(visitor.caller, visitor.on_roster, visitor.entrance),
            *(History(), self.policy, Load()),
        )
        return Knock(found, 0, None)

    def _fell_silent(self, what: str, error: RedisError) -> None:
        self._silent_until = time.monotonic() + REST
        self._parts.counts["front door"] += 1
        log.warning("the front door's counters are silent, %s: %s", what, type(error).__name__)


def impatient(redis: Redis, seconds: float) -> Redis:
    """A client of the same server that gives up sooner."""
    pool = redis.connection_pool
    patience = {"socket_timeout": seconds, "socket_connect_timeout": min(seconds, 0.5)}
    kept = {**pool.connection_kwargs, **patience}
    return Redis(connection_pool=type(pool)(connection_class=pool.connection_class, **kept))
