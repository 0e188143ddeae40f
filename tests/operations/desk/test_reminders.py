"""Reminders through the sandbox's own REST interface: what is shown is what goes out, and once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from hotline.election.model import Election
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.desk import reminders
from hotline.operations.desk.board import DeskError
from hotline.operations.desk.reminders import prepare, progress, resume, send, send_next, stop
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.sandbox.rest.network import ApiError
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.desk.reminders import BatchState, Fate
from hotline.store.enums import ActivityKind, Role
from hotline.store.queues import QueueName
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations.acting import file
from tests.operations.loaded import PEPPER
from tests.towns import caucus
from tests.web.switchboard import ANN, LINE, SUE, Desk, desk, settings_of

BOTH = ("en", "es")
NORTH, ALSO, SOUTH = "10001", "10002", "20001"
NOBODY = "20002"
SHARED, OTHER = "+15155550101", "+15155550104"
FIGURES = caucus(ash=20, birch=20, won={"ash": 2, "birch": 2})


@pytest.fixture
def at(
    tmp_path, engine, redis_url, redis, clock, town: Election, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setattr(reminders, "EVERY", 0.001)
    chairs = [
        Chair(NORTH, "Nora North", (SHARED,)),
        Chair(ALSO, "Nora North", (SHARED,)),
        Chair(SOUTH, "Sam South", (OTHER,)),
    ]
    with connect_redis(redis_url) as client:
        parts = AppContext(settings_of(tmp_path, PEPPER), engine, client, clock)
        load_election(parts, replace(town, chairs_line=LINE, languages=BOTH), "test")
        with writing(engine) as connection:
            roster.replace_roster(connection, town.id, chairs)
        with desk(parts) as built:
            yield built


ALL = (NORTH, ALSO, SOUTH, NOBODY)


def prepared(at: Desk, who: Actor = SUE, languages: tuple[str, ...] = ("en",)) -> str:
    return prepare(at.parts, who, ALL, languages, "all counties").token


def sends(at: Desk, token: str) -> list[Fate]:
    """All that a worker does, one job after another."""
    found = iter(lambda: send_next(at.parts, at.board.carrier, token), None)
    return list(found)


def sent_to(at: Desk) -> list[str]:
    return sorted(message.to for message in at.network.find_messages())


def test_the_preview_counts_phones_messages_and_money_and_sends_nothing(at: Desk) -> None:
    seen = prepare(at.parts, SUE, ALL, ("en",), "all counties")

    assert (seen.units, seen.phones, seen.messages, seen.without_phone) == (3, 2, 2, 1)
    assert seen.cost == pytest.approx(2 * at.parts.settings.price_text)
    assert all("call (515) 555-0100 now" in sample for sample in seen.samples)
    assert at.network.find_messages() == []


def test_each_language_is_in_the_text_and_counted(at: Desk) -> None:
    seen = prepare(at.parts, SUE, [SOUTH], BOTH, "South")

    (sample,) = seen.samples
    assert "Please call" in sample
    assert "Por favor llame" in sample
    assert seen.messages >= 2


def test_what_was_shown_goes_out_once_to_each_phone(at: Desk) -> None:
    seen = prepare(at.parts, SUE, ALL, ("en",), "all counties")
    send(at.parts, SUE, seen.token)
    send(at.parts, SUE, seen.token)

    assert sends(at, seen.token) == [Fate.SENT, Fate.SENT]
    assert sent_to(at) == [SHARED, OTHER]
    assert {message.body for message in at.network.find_messages()} == set(seen.samples)
    send(at.parts, SUE, seen.token)
    assert sends(at, seen.token) == []
    batch = progress(at.parts, seen.token)
    assert (batch.state, batch.left) == (BatchState.DONE, 0)


def test_every_reminder_is_in_the_log_without_a_number(at: Desk) -> None:
    token = prepared(at)
    send(at.parts, SUE, token)
    sends(at, token)
    with reading(at.parts.engine) as connection:
        entries = [
            entry
            for entry in activity.latest(connection, 99)
            if entry.kind is ActivityKind.REMINDER_SENT
        ]
    assert {(entry.who, entry.unit_code) for entry in entries} == {
        *(("sue", code) for code in ("", NORTH, ALSO, SOUTH))
    }
    assert "555" not in "".join(entry.note for entry in entries)


def test_a_phone_is_not_reminded_twice_within_an_hour(at: Desk) -> None:
    first, second = prepared(at), prepared(at)
    for token in (first, second):
        send(at.parts, SUE, token)
    assert sends(at, first) == [Fate.SENT, Fate.SENT]
    assert sends(at, second) == [Fate.LATELY, Fate.LATELY]
    assert sent_to(at) == [SHARED, OTHER]
    seen = prepare(at.parts, SUE, ALL, ("en",), "all counties")
    assert (seen.token, seen.phones, seen.lately) == ("", 0, 2)


def test_whoever_has_reported_meanwhile_is_left_in_peace(at: Desk) -> None:
    token = prepared(at)
    send(at.parts, SUE, token)
    file(at.parts, SOUTH, FIGURES)

    assert sorted(sends(at, token)) == [Fate.REPORTED, Fate.SENT]
    assert sent_to(at) == [SHARED]


def test_stopping(at: Desk) -> None:
    token = prepared(at)
    send(at.parts, SUE, token)
    assert send_next(at.parts, at.board.carrier, token) is Fate.SENT
    batch = stop(at.parts, SUE, token)

    assert (batch.state, batch.left) == (BatchState.STOPPED, 1)
    assert sends(at, token) == []
    assert len(sent_to(at)) == 1


def test_too_many_requests_lose_no_reminder(at: Desk) -> None:
    token = prepared(at)
    send(at.parts, SUE, token)
    at.network.refuse_next(1, ApiError(429, 20429, "Too Many Requests"))

    assert sends(at, token) == []
    assert sends(at, token) == [Fate.SENT, Fate.SENT]


def test_a_failure_that_may_have_sent_it_sends_it_no_second_time(at: Desk) -> None:
    token = prepared(at)
    send(at.parts, SUE, token)
    at.network.refuse_next(1, ApiError(500, 20500, "no"))

    assert sends(at, token) == [Fate.UNSURE, Fate.SENT]
    assert len(sent_to(at)) == 1


def test_a_number_that_is_refused_does_not_hold_up_the_others(at: Desk) -> None:
    token = prepared(at)
    send(at.parts, SUE, token)
    at.network.refuse_next(1, ApiError(400, 21610, "unsubscribed"))

    assert sends(at, token) == [Fate.REFUSED, Fate.SENT]


def test_a_lost_job_is_queued_anew_and_a_living_one_is_not(at: Desk, redis) -> None:
    token = prepared(at)
    send(at.parts, SUE, token)
    queue = at.parts.queue(QueueName.MESSAGES)
    queue.empty()
    assert resume(at.parts) == 0
    redis.delete(f"hotline:reminders:{token}:alive")
    assert resume(at.parts) == 1
    assert resume(at.parts) == 0
    assert queue.count == 1


def test_what_is_prepared_is_sent_by_whoever_has_seen_it(at: Desk) -> None:
    token = prepared(at)
    with pytest.raises(DeskError, match="sue has prepared this"):
        send(at.parts, Actor(9, "sid", Role.SUPERVISOR), token)
    with pytest.raises(DeskError, match="too old"):
        send(at.parts, SUE, "nothing")
    assert sends(at, token) == []


def test_it_takes_a_supervisor(at: Desk) -> None:
    for attempt in (
        lambda: prepared(at, ANN),
        lambda: send(at.parts, ANN, "x"),
        lambda: stop(at.parts, ANN, "x"),
    ):
        with pytest.raises(NotAllowedError):
            attempt()


def test_a_test_reminds_no_real_chair(at: Desk) -> None:
    settings = at.parts.settings.model_copy(update={"carrier": "twilio"})
    real = AppContext(settings, at.parts.engine, at.parts.redis, at.parts.now)
    token = prepared(at)
    for attempt in (
        lambda: prepare(real, SUE, ALL, ("en",), "all counties"),
        lambda: send(real, SUE, token),
    ):
        with pytest.raises(DeskError, match="this is a test"):
            attempt()


def test_before_the_day_a_reminder_invites_to_practice(at: Desk) -> None:
    active = at.parts.election()
    load_election(at.parts, replace(active.election, date=date(2020, 2, 4)), "test", force=True)
    open_ledger(at.parts, is_test=False, by="test")

    seen = prepare(at.parts, SUE, ALL, ("en",), "all counties")

    assert seen.samples[0].endswith(
        "practice a report for South, South 1. Call (515) 555-0100 from this phone, press 3."
    )
    assert "no report has come" not in "".join(seen.samples)
    assert seen.messages == seen.phones
