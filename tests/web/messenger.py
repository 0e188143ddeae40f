"""The worker of what goes out through the carrier, and the text messages that came of it."""

from __future__ import annotations

import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from hotline.store.queues import QueueName
from tests.conftest import Clock
from tests.web.switchboard import Desk

TWO = "+15155550109"
"""The telephone of a chair of two precincts."""
OTHER = "10002"


class Messenger:
    """The worker of what goes through the carrier; its pauses are over when `clock` says so."""

    def __init__(self, whole: Desk, clock: Clock) -> None:
        self._parts, self._clock = whole.parts, clock
        self._queue = whole.parts.queue(QueueName.MESSAGES)

    def work(self) -> None:
        """Whatever is due."""
        worker = SimpleWorker(
            [self._queue], connection=self._parts.redis, serializer=JSONSerializer
        )
        worker.work(burst=True, logging_level="CRITICAL")

    def work_on(self) -> list[int]:
        """Whatever there is to do, sooner or later; the seconds that were waited for."""
        waited = []
        self.work()
        while ids := self._queue.scheduled_job_registry.get_job_ids():
            waited.append(self._let_pass(ids[0]))
            self.work()
        return waited

    def _let_pass(self, job_id: str) -> int:
        job = self._queue.fetch_job(job_id)
        pauses = job.retry_intervals
        seconds = pauses[len(pauses) - job.retries_left - 1]
        self._clock.advance(seconds)
        self._queue.scheduled_job_registry.remove(job_id)
        self._queue.enqueue_job(job)
        return seconds


def messenger(whole: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Messenger:
    """A worker for the parts of this test."""
    for job in ("images", "notify", "second_factor"):
        monkeypatch.setattr(f"workers.{job}.parts", lambda: whole.parts)
    return Messenger(whole, clock)


def texts_to(whole: Desk, phone: str) -> list[str]:
    """What this telephone got, oldest first."""
    return [message.body for message in reversed(whole.network.find_messages(to=phone))]
