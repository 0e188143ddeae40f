"""The queues and the jobs that go through them. `hotline` never imports a job: it names it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class QueueName(StrEnum):
    """What may wait for what."""

    TABULATION = "tabulation"  # reports that are filed and not yet in the totals: seconds matter
    PUBLICATION = "publication"  # recounts and documents; may take a while at size
    MESSAGES = "messages"  # what goes out through the carrier, which is slow and may be down
    UPKEEP = "upkeep"  # sweeps and records; nobody waits for them


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of job: which function does it, for which queue, and how long it may take."""

    function: str  # dotted name
    queue: QueueName
    seconds: int  # it is broken off after this long
    pauses: tuple[int, ...] = ()  # seconds before each further attempt, after an exception


# What tabulation or publishing leaves undone, the next sweep finds.
TABULATE = Job("workers.tabulate.tabulate", QueueName.TABULATION, seconds=60, pauses=(0, 0))
PUBLISH = Job("workers.publish.publish", QueueName.PUBLICATION, seconds=600)
NOTIFY = Job("workers.notify.notify", QueueName.MESSAGES, seconds=60, pauses=(5, 30, 120, 600))
# Whoever waits for a code is on the line: after a minute nobody does any more.
SEND_CODE = Job(
    "workers.second_factor.send_code", QueueName.MESSAGES, seconds=60, pauses=(1, 3, 10, 30)
)
CALL_BACK = Job("workers.callbacks.call_back", QueueName.MESSAGES, seconds=60)
# What a message brings may be there only a moment after it, or when the carrier is well again.
FETCH_IMAGE = Job(
    "workers.images.fetch",
    QueueName.MESSAGES,
    seconds=60,
    pauses=(1, 3, 10, 30, 60, 120, 180, 240),
)
ACKNOWLEDGE_IMAGES = Job(
    "workers.images.acknowledge", QueueName.MESSAGES, seconds=60, pauses=(5, 30, 120, 600)
)
REMIND = Job("workers.remind.remind", QueueName.MESSAGES, seconds=60)
ALERT = Job("workers.alert.tell", QueueName.MESSAGES, seconds=60)
RECONCILE = Job("workers.reconcile.reconcile", QueueName.UPKEEP, seconds=300)
INGEST = Job("workers.ingest.ingest", QueueName.UPKEEP, seconds=300)

JOBS = (
    TABULATE,
    PUBLISH,
    NOTIFY,
    SEND_CODE,
    FETCH_IMAGE,
    ACKNOWLEDGE_IMAGES,
    CALL_BACK,
    REMIND,
    ALERT,
    RECONCILE,
    INGEST,
)
