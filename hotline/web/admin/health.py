"""What a load balancer and an operator's watch ask: is the process up, can it do its work?"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from flask import Blueprint
from redis import Redis, RedisError
from rq import Queue
from rq.utils import as_text, utcparse
from rq.worker_registration import get_keys

from hotline.operations.context import AppContext
from hotline.operations.host_health import UNREACHABLE
from hotline.store.queues import QueueName
from hotline.web.console.access import Who, open_to
from hotline.web.console.services import context

log = logging.getLogger(__name__)

OK = "ok"
NO_STORE = {"Cache-Control": "no-store"}
WORKED = QueueName.TABULATION
"""The queue of which a worker must be alive."""

SILENCE = timedelta(seconds=90)
"""Since the last heartbeat. A worker that was killed stays on RQ's list for minutes."""


blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_to(Who.PUBLIC)
def healthz() -> tuple[dict[str, str], dict[str, str]]:
    """The process is up and answers; says nothing of what it needs."""
    return {"status": OK}, NO_STORE


@blueprint.get("/readyz")
@open_to(Who.PUBLIC)
def readyz() -> tuple[dict[str, str], int, dict[str, str]]:
    """200 where all parts do their work, else 503; each part with what is wrong with it."""
    parts = context()
    state = parts.host.check()
    states = {
        "database": state.database or OK,
        "redis": state.redis or OK,
        "worker": UNREACHABLE if state.redis else _worker(parts),
    }
    ready = all(state == OK for state in states.values())
    return states, 200 if ready else 503, NO_STORE


def _worker(parts: AppContext) -> str:
    """Whether one is alive; where nobody can tell, only that: reasons go to the log."""
    try:
        return _find_worker(parts.redis, WORKED, parts.now() - SILENCE)
    except RedisError as error:
        log.warning("readyz: %s", error)
        return UNREACHABLE


def _find_worker(redis: Redis, queue: str, since: datetime) -> str:
    """Reads RQ's register by key: rq.Worker.all would lengthen the time-outs of `redis`."""
    for key in get_keys(queue=Queue(queue, connection=redis)):
        beat, death = redis.hmget(key, "last_heartbeat", "death")
        if beat and not death and utcparse(as_text(beat)) >= since:
            return OK
    return f"none is alive for the queue {queue}"
