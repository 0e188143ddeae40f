"""What is kept of callers is deleted when its time is over, and not before."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from redis import Redis
from sqlalchemy import insert

from hotline.cli import main
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from hotline.operations.upkeep import purge as purging
from hotline.operations.upkeep.purge import DONE, Purged, purge, purge_hourly
from hotline.store.database import writing
from hotline.store.schema.tables import block, call, call_event, kept_number
from tests.conftest import Clock
from tests.operations.lives import NUMBER, arrive, end, rows, to_person

pytestmark = pytest.mark.both_databases

HOUR, DAY = 3600, 24 * 3600
NOTHING = Purged(numbers=0, calls=0, events=0, blocks=0, finished=True)


def told(parts: AppContext, count: int = 3) -> None:
    for number in range(count):
        arrive(parts, f"CA{number}")
        end(parts, f"CA{number}")
    to_person(parts, "CA0", after=0)
    ingest_events(parts)


def make_block(parts: AppContext, author: str, **given: Any) -> None:
    usual = {
        "pattern": NUMBER,
        "is_prefix": False,
        "reason": "pranks",
        "second": "",
        "made_at": parts.now(),
        "until": parts.now() + timedelta(days=20),
        "hits": 0,
    }
    with writing(parts.engine) as connection:
        connection.execute(insert(block).values(usual | given | {"author": author}))


def test_nothing_goes_before_its_time(parts: AppContext, clock: Clock) -> None:
    told(parts)
    clock.advance(72 * HOUR)

    assert purge(parts) == NOTHING
    assert (len(rows(parts, call)), len(rows(parts, kept_number))) == (3, 1)


def test_numbers_go_first_and_calls_much_later(parts: AppContext, clock: Clock) -> None:
    told(parts)
    clock.advance(72 * HOUR + 1)
    assert purge(parts) == Purged(numbers=1, calls=0, events=0, blocks=0, finished=True)
    assert rows(parts, kept_number) == []

    clock.advance(87 * DAY + 100)
    assert purge(parts) == Purged(numbers=0, calls=3, events=7, blocks=0, finished=True)
    assert rows(parts, call) == rows(parts, call_event) == []


class TestBlocks:
    @pytest.mark.parametrize("author", ["rule: repeated calls", "A. Example"])
    def test_one_in_force_stays(self, author: str, parts: AppContext, clock: Clock) -> None:
        make_block(parts, author, until=clock() + timedelta(days=200))
        clock.advance(150 * DAY)

        assert purge(parts).blocks == 0

    @pytest.mark.parametrize(
        ("author", "stays"), [("rule: repeated calls", 3 * DAY), ("A. Example", 90 * DAY)]
    )
    def test_one_that_has_run_out(
        self, author: str, stays: int, parts: AppContext, clock: Clock
    ) -> None:
        make_block(parts, author)
        clock.advance(20 * DAY + stays)
        assert purge(parts).blocks == 0

        clock.advance(1)
        assert purge(parts).blocks == 1
        assert rows(parts, block) == []

    def test_one_of_a_rule_goes_with_the_numbers_though_calls_go_sooner(
        self, parts: AppContext, clock: Clock
    ) -> None:
        longer = parts.settings.model_copy(update={"numbers_hours": 200 * 24})
        parts = replace(parts, settings=longer)
        make_block(parts, "rule: repeated calls")
        make_block(parts, "A. Example")
        clock.advance(150 * DAY)

        assert purge(parts).blocks == 1
        assert [row["author"] for row in rows(parts, block)] == ["rule: repeated calls"]

    @pytest.mark.parametrize(
        ("author", "stays"), [("rule: repeated calls", 3 * DAY), ("A. Example", 90 * DAY)]
    )
    def test_one_that_was_lifted(
        self, author: str, stays: int, parts: AppContext, clock: Clock
    ) -> None:
        lifted = {"lifted_at": clock(), "lifted_by": "B. Example", "lifted_why": "a mistake"}
        make_block(parts, author, until=clock() + timedelta(days=200), **lifted)
        clock.advance(stays)
        assert purge(parts).blocks == 0

        clock.advance(1)
        assert purge(parts).blocks == 1


def test_a_dry_run_deletes_nothing(parts: AppContext, clock: Clock) -> None:
    told(parts)
    make_block(parts, "A. Example")
    clock.advance(200 * DAY)
    would = purge(parts, dry_run=True)

    assert would == Purged(numbers=1, calls=3, events=7, blocks=1, finished=True)
    assert len(rows(parts, call)) == 3
    assert purge(parts) == would


def test_it_deletes_in_portions(
    parts: AppContext, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(parts, 5)
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    paused: list[float] = []
    monkeypatch.setattr(purging.time, "sleep", paused.append)
    clock.advance(200 * DAY)

    assert purge(parts) == Purged(numbers=1, calls=5, events=11, blocks=0, finished=True)
    assert sum(pause > 0 for pause in paused) == 5 // 2 + 11 // 2


class TestHourly:
    def test_it_is_done_once_an_hour(self, parts: AppContext, clock: Clock, redis: Redis) -> None:
        assert purge_hourly(parts) == NOTHING
        told(parts)
        clock.advance(200 * DAY)
        assert purge_hourly(parts) is None
        assert 0 < redis.ttl(DONE) <= HOUR

        redis.delete(DONE)
        done = purge_hourly(parts)
        assert done is not None
        assert done.calls == 3

    def test_what_takes_too_long_is_gone_on_with_at_once(
        self, parts: AppContext, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told(parts)
        clock.advance(200 * DAY)
        with monkeypatch.context() as patch:
            patch.setattr(purging, "SECONDS", 0)
            assert purge_hourly(parts) == Purged(0, 0, 0, 0, finished=False)

        done = purge_hourly(parts)
        assert done is not None
        assert (done.calls, done.finished) == (3, True)


def test_it_says_what_it_did_without_a_number(
    parts: AppContext, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    purge(parts)
    assert "purged" not in caplog.text

    told(parts)
    clock.advance(200 * DAY)
    purge(parts)
    assert "purged: Purged(numbers=1, calls=3" in caplog.text
    assert NUMBER not in caplog.text


def test_the_command(parts: AppContext) -> None:
    told(parts)  # in 2020
    environment = {
        "DATABASE_URL": parts.settings.database_url,
        "REDIS_URL": parts.settings.redis_url,
        "HOTLINE_VAR": str(parts.settings.var),
        "HOTLINE_NUMBERS_HOURS": "24",
    }

    def said(*arguments: str) -> list[str]:
        done = CliRunner(env=environment).invoke(main, ["purge", *arguments])
        assert (done.exit_code, done.stderr) == (0, "")
        return done.stdout.splitlines()

    assert said("--dry-run") == [
        "Telephone numbers to delete: 1 (kept for 24 h)",
        "Calls and messages to delete: 3 (kept for 90 days)",
        "Events of calls to delete: 7 (kept for 90 days)",
        "Ended blocks to delete: 0 (kept for 24 h, those that a person made for 90 days)",
    ]
    assert said()[1] == "Calls and messages deleted: 3 (kept for 90 days)"
    assert said()[1] == "Calls and messages deleted: 0 (kept for 90 days)"
