"""Changing limits: who, when and why; that every process obeys; what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy import event, select
from sqlalchemy.exc import SQLAlchemyError

from hotline.guard.caller import Caller
from hotline.guard.guessing import PinTreatment
from hotline.guard.triage import Counted, Entrance
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.admission import limits
from hotline.operations.admission.denylist import pass_on
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.admission.limits import LimitError, OvertakenError
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from hotline.store.schema.control_tables import limit_change
from tests.conftest import Clock
from tests.servers import RedisServer
from tests.towns import CODES, town

ADA, BEN = Actor(None, "ada", Role.ADMIN), Actor(None, "ben", Role.ADMIN)
SUE = Actor(None, "sue", Role.SUPERVISOR)
STRANGER = "+13125550142"
_sids = count(1)


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    pass_on(parts)
    return parts


@pytest.fixture
def other(parts: AppContext) -> AppContext:
    """Another process."""
    return replace(parts, counts=Counter())


def reasons(
    door: FrontDoor, calls: int, number: str = STRANGER, *, ended: bool = True
) -> list[Counted | None]:
    """Why each of so many calls is turned away; `ended`: before the next one begins."""
    found = []
    for _ in range(calls):
        sid, caller = f"CA{next(_sids)}", Caller(number)
        found.append(door.admit(sid, caller, Entrance.CHAIRS, 1).judgement.reason)
        if ended:
            door.ended(sid, caller, "completed", "3")
    return found


def test_all_are_as_the_settings_say_at_first(parts: AppContext) -> None:
    for one in limits.standing(parts):
        assert one.value == one.setting == limits.value(parts, one.limit.name)
        assert one.change is None
    assert limits.settings(parts) is parts.settings


def test_who_when_and_why_is_kept_and_written_down(parts: AppContext, clock: Clock) -> None:
    changed = limits.change(parts, "stranger_calls", 5, ADA, " a\nfair ")

    assert (changed.before, changed.after) == (3, 5)
    [one] = [one for one in limits.standing(parts) if one.limit.name == "stranger_calls"]
    assert one.change is not None
    assert (one.value, one.earlier, one.setting) == (5, 3, 3)
    assert (one.change.who, one.change.at, one.change.why) == ("ada", clock(), "a fair")
    with reading(parts.engine) as connection:
        [entry] = activity.latest(connection, 1)
    assert entry.kind is ActivityKind.LIMIT_CHANGED
    assert (entry.before, entry.after) == (
        {"limit": "stranger_calls", "value": 3},
        {"limit": "stranger_calls", "value": 5},
    )


def test_taking_back_goes_to_what_was_before_and_to_the_settings_at_last(parts: AppContext) -> None:
    limits.change(parts, "stranger_calls", 5, ADA, "a fair")
    limits.change(parts, "stranger_calls", 8, ADA, "more of it")

    assert limits.undo(parts, "stranger_calls", BEN, "taken back").after == 5
    assert limits.undo(parts, "stranger_calls", BEN, "it was right").after == 8
    assert limits.change(parts, "stranger_calls", None, BEN, "over").after == 3
    assert limits.settings(parts) == parts.settings


class TestRefused:
    @pytest.mark.parametrize("value", [0, 21, -3])
    def test_outside_the_range(self, parts: AppContext, value: int) -> None:
        with pytest.raises(LimitError, match="from 1 to 20 calls"):
            limits.change(parts, "stranger_calls", value, ADA, "why")

    def test_what_clashes_with_another_changed_limit(self, parts: AppContext) -> None:
        limits.change(parts, "public_share", 50, ADA, "many ask")
        with pytest.raises(LimitError, match="101%"):
            limits.change(parts, "strangers_share", 51, ADA, "why")

    def test_taking_back_what_would_clash_now(self, parts: AppContext) -> None:
        limits.change(parts, "strangers_share", 30, ADA, "why")
        limits.change(parts, "public_share", 70, ADA, "why")
        with pytest.raises(LimitError, match="110%"):
            limits.undo(parts, "strangers_share", ADA, "taken back")

    @pytest.mark.parametrize(
        ("why", "reason"), [(" ", "say why"), ("x" * 201, "200"), ("a\x07b", "readable")]
    )
    def test_without_a_reason_that_can_be_read(
        self, parts: AppContext, why: str, reason: str
    ) -> None:
        with pytest.raises(LimitError, match=reason):
            limits.change(parts, "capacity", 9, ADA, why)

    def test_what_is_so_already(self, parts: AppContext) -> None:
        limits.change(parts, "capacity", 9, ADA, "why")
        with pytest.raises(LimitError, match="9 calls already"):
            limits.change(parts, "capacity", 9, BEN, "why not")

    def test_taking_back_what_never_was(self, parts: AppContext) -> None:
        with pytest.raises(LimitError, match="never changed"):
            limits.undo(parts, "capacity", ADA, "taken back")

    def test_by_whom_it_is_not_for(self, parts: AppContext) -> None:
        with pytest.raises(NotAllowedError):
            limits.change(parts, "capacity", 9, SUE, "why")

    def test_and_nothing_is_changed_then(self, parts: AppContext) -> None:
        with pytest.raises(LimitError):
            limits.change(parts, "capacity", 0, ADA, "why")
        assert limits.history(parts) == []


class TestTwoAtOnce:
    def test_the_later_is_told_who_was_first(self, parts: AppContext) -> None:
        limits.change(parts, "capacity", 9, BEN, "why", seen=limits.NEVER)

        with pytest.raises(
            OvertakenError, match="ben changed it to 9 calls at 19:00 CST; look again"
        ):
            limits.change(parts, "capacity", 8, ADA, "why", seen=limits.NEVER)
        with pytest.raises(OvertakenError):
            limits.undo(parts, "capacity", ADA, "taken back", seen=limits.NEVER)

    def test_of_many_one_is_the_first(self, parts: AppContext) -> None:
        start = Barrier(6)

        def change(value: int) -> bool:
            start.wait()
            try:
                limits.change(parts, "capacity", value, ADA, f"to {value}", seen=limits.NEVER)
            except OvertakenError:
                return False
            return True

        with ThreadPoolExecutor(6) as pool:
            done = list(pool.map(change, range(100, 106)))

        assert done.count(True) == 1
        assert len(limits.history(parts)) == 1

    def test_a_commit_whose_answer_was_lost_is_repeated_without_harm(
        self, parts: AppContext
    ) -> None:
        for _ in range(2):
            changed = limits.change(parts, "capacity", 9, ADA, "why", seen=limits.NEVER)
        assert (changed.before, changed.after) == (250, 9)
        assert len(limits.history(parts)) == 1


class TestTheFrontDoorsObey:
    def test_from_the_next_call_on_in_every_process(
        self, parts: AppContext, other: AppContext
    ) -> None:
        here, there = FrontDoor(parts), FrontDoor(other)
        assert reasons(here, 1) == reasons(there, 1) == [None]

        limits.change(parts, "stranger_calls", 2, ADA, "a flood")

        assert reasons(there, 2) == [Counted.RECENT, Counted.PENALTY]
        limits.undo(other, "stranger_calls", ADA, "taken back")
        assert reasons(here, 4, "+13125550143") == [None, None, None, Counted.RECENT]

    def test_room_on_the_line(self, parts: AppContext, other: AppContext) -> None:
        door = FrontDoor(other)
        limits.change(parts, "capacity", 5, ADA, "the line is small")

        found = [reasons(door, 1, f"+1312555010{n}", ended=False)[0] for n in range(3)]

        assert found == [None, None, Counted.ROOM]

    def test_a_process_that_starts_later(
        self, parts: AppContext, redis: Redis, other: AppContext
    ) -> None:
        limits.change(parts, "stranger_calls", 1, ADA, "a flood")
        redis.delete("hotline:epoch")

        assert reasons(FrontDoor(other), 2) == [None, Counted.RECENT]

    def test_a_call_that_goes_on_brings_the_news_too(
        self, parts: AppContext, other: AppContext
    ) -> None:
        door = FrontDoor(other)
        limits.change(parts, "phone_guesses", 3, ADA, "they guess")
        door.catch_up(other.epoch.current())

        treated = [
            door.treatment("CA1", f"CA1:{n}", Caller(STRANGER), CODES[n], own=False)
            for n in range(4)
        ]

        assert treated[-1] is PinTreatment.SECOND_FACTOR
        assert treated[0] is PinTreatment.CHECK

    def test_no_call_pays_for_it(self, parts: AppContext, redis: Redis) -> None:
        door = FrontDoor(parts)
        limits.change(parts, "stranger_calls", 20, ADA, "a fair")
        reasons(door, 1)
        asked: list[str] = []
        event.listen(parts.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        before = redis.info("commandstats")

        reasons(door, 5, ended=False)

        after = redis.info("commandstats")
        assert asked == []
        assert after["cmdstat_evalsha"]["calls"] - before["cmdstat_evalsha"]["calls"] == 5
        assert after["cmdstat_get"] == before["cmdstat_get"]

    def test_two_processes_of_their_own(self, parts: AppContext, database_url: str) -> None:
        with ExitStack() as stack:
            doors = [stack.enter_context(_Process(parts, database_url)) for _ in range(2)]
            assert [door.call("+13125550150") for door in doors] == ["", ""]
            limits.change(parts, "stranger_calls", 2, ADA, "a flood")
            assert [door.call("+13125550150") for door in doors] == ["recent", "penalty"]
            limits.change(parts, "stranger_calls", 4, ADA, "it was a fair")
            found = [doors[n % 2].call("+13125550151") for n in range(5)]
            assert found == ["", "", "", "", "recent"]


DOOR = """
import sys
from config.settings import load
from hotline.guard.caller import Caller
from hotline.guard.triage import Entrance
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.context import build
var, database, redis = sys.argv[1:]
parts = build(load(var=var, database_url=database, redis_url=redis))
door = FrontDoor(parts)
for line in sys.stdin:
    sid, number = line.split()
    reason = door.admit(sid, Caller(number), Entrance.CHAIRS, 1).judgement.reason or ""
    door.ended(sid, Caller(number), "completed", "3")
    print(reason, flush=True)
