"""What a load balancer and an operator's watch ask: is the process up, can it do its work?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Blueprint
from redis import Redis
from rq import Queue
from rq.utils import as_text, utcparse
from rq.worker_registration import get_keys
from sqlalchemy import Engine, select

from hotline.web.console.access import Who, open_to

log = logging.getLogger(__name__)

OK = "ok"
NO_STORE = {"Cache-Control": "no-store"}


def create_health(
    database: Engine,
    redis: Redis,
    queue: str,
    silence: timedelta,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Blueprint:
    """The routes /healthz and /readyz.

    `queue` names the queue of which a worker must be alive: one whose last heartbeat is at most
    `silence` ago. A worker that was killed stays on RQ's list for minutes; its heart tells.
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    @open_to(Who.PUBLIC)
    def healthz() -> tuple[dict[str, str], dict[str, str]]:
        """The process is up and answers; says nothing of what it needs."""
        return {"status": OK}, NO_STORE

    @blueprint.get("/readyz")
    @open_to(Who.PUBLIC)
    def readyz() -> tuple[dict[str, str], int, dict[str, str]]:
        """200 where all parts can be reached, else 503; each part with what is wrong with it."""
        parts = {
            "database": _asked(lambda: _ask_database(database)),
            "redis": _asked(lambda: _ask_redis(redis)),
            "worker": _asked(lambda: _find_worker(redis, queue, now() - silence)),
        }
        ready = all(state == OK for state in parts.values())
        return parts, 200 if ready else 503, NO_STORE

    return blueprint


def _asked(question: Callable[[], str]) -> str:
    """The answer; where there is none, only that: addresses and reasons go to the log."""
    try:
        return question()
    except Exception as error:  # whatever a driver raises, the part is not ready
        log.warning("readyz: %s", error)
        return "cannot be reached"


def _ask_database(database: Engine) -> str:
    with database.connect() as connection:
        connection.execute(select(1))
    return OK


def _ask_redis(redis: Redis) -> str:
    redis.ping()
    return OK


def _find_worker(redis: Redis, queue: str, since: datetime) -> str:
    """Reads RQ's register by key: rq.Worker.all would lengthen the time-outs of `redis`."""
    for key in get_keys(queue=Queue(queue, connection=redis)):
        beat, death = redis.hmget(key, "last_heartbeat", "death")
        if beat and not death and utcparse(as_text(beat)) >= since:
            return OK
    return f"none is alive for the queue {queue}"
