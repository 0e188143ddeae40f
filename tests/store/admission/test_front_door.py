"""The script at the front door against the pure rule, on a real Redis."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from hotline.guard.caller import Attestation, Caller, key_of
from hotline.guard.guessing import GuessPolicy
from hotline.guard.triage import (
    WEIGHT,
    BlockKind,
    CallerHistory,
    Counted,
    DoorPolicy,
    Entrance,
    Load,
    Verdict,
    away_for,
    judge,
    standing_of,
    times_after,
)
from hotline.store.admission import caller_keys, front_door
from hotline.store.admission.front_door import (
    Admission,
    CallAttempt,
    FrontDoorStore,
    Leases,
    Outdated,
)
from hotline.store.keys import ALARM, BLOCKS, EPOCH, EVENTS, PREFIX, SWITCHES
from tests.conftest import Clock

POLICY = DoorPolicy(
    capacity=20, strangers_share=0.25, public_share=0.2, calls=3, at_once=4, withheld_calls=4
)
GUESSES = GuessPolicy()
LEASES = Leases(unproved=90, longest=1200)
STRANGER = "+13125550142"
SIDS = count(1)


def key(number: str | None) -> str:
    return key_of("pepper", number)


def visitor(
    number: str | None = STRANGER,
    *,
    on_roster: bool = False,
    attestation: Attestation = Attestation.NONE,
    entrance: Entrance = Entrance.CHAIRS,
    sid: str = "",
) -> CallAttempt:
    caller = Caller(number, attestation)
    return CallAttempt(
        sid or f"CA{next(SIDS)}",
        caller,
        key(number),
        on_roster=on_roster,
        entrance=entrance,
        ledger_id=1,
    )


class Door:
    """The store with a clock; asks for a judgement in any case."""

    def __init__(self, redis: Redis, clock: Clock, policy: DoorPolicy = POLICY) -> None:
        self.redis, self.clock, self.policy = redis, clock, policy
        self.store = FrontDoorStore(redis, policy, GUESSES, LEASES)

    def admit(self, who: CallAttempt) -> Admission:
        found = self.store.admit(who, self.clock(), None)
        assert isinstance(found, Admission)
        return found

    def reason(self, who: CallAttempt | None = None) -> Counted | None:
        return self.admit(who or visitor()).judgement.reason

    def call(self, who: CallAttempt | None = None) -> Counted | None:
        """A call that ends at once: why it was turned away."""
        who = who or visitor()
        reason = self.reason(who)
        self.end(who)
        return reason

    def end(self, who: CallAttempt) -> None:
        self.store.end(who.sid, who.key, "completed", "12", self.clock())

    def events(self) -> list[dict[str, str]]:
        return [
            {k.decode(): v.decode() for k, v in fields.items()}
            for _, fields in self.redis.xrange(EVENTS)
        ]


@pytest.fixture
def door(redis: Redis, clock: Clock) -> Door:
    return Door(redis, clock)


def block(
    door: Door, field: str, kind: BlockKind, until: datetime | None = None, id: int = 7
) -> None:
    until = until or door.clock() + timedelta(hours=1)
    door.redis.hset(BLOCKS, field, f"{WEIGHT[kind]}:{int(until.timestamp() * 1000)}:{id}")


# --- The same rule as guard/triage.judge

histories = st.builds(
    CallerHistory,
    verified=st.booleans(),
    block=st.sampled_from(BlockKind),
    penalised=st.booleans(),
    recent=st.integers(0, 4),
    at_once=st.integers(0, 5),
    withheld=st.integers(0, 5),
)
loads = st.tuples(st.integers(0, 6), st.integers(0, 16), st.booleans(), st.booleans())
callers = st.builds(
    Caller,
    st.sampled_from([None, STRANGER]),
    st.sampled_from([Attestation.FAILED, Attestation.NONE]),
)


class TestTheScriptIsTheRule:
    @settings(
        max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        caller=callers,
        on_roster=st.booleans(),
        entrance=st.sampled_from(Entrance),
        history=histories,
        load=loads,
        always=st.booleans(),
    )
    def test_whatever_is_known(
        self,
        redis: Redis,
        clock: Clock,
        caller: Caller,
        on_roster: bool,
        entrance: Entrance,
        history: CallerHistory,
        load: tuple[int, int, bool, bool],
        always: bool,
    ) -> None:
        redis.flushall()
        door = Door(redis, clock, replace(POLICY, second_factor_always=always))
        on_roster = on_roster and caller.number is not None
        who = replace(visitor(caller.number, on_roster=on_roster, entrance=entrance), caller=caller)
        self._set_up(door, who, history, load)
        strangers, _chairs, roster_only, alarm = load
        found = door.admit(who)
        expected = judge(
            caller,
            on_roster,
            entrance,
            history,
            door.policy,
            Load(strangers, roster_only, alarm),
        )
        assert found.judgement == expected
        held = redis.zscore(front_door.CHAIRS, who.sid) or redis.zscore(
            front_door.ROOMS[entrance], who.sid
        )
        assert bool(held) is expected.admitted

    def _set_up(
        self,
        door: Door,
        who: CallAttempt,
        history: CallerHistory,
        load: tuple[int, int, bool, bool],
    ) -> None:
        redis, now = door.redis, int(door.clock().timestamp() * 1000)
        standing = standing_of(who.caller, on_roster=False, verified=False)
        keys = caller_keys.caller_keys(who.entrance, standing, who.key)
        if history.verified:
            redis.set(keys.verified, 1)
        if history.block is BlockKind.PREFIX:
            block(door, f"^{STRANGER[:6]}", BlockKind.PREFIX)
        elif history.block is not BlockKind.NONE:
            block(door, f"={STRANGER}", history.block)
        if history.penalised:
            redis.set(keys.away, f"1 {now + 1000}")
        ended = history.recent if who.key else history.withheld
        for n in range(ended):
            redis.zadd(keys.attempts, {f"e{n}": now - n})
        for n in range(history.at_once):
            redis.zadd(keys.attempts, {f"u{n}": now + 1 + n})
        strangers, chairs, roster_only, alarm = load
        for n in range(strangers):
            redis.zadd(front_door.ROOMS[who.entrance], {f"s{n}": now + 50_000})
        for n in range(chairs):
            redis.zadd(front_door.CHAIRS, {f"c{n}": now + 50_000})
        if roster_only:
            redis.hset(SWITCHES, "roster-only", "{}")
        if alarm:
            redis.set(ALARM, 1)


class TestRepeatCallers:
    def test_the_fourth_call_in_ten_minutes_is_turned_away_for_a_quarter_of_an_hour(
        self, door: Door
    ) -> None:
        assert [door.call() for _ in range(5)] == [
            None,
            None,
            None,
            Counted.RECENT,
            Counted.PENALTY,
        ]
        door.clock.advance(15 * 60 - 1)
        assert door.call() is Counted.PENALTY
        door.clock.advance(1)
        assert door.call() is None

    def test_calls_longer_ago_do_not_count(self, door: Door) -> None:
        for _ in range(6):
            assert door.call() is None
            door.clock.advance(201)

    def test_each_further_time_is_twice_as_long_up_to_a_day(self, door: Door) -> None:
        for times in range(1, 10):
            while door.call() is not Counted.RECENT:
                pass
            seconds = away_for(times, POLICY)
            assert seconds == min(900 * 2 ** (times - 1), 86400)
            door.clock.advance(seconds - 1)
            assert door.call() is Counted.PENALTY
            door.clock.advance(1)

    def test_a_quiet_day_forgets_one_time(self, door: Door) -> None:
        for _ in range(2):
            while door.call() is not Counted.RECENT:
                pass
            door.clock.advance(3600)
        door.clock.advance(86400)
        while door.call() is not Counted.RECENT:
            pass
        (last,) = [e["times"] for e in door.events() if e["kind"] == "penalised"][-1:]
        assert int(last) == times_after(2, 86400, POLICY) + 1 == 2

    def test_one_stranger_does_not_cost_another_the_line(self, door: Door) -> None:
        for _ in range(10):
            door.end(visitor())
            door.call()
        assert door.call(visitor("+13125550143")) is None

    def test_results_callers_may_still_report(self, door: Door) -> None:
        for _ in range(5):
            door.call(visitor(entrance=Entrance.PUBLIC))
        assert door.call(visitor(entrance=Entrance.PUBLIC)) is Counted.PENALTY
        assert door.call() is None

    def test_who_pretends_to_have_a_number_does_not_cost_its_owner_the_line(
        self, door: Door
    ) -> None:
        for _ in range(6):
            door.call(visitor(attestation=Attestation.FAILED))
        assert door.call() is None

    def test_a_chairs_own_phone_is_let_in_however_often_others_use_its_number(
        self, door: Door
    ) -> None:
        for _ in range(9):
            door.call(visitor(on_roster=True, attestation=Attestation.FAILED))
        for _ in range(30):
            assert door.admit(visitor(on_roster=True)).judgement.verdict is Verdict.FAST_LANE

    def test_a_proved_pin_opens_the_fast_lane(self, door: Door) -> None:
        first = visitor()
        door.admit(first)
        door.store.prove(first, "00018", 1, door.clock())
        for _ in range(10):
            assert door.admit(visitor()).judgement.verdict is Verdict.FAST_LANE
        door.clock.advance(1)

    def test_a_pin_proved_under_a_number_that_is_not_vouched_for_opens_nothing(
        self, door: Door
    ) -> None:
        spoofed = visitor(attestation=Attestation.FAILED)
        door.admit(spoofed)
        door.store.prove(spoofed, "00018", 1, door.clock())
        assert door.admit(visitor()).judgement.verdict is Verdict.ADMIT

    def test_forgetting_lets_a_number_through_again(self, door: Door) -> None:
        for _ in range(5):
            door.call()
        front_door.forget(door.redis, key(STRANGER))
        assert door.call() is None


class TestSeveralAtOnceFromOneNumber:
    """A school's eleven caucuses have one outgoing number."""

    def test_calls_under_way_are_no_failures(self, door: Door) -> None:
        chairs = [visitor() for _ in range(4)]
        assert [door.reason(who) for who in chairs] == [None] * 4
        door.store.prove(chairs[0], "00018", 1, door.clock())
        for who in chairs:
            door.end(who)
        assert door.admit(visitor()).judgement.verdict is Verdict.FAST_LANE

    def test_one_number_holds_so_many_and_no_more_and_is_not_punished_for_it(
        self, door: Door
    ) -> None:
        under_way = [visitor() for _ in range(4)]
        assert [door.reason(who) for who in under_way] == [None] * 4
        assert [door.reason() for _ in range(9)] == [Counted.AT_ONCE] * 9
        door.end(under_way[0])
        assert door.reason() is None

    def test_those_that_ended_without_a_pin_count(self, door: Door) -> None:
        under_way = [visitor() for _ in range(4)]
        assert [door.reason(who) for who in under_way] == [None] * 4
        for who in under_way[:3]:
            door.end(who)
        assert door.reason() is Counted.RECENT
        assert door.reason() is Counted.PENALTY

    def test_an_end_that_is_never_told_counts_when_the_call_must_be_over(self, door: Door) -> None:
        for _ in range(3):
            assert door.reason() is None
        door.clock.advance(LEASES.unproved + front_door.GRACE / 1000)
        assert door.reason() is Counted.RECENT

    def test_an_end_that_is_told_twice_counts_from_the_first_time(self, door: Door) -> None:
        who = visitor()
        door.reason(who)
        door.end(who)
        door.clock.advance(599)
        door.end(who)
        door.clock.advance(1)
        assert [door.call() for _ in range(3)] == [None] * 3

    def test_withheld_callers_under_way_are_no_failures_either(self, door: Door) -> None:
        under_way = [visitor(None) for _ in range(5)]
        assert [door.reason(who) for who in under_way] == [None] * 5
        for who in under_way:
            door.store.prove(who, "00018", 1, door.clock())
            door.end(who)
        assert door.reason(visitor(None)) is None


