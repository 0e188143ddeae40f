"""Jobs that were given up after their last attempt: what they were, why, and queueing them again.

Every job is harmless to repeat, as whatever is left undone is found by the sweep as well.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job as RQJob
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy import Connection, select

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.publication.publish import is_due
from hotline.store import queues
from hotline.store.database import reading, transact
from hotline.store.enums import Role
from hotline.store.queues import QueueName
from hotline.store.schema.tables import outbox

log = logging.getLogger(__name__)

SHOWN = 200  # jobs; of more only how many there are
LONGEST_REASON = 200  # characters

DOES: Mapping[str, str] = {
    queues.TABULATE.function: "add a report to the totals",
    queues.PUBLISH.function: "publish the results",
    queues.NOTIFY.function: "text a receipt",
    queues.SEND_CODE.function: "send a code to a precinct's own phone",
    queues.CALL_BACK.function: "call somebody back",
    queues.FETCH_IMAGE.function: "fetch a photograph",
    queues.ACKNOWLEDGE_IMAGES.function: "text that photographs have arrived",
    queues.REMIND.function: "text reminders",
    queues.ALERT.function: "tell of an alert",
    queues.RECONCILE.function: "sweep up what was left undone",
    queues.INGEST.function: "put calls on record",
}
"""What each job does, in words."""


SWEPT = frozenset(
    job.function
    for job in (
        queues.TABULATE,
        queues.PUBLISH,
        queues.CALL_BACK,
        queues.FETCH_IMAGE,
        queues.REMIND,
        queues.ALERT,
        queues.RECONCILE,
        queues.INGEST,
    )
)
"""What a sweep, or the clock, does again where a job has left it undone."""


class JobsError(Exception):
    """No job was queued again; the message says why."""


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that was given up. `why`: the last line of its error, without telephone numbers."""

    id: str
    queue: str
    does: str
    at: datetime | None  # UTC
    why: str


def failed_jobs(parts: AppContext) -> list[FailedJob]:
    """The newest first. Raises redis.RedisError."""
    found = [_told(job) for queue in QueueName for job in _failed(parts, queue)]
    return sorted(found, key=lambda job: job.at.timestamp() if job.at else 0.0, reverse=True)


def retry(parts: AppContext, actor: Actor, queue: str) -> int:
    """Queues every failed job of this queue again, each once; returns how many.

    Raises JobsError where there is none, redis.RedisError, or SQLAlchemyError.
    """
    require(actor, Role.ADMIN)
    if queue not in set(QueueName):
        raise JobsError("there is no such queue")
    jobs = _failed(parts, QueueName(queue))
    if not jobs:
        raise JobsError(f"no job of {queue} is waiting to be queued again")
    again: dict[str, str] = {}

    def work(connection: Connection) -> None:
        again.update(_queue_again(job for job in jobs if job.id not in again))
        if again:
            log_activity(
                connection,
                parts,
                actor,
                ActivityKind.JOBS_RETRIED,
                after={"queue": queue, "jobs": len(again)},
                note="; ".join(sorted(set(again.values()))),
            )

    transact(parts.engine, work)
    if not again:
        raise JobsError("somebody else has just queued them again")
    return len(again)


def clear_done(parts: AppContext, before: datetime) -> int:
    """Forgets the failed jobs whose work is done since, by a sweep that began then (real time).

    A report that still waits to be tabulated, and a publication that is still due, keep theirs; so
    does what nobody does again by itself, such as a receipt. Raises redis.RedisError, or
    SQLAlchemyError.
    """
    found = [
        job
        for queue in QueueName
        for job in _failed(parts, queue)
        if job.func_name in SWEPT and job.ended_at is not None and job.ended_at < before
    ]
    if not found:
        return 0
    with reading(parts.engine) as connection:
        waiting = frozenset(connection.execute(select(outbox.c.report_id)).scalars())
    undone = {queues.PUBLISH.function} if is_due(parts) else set()
    done = [
        job
        for job in found
        if job.func_name not in undone
        and not (job.func_name == queues.TABULATE.function and waiting.intersection(job.args))
    ]
    for job in done:
        job.delete()
    if done:
        log.info("%d failed jobs are forgotten: their work is done", len(done))
    return len(done)


def _failed(parts: AppContext, queue: QueueName) -> list[RQJob]:
    registry = FailedJobRegistry(queue=parts.queue(queue))
    ids = registry.get_job_ids(0, SHOWN - 1, desc=True)
    found = RQJob.fetch_many(ids, connection=parts.redis, serializer=JSONSerializer)
    return [job for job in found if job is not None]


def _queue_again(jobs: Iterable[RQJob]) -> dict[str, str]:
    """What those do that are queued now, by id. One that somebody else has queued is left."""
    queued: dict[str, str] = {}
    for job in jobs:
        try:
            job.requeue()
        except (InvalidJobOperation, NoSuchJobError):
            continue
        queued[job.id] = _does(job)
    return queued


def _told(job: RQJob) -> FailedJob:
    result = job.latest_result()
    lines = ((result.exc_string if result else None) or "").strip().splitlines()
    why = re.sub(r"\+?\d{3,}(?=\d{4})", "…", lines[-1] if lines else "no reason is known")
    return FailedJob(job.id, job.origin, _does(job), job.ended_at, why[:LONGEST_REASON])


def _does(job: RQJob) -> str:
    return DOES.get(job.func_name or "", job.func_name or "an unknown job")
