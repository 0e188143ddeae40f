"""Two hosts answer calls; one of them is cut off from what both need."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app import create_app
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.alerts import Watch
from hotline.operations.monitoring.rules import AlertRule
from hotline.store.database import connect, reading
from hotline.store.monitoring import incidents
from hotline.store.redis_client import connect_redis
from tests.conftest import Clock
from tests.servers import PG_SOCKET, PostgreSQLServer, RedisServer
from tests.store.failover_servers import Cable
from tests.web.telephone.network import ONE, REPORT, Network, kept_reports

NETWORKS_PATIENCE = 15  # seconds for which Twilio waits for an answer


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def cables(
    tmp_path: Path, redis_server: RedisServer, postgresql_server: PostgreSQLServer
) -> Iterator[dict[str, Cable]]:
    to_redis = Cable(tmp_path / "redis.sock", redis_server.socket)
    with to_redis, Cable(tmp_path / PG_SOCKET, postgresql_server.socket) as to_database:
        yield {"redis": to_redis, "database": to_database}


@pytest.fixture
def other(
    parts: AppContext, engine: Engine, tmp_path: Path, cables: dict[str, Cable]
) -> Iterator[AppContext]:
    """The parts of another host, which reaches the same servers by cables of its own."""
    url = engine.url.set(query={"host": str(tmp_path)})
    there = connect(url.render_as_string(hide_password=False))
    settings = parts.settings.model_copy(update={"host": "web-b"})
    with connect_redis(f"unix://{tmp_path / 'redis.sock'}") as redis:
        yield AppContext(settings, there, redis, parts.now)
    there.dispose()


def ready(network: Network) -> tuple[int, dict[str, str]]:
    answer = network.client.get("/readyz")
    return answer.status_code, answer.json


@pytest.mark.parametrize("part", ["redis", "database"])
def test_what_one_host_cannot_do_the_other_does(
    part: str,
    network: Network,
    parts: AppContext,
    other: AppContext,
    cables: dict[str, Cable],
    pins: dict[str, str],
    clock: Clock,
) -> None:
    elsewhere = Network(create_app(parts=other).test_client())
    for host in (network, elsewhere, network):  # as a load balancer asks
        clock.advance(1)
        ready(host)
    watch = Watch(DeskServices(parts), lambda work: work())
    phone = network.dial().key(ONE)
    keys = {**phone.form, "Digits": pins[ONE], "FinishedOnKey": "#"}
    with cables[part].cut(), ThreadPoolExecutor(4) as callers:
        for _ in range(3):
            asked = callers.submit(elsewhere.post, phone.action, keys)
            assert asked.result(NETWORKS_PATIENCE).status_code == 503
        status, states = callers.submit(ready, elsewhere).result(NETWORKS_PATIENCE)
        assert status == 503
        assert states[part] == "cannot be reached"
        assert elsewhere.client.get("/healthz").status_code == 200
        fallback = {**phone.form, "ErrorCode": "11200"}
        assert elsewhere.post("/voice/fallback", fallback).status_code == 200

        assert phone.key(pins[ONE], *REPORT).hears("Filed.")
        watch.look()
        (told,) = [one for one in open_incidents(parts) if one.rule == AlertRule.HOST_CUT_OFF]
        assert told.subject == "web-b"
        assert "cannot be reached" in told.said

    clock.advance(5)
    until_it_works(elsewhere, part)
    again = elsewhere.post("/voice/answer", {**phone.form, "CallSid": "CA99"})
    assert again.status_code == 200
    for _ in range(8):
        clock.advance(5)
        ready(elsewhere)
        watch.look()
    assert AlertRule.HOST_CUT_OFF not in {one.rule for one in open_incidents(parts)}
    assert len(kept_reports(parts)) == 1


def until_it_works(host: Network, part: str) -> None:
    while ready(host)[1][part] != "ok":
        pass


def open_incidents(parts: AppContext):
    with reading(parts.engine) as connection:
        return incidents.unended(connection)


@pytest.mark.parametrize("part", ["redis", "database"])
def test_where_nobody_can_the_caller_hears_so_from_here(
    part: str, other: AppContext, cables: dict[str, Cable], pins: dict[str, str]
) -> None:
    alone = Network(create_app(parts=other).test_client())
    phone = alone.dial().key(ONE)
    ready(alone)
    with cables[part].cut(), ThreadPoolExecutor(1) as caller:
        answer = caller.submit(phone.key, pins[ONE]).result(NETWORKS_PATIENCE)
        assert answer.hears("Something went wrong on our side.")
