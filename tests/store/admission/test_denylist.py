"""What the front door reads in Redis is what SQL says, and never something older."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from redis import Redis
from sqlalchemy import Connection, Engine

from hotline.guard.blocking import as_written
from hotline.store.admission import blocks, denylist, switches
from hotline.store.admission.denylist import Contents
from hotline.store.admission.switches import SwitchChange
from hotline.store.database import reading, writing
from hotline.store.enums import Switch
from hotline.store.keys import BLOCKS, SWITCHES
from tests.conftest import Clock

HOUR = timedelta(hours=1)
STAMP = denylist.STAMP.encode()


def block(connection: Connection, pattern: str, at: datetime, **given: str) -> int:
    author, second = given.get("author", "ann"), given.get("second", "")
    return blocks.insert_block(
        connection, as_written(pattern), "nuisance", author, second, at, at + 2 * HOUR
    )


def switched(connection: Connection, switch: Switch, on: bool, at: datetime, **said: str) -> None:
    switches.record_switch(connection, SwitchChange(switch, on, at, "ann", "why", said))


@pytest.fixture
def look(engine: Engine, clock: Clock) -> Callable[[], Contents]:
    def read() -> Contents:
        with reading(engine) as connection:
            return denylist.read_denylist(connection, clock())

    return read


def test_blocks_in_force_have_weight_end_and_id(
    engine: Engine, clock: Clock, look: Callable[[], Contents]
) -> None:
    with writing(engine) as connection:
        number = block(connection, "+15155550142", clock())
        confirmed = block(connection, "+15155550143", clock(), second="bo")
        range_ = block(connection, "+1900555*", clock())
        lifted = block(connection, "+15155550144", clock())
        blocks.lift(connection, [lifted], clock(), "ann", "mistaken")
        block(connection, "+15155550145", clock(), author="rule: repeated calls")
        block(connection, "+15155550146", clock() - 2 * HOUR)
    until = int((clock() + 2 * HOUR).timestamp() * 1000)

    assert look().blocks == {
        "=+15155550142": f"2:{until}:{number}",
        "=+15155550143": f"3:{until}:{confirmed}",
        "^+1900555": f"1:{until}:{range_}",
    }


def test_switches_that_are_on_have_what_callers_hear(
    engine: Engine, clock: Clock, look: Callable[[], Contents]
) -> None:
    with writing(engine) as connection:
        switched(connection, Switch.ROSTER_ONLY, True, clock())
        switched(connection, Switch.PUBLICATION_PAUSED, True, clock())
        switched(connection, Switch.PUBLICATION_PAUSED, False, clock())
        switched(connection, Switch.INTAKE_CLOSED, True, clock(), en="Closed.", es="Cerrado, ¡sí!")

    assert look().switches == {
        "roster-only": "{}",
        "close-intake": '{"en": "Closed.", "es": "Cerrado, ¡sí!"}',
    }


def test_writing_leaves_nothing_of_before(redis: Redis) -> None:
    denylist.write_denylist(
        redis, lambda: Contents({"=+15155550142": "2:1:1"}, {"roster-only": "{}"})
    )
    first = redis.hget(SWITCHES, STAMP)
    denylist.write_denylist(redis, lambda: Contents({}, {}))

    assert redis.hgetall(BLOCKS) == {}
    assert list(redis.hgetall(SWITCHES)) == [STAMP]
    assert int(redis.hget(SWITCHES, STAMP)) > int(first)


@pytest.mark.parametrize("between", ["another write", "a Redis that lost its memory"])
def test_who_was_overtaken_looks_again(redis: Redis, between: str) -> None:
    """The first look was before the other's commit: what it saw must not be left behind."""
    looked: list[int] = []

    def look() -> Contents:
        looked.append(1)
        if len(looked) == 1:
            if between == "another write":
                denylist.write_denylist(redis, lambda: Contents({"=+15155550142": "new"}, {}))
            else:
                redis.hset(SWITCHES, "stamp", "1")
                redis.flushall()
            return Contents({}, {})
        return Contents({"=+15155550142": "new"}, {})

    redis.hset(SWITCHES, "stamp", "0")
    denylist.write_denylist(redis, look)

    assert len(looked) == 2
    assert redis.hgetall(BLOCKS) == {b"=+15155550142": b"new"}


def test_it_does_not_try_for_ever(redis: Redis) -> None:
    def look() -> Contents:
        redis.hset(SWITCHES, "stamp", "of another")
        return Contents({}, {})

    with pytest.raises(denylist.MirrorBusyError):
        denylist.write_denylist(redis, look)


def test_what_cannot_be_read_changes_nothing(redis: Redis) -> None:
    denylist.write_denylist(redis, lambda: Contents({"=+15155550142": "2:1:1"}, {}))

    def look() -> Contents:
        raise LookupError

    with pytest.raises(LookupError):
        denylist.write_denylist(redis, look)
    assert redis.hlen(BLOCKS) == 1
