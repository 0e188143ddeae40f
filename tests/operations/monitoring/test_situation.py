"""The situation from real parts: the line, the queue, the records, what failed, what is silent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, event

from config.settings import Settings
from hotline.election.model import Election
from hotline.guard.caller import Attestation, Caller
from hotline.guard.triage import Entrance
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.admission.switches import Switch, turn_on
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext, connect_redis, utc_now
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.situation import (
    DATABASE,
    REDIS,
    AreaProgress,
    Memory,
    Situation,
    Units,
    gather,
)
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.receipts import carrier_of
from hotline.store.database import connect
from hotline.store.desk.waiting import Class, PersonRequest
from hotline.store.monitoring import meters
from hotline.store.monitoring.meters import Meter, RequestGroup
from hotline.store.queues import TABULATE, QueueName
from hotline.telephony.network import CarrierBusy
from tests.conftest import Clock
from tests.operations.acting import CONTESTING, HOLDING, file, published, tabulated, tamper
from tests.operations.lives import arrive, turned_away
from tests.towns import CODES, caucus

pytestmark = pytest.mark.both_databases

ROOM = caucus(ash=10, birch=10, won={"ash": 2, "birch": 2})
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def parts(settings: Settings, engine: Engine, redis: Redis, clock: Clock) -> Iterator[AppContext]:
    with connect_redis(settings.redis_url) as client:
        yield AppContext(settings, engine, client, clock)


@pytest.fixture
def board(parts: AppContext, town: Election) -> DeskServices:
    load_election(parts, town, "test")
    return DeskServices(parts)


def look(board: DeskServices, memory: Memory | None = None) -> Situation:
    return gather(board.parts, board, memory)


def wait(board: DeskServices, sid: str, rank: Class = Class.ROSTER) -> None:
    about = {"caller": sid, "last4": "0101", "number": "+15155550101", "standing": "roster"}
    rest = {"unit": CODES[0], "reason": "pressed 0", "language": "en", "line": "+15155550100"}
    board.waiting.join(sid, PersonRequest(rank=rank, step=3, **about, **rest), board.parts.now())


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile, with its values."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_of_a_line_that_is_quiet_nothing_is_said_but_how_it_is(board: DeskServices) -> None:
    seen = look(board)

    assert seen.silent == frozenset()
    assert (seen.on_line, seen.waiting, seen.capacity) == (0, 0, board.parts.settings.capacity)
    assert len(seen.minutes) == 60
    assert seen.minutes[-1].at == board.parts.now().replace(second=0, microsecond=0)
    assert seen.units == Units(total=6, outstanding=6)
    assert set(seen.queues) == set(QueueName)
    assert set(seen.workers.values()) == {None}
    assert seen.publication.number is None


def test_without_an_election_there_are_no_units(parts: AppContext) -> None:
    seen = gather(parts, DeskServices(parts))

    assert seen.silent == frozenset()
    assert (seen.units, list(seen.areas)) == (Units(), [])


def test_calls_are_counted_by_the_minute_in_which_they_began(
    board: DeskServices, clock: Clock
) -> None:
    arrive(board.parts, "CA1", standing="roster", verdict="fast-lane")
    arrive(board.parts, "CA2")
    turned_away(board.parts, "CA3", reason="recent")
    clock.advance(60)
    turned_away(board.parts, "CA4", reason="room", standing="withheld")
    file(board.parts, CODES[0], ROOM)
    ingest_events(board.parts)

    before, now = look(board).minutes[-2:]

    assert before.answered == {("fast-lane", "roster"): 1, ("admit", "unknown"): 1}
    assert before.turned_away == {("recent", "unknown"): 1}
    assert (now.answered, now.turned_away) == ({}, {("room", "withheld"): 1})
    assert (before.filed, now.filed) == (0, 1)


def test_a_minute_that_is_over_is_asked_again_only_until_all_of_it_is_on_record(
    board: DeskServices, clock: Clock, engine: Engine
) -> None:
    memory = Memory()
    arrive(board.parts, "CA1")
    assert look(board, memory).minutes[-1].answered == {}

    clock.advance(300)
    ingest_events(board.parts)
    late = look(board, memory)
    assert late.minutes[-6].answered == {("admit", "unknown"): 1}

    with statements(engine) as asked:
        again = look(board, memory)
    assert again.minutes == late.minutes
    assert sum("FROM call" in statement for statement, _ in asked) == 3


def test_chairs_who_were_turned_away_are_named(board: DeskServices, clock: Clock) -> None:
    turned_away(board.parts, "CA1", reason="penalty")
    turned_away(board.parts, "CA2", reason="block", standing="roster", last4="0101")
    clock.advance(60)
    turned_away(board.parts, "CA3", reason="roster-only", standing="verified", last4="0102")
    ingest_events(board.parts)

    found = look(board).chairs_turned_away

    assert [(one.sid, one.last_four, one.standing, one.reason) for one in found] == [
        ("CA3", "0102", "verified", "roster-only"),
        ("CA2", "0101", "roster", "block"),
    ]
    clock.advance(16 * 60)
    assert not look(board).chairs_turned_away


def test_who_is_on_the_line_until_the_lease_is_over(board: DeskServices, clock: Clock) -> None:
    door = FrontDoor(board.parts)
    caller = Caller("+13125550142", Attestation.NONE)
    door.admit("CA1", caller, Entrance.CHAIRS, 1)
    door.admit("CA2", Caller(None, Attestation.NONE), Entrance.PUBLIC, 1)

    seen = look(board)
    assert (seen.on_line, seen.strangers_on_line, seen.public_on_line) == (2, 1, 1)

    clock.advance(board.parts.settings.unverified_seconds + 31)
    assert look(board).on_line == 0


def test_the_queue_and_the_staff(board: DeskServices, clock: Clock) -> None:
    wait(board, "CA1", Class.UNKNOWN)
    clock.advance(60)
    wait(board, "CA2")
    wait(board, "CA3", Class.PROVED)
    board.waiting.call_back("CA3", True)
    board.staff.begin_shift(1, "ann", "CAleg", "desk-1", clock())
    clock.advance(90)

    seen = look(board)

    assert (seen.waiting, seen.longest_wait) == (2, 150)
    assert (seen.chairs_waiting, seen.chairs_longest_wait) == (1, 90)
    assert (seen.callbacks, seen.callback_overdue) == (1, 90)
    assert (seen.staff_on_shift, seen.staff_ready) == (1, 1)


def test_guessing_is_seen_by_minute_by_unit_and_as_an_alarm(board: DeskServices) -> None:
    door = FrontDoor(board.parts)
    caller = Caller("+13125550142", Attestation.NONE)
    for attempt in range(board.parts.settings.line_guesses + 1):
        unit = CODES[attempt % 2]
        door.treatment("CA1", f"CA1:{attempt}", caller, unit, own=False)
    for _ in range(4):
        door.wrong_pin()

    seen = look(board)

    assert seen.minutes[-1].wrong_pins == 4
    assert seen.locked_units == {CODES[0], CODES[1]}
    board.parts.redis.set("hotline:alarm", 1, ex=300)
    alarm = look(board).alarm
    assert alarm is not None
    assert 290 < alarm <= 300


def test_where_units_stand_and_what_is_outstanding_where(board: DeskServices) -> None:
    memory = Memory()
    look(board, memory)
    tabulated(board.parts, CODES[0], ROOM)
    tabulated(board.parts, CODES[2], caucus(ash=8), HOLDING)
    tabulated(board.parts, CODES[3], caucus(ash=9), CONTESTING)
    file(board.parts, CODES[1], caucus(ash=7))

    seen = look(board, memory)

    assert seen.units == Units(6, outstanding=3, held=1, counted=2, contested=1, verified=0)
    assert list(seen.areas) == [
        AreaProgress("Sites abroad", 2, 2),
        AreaProgress("North", 2, 1),
        AreaProgress("South", 2, 0),
    ]
    assert (seen.outbox.waiting, seen.outbox.oldest) == (1, 0)


def test_how_publishing_stands(board: DeskServices, clock: Clock) -> None:
    parts = board.parts
    tabulated(parts, CODES[0], ROOM)
    published(parts)
    number = look(board).publication
    assert (number.number, number.at, number.refused_since) == (1, clock(), None)

    tabulated(parts, CODES[1], caucus(ash=6))
    tamper(parts, "UPDATE total SET value = value + 1")
    publish_now(parts)
    refused = look(board).publication
    assert (refused.number, refused.refused_since, refused.paused) == (1, clock(), None)
    assert refused.refused_reason

    turn_on(parts, Switch.PUBLICATION_PAUSED, "test", "a look at the totals")
    assert look(board).publication.paused == "a look at the totals"


def test_jobs_that_wait_and_jobs_that_failed_and_who_works(
    parts: AppContext, town: Election
) -> None:
    parts = replace(parts, now=utc_now)
    load_election(parts, town, "test")
    board = DeskServices(parts)
    queue = parts.queue(QueueName.TABULATION)
    queue.enqueue_call("workers.tabulate.no_such_function", failure_ttl=600)
    worker = SimpleWorker([queue], connection=parts.redis, serializer=JSONSerializer)
    worker.work(burst=True)
    parts.enqueue(TABULATE, 1)

    state = look(board).queues[QueueName.TABULATION]
    assert (state.waiting, state.failed, state.worker) == (1, 1, None)
    assert state.oldest is not None
    assert state.oldest < 60

    other = SimpleWorker([queue], connection=parts.redis, serializer=JSONSerializer)
    other.register_birth()
    alive = look(board).queues[QueueName.TABULATION].worker
    assert alive is not None
    assert alive < 60
    other.register_death()
    assert look(board).queues[QueueName.TABULATION].worker is None


def test_how_the_carrier_answered_last(board: DeskServices, clock: Clock) -> None:
    assert look(board).carrier.failed_at is None

    with pytest.raises(CarrierBusy):
        carrier_of(board.parts).send_text("+15155550100", "+15155550101", "hello")

    state = look(board).carrier
    assert (state.failed_at, state.is_failing) == (clock(), True)
    assert "ConnectionError" in state.why


def test_requests_and_those_that_failed(board: DeskServices, clock: Clock) -> None:
    meter = Meter(board.parts.redis, board.parts.counts, lambda: clock().timestamp())
    for status in ("2xx", "2xx", "2xx", meters.APOLOGY):
        meter.count(RequestGroup.VOICE, status, 0.004)
    meter.count(RequestGroup.ADMIN, "5xx", 0.004)
    assert meter.tell()

    seen = look(board)

    assert (seen.webhooks.requests, seen.webhooks.errors) == (4, 1)
    assert (seen.minutes[-1].requests, seen.minutes[-1].errors) == (4, 1)


def test_without_redis_the_records_are_still_told(board: DeskServices) -> None:
    parts = board.parts
    arrive(parts, "CA1")
    ingest_events(parts)
    parts.election()
    with connect_redis(NOWHERE) as nobody:
        deaf = AppContext(parts.settings, parts.engine, nobody, parts.now)

        seen = gather(deaf, DeskServices(deaf))

    assert seen.silent == {REDIS}
    assert (seen.on_line, seen.queues) == (0, {})
    assert seen.units.total == 6
    assert seen.minutes[-1].answered == {("admit", "unknown"): 1}


def test_without_the_database_the_line_is_still_told(board: DeskServices, tmp_path: object) -> None:
    parts = board.parts
    parts.election()
    wait(board, "CA1")
    nothing = connect(f"sqlite:///{tmp_path}/nothing.db")
    blind = AppContext(parts.settings, nothing, parts.redis, parts.now)

    seen = gather(blind, DeskServices(blind))

    assert seen.silent == {DATABASE}
    assert seen.waiting == 1
    assert (seen.units, list(seen.minutes)) == (Units(), [])
    nothing.dispose()


def test_without_either_it_is_still_told_that(board: DeskServices, tmp_path: object) -> None:
    nothing = connect(f"sqlite:///{tmp_path}/nothing.db")
    with connect_redis(NOWHERE) as nobody:
        alone = AppContext(board.parts.settings, nothing, nobody, board.parts.now)

        assert gather(alone, DeskServices(alone)).silent == {DATABASE, REDIS}
    nothing.dispose()


@pytest.mark.parametrize(
    "backend", ["sqlite"]
)  # PostgreSQL reads a small table whole, whatever indexes there are
def test_the_minutes_are_answered_by_an_index_alone(board: DeskServices, engine: Engine) -> None:
    turned_away(board.parts, "CA2", reason="block", standing="roster")
    ingest_events(board.parts)
    with statements(engine) as asked:
        look(board)
    plans = {}
    with engine.connect() as connection:
        for statement, values in asked:
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plans[statement] = " ".join(row.detail for row in found)

    index = "ix_call_channel_began_at_verdict_reason_standing (channel=? AND began_at>? AND beg"
    by_minute = [plan for asked, plan in plans.items() if "GROUP BY call.verdict" in asked]
    chairs = [plan for asked, plan in plans.items() if "ORDER BY call.began_at" in asked]
    filed = [plan for asked, plan in plans.items() if "report.filed_at" in asked]
    assert (len(by_minute), len(chairs), len(filed)) == (1, 1, 1)
    assert f"USING COVERING INDEX {index}" in by_minute[0]
    assert f"USING INDEX {index}" in chairs[0]
    assert "USING COVERING INDEX ix_report_ledger_id_filed_at" in filed[0]
