"""How RQ's queues stand: what waits and since when, what failed, and whether anybody works.

RQ's own questions clean up, and lengthen the time-outs of the connection: it is asked by key.
All of it raises redis.RedisError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis
from rq import Queue
from rq.job import Job as RQJob
from rq.registry import FailedJobRegistry
from rq.utils import as_text, utcparse
from rq.worker_registration import get_keys

from hotline.store.queues import QueueName


@dataclass(frozen=True, slots=True)
class QueueState:
    """`oldest`: seconds that the first job has waited; None where none does. `worker`: seconds
    since the last sign of life of the liveliest worker that takes from it; None: there is none."""

    waiting: int = 0
    oldest: float | None = None
    failed: int = 0
    worker: float | None = None


def read_queues(redis: Redis, at: datetime) -> Mapping[str, QueueState]:
    """Every queue, by its name."""
    queues = [Queue(name, connection=redis) for name in QueueName]
    with redis.pipeline(transaction=False) as pipeline:
        for queue in queues:
            pipeline.llen(queue.key)
            pipeline.lindex(queue.key, 0)
            pipeline.zcount(FailedJobRegistry(queue=queue).key, at.timestamp(), "+inf")
        found = pipeline.execute()
    beats = _beats(redis, queues)
    return {
        queue.name: QueueState(
            int(found[3 * n]),
            _waited(redis, found[3 * n + 1], at),
            int(found[3 * n + 2]),
            _since(beats.get(queue.name, ()), at),
        )
        for n, queue in enumerate(queues)
    }


def _beats(redis: Redis, queues: Iterable[Queue]) -> Mapping[str, list[datetime]]:
    """When each queue's workers have last given a sign of life; who has said goodbye counts not."""
    workers = {queue.name: sorted(get_keys(queue=queue)) for queue in queues}
    asked = sorted({key for keys in workers.values() for key in keys})
    with redis.pipeline(transaction=False) as pipeline:
        for key in asked:
            pipeline.hmget(key, "last_heartbeat", "death")
        said = dict(zip(asked, pipeline.execute(), strict=True))
    return {
        name: [utcparse(as_text(said[key][0])) for key in keys if said[key][0] and not said[key][1]]
        for name, keys in workers.items()
    }


def _since(beats: Iterable[datetime], at: datetime) -> float | None:
    return min((max(0.0, (at - beat).total_seconds()) for beat in beats), default=None)


def _waited(redis: Redis, job_id: Any, at: datetime) -> float | None:
    if job_id is None:
        return None
    enqueued = redis.hget(RQJob.key_for(as_text(job_id)), "enqueued_at")
    if not isinstance(enqueued, bytes):
        return None  # taken meanwhile
    return max(0.0, (at - utcparse(as_text(enqueued))).total_seconds())
