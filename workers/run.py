"""A worker process: `python -m workers.run QUEUE …` works on these queues, the first one first.

It does not fork for each job: a fork costs several times what tabulating a report does. A job that
takes its worker down with it is no worse off, as the sweep finds whatever was left undone.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from threading import Event

from redis import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from config import logs
from hotline.store.queues import JOBS, QueueName
from hotline.store.redis_client import worker_redis
from workers.process import log_to_stderr, meter, parts

__all__ = ["main", "parts", "run"]

log = logging.getLogger("workers")

WORKER_SECONDS = 30
"""A worker that dies is missed after about this long; and one that waits for a job looks up as
often, and so notices a Redis that has silently gone away."""
COUNTING = frozenset({QueueName.TABULATION, QueueName.PUBLICATION})
LESS_URGENT = 10
"""How much a worker that does not count yields to those who do, and to the calls."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds before a worker that lost its Redis begins again; doubled each time."""


class Worker(SimpleWorker):
    """Knows whether it was told to stop, or merely lost its connection."""

    told: Event

    def handle_warm_shutdown_request(self) -> None:
        self.told.set()
        log.info("told to stop")

    def check_for_suspension(self, burst: bool) -> None:
        if self.told.is_set():  # before it could take signals itself
            raise StopRequested
        super().check_for_suspension(burst)

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        logs.about(job=job.id, function=job.func_name or "")
        try:
            return super().perform_job(job, queue, execution)
        finally:
            logs.about()
            meter().tell_when_due()


def run(queues: list[QueueName]) -> None:
    """Works until SIGTERM or SIGINT comes; a job that is under way is finished first."""
    pause = FIRST_PAUSE
    told = Event()
    while not told.is_set():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told.set())
        try:
            if _work(queues, told):
                pause = FIRST_PAUSE
        except RedisError as error:
            log.warning("Redis cannot be reached: %s", error)
        told.wait(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _work(queues: list[QueueName], told: Event) -> bool:
    """Whether any job was done before the worker stopped or lost its connection."""
    worker = Worker(
        list(queues),
        connection=worker_redis(parts().settings.redis_url),
        serializer=JSONSerializer,
        worker_ttl=WORKER_SECONDS,
        log_job_description=False,
    )
    worker.told = told
    has_pauses = any(sum(job.pauses) for job in JOBS if job.queue in queues)
    return worker.work(logging_level="WARNING", with_scheduler=has_pauses)


def main(arguments: list[str]) -> int:
    try:
        queues = [QueueName(argument) for argument in arguments]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not queues:
        print(f"usage: python -m workers.run {' | '.join(QueueName)} …", file=sys.stderr)
        return 2
    log_to_stderr(f"worker {' '.join(queues)}")
    if not set(queues) & COUNTING:
        os.nice(LESS_URGENT)
    run(queues)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
