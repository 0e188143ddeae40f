"""The mirror comes back by itself: by the sweep, or by whoever notices that Redis has lost it."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from redis import Redis

from hotline.operations.admission import denylist
from hotline.operations.admission.blocks import WantedBlock, add_block
from hotline.operations.admission.denylist import pass_on, restore
from hotline.operations.admission.switches import Switch, turn_on
from hotline.operations.context import AppContext
from hotline.operations.upkeep.reconcile import reconcile
from hotline.store.database import connect
from hotline.store.keys import BLOCKS, SWITCHES
from tests.servers import RedisServer


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    add_block(parts, WantedBlock("+15155550142", "nuisance"), "ann")
    turn_on(parts, Switch.ROSTER_ONLY, "ann", "strangers")
    return parts


def is_whole(redis: Redis) -> bool:
    fields = redis.hgetall(SWITCHES)
    return set(fields) == {b"stamp", b"roster-only"} and redis.hlen(BLOCKS) == 1


def test_it_comes_back_into_an_empty_redis(parts: AppContext, redis: Redis) -> None:
    assert is_whole(redis)
    redis.flushall()

    assert restore(parts)
    assert is_whole(redis)


def test_the_sweep_brings_it_back(parts: AppContext, redis: Redis) -> None:
    redis.flushall()
    reconcile(parts)
    assert is_whole(redis)


def test_a_block_that_was_over_is_swept_out(parts: AppContext, redis: Redis, clock) -> None:
    clock.advance(25 * 3600)
    reconcile(parts)
    assert redis.hlen(BLOCKS) == 0


def test_of_many_who_notice_one_does_it(
    parts: AppContext, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setattr(denylist.denylist, "write_denylist", lambda *_: done.append(1))
    redis.flushall()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(restore, [parts] * 8))

    assert done == [1]
    assert 0 < redis.ttl(denylist.RESTORING) <= denylist.RESTORING_SECONDS


def test_a_command_writes_though_somebody_has_just_restored_it(
    parts: AppContext, redis: Redis
) -> None:
    restore(parts)
    add_block(parts, WantedBlock("+15155550143", "nuisance"), "ann")

    assert redis.hlen(BLOCKS) == 2


@pytest.mark.parametrize("do", [restore, pass_on])
def test_without_redis_it_is_logged_and_counted(
    parts: AppContext, redis_server: RedisServer, caplog: pytest.LogCaptureFixture, do
) -> None:
    redis_server.stop()
    try:
        assert not do(parts)
    finally:
        redis_server.start()

    assert parts.counts["mirror"] == 1
    said = [record.levelno for record in caplog.records if record.name.endswith("denylist")]
    assert said == [logging.WARNING]


@pytest.mark.parametrize("do", [restore, pass_on])
def test_without_the_database_redis_keeps_what_it_has(
    parts: AppContext, redis: Redis, caplog: pytest.LogCaptureFixture, tmp_path, do
) -> None:
    empty = connect(f"sqlite:///{tmp_path / 'empty.db'}")

    assert not do(replace(parts, engine=empty))

    empty.dispose()
    assert is_whole(redis)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
