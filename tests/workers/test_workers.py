"""Workers as processes: they do their jobs, outlive a Redis, and stop when they are told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from rq.utils import import_attribute
from sqlalchemy import select

from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.upkeep.purge import DONE
from hotline.operations.upkeep.reconcile import reconcile
from hotline.store.database import writing
from hotline.store.publication.publications import latest
from hotline.store.queues import JOBS, NOTIFY, RECONCILE
from hotline.store.schema.tables import call, unit_state
from tests.operations.acting import differences, file, people, waiting
from tests.operations.lives import arrive, end, rows
from tests.operations.lives import waiting as events_waiting
from tests.servers import RedisServer
from tests.towns import CODES, caucus, town
from workers import clock as clock_process
from workers import run

NORTH, NORTH_2, SOUTH, *_ = CODES
PATIENCE = 30  # seconds; only a failure takes them


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


@contextmanager
def process(parts: AppContext, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "DATABASE_URL": parts.settings.database_url,
        "REDIS_URL": parts.settings.redis_url,
        "HOTLINE_VAR": str(parts.settings.var),
        "HOTLINE_SWEEP_SECONDS": "0.5",
    }
    with subprocess.Popen(
        [sys.executable, "-m", *command], env=os.environ | environment, stderr=subprocess.PIPE
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def eventually(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def reported(parts: AppContext) -> int:
    found = latest(parts.engine)
    return found.document["units"]["reported"] if found else -1


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.function)
def test_every_job_is_there(job: object) -> None:
    assert callable(import_attribute(job.function))


def test_a_report_is_tabulated_and_published_by_workers(parts: AppContext) -> None:
    with process(parts, "workers.run", "tabulation", "publication") as worker:
        file(parts, NORTH, caucus(12, 8))
        assert eventually(lambda: reported(parts) == 1)

        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    assert people(parts, "county:North", "ash") == 12
    assert differences(parts) == ()


def test_a_worker_outlives_its_redis(
    parts: AppContext, redis_server: RedisServer, redis: Redis
) -> None:
    with process(parts, "workers.run", "tabulation") as worker:
        file(parts, NORTH, caucus(12, 8))
        assert eventually(lambda: not waiting(parts))

        redis_server.stop()
        time.sleep(0.5)
        redis_server.start()
        file(parts, SOUTH, caucus(3, 4))

        assert eventually(lambda: not waiting(parts))
        assert worker.poll() is None


def test_a_worker_waits_for_a_redis_that_is_not_there_and_can_be_stopped(
    parts: AppContext, redis_server: RedisServer, redis: Redis
) -> None:
    redis_server.stop()
    try:
        with process(parts, "workers.run", "tabulation") as worker:
            said = (b"Redis cannot be reached" in line for line in worker.stderr)
            assert any(said)
            assert any(said)  # it has tried again
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(PATIENCE) == 0
    finally:
        redis_server.start()


def test_what_a_killed_worker_was_doing_is_done_by_the_sweep(
    parts: AppContext, redis: Redis
) -> None:
    code = select(unit_state.c.unit_code).where(unit_state.c.unit_code == NORTH).with_for_update()
    filed = file(parts, NORTH, caucus(12, 8))
    with writing(parts.engine) as connection:
        connection.execute(code)  # the job can begin, and not end
        with process(parts, "workers.run", "tabulation") as worker:
            assert eventually(lambda: parts.queue("tabulation").started_job_registry.count == 1)
            worker.kill()
            worker.wait()

    assert waiting(parts) == [filed.report_id]
    parts.now.advance(60)
    assert reconcile(parts).tabulated == 1
    assert people(parts, "county:North", "ash") == 12


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_a_queue_that_is_not_there_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(arguments) == 2
    assert capsys.readouterr().err


class TestClock:
    def test_a_tick_queues_what_is_always_done_unless_some_of_it_waits(
        self, parts: AppContext
    ) -> None:
        assert clock_process.tick(parts)
        assert clock_process.tick(parts)

        waiting = [job.func_name for job in parts.queue(RECONCILE.queue).jobs]
        assert waiting == ["workers.reconcile.reconcile", "workers.ingest.ingest"]

    def test_a_tick_without_redis_is_no_failure(
        self, parts: AppContext, redis_server: RedisServer, redis: Redis
    ) -> None:
        redis_server.stop()
        try:
            assert not clock_process.tick(parts)
        finally:
            redis_server.start()

    def test_it_ticks_less_often_while_that_is_in_vain(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = iter([False] * 4 + [True] * 2)
        monkeypatch.setattr(clock_process, "tick", lambda _: next(done))
        stopped = Stopped(after=7)

        clock_process.run(parts, stopped)

        assert stopped.waited == [10, 20, 40, 60, 60, 10, 10]

    def test_it_has_lost_reports_swept_until_it_is_told_to_stop(
        self, parts: AppContext, redis: Redis
    ) -> None:
        file(parts, NORTH, caucus(12, 8))  # at a time that is long past
        redis.flushall()

        with (
            process(parts, "workers.run", "upkeep") as worker,
            process(parts, "workers.clock") as ticking,
        ):
            assert eventually(lambda: not waiting(parts))
            for child in (ticking, worker):
                child.send_signal(signal.SIGTERM)
                assert child.wait(PATIENCE) == 0
        assert people(parts, "county:North", "ash") == 12

    def test_it_has_calls_recorded_and_old_records_purged(self, parts: AppContext) -> None:
        arrive(parts, "CA1")  # at a time that is long past
        end(parts, "CA1")

        with process(parts, "workers.run", "upkeep"), process(parts, "workers.clock"):
            assert eventually(lambda: not events_waiting(parts))
            assert eventually(lambda: parts.redis.exists(DONE) == 1)
        assert rows(parts, call) == []


class Stopped:
    """An Event that is set after some waits, and remembers how long each was to be."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.waited: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        return len(self.waited) >= self.after


@pytest.mark.slow
def test_a_message_that_fails_is_tried_again_after_a_pause(parts: AppContext) -> None:
    parts.enqueue(NOTIFY, 4711)  # there is no such report
    queue = parts.queue(NOTIFY.queue)
    [job_id] = queue.job_ids

    def attempts() -> int:
        job = queue.fetch_job(job_id)
        return len(NOTIFY.pauses) - job.retries_left if job else -1

    with process(parts, "workers.run", "messages") as worker:
        assert eventually(lambda: attempts() == 1 and job_id in queue.scheduled_job_registry)
        assert eventually(lambda: attempts() == 2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