class TestTheSameRequestAgain:
    def test_counts_once(self, door: Door) -> None:
        who = visitor()
        for _ in range(9):
            assert door.reason(who) is None
        assert door.redis.zcard(front_door.ROOMS[Entrance.CHAIRS]) == 1
        assert [e["kind"] for e in door.events()] == ["arrived"]

    def test_of_a_call_in_progress_takes_no_place(self, door: Door) -> None:
        who = visitor()
        door.admit(who)
        door.redis.hset(f"{PREFIX}call:{who.sid}", "number", 3)
        door.end(who)
        assert door.reason(who) is None
        assert door.redis.zcard(front_door.ROOMS[Entrance.CHAIRS]) == 0

    def test_a_thousand_at_once_are_bounded_exactly(self, door: Door) -> None:
        with ThreadPoolExecutor(16) as pool:
            reasons = list(pool.map(lambda _: door.reason(), range(200)))
        assert reasons.count(None) == POLICY.at_once
        assert reasons.count(Counted.AT_ONCE) == 200 - POLICY.at_once


class TestRoom:
    def fill(self, door: Door, calls: int) -> list[CallAttempt]:
        callers = [visitor(f"+1312555{n:04}") for n in range(100, 100 + calls)]
        for who in callers:
            door.admit(who)
        return callers

    def test_strangers_hold_their_share_and_no_more(self, door: Door) -> None:
        self.fill(door, 5)
        assert door.reason() is Counted.ROOM
        assert door.reason(visitor(None)) is Counted.ROOM

    def test_chairs_get_in_however_full_it_is(self, door: Door) -> None:
        self.fill(door, 30)
        for _ in range(50):
            assert door.reason(visitor("+15155550111", on_roster=True)) is None
        assert door.reason(visitor(entrance=Entrance.PUBLIC)) is None

    def test_a_proved_caller_leaves_the_room(self, door: Door) -> None:
        callers = self.fill(door, 5)
        door.store.prove(callers[0], "00018", 1, door.clock())
        assert door.reason() is None

    def test_an_ended_call_gives_its_place_back_once(self, door: Door) -> None:
        callers = self.fill(door, 5)
        for _ in range(3):
            door.end(callers[0])
        assert door.reason() is None
        assert door.reason(visitor("+13125550144")) is Counted.ROOM

    def test_lost_callbacks_heal(self, door: Door) -> None:
        self.fill(door, 5)
        door.clock.advance(LEASES.unproved + front_door.GRACE / 1000 - 1)
        assert door.reason() is Counted.ROOM
        door.clock.advance(1)
        assert door.reason() is None

    def test_a_callback_that_comes_late_frees_nobody_elses_place(self, door: Door) -> None:
        callers = self.fill(door, 5)
        door.clock.advance(300)
        self.fill(door, 5)
        door.end(callers[0])
        door.end(visitor(sid="CA-never-heard-of"))
        assert door.redis.zcard(front_door.ROOMS[Entrance.CHAIRS]) == 5

    def test_withheld_callers_have_a_limit_of_their_own_together(self, door: Door) -> None:
        for _ in range(4):
            who = visitor(None)
            assert door.reason(who) is None
            door.end(who)
        assert door.reason(visitor(None)) is Counted.WITHHELD
        assert door.reason() is None
        door.clock.advance(601)
        assert door.reason(visitor(None)) is None

    def test_a_withheld_chair_who_proves_a_pin_gives_the_place_back(self, door: Door) -> None:
        for _ in range(8):
            who = visitor(None)
            assert door.reason(who) is None
            door.store.prove(who, "00018", 1, door.clock())
            door.end(who)


