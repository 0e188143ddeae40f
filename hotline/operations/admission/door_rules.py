"""What the front door goes by, out of settings and database: the roster's phones and its rules.

Both are read again when the epoch has moved. No call that is turned away waits for it otherwise.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from config.settings import SecondFactor, Settings
from hotline.guard.guessing import GuessPolicy
from hotline.guard.triage import DoorPolicy
from hotline.operations.admission import limits
from hotline.operations.context import AppContext, NoElectionError
from hotline.store.admission.front_door import FrontDoorStore, Leases
from hotline.store.database import reading
from hotline.store.roster import roster

log = logging.getLogger(__name__)

RETRY = 5.0  # seconds until the roster is read again, once it could not be


def policy_of(settings: Settings) -> DoorPolicy:
    return DoorPolicy(
        capacity=settings.capacity,
        strangers_share=settings.strangers_share / 100,
        public_share=settings.public_share / 100,
        calls=settings.stranger_calls,
        at_once=settings.stranger_calls_at_once,
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


def leases_of(settings: Settings) -> Leases:
    return Leases(settings.unverified_seconds, settings.call_minutes * 60)


Build = Callable[[DoorPolicy, GuessPolicy, Leases], FrontDoorStore]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules with these settings, and the counters that go by them."""

    settings: Settings
    policy: DoorPolicy
    guesses: GuessPolicy
    store: FrontDoorStore


@dataclass
class KnownRules:
    """What this process knows. `build` makes the counters, as the rules stand in their scripts."""

    parts: AppContext
    build: Build
    rules: Rules = field(init=False)
    phones: frozenset[str] | None = None
    epoch: int | None = None
    _lock: Lock = field(default_factory=Lock)
    _unreadable_until: float = float("-inf")

    def __post_init__(self) -> None:
        self.rules = self._rules(self.parts.settings)

    def holds(self, number: str | None) -> bool:
        """Whether a number is on the roster."""
        if self.phones is None:
            self.catch_up(None)
        return number is not None and number in (self.phones or ())

    def catch_up(self, epoch: int | None) -> None:
        """Reads it unless another thread has done so meanwhile, or the database was just silent."""
        if self._is_read(epoch):
            return
        with self._lock:
            if self._is_read(epoch) or self.parts.silence.of_database:
                return
            if time.monotonic() < self._unreadable_until:
                return
            try:
                self.phones = self._read_phones(epoch)
            except SQLAlchemyError:
                self.parts.counts["roster"] += 1
                self._unreadable_until = time.monotonic() + RETRY
                log.warning("the roster cannot be read; what was known of it goes on")
                return
            settings = limits.settings(self.parts, epoch)
            if settings != self.rules.settings:
                self.rules = self._rules(settings)
            self.epoch = epoch  # last: until then nobody takes the rest for this epoch's

    def _is_read(self, epoch: int | None) -> bool:
        return self.phones is not None and epoch is not None and epoch == self.epoch

    def _read_phones(self, epoch: int | None) -> frozenset[str]:
        try:
            election = self.parts.election(epoch).election
        except NoElectionError:
            return frozenset()
        with reading(self.parts.engine) as connection:
            return roster.all_phones(connection, election.id)

    def _rules(self, settings: Settings) -> Rules:
        policy, guesses = policy_of(settings), guess_policy_of(settings)
        store = self.build(policy, guesses, leases_of(settings))
        return Rules(settings, policy, guesses, store)
