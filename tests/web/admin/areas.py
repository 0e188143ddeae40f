"""The areas of the overview, and a fault that it shows."""

from __future__ import annotations

from rq import SimpleWorker
from rq.serializers import JSONSerializer

from hotline.operations.context import AppContext
from hotline.store.queues import QueueName

NAMES = ("calls", "away", "reports", "faults", "areas")


def fail_job(parts: AppContext) -> None:
    queue = parts.queue(QueueName.MESSAGES)
    queue.enqueue_call("tests.operations.monitoring.test_failed_jobs.fails", (1,), failure_ttl=600)
    worker = SimpleWorker([queue], connection=parts.redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")
