"""While publication is paused the last one stands, and it says since when and why."""

from __future__ import annotations

import logging
from dataclasses import replace as with_

import pytest
from redis import Redis

from hotline.operations.admission.switches import Switch, turn_off, turn_on
from hotline.operations.context import AppContext
from hotline.operations.publication import publish as publishing
from hotline.operations.publication.publish import is_due, publish_now
from hotline.operations.reports.load_election import load_election
from hotline.operations.upkeep.reconcile import reconcile
from hotline.store.publication.publications import Publication, PublicationRefusal, latest
from tests.conftest import Clock
from tests.operations.acting import published, tabulated, tamper
from tests.operations.publication.counting import count_rows
from tests.towns import CODES, caucus, town

NORTH, NORTH_2, *_ = CODES
WHY = "a recount in North"


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


@pytest.fixture
def good(parts: AppContext, redis: Redis) -> Publication:
    tabulated(parts, NORTH, caucus(12, 8))
    good = published(parts)
    redis.flushall()
    return good


def pause(parts: AppContext) -> None:
    turn_on(parts, Switch.PUBLICATION_PAUSED, "ann", WHY)


def resume(parts: AppContext) -> None:
    turn_off(parts, Switch.PUBLICATION_PAUSED, "ann", "done")


def queued(parts: AppContext) -> int:
    return parts.queue("publication").count


def test_the_last_one_stands_and_says_since_when_and_why(
    parts: AppContext, good: Publication, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.advance(60)
    pause(parts)
    assert queued(parts) == 1
    caplog.clear()
    since = clock.time
    tabulated(parts, NORTH_2, caucus(3, 4))

    refused = publish_now(parts)

    assert refused == PublicationRefusal(since, f"paused: {WHY}", good.number)
    assert latest(parts.engine) == with_(good, refused_since=since, refused_reason=f"paused: {WHY}")
    said = [r for r in caplog.records if r.name == publishing.__name__]
    assert [(r.levelno, WHY in r.getMessage()) for r in said] == [(logging.WARNING, True)]


def test_it_is_recorded_and_logged_once(
    parts: AppContext, good: Publication, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    pause(parts)
    publish_now(parts)
    caplog.clear()
    for code in CODES[1:4]:
        tabulated(parts, code, caucus(3, 4))
        clock.advance(10)
        assert isinstance(publish_now(parts), PublicationRefusal)

    assert count_rows(parts, "refusal") == 1
    assert not caplog.records


def test_the_sweep_does_not_ask_for_it_again_and_again(
    parts: AppContext, good: Publication, redis: Redis
) -> None:
    pause(parts)
    parts.queue("publication").empty()
    assert reconcile(parts).publication  # it is not on record yet that it is paused
    publish_now(parts)
    parts.queue("publication").empty()
    tabulated(parts, NORTH_2, caucus(3, 4))
    parts.queue("publication").empty()

    assert not reconcile(parts).publication
    assert not queued(parts)


def test_it_goes_on_when_it_is_turned_off(
    parts: AppContext, good: Publication, redis: Redis
) -> None:
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
    parts: AppContext, good: Publication
) -> None:
    pause(parts)
    publish_now(parts)
    resume(parts)

    assert published(parts).number == good.number + 1
    found = latest(parts.engine)
    assert found is not None
    assert found.refused_since is None


def test_a_pause_that_nobody_noticed_leaves_no_trace(parts: AppContext, good: Publication) -> None:
    pause(parts)
    resume(parts)

    assert publish_now(parts) is None
    assert not is_due(parts)


def test_another_reason_is_told(parts: AppContext, good: Publication) -> None:
    pause(parts)
    publish_now(parts)
    resume(parts)
    turn_on(parts, Switch.PUBLICATION_PAUSED, "bo", "another one")
    assert is_due(parts)
    publish_now(parts)

    found = latest(parts.engine)
    assert found is not None
    assert found.refused_reason == "paused: another one"


def test_the_very_first_publication_can_be_paused(parts: AppContext) -> None:
    pause(parts)

    assert isinstance(publish_now(parts), PublicationRefusal)
    assert latest(parts.engine) is None
    assert not is_due(parts)
    resume(parts)
    assert published(parts).number == 1


def test_what_differs_is_refused_when_the_pause_is_over(
    parts: AppContext, good: Publication
) -> None:
    pause(parts)
    publish_now(parts)
    tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
    resume(parts)

    refused = publish_now(parts)
    assert isinstance(refused, PublicationRefusal)
    assert "running total" in refused.reason


def test_one_that_was_under_way_does_not_come_after_the_pause(
    parts: AppContext, good: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = publishing.look_at_draft
    tabulated(parts, NORTH_2, caucus(3, 4))

    def look_and_dawdle(parts: AppContext) -> object:
        seen = look(parts)
        pause(parts)
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "look_at_draft", look_and_dawdle)
        assert publish_now(parts) is None

    found = latest(parts.engine)
    assert found is not None
    assert found.number == good.number
    assert queued(parts)  # which records that it is paused
