"""The queue at the desk, against a real Redis: nobody is lost, and nobody has two at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from redis import Redis

from hotline.store.desk.staff import Mode, StaffStore
from hotline.store.desk.waiting import Class, PersonRequest, WaiterState, WaitingStore
from hotline.store.enums import Presence

AT = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)


def asking(
    rank: Class = Class.ROSTER, caller: str = "key", number: str = "+15155550101"
) -> PersonRequest:
    return PersonRequest(
        rank, caller, number[-4:], number, "roster", "00018", "keyed 0", "en", 3, ""
    )


@pytest.fixture
def queue(redis: Redis) -> WaitingStore:
    return WaitingStore(redis)


@pytest.fixture
def staff(redis: Redis) -> StaffStore:
    store = StaffStore(redis)
    for account, name in ((1, "ann"), (2, "bo")):
        store.begin_shift(account, name, f"CAleg{account}", f"desk-{account}", AT)
    return store


def order(queue: WaitingStore) -> list[str]:
    return [waiter.sid for waiter in queue.everyone()]


def test_a_proof_that_comes_last_is_first_and_a_known_telephone_before_an_unknown(
    queue: WaitingStore,
) -> None:
    queue.join("CAunknown", asking(Class.UNKNOWN, "a"), AT)
    queue.join("CAroster", asking(Class.ROSTER, "b"), AT + timedelta(seconds=1))
    queue.join("CAproved", asking(Class.PROVED, "c"), AT + timedelta(seconds=2))

    assert order(queue) == ["CAproved", "CAroster", "CAunknown"]
    assert queue.seen("CAroster", AT).position == 2


class TestOnePlaceForATelephone:
    """Whoever shows a number of the roster gets no more of the queue than its owner does."""

    @pytest.fixture
    def forged(self, queue: WaitingStore) -> list[str]:
        """Forty calls under one number of the roster, then a chair under hers."""
        sids = [f"CA{n:02}" for n in range(40)]
        for n, sid in enumerate(sids):
            queue.join(sid, asking(caller="leaked"), AT + timedelta(seconds=n))
        queue.join("CAchair", asking(caller="hers"), AT + timedelta(seconds=60))
        return sids

    def test_further_calls_stand_behind_everybody(
        self, queue: WaitingStore, forged: list[str]
    ) -> None:
        queue.join("CAunknown", asking(Class.UNKNOWN, "other"), AT + timedelta(seconds=90))

        assert order(queue)[:4] == ["CA00", "CAchair", "CAunknown", "CA01"]
        assert queue.find("CA01").rank is Class.BEHIND

    def test_whose_number_it_is_goes_first_with_a_pin(
        self, queue: WaitingStore, forged: list[str]
    ) -> None:
        queue.join("CAowner", asking(Class.PROVED, "leaked"), AT + timedelta(seconds=90))
        assert order(queue)[0] == "CAowner"

        queue.step_out("CA39")
        queue.join("CA39", asking(Class.PROVED, "leaked"), AT + timedelta(seconds=99))
        assert order(queue)[:2] == ["CA39", "CAowner"]

    @pytest.mark.parametrize("how", ["hangs up", "is spoken with", "is called back", "proves"])
    def test_the_place_is_the_next_ones_once_the_first_is_through(
        self, queue: WaitingStore, staff: StaffStore, forged: list[str], how: str
    ) -> None:
        match how:
            case "hangs up":
                queue.hung_up("CA00", AT)
            case "is spoken with":
                assert queue.take(1, "ann", AT).more == "CA00"
                assert order(queue)[0] == "CAchair"
                assert queue.finish("CA00", 1, AT)
            case "is called back":
                assert queue.call_back("CA00", agreed=True) == "kept"
                assert order(queue)[:3] == ["CA00", "CA01", "CAchair"]
                return
            case _:
                queue.join("CA00", asking(Class.PROVED, "leaked"), AT)
                assert order(queue)[:3] == ["CA00", "CA01", "CAchair"]
                return
        assert order(queue)[:3] == ["CA01", "CAchair", "CA02"]

    def test_withheld_callers_are_not_one_telephone(self, queue: WaitingStore) -> None:
        queue.join("CA1", asking(Class.UNKNOWN, ""), AT)
        queue.join("CA2", asking(Class.UNKNOWN, ""), AT + timedelta(seconds=1))

        assert {waiter.rank for waiter in queue.everyone()} == {Class.UNKNOWN}

    def test_a_call_that_the_desk_makes_is_not_behind_the_chairs_own(
        self, queue: WaitingStore
    ) -> None:
        queue.join("CA1", asking(), AT)
        queue.join("OUT1", asking(), AT + timedelta(seconds=1))

        assert {waiter.rank for waiter in queue.everyone()} == {Class.ROSTER}


def test_joining_again_neither_gains_nor_loses_a_place(queue: WaitingStore) -> None:
    queue.join("CA1", asking(), AT)
    queue.join("CA2", asking(caller="other"), AT + timedelta(seconds=1))
    queue.join("CA1", asking(), AT + timedelta(seconds=9))

    assert order(queue) == ["CA1", "CA2"]


def test_the_milliseconds_count(queue: WaitingStore) -> None:
    queue.join("CAb", asking(), AT)
    queue.join("CAa", asking(caller="other"), AT + timedelta(milliseconds=1))

    assert order(queue) == ["CAb", "CAa"]


def test_whoever_went_on_keying_comes_back_to_the_same_place(queue: WaitingStore) -> None:
    queue.join("CA1", asking(), AT)
    queue.join("CA2", asking(caller="other"), AT + timedelta(seconds=1))

    assert queue.step_out("CA1") is WaiterState.KEYING
    assert order(queue) == ["CA2"]

    queue.join("CA1", asking(), AT + timedelta(seconds=60))
    assert order(queue) == ["CA1", "CA2"]


def test_one_caller_for_two_who_ask_at_the_same_instant(
    queue: WaitingStore, staff: StaffStore
) -> None:
    queue.join("CA1", asking(), AT)
    barrier, found = Barrier(2), {}

    def take(account: int, name: str) -> None:
        barrier.wait()
        found[name] = queue.take(account, name, AT, "CA1")

    threads = [Thread(target=take, args=each) for each in ((1, "ann"), (2, "bo"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = (name for name, answer in found.items() if answer.ok)
    (loser,) = (answer for answer in found.values() if not answer.ok)
    assert (loser.word, loser.more) == ("taken", winner)


def test_a_callback_keeps_its_place_and_outlives_the_call(queue: WaitingStore) -> None:
    queue.join("CA1", asking(), AT)
    queue.join("CA2", asking(caller="other"), AT + timedelta(seconds=1))

    assert queue.call_back("CA1", agreed=True) == "kept"
    assert queue.hung_up("CA1", AT)[0] == "over"
    assert order(queue) == ["CA1", "CA2"]


def test_a_telephone_has_one_callback(queue: WaitingStore) -> None:
    queue.join("CA1", asking(), AT)
    queue.call_back("CA1", agreed=True)
    queue.join("CA2", asking(), AT + timedelta(seconds=1))

    assert queue.call_back("CA2", agreed=True) == "known"
    assert order(queue) == ["CA1"]


def test_a_callback_that_nobody_agreed_to_is_left_out(
    queue: WaitingStore, staff: StaffStore
) -> None:
    queue.join("CA1", asking(Class.PROVED), AT)
    queue.call_back("CA1", agreed=False)

    assert queue.take(1, "ann", AT).word == "nobody"
    assert queue.take(1, "ann", AT, "CA1").word == "needs-agreement"
    assert queue.agree("CA1")
    assert queue.take(1, "ann", AT).ok


def test_a_callback_that_reaches_nobody_is_tried_again_behind_the_others(
    queue: WaitingStore, staff: StaffStore
) -> None:
    queue.join("CA1", asking(), AT)
    queue.call_back("CA1", agreed=True)
    queue.join("CA2", asking(caller="other"), AT + timedelta(seconds=1))
    queue.take(1, "ann", AT)
    assert queue.dialled("CA1", 1, "CAout")

    assert queue.hung_up("CAout", AT + timedelta(seconds=30)) == ("not-reached", "CA1", 1)
    assert order(queue) == ["CA2", "CA1"]
    assert staff.find(1).presence is Presence.WRAPPING_UP


def test_a_lost_staff_telephone_puts_the_caller_back_at_the_head(
    queue: WaitingStore, staff: StaffStore
) -> None:
    queue.join("CA1", asking(), AT)
    queue.join("CA2", asking(caller="other"), AT + timedelta(seconds=1))
    queue.take(1, "ann", AT)
    assert queue.bridged("CA1", AT) == (WaiterState.TAKEN, "desk-1")

    ended = staff.end_shift("CAleg1", AT)

    assert ended is not None
    assert ended.put_back == "CA1"
    assert order(queue) == ["CA1", "CA2"]
    assert staff.find(1).presence is Presence.AWAY
    assert queue.take(1, "ann", AT).word == "no-line"


def test_a_supervisor_on_a_visit_takes_nobody(queue: WaitingStore, staff: StaffStore) -> None:
    queue.join("CA1", asking(), AT)
    assert staff.visit(1, 2, Mode.LISTEN) == "ok"
    assert queue.take(1, "ann", AT).word == "visiting"
    assert staff.visit(1, None, Mode.OWN) == "ok"
    assert queue.take(1, "ann", AT).ok


@dataclass
class Model:
    """What ought to be, kept in the simplest way."""

    rank: Class
    first: int
    state: str = "waiting"
    by: int | None = None
    callback: bool = False
    over: bool = False  # the call has ended


@dataclass
class Staff:
    leg: str = ""
    talking_to: str = ""
    legs: int = field(default=0)


SIDS = st.sampled_from([f"CA{n}" for n in range(8)])
ACCOUNTS = st.sampled_from([1, 2, 3])
PRESENCES = st.sampled_from([Presence.READY, Presence.AWAY, Presence.WRAPPING_UP])


class Desk(RuleBasedStateMachine):
    """Callers and staff in any order; the model says what must come of it."""

    redis: Redis

    def __init__(self) -> None:
        super().__init__()
        self.redis.flushall()
        self.queue, self.staff = WaitingStore(self.redis), StaffStore(self.redis)
        self.ms = 0
        self.waiters: dict[str, Model] = {}
        self.members = {account: Staff() for account in (1, 2, 3)}

    def now(self) -> datetime:
        self.ms += 1
        return AT + timedelta(milliseconds=self.ms)

    def line(self) -> list[str]:
        waiting = [(m.rank, m.first, s) for s, m in self.waiters.items() if m.state == "waiting"]
        return [sid for *_, sid in sorted(waiting)]

    def free(self, sid: str) -> None:
        for member in self.members.values():
            if member.talking_to == sid:
                member.talking_to = ""

    @rule(sid=SIDS, rank=st.sampled_from(Class))
    def join(self, sid: str, rank: Class) -> None:
        at = self.now()
        self.queue.join(sid, asking(rank, caller=f"key {sid}"), at)
        known = self.waiters.get(sid)
        if known is None or known.state == "done":
            self.waiters[sid] = Model(rank, self.ms)
        elif known.state != "taken":
            known.rank, known.state, known.callback = min(known.rank, rank), "waiting", False

    @rule(sid=SIDS)
    def step_out(self, sid: str) -> None:
        self.queue.step_out(sid)
        known = self.waiters.get(sid)
        if known and known.state == "waiting" and not known.callback:
            known.state = "keying"

    @rule(sid=SIDS)
    def call_back(self, sid: str) -> None:
        self.queue.call_back(sid, agreed=True)
        known = self.waiters.get(sid)
        if known and known.state == "waiting":
            known.callback = True

    @rule(sid=SIDS)
    def hang_up(self, sid: str) -> None:
        self.queue.hung_up(sid, self.now())
        known = self.waiters.get(sid)
        if known and not known.callback and known.state in ("waiting", "keying", "taken"):
            known.state, known.by = "done", None
            self.free(sid)

    @rule(account=ACCOUNTS, sid=st.none() | SIDS)
    def take(self, account: int, sid: str | None) -> None:
        answer = self.queue.take(account, f"name {account}", self.now(), sid or "")
        member, line = self.members[account], self.line()
        wanted = sid if sid in line else None if sid else (line[0] if line else None)
        if not member.leg or member.talking_to or wanted is None:
            assert not answer.ok
            if member.leg and not member.talking_to and sid:
                known = self.waiters.get(sid)
                taken = known is not None and known.state == "taken"
                assert answer.word == ("taken" if taken else "gone")
                assert not taken or answer.more == f"name {known.by}"
            return
        assert (answer.word, answer.more) == ("ok", wanted)
        self.waiters[wanted].state, self.waiters[wanted].by = "taken", account
        member.talking_to = wanted

    @rule()
    def dispatch(self) -> None:
        found = self.queue.dispatch(self.now(), 1)
        if found is None:
            return
        sid, account = found
        member, known = self.members[account], self.waiters[sid]
        assert (known.state, known.callback) == ("waiting", True)
        assert member.leg
        assert not member.talking_to
        known.state, known.by, member.talking_to = "taken", account, sid

    @rule(sid=SIDS, account=st.none() | ACCOUNTS)
    def give_back(self, sid: str, account: int | None) -> None:
        self.queue.give_back(sid, self.now(), account=account)
        known = self.waiters.get(sid)
        if known and known.state == "taken" and account in (None, known.by):
            known.state, known.by = "waiting", None
            self.free(sid)

    @rule(sid=SIDS, account=ACCOUNTS)
    def finish(self, sid: str, account: int) -> None:
        known = self.waiters.get(sid)
        has = known is not None and known.state == "taken" and known.by == account
        assert self.queue.finish(sid, account, self.now()) is has
        if known and has:
            known.state, known.by = "done", None
            self.free(sid)

    @rule(sid=SIDS, from_=ACCOUNTS, to=ACCOUNTS)
    def hand_over(self, sid: str, from_: int, to: int) -> None:
        answer = self.queue.hand_over(sid, from_, to, f"name {to}", self.now())
        known, member = self.waiters.get(sid), self.members[to]
        has = known is not None and known.state == "taken" and known.by == from_
        assert answer.ok is (has and bool(member.leg) and not member.talking_to)
        if known and answer.ok:
            self.free(sid)
            known.by, member.talking_to = to, sid

    @rule(account=ACCOUNTS)
    def begin_shift(self, account: int) -> None:
        member = self.members[account]
        member.legs += 1
        leg = f"CAleg{account}x{member.legs}"
        before, put_back = self.staff.begin_shift(account, f"name {account}", leg, leg, self.now())
        assert (before, put_back) == (member.leg, member.talking_to)
        self.dropped(member)
        member.leg = leg

    @rule(account=ACCOUNTS)
    def drop(self, account: int) -> None:
        member = self.members[account]
        self.staff.end_shift(member.leg, self.now())
        self.dropped(member)

    def dropped(self, member: Staff) -> None:
        if member.talking_to:
            known = self.waiters[member.talking_to]
            known.state, known.by = "waiting", None
        member.leg = member.talking_to = ""

    @rule(account=ACCOUNTS, presence=PRESENCES)
    def say(self, account: int, presence: Presence) -> None:
        self.staff.say(account, f"name {account}", presence, self.now())

    @invariant()
    def nobody_is_lost_and_the_order_is_right(self) -> None:
        everyone = self.queue.everyone()
        assert [waiter.sid for waiter in everyone] == self.line()
        assert [waiter.rank for waiter in everyone] == sorted(waiter.rank for waiter in everyone)

    @invariant()
    def nobody_is_with_two(self) -> None:
        with_ = {waiter.sid: waiter.by for waiter in self.queue.taken()}
        assert with_ == {s: m.by for s, m in self.waiters.items() if m.state == "taken"}
        talking = {m.account_id: m.talking_to for m in self.staff.everyone() if m.talking_to}
        assert talking == {by: sid for sid, by in with_.items()}
        assert talking == {a: m.talking_to for a, m in self.members.items() if m.talking_to}

    @invariant()
    def who_talks_is_said_to(self) -> None:
        for member in self.staff.everyone():
            assert (member.presence is Presence.TALKING) is bool(member.talking_to)


def interleavings(redis: Redis, examples: int, steps: int) -> None:
    machine: Callable[[], Desk] = type("Desk", (Desk,), {"redis": redis})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_in_any_order_nobody_is_lost(redis: Redis) -> None:
    interleavings(redis, examples=150, steps=30)


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("_quarter", range(4))
def test_over_ten_thousand_interleavings_nobody_is_lost(redis: Redis, _quarter: int) -> None:
    interleavings(redis, examples=2_500, steps=30)
