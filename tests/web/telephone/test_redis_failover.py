"""Redis answers and cannot do its work: it became a replica, or it is full."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest
from redis import Redis

from app import create_app
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.alerts import Watch
from hotline.operations.monitoring.rules import AlertRule
from hotline.store.database import reading
from hotline.store.monitoring import incidents
from hotline.store.redis_client import breaker_of, connect_redis
from tests.conftest import Clock
from tests.store.failover_servers import RedisPair
from tests.web.telephone.network import ONE, PERSON, REPORT, Network

NETWORKS_PATIENCE = 15  # seconds for which Twilio waits for an answer


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[RedisPair]:
    with RedisPair(tmp_path) as pair:
        yield pair


@pytest.fixture
def parts(settings, engine, pair: RedisPair, clock: Clock) -> Iterator[AppContext]:
    with connect_redis(f"unix://{pair.name}") as redis:
        yield AppContext(settings, engine, redis, clock)


def test_calls_go_on_after_a_failover_and_nobody_hears_of_it(
    network: Network, pair: RedisPair, pins: dict[str, str]
) -> None:
    phone = network.dial().key(ONE, pins[ONE], "35#")
    pair.promote()
    pair.rename()

    assert phone.key(*REPORT[1:]).hears("Filed.")
    assert network.client.get("/readyz").json["redis"] == "ok"


def test_a_step_waits_for_a_failover_that_is_under_way(
    network: Network, pair: RedisPair, pins: dict[str, str]
) -> None:
    phone = network.dial().key(ONE, pins[ONE], "35#")
    pair.promote()
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(phone.key, REPORT[1])
        sleep(1)
        assert not answer.done()
        pair.rename()
        assert answer.result(NETWORKS_PATIENCE).key(*REPORT[2:]).hears("Filed.")


def test_a_redis_that_is_full_is_down_and_the_alert_does_not_end_with_its_counters(
    network: Network, parts: AppContext, pair: RedisPair, clock: Clock
) -> None:
    watch = Watch(DeskServices(parts), lambda work: work())
    full = Redis.from_url(pair.servers[0].url)

    def looks(seconds: int) -> set[str]:
        for _ in range(seconds // 5):
            clock.advance(5)
            watch.look()
        with reading(parts.engine) as connection:
            return {f"{one.rule}: {one.said}" for one in incidents.unended(connection)}

    assert looks(5) == set()
    full.config_set("maxmemory", 1)
    phone = network.dial()
    assert phone.hears("Something went wrong on our side.")
    assert PERSON in phone.twiml
    assert network.client.get("/readyz").json["redis"] == "takes no writes"
    wanted = f"{AlertRule.REDIS_SILENT}: Redis takes no writes"
    assert looks(15) == {wanted}
    assert looks(120) == {wanted}

    full.config_set("maxmemory", 0)
    assert breaker_of(parts.redis).recovers(60)
    assert not network.dial(sid="CA02").hears("Something went wrong")
    assert looks(10) == {wanted}, "it has to work for a while"
    assert looks(30) == set()
    full.close()


def test_a_redis_that_hangs_holds_nobody_for_long(
    parts: AppContext, pair: RedisPair, pins: dict[str, str]
) -> None:
    app = create_app(parts=parts)
    phones = [
        Network(app.test_client()).dial(f"+1515555014{n}", sid=f"CA{n}").key(ONE) for n in range(4)
    ]
    with ThreadPoolExecutor(8) as callers, pair.servers[0].hanging():
        for answer in [callers.submit(phone.key, pins[ONE]) for phone in phones]:
            assert answer.result(NETWORKS_PATIENCE).hears("Something went wrong on our side.")
    assert breaker_of(parts.redis).recovers(60)
    again = Network(app.test_client()).dial("+15155550149", sid="CA9").key(ONE, pins[ONE], *REPORT)
    assert again.hears("Filed.")