class TestClocks:
    def test_a_clock_that_was_ahead_keeps_nobody_out(self, door: Door) -> None:
        door.clock.advance(86_400)
        for _ in range(5):
            door.reason()
        TestRoom().fill(door, 5)
        door.clock.advance(-86_400)
        assert door.reason(visitor("+13125550199")) is None

    def test_a_penalty_from_the_far_future_does_not_count(self, door: Door) -> None:
        door.clock.advance(3 * 86_400)
        for _ in range(5):
            door.reason()
        door.clock.advance(-3 * 86_400)
        assert door.reason() is None


class TestBlocks:
    def test_each_kind_for_each_caller(self, door: Door) -> None:
        chair = "+15155550111"
        block(door, "^+15155", BlockKind.PREFIX)
        block(door, f"={STRANGER}", BlockKind.NUMBER, id=9)
        assert door.reason(visitor(chair, on_roster=True)) is None
        assert door.reason(visitor("+15155550112")) is Counted.BLOCK
        assert door.reason() is Counted.BLOCK
        assert door.events()[-1]["block"] == "9"
        block(door, f"={chair}", BlockKind.NUMBER)
        assert door.reason(visitor(chair, on_roster=True)) is None
        block(door, f"={chair}", BlockKind.CONFIRMED)
        assert door.reason(visitor(chair, on_roster=True)) is Counted.BLOCK

    def test_an_ended_block_is_none(self, door: Door) -> None:
        block(door, f"={STRANGER}", BlockKind.NUMBER, until=door.clock())
        assert door.reason() is None


