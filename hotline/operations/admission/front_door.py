"""Letting callers in, or not: one round trip to Redis for each call, and none to the database.

Without Redis everybody is let in: one unknown caller too many costs less than a chair kept out.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import partial

from redis import RedisError

from hotline.guard.caller import Attestation, Caller, key_of
from hotline.guard.guessing import PinAttempt, PinTreatment, treat
from hotline.guard.triage import (
    CallerHistory,
    CallerStanding,
    Entrance,
    Load,
    judge,
    standing_of,
)
from hotline.operations.admission import denylist
from hotline.operations.admission.door_rules import KnownRules, Rules
from hotline.operations.context import AppContext
from hotline.store.admission import wrong_pins
from hotline.store.admission.front_door import Admission, CallAttempt, FrontDoorStore, Outdated
from hotline.store.redis_client import impatient

log = logging.getLogger(__name__)

IMPATIENCE = 1.0  # seconds that a caller waits for the counters
REST = 2.0  # seconds for which they are not asked again, once they were silent


class FrontDoor:
    """Safe to share between threads; one a process."""

    def __init__(self, parts: AppContext) -> None:
        self._parts = parts
        self._pepper = parts.settings.pin_pepper.get_secret_value()
        self._silent_until = float("-inf")
        redis = impatient(parts.redis, IMPATIENCE)
        self._known = KnownRules(parts, partial(FrontDoorStore, redis))

    def admit(self, sid: str, caller: Caller, entrance: Entrance, ledger_id: int) -> Admission:
        """The judgement on an incoming call. Never raises: whoever cannot be judged is let in."""
        epoch = self._known.epoch or 0  # before what is of it: that may only be newer
        on_roster = self._known.holds(caller.number)
        visitor = self._visitor(sid, caller, on_roster, entrance, ledger_id)
        if time.monotonic() < self._silent_until:
            return self._unjudged(visitor)
        try:
            found = self._rules.store.admit(visitor, self._parts.now(), epoch)
            if isinstance(found, Outdated):
                found = self._again(visitor, found)
        except RedisError as error:
            self._fell_silent("let in unjudged", error)
            return self._unjudged(visitor)
        return found

    def catch_up(self, epoch: int) -> None:
        """For a call that goes on, and has read the epoch: limits hold for it from now on."""
        self._known.catch_up(epoch)

    @property
    def _rules(self) -> Rules:
        return self._known.rules

    def _again(self, visitor: CallAttempt, outdated: Outdated) -> Admission:
        """After roster, limits, blocks or switches have changed, or Redis has lost its memory."""
        self._known.catch_up(outdated.epoch)
        denylist.restore(self._parts)
        caller = visitor.caller
        now_known = self._visitor(
            visitor.sid,
            caller,
            self._known.holds(caller.number),
            visitor.entrance,
            visitor.ledger_id,
        )
        found = self._rules.store.admit(now_known, self._parts.now(), None)
        if isinstance(found, Outdated):
            raise AssertionError("a judgement in any case was asked for")
        return found

    def answers_text(
        self,
        sid: str,
        caller: Caller,
        entrance: Entrance,
        ledger_id: int,
        *,
        asks_help: bool = False,
    ) -> bool:
        """Whether a text message is answered. Without Redis it is not: an answer can wait."""
        visitor = self._visitor(sid, caller, self._known.holds(caller.number), entrance, ledger_id)
        seconds = int(timedelta(minutes=self._parts.settings.text_reply_minutes).total_seconds())
        try:
            now = self._parts.now()
            return self._rules.store.take_text(visitor, now, seconds, asks_help=asks_help)
        except RedisError as error:
            self._fell_silent("text not answered", error)
            return False

    def treatment(
        self, sid: str, attempt: str, caller: Caller, unit: str, own: bool
    ) -> PinTreatment:
        """What is done with a PIN about to be checked; counted as a guess until `right_pin`.

        `own`: the caller's number is one of the unit's own, and its network does not deny it.
        """
        own = own and caller.attestation is not Attestation.FAILED
        try:
            guesser = self._guesser(caller)
            tried = self._rules.store.try_pin(sid, attempt, guesser, unit, own, self._parts.now())
        except RedisError as error:
            self._fell_silent("attempt not counted", error)
            return treat(PinAttempt(own, locked=False, alarm=False), self._rules.guesses)
        if tried.began:
            log.warning(
                "PINs are being guessed: unit=%s locked=%s alarm=%s call=%s",
                unit,
                tried.locked,
                tried.alarm,
                sid,
            )
        return treat(PinAttempt(own, tried.locked, tried.alarm), self._rules.guesses)

    def may_be_put_through(self, sid: str) -> bool:
        """Whether an unknown caller may be put through to a person; without Redis, yes."""
        try:
            return self._rules.store.put_through(sid, self._parts.now())
        except RedisError as error:
            self._fell_silent("unknown caller put through", error)
            return True

    def know_staff(self, sid: str, caller: Caller) -> None:
        """Extension and PIN of a member of staff were right."""
        try:
            self._rules.store.know_staff(self._visitor(sid, caller, False, Entrance.STAFF, 0))
        except RedisError as error:
            self._fell_silent("staff telephone not remembered", error)

    def may_ring_person(self, sid: str, caller: Caller) -> bool:
        """Whether nobody else without a PIN is put through from this telephone now.

        Without Redis, yes. Withheld callers are bounded by `may_be_put_through`.
        """
        try:
            return caller.withheld or self._rules.store.ring_person(sid, self.key_of(caller))
        except RedisError as error:
            self._fell_silent("put through to a person", error)
            return True

    def right_pin(self, attempt: str, caller: Caller, unit: str, doubted: bool) -> None:
        """The PIN was right: the attempt was no guess. `doubted`: a second factor comes next."""
        try:
            self._rules.store.forgive(attempt, self._guesser(caller), unit, doubted)
        except RedisError as error:
            self._fell_silent("right PIN counted as a guess", error)

    def wrong_pin(self) -> None:
        """It is counted for whoever watches the line; as a guess it has been (`treatment`)."""
        try:
            wrong_pins.count(self._parts.redis, self._parts.now())
        except RedisError as error:
            self._fell_silent("wrong PIN not counted", error)

    def proved(
        self, sid: str, caller: Caller, entrance: Entrance, ledger_id: int, unit: str, number: int
    ) -> None:
        """The caller is a chair. `number` tells the proofs of one call apart."""
        visitor = self._visitor(sid, caller, self._known.holds(caller.number), entrance, ledger_id)
        try:
            self._rules.store.prove(visitor, unit, number, self._parts.now())
        except RedisError as error:
            self._fell_silent("proof not remembered", error)

    def ended(self, sid: str, caller: Caller, status: str, seconds: str) -> None:
        """The call is over, as the network says. Raises redis.RedisError."""
        self._rules.store.end(sid, self.key_of(caller), status, seconds, self._parts.now())

    def standing(self, caller: Caller) -> CallerStanding:
        """As what a caller is treated by the roster alone, without asking Redis."""
        return standing_of(caller, self._known.holds(caller.number), verified=False)

    def key_of(self, caller: Caller) -> str:
        """What the caller is remembered by; empty when withheld."""
        return key_of(self._pepper, caller.number)

    def _guesser(self, caller: Caller) -> str:
        """Whose guesses are counted together: not those of a forged number and of its owner."""
        key = self.key_of(caller)
        return f"suspect:{key}" if caller.attestation is Attestation.FAILED and key else key

    def _visitor(
        self, sid: str, caller: Caller, on_roster: bool, entrance: Entrance, ledger_id: int
    ) -> CallAttempt:
        # A chair's telephone is no member of staff's: on their line it is one like any other.
        on_roster = on_roster and entrance is not Entrance.STAFF
        return CallAttempt(sid, caller, self.key_of(caller), on_roster, entrance, ledger_id)

    def _unjudged(self, visitor: CallAttempt) -> Admission:
        self._parts.counts["let in unjudged"] += 1
        found = judge(
            visitor.caller,
            visitor.on_roster,
            visitor.entrance,
            CallerHistory(),
            self._rules.policy,
            Load(),
        )
        return Admission(found, 0, None)

    def _fell_silent(self, what: str, error: RedisError) -> None:
        self._silent_until = time.monotonic() + REST
        self._parts.counts["front door"] += 1
        log.warning("the front door's counters are silent, %s: %s", what, type(error).__name__)
