"""What lost jobs, killed workers and silent queues leave behind is found and done."""

from __future__ import annotations

import logging

import pytest
from redis import Redis
from sqlalchemy.exc import OperationalError

from hotline.operations.context import AppContext
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.operations.upkeep import reconcile as sweeping
from hotline.operations.upkeep.reconcile import Swept, reconcile
from tests.conftest import Clock
from tests.operations.acting import file, people, published, state, tabulated, tamper, waiting
from tests.servers import RedisServer
from tests.towns import CODES, caucus, town

NORTH, NORTH_2, SOUTH, *_ = CODES


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    published(parts)
    parts.queue("publication").empty()
    return parts


def test_with_nothing_to_do_it_does_nothing(parts: AppContext) -> None:
    assert reconcile(parts) == Swept(waiting=0, tabulated=0, failed=0, publication=False)


def test_a_report_whose_job_was_lost_is_tabulated(
    parts: AppContext, clock: Clock, redis: Redis
) -> None:
    file(parts, NORTH, caucus(12, 8))
    redis.flushall()
    clock.advance(10)

    swept = reconcile(parts)

    assert swept == Swept(waiting=1, tabulated=1, failed=0, publication=True)
    assert people(parts, "county:North", "ash") == 12
    assert parts.queue("publication").count == 1


def test_a_report_that_was_only_just_filed_is_left_to_its_job(
    parts: AppContext, clock: Clock
) -> None:
    filed = file(parts, NORTH, caucus(12, 8))
    clock.advance(1)

    assert reconcile(parts).waiting == 0
    assert waiting(parts) == [filed.report_id]


def test_a_report_filed_while_redis_was_down_is_found(
    parts: AppContext, clock: Clock, redis_server: RedisServer, redis: Redis
) -> None:
    redis_server.stop()
    try:
        file(parts, NORTH, caucus(12, 8))
        clock.advance(10)
        swept = reconcile(parts)
    finally:
        redis_server.start()

    assert swept.tabulated == 1
    assert people(parts, "county:North", "ash") == 12


def test_the_job_that_comes_late_changes_nothing(parts: AppContext, clock: Clock) -> None:
    filed = file(parts, NORTH, caucus(12, 8))
    clock.advance(10)
    reconcile(parts)

    assert not tabulate(parts, filed.report_id)
    assert people(parts, "county:North", "ash") == 12


def test_one_report_that_cannot_be_tabulated_holds_up_no_other(
    parts: AppContext,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = file(parts, NORTH, caucus(12, 8)).report_id
    file(parts, SOUTH, caucus(3, 4))
    clock.advance(10)

    def tabulate_most(parts: AppContext, report_id: int) -> bool:
        if report_id == bad:
            raise OperationalError("", {}, Exception())
        return tabulate(parts, report_id)

    monkeypatch.setattr(sweeping, "tabulate", tabulate_most)

    assert reconcile(parts) == Swept(waiting=2, tabulated=1, failed=1, publication=True)
    assert state(parts, SOUTH)[0] == "counted"
    assert f"report {bad} cannot be tabulated" in caplog.text


def test_a_publication_that_was_lost_is_asked_for_anew(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8))
    parts.queue("publication").empty()

    assert reconcile(parts).publication
    assert parts.queue("publication").count == 1


def test_a_publication_that_is_queued_is_not_queued_again(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8))

    for _ in range(3):
        reconcile(parts)

    assert parts.queue("publication").count == 1


def test_a_refusal_is_looked_at_again(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8))
    published(parts)
    tamper(parts, "UPDATE total SET value = value + 1")
    publish_now(parts)

    assert reconcile(parts).publication


def test_what_a_shelved_ledger_has_left_is_tabulated_too(parts: AppContext, clock: Clock) -> None:
    file(parts, NORTH, caucus(12, 8))
    open_ledger(parts, is_test=True, by="test")
    clock.advance(10)

    assert reconcile(parts).tabulated == 1
    assert waiting(parts) == []


def test_it_says_what_it_did(
    parts: AppContext, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reconcile(parts)
    file(parts, NORTH, caucus(12, 8))
    clock.advance(10)
    reconcile(parts)

    levels = [record.levelno for record in caplog.records if "swept" in record.message]
    assert levels == [logging.DEBUG, logging.WARNING]
