"""Switches: who, when and why; what cannot be switched; that it holds for the next call."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy.exc import DBAPIError

from hotline.operations.admission import switches as operation
from hotline.operations.admission.switches import (
    Switch,
    SwitchChange,
    SwitchError,
    standing,
    turn_off,
    turn_on,
)
from hotline.operations.context import AppContext
from hotline.store.database import writing
from hotline.store.keys import SWITCHES
from tests.conftest import Clock
from tests.servers import RedisServer

SAID = {"en": "We take no reports now.", "es": "No recibimos informes."}


def mirrored(redis: Redis) -> dict[str, str]:
    fields = {name.decode(): value.decode() for name, value in redis.hgetall(SWITCHES).items()}
    assert fields.pop("stamp").isdecimal()
    return fields


def test_all_are_off_at_first(parts: AppContext) -> None:
    assert standing(parts) == dict.fromkeys(Switch)


def test_who_when_and_why_is_kept(parts: AppContext, clock: Clock, redis: Redis) -> None:
    turn_on(parts, Switch.ROSTER_ONLY, "ann", " too many\nstrangers ")

    assert standing(parts)[Switch.ROSTER_ONLY] == SwitchChange(
        Switch.ROSTER_ONLY, True, clock(), "ann", "too many strangers"
    )
    assert mirrored(redis) == {"roster-only": "{}"}


def test_it_is_turned_off_again(parts: AppContext, clock: Clock, redis: Redis) -> None:
    turn_on(parts, Switch.ROSTER_ONLY, "ann", "strangers")
    clock.advance(60)
    turn_off(parts, Switch.ROSTER_ONLY, "bo", "quiet now")

    last = standing(parts)[Switch.ROSTER_ONLY]
    assert last is not None
    assert (last.on, last.at, last.who) == (False, clock(), "bo")
    assert mirrored(redis) == {}


def test_closed_intake_says_why(parts: AppContext, redis: Redis) -> None:
    turn_on(parts, Switch.INTAKE_CLOSED, "ann", "the hall burns", SAID)

    assert json.loads(mirrored(redis)["close-intake"]) == SAID


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "must be said"),
        ({"es": "Cerrado."}, "must be said"),
        ({"en": " "}, "must be said"),
        ({"en": "x" * 201}, "200"),
        ({"en": "Closed.", "es": ""}, r"\(es\)"),
        ({"en": "Closed\x07."}, "readable"),
    ],
)
def test_what_cannot_be_said_is_refused(
    parts: AppContext, said: dict[str, str], reason: str
) -> None:
    with pytest.raises(SwitchError, match=reason):
        turn_on(parts, Switch.INTAKE_CLOSED, "ann", "why", said)
    assert standing(parts) == dict.fromkeys(Switch)


def test_what_is_said_is_one_line(parts: AppContext) -> None:
    change = turn_on(parts, Switch.INTAKE_CLOSED, "ann", "why", {"en": "Closed.\nSorry."})
    assert change.said == {"en": "Closed. Sorry."}


@pytest.mark.parametrize("switch", [Switch.ROSTER_ONLY, Switch.PUBLICATION_PAUSED])
def test_others_say_nothing(parts: AppContext, switch: Switch) -> None:
    with pytest.raises(SwitchError, match="nothing to say"):
        turn_on(parts, switch, "ann", "why", SAID)


def test_what_is_on_is_refused_and_says_by_whom_and_since_when(parts: AppContext) -> None:
    turn_on(parts, Switch.ROSTER_ONLY, "ann", "strangers")

    with pytest.raises(SwitchError, match="on already, by ann at 2020-02-04 01:00 UTC: strangers"):
        turn_on(parts, Switch.ROSTER_ONLY, "bo", "strangers")


def test_what_is_off_is_refused(parts: AppContext) -> None:
    with pytest.raises(SwitchError, match="never on"):
        turn_off(parts, Switch.ROSTER_ONLY, "ann", "why")
    turn_on(parts, Switch.ROSTER_ONLY, "ann", "strangers")
    turn_off(parts, Switch.ROSTER_ONLY, "ann", "quiet")
    with pytest.raises(SwitchError, match=r"off already, by ann at .*: quiet"):
        turn_off(parts, Switch.ROSTER_ONLY, "bo", "why")


@pytest.mark.parametrize(("by", "why"), [("", "why"), ("ann", " "), ("ann", "x" * 201)])
def test_it_needs_a_name_and_a_reason(parts: AppContext, by: str, why: str) -> None:
    with pytest.raises(SwitchError):
        turn_on(parts, Switch.ROSTER_ONLY, by, why)


def test_a_commit_whose_answer_was_lost_is_not_done_twice(
    parts: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(engine, work):
        for _ in range(2):
            with writing(engine) as connection:
                work(connection)

    monkeypatch.setattr(operation, "transact", twice)
    turn_on(parts, Switch.INTAKE_CLOSED, "ann", "why", SAID)

    assert count(parts) == 1


@pytest.mark.both_databases
def test_of_many_who_turn_it_on_at_once_one_does(parts: AppContext, redis: Redis) -> None:
    start = Barrier(4)

    def turn(by: str) -> bool:
        start.wait()
        try:
            turn_on(parts, Switch.ROSTER_ONLY, by, "why")
        except SwitchError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(turn, ("ann", "bo", "cy", "di"))) == 1
    assert count(parts) == 1
    assert mirrored(redis) == {"roster-only": "{}"}


def count(parts: AppContext) -> int:
    with writing(parts.engine) as connection:
        found: int = connection.exec_driver_sql("SELECT count(*) FROM switch_change").scalar_one()
    return found


def test_nothing_is_changed_afterwards(parts: AppContext) -> None:
    turn_on(parts, Switch.ROSTER_ONLY, "ann", "why")
    for statement in ("UPDATE switch_change SET who = 'bo'", "DELETE FROM switch_change"):
        with pytest.raises(DBAPIError), writing(parts.engine) as connection:
            connection.exec_driver_sql(statement)


def test_without_redis_it_is_kept_and_counted(parts: AppContext, redis_server: RedisServer) -> None:
    redis_server.stop()
    try:
        turn_on(parts, Switch.ROSTER_ONLY, "ann", "why")
    finally:
        redis_server.start()

    last = standing(parts)[Switch.ROSTER_ONLY]
    assert last is not None
    assert last.on
    assert parts.counts["mirror"] == 1
