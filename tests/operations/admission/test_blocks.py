"""Blocks: who makes them, what they need, and that they hold for the next call."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy.exc import IntegrityError, OperationalError

from hotline.guard.blocking import as_written
from hotline.guard.caller import key_of
from hotline.operations.admission import blocks as operation
from hotline.operations.admission.blocks import (
    BlockingError,
    StoredBlock,
    WantedBlock,
    add_block,
    listed,
    remove_block,
)
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.roster import load_roster
from hotline.store.admission import blocks as stored
from hotline.store.database import writing
from hotline.store.keys import BLOCKS
from tests.conftest import Clock
from tests.servers import RedisServer
from tests.towns import CODES, town

CHAIR, OTHER_CHAIR = "+15155550101", "+15155550102"
STRANGER = "+15155550142"


@pytest.fixture
def parts(parts: AppContext, tmp_path: Path) -> AppContext:
    load_election(parts, town(), "test")
    path = tmp_path / "roster.csv"
    path.write_text(
        "code,name,phones\n"
        f"{CODES[0]},Ann,{CHAIR}\n{CODES[1]},Ann,{CHAIR}\n{CODES[2]},Bo,{OTHER_CHAIR}\n"
    )
    load_roster(parts, path)
    return parts


def add(parts: AppContext, pattern: str, second: str = "", **given: bool) -> operation.Added:
    return add_block(parts, WantedBlock(pattern, "nuisance", second=second), "ann", **given)


def mirrored(redis: Redis) -> dict[str, str]:
    return {name.decode(): value.decode()[0] for name, value in redis.hgetall(BLOCKS).items()}


def only(parts: AppContext) -> StoredBlock:
    (block,) = listed(parts)
    return block


def test_a_number_is_blocked_for_a_day(parts: AppContext, redis: Redis, clock: Clock) -> None:
    added = add(parts, STRANGER)

    block = only(parts)
    assert (block.id, str(block.pattern), block.reason) == (added.id, STRANGER, "nuisance")
    assert (block.author, block.second, block.hits) == ("ann", "", 0)
    assert (block.made_at, block.until) == (clock(), clock() + timedelta(hours=24))
    assert mirrored(redis) == {f"={STRANGER}": "2"}


def test_it_is_over_when_its_time_is(parts: AppContext, clock: Clock) -> None:
    add_block(parts, WantedBlock(STRANGER, "nuisance", clock() + timedelta(minutes=5)), "ann")
    clock.advance(299)
    assert listed(parts)
    clock.advance(1)

    assert not listed(parts)
    assert len(listed(parts, ended=True)) == 1
    add(parts, STRANGER)  # and may be blocked again


def test_the_lines_of_the_election_are_not_blocked(parts: AppContext) -> None:
    lines = replace(town(), chairs_line="+15155550190", public_line="+15155550191")
    load_election(parts, lines, "test")

    for line in ("+15155550190", "+15155550191"):
        with pytest.raises(BlockingError, match="the line itself"):
            add(parts, line)


class TestSecondPerson:
    def test_a_chair_is_not_turned_away_on_one_persons_word(
        self, parts: AppContext, redis: Redis
    ) -> None:
        with pytest.raises(BlockingError, match="on the roster: a second person"):
            add(parts, CHAIR)
        assert not listed(parts, ended=True)

        assert add(parts, CHAIR, second="bo").roster_phones == 1
        assert mirrored(redis) == {f"={CHAIR}": "3"}

    def test_a_range_that_holds_chairs_takes_one_too(self, parts: AppContext, redis: Redis) -> None:
        with pytest.raises(BlockingError, match="2 telephones of the roster"):
            add(parts, "+151555501*")
        assert add(parts, "+15155551*").roster_phones == 0

        assert add(parts, "+151555501*", second="bo").roster_phones == 2
        assert mirrored(redis) == {"^+15155551": "1", "^+151555501": "1"}

    def test_it_is_another_one(self, parts: AppContext) -> None:
        with pytest.raises(BlockingError, match="another one"):
            add(parts, CHAIR, second="Ann")

    def test_the_database_holds_that_too(self, parts: AppContext, clock: Clock) -> None:
        until = clock() + timedelta(hours=1)
        with pytest.raises(IntegrityError), writing(parts.engine) as connection:
            stored.insert_block(connection, as_written(CHAIR), "why", "ann", "ann", clock(), until)

    def test_without_an_election_there_is_no_roster(self, parts: AppContext) -> None:
        with writing(parts.engine) as connection:
            connection.exec_driver_sql("UPDATE election SET active = false")

        assert add(parts, CHAIR).roster_phones == 0


class TestTwice:
    def test_what_is_blocked_is_refused_and_says_by_whom_and_until_when(
        self, parts: AppContext
    ) -> None:
        add(parts, STRANGER)

        with pytest.raises(BlockingError, match=r"by ann until 2020-02-05 01:00 UTC: nuisance"):
            add_block(parts, WantedBlock(STRANGER, "again"), "bo")

    def test_it_can_be_replaced(self, parts: AppContext, clock: Clock, redis: Redis) -> None:
        first = add(parts, STRANGER)
        clock.advance(60)

        second = add_block(
            parts, WantedBlock(STRANGER, "worse", clock() + timedelta(days=7)), "bo", replace=True
        )

        assert only(parts).id == second.id
        old, new = listed(parts, ended=True)
        assert (old.id, old.lifted_at, old.lifted_by) == (first.id, clock(), "bo")
        assert old.lifted_why == "replaced: worse"
        assert new.lifted_at is None
        assert redis.hget(BLOCKS, f"={STRANGER}").endswith(f":{second.id}".encode())

    def test_a_number_and_a_range_of_the_same_digits_are_two(self, parts: AppContext) -> None:
        add(parts, "+4930555014")
        add(parts, "+4930555014*")
        assert len(listed(parts)) == 2

    def test_what_the_line_did_by_itself_is_no_hindrance(
        self, parts: AppContext, redis: Redis, clock: Clock
    ) -> None:
        by_rule(parts, clock)
        add(parts, STRANGER)

        assert [block.author for block in listed(parts)] == ["rule: repeated calls", "ann"]
        assert mirrored(redis) == {f"={STRANGER}": "2"}

    def test_a_commit_whose_answer_was_lost_is_not_done_twice(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def twice(engine, work):
            for _ in range(2):
                with writing(engine) as connection:
                    done = work(connection)
            return done

        monkeypatch.setattr(operation, "transact", twice)

        assert add(parts, STRANGER).id == only(parts).id


def by_rule(parts: AppContext, clock: Clock) -> None:
    until = clock() + timedelta(minutes=15)
    with writing(parts.engine) as connection:
        stored.insert_block(
            connection, as_written(STRANGER), "3 calls", "rule: repeated calls", "", clock(), until
        )


class TestRemoving:
    def test_a_block_is_lifted_and_stays_on_record(
        self, parts: AppContext, redis: Redis, clock: Clock
    ) -> None:
        add(parts, STRANGER)
        clock.advance(60)

        removed = remove_block(parts, STRANGER, "bo", "a  mistake")

        assert removed.lifted == 1
        assert not listed(parts)
        (block,) = listed(parts, ended=True)
        assert (block.lifted_at, block.lifted_by, block.lifted_why) == (clock(), "bo", "a mistake")
        assert mirrored(redis) == {}

    def test_what_the_line_did_by_itself_is_lifted_and_forgotten(
        self, parts: AppContext, redis: Redis, clock: Clock
    ) -> None:
        key = key_of(parts.settings.pin_pepper.get_secret_value(), STRANGER)
        other = key_of(parts.settings.pin_pepper.get_secret_value(), CHAIR)
        for name in (f"away:{key}", f"attempts:{key}", f"away:{other}", f"v:{key}"):
            redis.set(f"hotline:{name}", "1 1580779200000")
        by_rule(parts, clock)

        removed = remove_block(parts, STRANGER, "bo", "has called to apologise")

        assert (removed.lifted, removed.forgotten) == (1, True)
        assert not listed(parts)
        assert set(redis.keys("hotline:away:*")) == {f"hotline:away:{other}".encode()}
        assert not redis.keys("hotline:attempts:*")
        assert redis.exists(f"hotline:v:{key}")

    def test_a_number_turned_away_a_moment_ago_is_forgotten_though_not_on_record(
        self, parts: AppContext, redis: Redis
    ) -> None:
        key = key_of(parts.settings.pin_pepper.get_secret_value(), STRANGER)
        redis.set(f"hotline:away:{key}", "1 1580779200000")

        removed = remove_block(parts, STRANGER, "bo", "why")

        assert (removed.lifted, removed.forgotten) == (0, True)
        assert not redis.keys("hotline:away:*")

    def test_a_range_that_is_not_blocked_is_refused(self, parts: AppContext) -> None:
        add(parts, "+1900555*")
        for pattern in ("+1900*", "+19005550*"):
            with pytest.raises(BlockingError, match="not blocked"):
                remove_block(parts, pattern, "bo", "why")
        assert remove_block(parts, "+1900555*", "bo", "why").lifted == 1

    def test_it_needs_a_reason_and_a_name(self, parts: AppContext) -> None:
        add(parts, STRANGER)
        with pytest.raises(BlockingError, match="reason"):
            remove_block(parts, STRANGER, "bo", " ")
        with pytest.raises(BlockingError, match="who does it"):
            remove_block(parts, STRANGER, " ", "why")
        with pytest.raises(BlockingError, match="who does it"):
            remove_block(parts, STRANGER, "rule: of mine", "why")
        assert listed(parts)

    def test_without_redis_it_is_lifted_and_the_rest_is_said(
        self, parts: AppContext, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        add(parts, STRANGER)
        redis_server.stop()
        try:
            removed = remove_block(parts, STRANGER, "bo", "why")
        finally:
            redis_server.start()

        assert (removed.lifted, removed.forgotten) == (1, False)
        assert not listed(parts)
        assert parts.counts["mirror"] == 2
        assert "repeat this later" in caplog.text


def test_no_number_is_logged(
    parts: AppContext, caplog: pytest.LogCaptureFixture, redis_server: RedisServer
) -> None:
    caplog.set_level(logging.DEBUG, "hotline")
    add(parts, STRANGER)
    redis_server.stop()
    try:
        remove_block(parts, STRANGER, "bo", "why")
    finally:
        redis_server.start()

    assert caplog.records
    assert STRANGER[-7:] not in caplog.text


def test_a_database_that_fails_leaves_the_mirror_as_it_was(
    parts: AppContext, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(parts, STRANGER)

    def fail(*_: object) -> None:
        raise OperationalError("commit", {}, Exception("gone"))

    monkeypatch.setattr(operation, "transact", fail)
    with pytest.raises(OperationalError):
        remove_block(parts, STRANGER, "bo", "why")
    assert mirrored(redis) == {f"={STRANGER}": "2"}


@pytest.mark.both_databases
def test_whatever_is_done_at_once_redis_says_in_the_end_what_sql_says(
    parts: AppContext, redis: Redis
) -> None:
    numbers = [f"+15155550{n}" for n in range(150, 158)]
    start = Barrier(len(numbers))

    def turn_about(number: str) -> None:
        start.wait()
        for _ in range(3):
            add(parts, number)
            assert f"={number}" in mirrored(redis)  # holds as soon as the command is done
            remove_block(parts, number, "ann", "why")
            assert f"={number}" not in mirrored(redis)
        if number > numbers[3]:
            add(parts, number)

    with ThreadPoolExecutor(len(numbers)) as pool:
        list(pool.map(turn_about, numbers))

    assert mirrored(redis) == {f"={number}": "2" for number in numbers[4:]}
    assert {str(block.pattern) for block in listed(parts)} == set(numbers[4:])


@pytest.mark.both_databases
def test_of_two_who_block_the_same_number_at_once_one_is_refused(parts: AppContext) -> None:
    start = Barrier(2)

    def block(by: str) -> bool:
        start.wait()
        try:
            add_block(parts, WantedBlock(STRANGER, "nuisance"), by)
        except BlockingError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(block, ("ann", "bo"))) == [False, True]
    assert len(listed(parts, ended=True)) == 1
