"""Jobs that failed: listed with the reason, queued again once, and written down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, select

from config.settings import Settings
from hotline.election.model import Election
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.monitoring import failed_jobs
from hotline.operations.monitoring.failed_jobs import DOES, JobsError
from hotline.operations.reports.load_election import load_election
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from hotline.store.queues import JOBS, TABULATE, QueueName
from hotline.store.schema.desk_tables import activity
from tests.conftest import Clock

ADA = Actor(1, "ada", Role.ADMIN)
SUE = Actor(2, "sue", Role.SUPERVISOR)


def fails(_report: int) -> None:
    """A job, as RQ finds it by its dotted name."""
    raise ValueError("the carrier does not like +15155550142")


@pytest.fixture
def parts(
    settings: Settings, engine: Engine, redis: Redis, clock: Clock, town: Election
) -> Iterator[AppContext]:
    with connect_redis(settings.redis_url) as client:
        parts = AppContext(settings, engine, client, clock)
        load_election(parts, town, "test")
        yield parts


def fail(parts: AppContext, times: int = 1) -> None:
    queue = parts.queue(QueueName.MESSAGES)
    for number in range(times):
        queue.enqueue_call(f"{__name__}.fails", (number,), failure_ttl=600)
    worker = SimpleWorker([queue], connection=parts.redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")


def test_what_failed_is_told_with_the_reason_and_without_numbers(parts: AppContext) -> None:
    assert failed_jobs.failed_jobs(parts) == []

    fail(parts)

    (job,) = failed_jobs.failed_jobs(parts)
    assert job.queue == QueueName.MESSAGES
    assert job.why == "ValueError: the carrier does not like …0142"


def test_they_are_queued_again_once_and_that_is_written_down(parts: AppContext) -> None:
    fail(parts, times=3)
    queue = parts.queue(QueueName.MESSAGES)

    assert failed_jobs.retry(parts, ADA, "messages") == 3

    assert queue.count == 3
    assert failed_jobs.failed_jobs(parts) == []
    with reading(parts.engine) as connection:
        (entry,) = connection.execute(
            select(activity).where(activity.c.kind == ActivityKind.JOBS_RETRIED.value)
        )
    assert (entry.who, entry.after) == ("ada", {"queue": "messages", "jobs": 3})
    with pytest.raises(JobsError, match="no job of messages"):
        failed_jobs.retry(parts, ADA, "messages")
    assert queue.count == 3


def test_only_an_administrator_may_and_only_for_a_queue_that_there_is(parts: AppContext) -> None:
    fail(parts)

    with pytest.raises(NotAllowedError):
        failed_jobs.retry(parts, SUE, "messages")
    with pytest.raises(JobsError, match="no such queue"):
        failed_jobs.retry(parts, ADA, "no-such-queue")
    assert len(failed_jobs.failed_jobs(parts)) == 1


def test_every_job_is_said_in_words() -> None:
    assert {job.function for job in JOBS} <= set(DOES)
    assert DOES[TABULATE.function] == "add a report to the totals"