"""


class _Process:
    """A process with a front door of its own, which lets in whoever is called out to it."""

    def __init__(self, parts: AppContext, database_url: str) -> None:
        given = (str(parts.settings.var), database_url, parts.settings.redis_url)
        self._process = subprocess.Popen(
            [sys.executable, "-c", DOOR, *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, number: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        print(f"CA{next(_sids)} {number}", file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


@pytest.fixture
def silent_database(other: AppContext) -> Iterator[None]:
    def fail(*_: object) -> None:
        raise SQLAlchemyError

    event.listen(other.engine, "before_cursor_execute", fail)
    yield
    event.remove(other.engine, "before_cursor_execute", fail)


class TestWithout:
    def test_the_database_the_settings_stand(
        self, other: AppContext, silent_database: None
    ) -> None:
        assert limits.value(other, "stranger_calls") == 3
        assert other.counts["limits"] == 1
        assert limits.settings(other) is other.settings

    def test_the_database_what_was_known_goes_on(
        self, parts: AppContext, other: AppContext
    ) -> None:
        limits.change(parts, "stranger_calls", 7, ADA, "why")
        assert limits.value(other, "stranger_calls") == 7

        def fail(*_: object) -> None:
            raise SQLAlchemyError

        event.listen(other.engine, "before_cursor_execute", fail)
        other.invalidate()
        assert limits.value(other, "stranger_calls") == 7
        event.remove(other.engine, "before_cursor_execute", fail)

    def test_redis_a_change_is_kept_and_seen(
        self, parts: AppContext, redis_server: RedisServer, redis: Redis
    ) -> None:
        redis_server.stop()
        try:
            limits.change(parts, "stranger_calls", 7, ADA, "why")
            assert limits.value(parts, "stranger_calls") == 7
        finally:
            redis_server.start()


def test_what_was_changed_cannot_be_written_over(parts: AppContext) -> None:
    limits.change(parts, "stranger_calls", 7, ADA, "why")
    with pytest.raises(SQLAlchemyError), parts.engine.begin() as connection:
        connection.execute(limit_change.update().values(value=20))
    with reading(parts.engine) as connection:
        assert connection.execute(select(limit_change.c.value)).scalars().all() == [7]


class TestPreview:
    def test_says_what_it_means_now_and_then(self, parts: AppContext) -> None:
        found = limits.preview(parts, "capacity", "100")

        assert "250 calls at once" in found.now
        assert "100 calls at once" in found.then
        assert found.remarks == []

    def test_knows_who_is_on_the_line(self, parts: AppContext) -> None:
        door = FrontDoor(parts)
        for n in range(3):
            reasons(door, 1, f"+1312555010{n}", ended=False)

        [said] = [s for s in limits.preview(parts, "capacity", "2").remarks if "now" in s]

        assert said.startswith("3 calls are on the line now")

    def test_refuses_what_a_change_would(self, parts: AppContext) -> None:
        with pytest.raises(LimitError):
            limits.preview(parts, "strangers_share", "90")
