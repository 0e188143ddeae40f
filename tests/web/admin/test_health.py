from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq import SimpleWorker
from rq.utils import utcformat
from sqlalchemy import Engine, create_engine, text

from config.settings import Settings
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.store.database import writing
from hotline.store.queues import QueueName
from hotline.web.admin import health
from hotline.web.console.access import require_stated_access
from hotline.web.console.services import provide


@pytest.fixture
def worker(redis: Redis, redis_url: str) -> Iterator[SimpleWorker]:
    """A worker of the queue, as it stands in RQ's register once it has begun."""
    worker = SimpleWorker([QueueName.TABULATION], connection=Redis.from_url(redis_url))
    worker.register_birth()
    yield worker
    worker.connection.close()


def asked(engine: Engine, redis: Redis, path: str = "/readyz") -> tuple[int, dict[str, str]]:
    app = Flask(__name__)
    parts = AppContext(Settings(), engine, redis, lambda: datetime.now(UTC))
    provide(app, DeskServices(parts))
    app.register_blueprint(health.blueprint)
    require_stated_access(app)
    answer = app.test_client().get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.get_json()


def test_all_is_well(engine: Engine, redis: Redis, worker: SimpleWorker) -> None:
    assert asked(engine, redis) == (200, {"database": "ok", "redis": "ok", "worker": "ok"})


def test_a_queue_that_nobody_works_on_is_named(engine: Engine, redis: Redis) -> None:
    status, parts = asked(engine, redis)

    assert status == 503
    assert parts["worker"] == "none is alive for the queue tabulation"
    assert parts["database"] == parts["redis"] == "ok"


def test_a_worker_of_another_queue_does_not_count(
    engine: Engine, redis: Redis, redis_url: str
) -> None:
    other = SimpleWorker([QueueName.MESSAGES], connection=Redis.from_url(redis_url))
    other.register_birth()

    assert asked(engine, redis)[0] == 503
    other.connection.close()


@pytest.mark.parametrize(("seconds_ago", "status"), [(80, 200), (100, 503)])
def test_a_worker_counts_while_its_heart_beats(
    seconds_ago: int, status: int, engine: Engine, redis: Redis, worker: SimpleWorker
) -> None:
    beat = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    redis.hset(worker.key, "last_heartbeat", utcformat(beat))

    assert asked(engine, redis)[0] == status


def test_a_worker_that_has_ended_does_not_count(
    engine: Engine, redis: Redis, worker: SimpleWorker
) -> None:
    redis.hset(worker.key, "death", utcformat(datetime.now(UTC)))

    assert asked(engine, redis)[0] == 503


def test_one_of_two_workers_is_enough(engine: Engine, redis: Redis, worker: SimpleWorker) -> None:
    redis.sadd("rq:workers:tabulation", "rq:worker:long-gone")

    assert asked(engine, redis)[0] == 200


def test_a_database_that_is_gone_is_named_and_nothing_else(
    redis: Redis, worker: SimpleWorker, tmp_path: Path
) -> None:
    nowhere = create_engine(f"sqlite:///{tmp_path / 'no' / 'folder.db'}")

    status, parts = asked(nowhere, redis)

    assert (status, parts) == (
        503,
        {"database": "cannot be reached", "redis": "ok", "worker": "ok"},
    )


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("0002_host_state", "has an older schema: run hotline db upgrade"),
        ("0099_of_tomorrow", "ok"),  # until it is restarted, a process goes on with what it knows
    ],
)
def test_a_schema_that_lacks_something_is_named(
    schema: str,
    said: str,
    engine: Engine,
    redis: Redis,
    worker: SimpleWorker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": schema})
    status, parts = asked(engine, redis)

    assert (status, parts["database"]) == (200 if said == "ok" else 503, said)
    assert (f"database: {said}" in caplog.text) is (said != "ok")


def test_a_redis_that_is_gone_is_named(engine: Engine) -> None:
    with Redis.from_url("redis://:hidden@127.0.0.1:1/0", socket_connect_timeout=1) as nowhere:
        status, parts = asked(engine, nowhere)

    assert status == 503
    assert parts["redis"] == parts["worker"] == "cannot be reached"
    assert parts["database"] == "ok"
    assert "hidden" not in str(parts)


def test_the_process_is_up_though_nothing_else_is(tmp_path: Path) -> None:
    nowhere = create_engine(f"sqlite:///{tmp_path / 'no' / 'folder.db'}")
    with Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1) as redis:
        assert asked(nowhere, redis, "/healthz") == (200, {"status": "ok"})


def test_asking_does_not_make_the_line_wait_longer_for_redis(
    engine: Engine, redis_url: str, worker: SimpleWorker
) -> None:
    """rq.Worker.all would give the web server's connections the patience of a worker's."""
    with Redis.from_url(redis_url, socket_timeout=2) as redis:
        assert asked(engine, redis)[0] == 200
        assert redis.get_connection_kwargs()["socket_timeout"] == 2
