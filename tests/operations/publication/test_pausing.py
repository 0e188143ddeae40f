"""While publication is paused the last one stands, and it says since when and why."""

from __future__ import annotations

import logging
from dataclasses import replace as with_

import pytest
from redis import Redis

from hotline.operations.admission.switches import Switch, turn_off, turn_on
from hotline.operations.context import Parts
from hotline.operations.publication import publish as publishing
from hotline.operations.publication.publish import is_due, publish_now
from hotline.operations.reports.load_election import load_election
from hotline.operations.upkeep.reconcile import sweep
from hotline.store.publication.publications import Publication, Refusal, latest
from tests.conftest import Clock
from tests.operations.acting import published, tabulated, tamper
from tests.operations.publication.counting import count_rows
from tests.towns import CODES, caucus, town

NORTH, NORTH_2, *_ = CODES
WHY = "a recount in North"


@pytest.fixture
def parts(parts: Parts) -> Parts:
    load_election(parts, town(), "test")
    return parts


@pytest.fixture
def good(parts: Parts, redis: Redis) -> Publication:
    tabulated(parts, NORTH, caucus(12, 8))
    good = published(parts)
    redis.flushall()
    return good


def pause(parts: Parts) -> None:
    turn_on(parts, Switch.PUBLICATION_PAUSED, "ann", WHY)


def resume(parts: Parts) -> None:
    turn_off(parts, Switch.PUBLICATION_PAUSED, "ann", "done")


def queued(parts: Parts) -> int:
    return parts.queue("publication").count


def test_the_last_one_stands_and_says_since_when_and_why(
    parts: Parts, good: Publication, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.advance(60)
    pause(parts)
    assert queued(parts) == 1
    caplog.clear()
    since = clock.time
    tabulated(parts, NORTH_2, caucus(3, 4))

    refused = publish_now(parts)

    assert refused == Refusal(since, f"paused: {WHY}", good.number)
    assert latest(parts.engine) == with_(good, refused_since=since, refused_reason=f"paused: {WHY}")
    said = [r for r in caplog.records if r.name == publishing.__name__]
    assert [(r.levelno, WHY in r.getMessage()) for r in said] == [(logging.WARNING, True)]


def test_it_is_recorded_and_logged_once(
    parts: Parts, good: Publication, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    pause(parts)
    publish_now(parts)
    caplog.clear()
    for code in CODES[1:4]:
        tabulated(parts, code, caucus(3, 4))
        clock.advance(10)
        assert isinstance(publish_now(parts), Refusal)

    assert count_rows(parts, "refusal") == 1
    assert not caplog.records


def test_the_sweep_does_not_ask_for_it_again_and_again(
    parts: Parts, good: Publication, redis: Redis
) -> None:
    pause(parts)
    parts.queue("publication").empty()
    assert sweep(parts).publication  # it is not on record yet that it is paused
    publish_now(parts)
    parts.queue("publication").empty()
    tabulated(parts, NORTH_2, caucus(3, 4))
    parts.queue("publication").empty()

    assert not sweep(parts).publication
    assert not queued(parts)


def test_it_goes_on_when_it_is_turned_off(parts: Parts, good: Publication, redis: Redis) -> None:
    pause(parts)
    publish_now(parts)
    tabulated(parts, NORTH_2, caucus(3, 4))
    parts.queue("publication").empty()
    redis.delete(publishing.PENDING)

    resume(parts)

    assert queued(parts) == 1
    assert is_due(parts)
    again = published(parts)
    assert again.number == good.number + 1
    assert again.document["units"]["reported"] == 2
    assert again.refused_since is None
    assert not is_due(parts)


def test_the_page_loses_its_notice_though_nothing_has_changed(
    parts: Parts, good: Publication
) -> None:
    pause(parts)
    publish_now(parts)
    resume(parts)

    assert published(parts).number == good.number + 1
    found = latest(parts.engine)
    assert found is not None
    assert found.refused_since is None


def test_a_pause_that_nobody_noticed_leaves_no_trace(parts: Parts, good: Publication) -> None:
    pause(parts)
    resume(parts)

    assert publish_now(parts) is None
    assert not is_due(parts)


def test_another_reason_is_told(parts: Parts, good: Publication) -> None:
    pause(parts)
    publish_now(parts)
    resume(parts)
    turn_on(parts, Switch.PUBLICATION_PAUSED, "bo", "another one")
    assert is_due(parts)
    publish_now(parts)

    found = latest(parts.engine)
    assert found is not None
    assert found.refused_reason == "paused: another one"


def test_the_very_first_publication_can_be_paused(parts: Parts) -> None:
    pause(parts)

    assert isinstance(publish_now(parts), Refusal)
    assert latest(parts.engine) is None
    assert not is_due(parts)
    resume(parts)
    assert published(parts).number == 1


def test_what_differs_is_refused_when_the_pause_is_over(parts: Parts, good: Publication) -> None:
    pause(parts)
    publish_now(parts)
    tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
    resume(parts)

    refused = publish_now(parts)
    assert isinstance(refused, Refusal)
    assert "running total" in refused.reason


def test_one_that_was_under_way_does_not_come_after_the_pause(
    parts: Parts, good: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = publishing.look
    tabulated(parts, NORTH_2, caucus(3, 4))

    def look_and_dawdle(parts: Parts) -> object:
        seen = look(parts)
        pause(parts)
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "look", look_and_dawdle)
        assert publish_now(parts) is None

    found = latest(parts.engine)
    assert found is not None
    assert found.number == good.number
    assert queued(parts)  # which records that it is paused
