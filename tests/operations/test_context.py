"""What a process remembers of the election: never older than a second after it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings, SettingsError
from hotline.operations import remembered
from hotline.operations.context import AppContext, NoElectionError, build
from hotline.operations.reports.load_election import load_election
from hotline.store.elections import ActiveElection
from hotline.store.queues import JOBS, NOTIFY, PUBLISH, TABULATE, QueueName
from tests.operations.acting import tamper
from tests.servers import RedisServer
from tests.towns import town


class Time:
    """Monotonic seconds, as tests set them."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(remembered, "time", time)
    return time


@pytest.fixture
def queries(parts: AppContext) -> Iterator[list[str]]:
    """What the database was asked."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, sql: str, *_: object) -> None:
        if sql.startswith("SELECT"):
            seen.append(sql)

    event.listen(parts.engine, "before_cursor_execute", note)
    yield seen
    event.remove(parts.engine, "before_cursor_execute", note)


@pytest.fixture
def other(parts: AppContext) -> AppContext:
    """Another process."""
    return replace(parts, counts=type(parts.counts)())


class TestElection:
    @pytest.fixture(autouse=True)
    def loaded(self, time: Time, parts: AppContext) -> ActiveElection:
        return load_election(parts, town(), "test")

    def test_the_database_is_asked_once(self, parts: AppContext, queries: list[str]) -> None:
        parts.election()
        queries.clear()

        assert parts.election() is parts.election()
        assert queries == []

    def test_a_document_that_has_not_changed_is_not_read_again(
        self, parts: AppContext, other: AppContext, queries: list[str]
    ) -> None:
        first = parts.election()
        other.invalidate()

        assert parts.election().election is first.election
        assert not any("document" in sql for sql in queries)

    def test_an_announced_change_is_seen_at_once(
        self, parts: AppContext, other: AppContext
    ) -> None:
        parts.election()

        load_election(other, replace(town(), title="Mended"), "test")

        assert parts.election().election.title == "Mended"

    def test_a_change_that_nobody_announced_is_seen_before_long(
        self, parts: AppContext, time: Time
    ) -> None:
        parts.election()
        tamper(parts, "UPDATE election SET active = false")

        time.seconds += 14
        parts.election()
        time.seconds += 2
        with pytest.raises(NoElectionError):
            parts.election()

    def test_the_epoch_can_come_from_elsewhere(self, parts: AppContext, redis: Redis) -> None:
        epoch = parts.epoch.current()
        known = parts.election(epoch)
        redis.flushall()

        assert parts.election(epoch) is known

    def test_a_redis_that_lost_its_memory_is_noticed(
        self, parts: AppContext, redis: Redis, queries: list[str]
    ) -> None:
        parts.election()
        queries.clear()
        redis.flushall()

        parts.election()

        assert queries

    def test_while_redis_is_down_the_database_is_asked_once_a_second(
        self,
        parts: AppContext,
        time: Time,
        redis_server: RedisServer,
        redis: Redis,
        queries: list[str],
    ) -> None:
        parts.election()
        redis_server.stop()
        try:
            tamper(parts, "UPDATE election SET active = false")
            parts.election()
            time.seconds += 1.1
            with pytest.raises(NoElectionError):
                parts.election()
            queries.clear()
            with pytest.raises(NoElectionError):
                parts.election()
            assert queries == []
        finally:
            redis_server.start()

    def test_while_the_database_is_down_what_is_known_goes_on(
        self, parts: AppContext, time: Time
    ) -> None:
        known = parts.election()
        parts.invalidate()

        def fail(*_: object) -> None:
            raise SQLAlchemyError

        event.listen(parts.engine, "before_cursor_execute", fail)
        assert parts.election() is known
        assert parts.election() is known
        event.remove(parts.engine, "before_cursor_execute", fail)

        assert parts.counts["election"] == 1  # it was asked once
        time.seconds += 1.1
        assert parts.election().ledger_id == known.ledger_id

    def test_a_database_that_never_answered_raises(
        self, parts: AppContext, other: AppContext
    ) -> None:
        def fail(*_: object) -> None:
            raise SQLAlchemyError

        event.listen(parts.engine, "before_cursor_execute", fail)
        with pytest.raises(SQLAlchemyError):
            other.election()
        event.remove(parts.engine, "before_cursor_execute", fail)

    def test_an_announcement_that_fails_is_no_failure(
        self, parts: AppContext, redis_server: RedisServer, redis: Redis
    ) -> None:
        redis_server.stop()
        try:
            parts.invalidate()
        finally:
            redis_server.start()

        assert parts.counts["announcement"] == 1


class TestQueues:
    def test_every_queue_has_a_job_and_every_job_a_queue(self) -> None:
        assert {job.queue for job in JOBS} == set(QueueName)

    @pytest.mark.parametrize("job", [TABULATE, PUBLISH, NOTIFY], ids=lambda job: job.function)
    def test_a_job_is_queued_with_its_limits(
        self, parts: AppContext, redis: Redis, job: object
    ) -> None:
        assert parts.enqueue(job, 7)

        [queued] = parts.queue(job.queue).jobs
        assert (queued.func_name, queued.args) == (job.function, [7])
        assert queued.timeout == job.seconds
        assert (queued.retries_left or 0) == len(job.pauses)

    def test_what_is_in_the_queue_is_data_and_not_code(
        self, parts: AppContext, redis: Redis
    ) -> None:
        parts.enqueue(TABULATE, 7)

        [job_id] = parts.queue(QueueName.TABULATION).job_ids
        kept = redis.hgetall(f"rq:job:{job_id}")
        assert not any(value.startswith(b"\x80") for value in kept.values())  # no pickle


def test_a_redis_is_needed() -> None:
    with pytest.raises(SettingsError, match="REDIS_URL"):
        build(Settings(redis_url=""))


def test_building_contacts_nobody() -> None:
    parts = build(
        Settings(
            redis_url="redis://127.0.0.1:1/0",
            database_url="postgresql://127.0.0.1:1/nothing",
        )
    )

    assert parts.engine.dialect.name == "postgresql"
