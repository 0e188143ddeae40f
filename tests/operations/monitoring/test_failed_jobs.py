"""Jobs that failed: listed with the reason, queued again once, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, select

from config.settings import Settings
from hotline.election.model import Election
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.monitoring import failed_jobs
from hotline.operations.monitoring.failed_jobs import DOES, JobsError
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from hotline.store.queues import JOBS, NOTIFY, PUBLISH, RECONCILE, TABULATE, Job, QueueName
from hotline.store.schema.desk_tables import activity
from tests import towns
from tests.conftest import Clock
from tests.operations import acting

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


def fail_for_good(parts: AppContext, job: Job, *arguments: object) -> None:
    """As where the database was away for a moment: the job is tried, and given up."""
    queue = parts.queue(job.queue)
    tried = queue.enqueue_call(job.function, arguments, failure_ttl=600)
    queue.remove(tried.id)
    FailedJobRegistry(queue=queue).add(tried, ttl=600)
    tried.ended_at = datetime.now(UTC)
    tried.save()


def test_failed_work_that_was_done_later_is_forgotten(parts: AppContext) -> None:
    filed = acting.file(parts, towns.CODES[0], towns.caucus(12, 8)).report_id
    for job, arguments in (
        (TABULATE, (filed,)),
        (PUBLISH, ()),
        (RECONCILE, ()),
        (NOTIFY, (filed,)),
    ):
        fail_for_good(parts, job, *arguments)
    assert len(failed_jobs.failed_jobs(parts)) == 4
    assert failed_jobs.clear_done(parts, datetime.now(UTC) - timedelta(minutes=1)) == 0

    def left() -> set[str]:
        failed_jobs.clear_done(parts, datetime.now(UTC) + timedelta(seconds=1))
        return {one.does for one in failed_jobs.failed_jobs(parts)}

    waits = {DOES[job.function] for job in (TABULATE, PUBLISH, NOTIFY)}
    assert left() == waits, "the report waits, and its publication is due"
    tabulate(parts, filed)
    publish_now(parts)
    assert left() == {DOES[NOTIFY.function]}, "nobody has sent the receipt"


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