class TestTheMirror:
    def test_nothing_is_judged_before_it_is_there(self, door: Door) -> None:
        found = door.store.admit(visitor(), door.clock(), 0)
        assert found == Outdated(0)
        assert door.events() == []
        door.redis.hset(SWITCHES, "stamp", 1)
        assert isinstance(door.store.admit(visitor(), door.clock(), 0), Admission)

    def test_nothing_is_judged_by_an_old_roster(self, door: Door) -> None:
        door.redis.hset(SWITCHES, "stamp", 1)
        door.redis.set(EPOCH, 5)
        assert door.store.admit(visitor(), door.clock(), 4) == Outdated(5)
        assert isinstance(door.store.admit(visitor(), door.clock(), 5), Admission)

    def test_it_brings_what_callers_hear(self, door: Door) -> None:
        said = json.dumps({"en": "The count is over."})
        door.redis.hset(SWITCHES, "close-intake", said)
        assert door.admit(visitor()).closed == said


class TestTexts:
    def test_one_answer_in_a_while(self, door: Door) -> None:
        def text(**given: object) -> bool:
            return door.store.take_text(visitor(**given), door.clock(), 600)  # type: ignore[arg-type]

        assert [text(), text(), text(number="+13125550143")] == [True, False, True]
        assert not text(number=None)

    def test_the_same_message_twice_gets_the_same_answer(self, door: Door) -> None:
        who = visitor(sid="SM1")
        assert [door.store.take_text(who, door.clock(), 600) for _ in range(2)] == [True, True]

    def test_blocked(self, door: Door) -> None:
        block(door, f"^{STRANGER[:6]}", BlockKind.PREFIX)
        assert not door.store.take_text(visitor(), door.clock(), 600)
        assert door.store.take_text(visitor(on_roster=True), door.clock(), 600)
        assert door.events()[0]["reason"] == "block"


class TestGuesses:
    def attempt(self, door: Door, unit: str = "00018", own: bool = False, phone: str = STRANGER):
        sid = f"CA{next(SIDS)}"
        return door.store.try_pin(sid, f"{sid}:1", key(phone), unit, own, door.clock())

    def test_the_eleventh_finds_the_unit_locked_and_it_stays_so(self, door: Door) -> None:
        assert not any(self.attempt(door).locked for _ in range(10))
        assert self.attempt(door).locked
        door.clock.advance(3 * 3600)
        assert self.attempt(door).locked

    def test_not_for_its_own_phones(self, door: Door) -> None:
        for _ in range(12):
            self.attempt(door)
        assert not self.attempt(door, own=True).locked

    def test_not_for_other_units(self, door: Door) -> None:
        for _ in range(12):
            self.attempt(door)
        assert not self.attempt(door, unit="00026").locked

    def test_a_new_pin_unlocks(self, door: Door) -> None:
        for _ in range(12):
            self.attempt(door)
        front_door.unlock(door.redis, ["00018"])
        assert not self.attempt(door).locked

    def test_right_pins_are_no_guesses(self, door: Door) -> None:
        for n in range(30):
            found = door.store.try_pin("CA1", f"a{n}", key(STRANGER), "00018", False, door.clock())
            assert not found.locked
            door.store.forgive(f"a{n}", key(STRANGER), "00018")
            assert not found.alarm

    def test_a_right_pin_that_is_in_doubt_is_an_alarm_for_its_unit_only(self, door: Door) -> None:
        door.store.forgive("a1", key(STRANGER), "00018", doubted=True)
        assert self.attempt(door).alarm
        assert not self.attempt(door, unit="00026").alarm
        front_door.unlock(door.redis, ["00018"])
        assert not self.attempt(door).alarm

    def test_a_thousand_at_once_are_no_more_than_ten(self, door: Door) -> None:
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(lambda _: self.attempt(door), range(200)))
        assert [tried.locked for tried in found].count(False) == 10

    def test_over_sixty_a_minute_on_the_line_are_an_alarm(self, door: Door) -> None:
        found = [self.attempt(door, unit=f"{n:05}", phone=f"p{n}") for n in range(61)]
        assert [tried.alarm for tried in found].index(True) == 60
        assert [e["what"] for e in door.events() if e["kind"] == "alarm"] == ["line"]

    def test_sixty_a_minute_are_none(self, door: Door) -> None:
        for n in range(200):
            assert not self.attempt(door, unit=f"{n:05}", phone=f"p{n}").alarm
            door.clock.advance(1.01)

    def test_guesses_from_a_units_own_number_are_reported_once(self, door: Door) -> None:
        for _ in range(40):
            self.attempt(door, own=True)
            door.clock.advance(10)
        assert [e["what"] for e in door.events() if e["kind"] == "alarm"] == ["00018"]

    def test_they_take_no_more_room_however_many(self, door: Door) -> None:
        for n in range(300):
            self.attempt(door, unit=f"{n % 5:05}", own=n % 2 == 0)
        sizes = [door.redis.zcard(k) for k in door.redis.keys(f"{PREFIX}guess:*")]
        assert max(sizes) <= GUESSES.line + 1

    def test_a_phone_that_guesses_at_others_units_needs_a_second_factor_there(
        self, door: Door
    ) -> None:
        found = [self.attempt(door, unit=f"{n:05}").alarm for n in range(12)]
        assert found == [*[False] * 10, True, True]
        assert not self.attempt(door, unit="00018", phone="+13125550143").alarm
        door.clock.advance(3601)
        assert not self.attempt(door, unit="00026").alarm

    def test_slips_at_its_own_units_do_not_count_against_a_phone(self, door: Door) -> None:
        for n in range(12):
            self.attempt(door, unit=f"{n % 3:05}", own=True)
        assert not self.attempt(door, unit="00018").alarm

    def test_withheld_callers_are_not_one_phone(self, door: Door) -> None:
        for n in range(12):
            sid = f"CA{next(SIDS)}"
            tried = door.store.try_pin(sid, sid, "", f"{n:05}", False, door.clock())
            assert not tried.alarm


def test_everything_expires(door: Door) -> None:
    for number in (STRANGER, None, "+15155550111"):
        for _ in range(5):
            who = visitor(number)
            door.admit(who)
            door.store.try_pin(who.sid, who.sid, who.key, "00018", False, door.clock())
        door.store.prove(who, "00018", 1, door.clock())
        door.store.forgive(who.sid, who.key, "00018", doubted=True)
        door.store.take_text(who, door.clock(), 600)
    for n in range(70):
        TestGuesses().attempt(door, unit=f"{n:05}")
    endless = [k for k in door.redis.keys("*") if door.redis.ttl(k) < 0]
    assert endless == [EVENTS.encode()]
