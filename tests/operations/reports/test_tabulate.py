"""Out of the outbox and into the totals: exactly once, whoever does it and however often."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store.reports import unit
from tests.operations.acting import (
    CONTESTING,
    HOLDING,
    differences,
    events,
    file,
    people,
    state,
    statuses,
    sums,
    tabulated,
    waiting,
)
from tests.servers import RedisServer
from tests.towns import CODES, caucus, town

pytestmark = pytest.mark.both_databases

NORTH, NORTH_2, SOUTH, _, AWAY, AWAY_2 = CODES


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


def test_a_clean_report_counts(parts: AppContext) -> None:
    filed = tabulated(parts, NORTH, caucus(12, 8))

    assert state(parts, NORTH) == ("counted", 1, False, False)
    assert people(parts, "county:North", "ash") == 12
    assert events(parts, filed.report_id)[1:] == [("counted", "tabulation", "filed as filed")]
    assert waiting(parts) == []


def test_reports_of_a_county_add_up(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8))
    tabulated(parts, NORTH_2, caucus(3, 0, 4))
    tabulated(parts, SOUTH, caucus(100))

    assert people(parts, "county:North", "ash") == 15
    assert people(parts, "county:North", "cedar") == 4
    assert differences(parts) == ()


def test_a_held_report_is_in_no_total(parts: AppContext) -> None:
    filed = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    assert state(parts, NORTH) == ("held", None, False, False)
    assert sums(parts) == {}
    assert statuses(parts, filed.report_id) == ["filed", "held"]


def test_a_contested_report_counts_and_is_marked(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8), CONTESTING)

    assert state(parts, NORTH) == ("counted", 1, True, False)
    assert people(parts, "county:North", "ash") == 12


def test_a_corroborated_report_is_verified_and_counts_once(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8))
    again = tabulated(parts, NORTH, caucus(12, 8))

    assert state(parts, NORTH) == ("counted", 1, False, True)
    assert people(parts, "county:North", "ash") == 12
    assert statuses(parts, again.report_id) == ["filed", "corroborating"]


def test_a_conflict_is_held_and_the_earlier_report_goes_on_counting(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8))
    other = tabulated(parts, NORTH, caucus(8, 12))

    assert state(parts, NORTH) == ("counted", 1, True, False)
    assert people(parts, "county:North", "ash") == 12
    assert statuses(parts, other.report_id) == ["filed", "held"]


def test_a_conflict_takes_the_verification_away(parts: AppContext) -> None:
    for figures in (caucus(12, 8), caucus(12, 8), caucus(8, 12)):
        tabulated(parts, NORTH, figures)

    assert state(parts, NORTH) == ("counted", 1, True, False)


def test_the_order_of_tabulation_changes_nothing(parts: AppContext) -> None:
    first = file(parts, NORTH, caucus(12, 8))
    conflict = file(parts, NORTH, caucus(8, 12))
    again = file(parts, NORTH, caucus(12, 8))

    for filed in (again, conflict, first):
        tabulate(parts, filed.report_id)

    assert state(parts, NORTH) == ("counted", 1, True, False)
    assert people(parts, "county:North", "ash") == 12
    assert statuses(parts, again.report_id)[-1] == "corroborating"
    assert differences(parts) == ()


def test_twice_is_once(parts: AppContext) -> None:
    filed = file(parts, NORTH, caucus(12, 8))

    assert tabulate(parts, filed.report_id)
    assert not tabulate(parts, filed.report_id)
    assert people(parts, "county:North", "ash") == 12
    assert statuses(parts, filed.report_id) == ["filed", "counted"]


def test_a_report_that_is_not_there_is_nobodys_loss(parts: AppContext) -> None:
    assert not tabulate(parts, 4711)


def test_many_workers_at_one_report_do_it_once(parts: AppContext) -> None:
    filed = file(parts, NORTH, caucus(12, 8))
    together = Barrier(4)

    def work(_: int) -> bool:
        together.wait()
        return tabulate(parts, filed.report_id)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))

    assert sorted(done) == [False, False, False, True]
    assert people(parts, "county:North", "ash") == 12


def test_many_workers_at_many_reports_lose_none_and_never_lock_each_other_out(
    parts: AppContext,
) -> None:
    figures = {
        NORTH: caucus(1, 2, 3),
        NORTH_2: caucus(3, 2, 1),
        AWAY: caucus(21, won={"ash": 5}),
        AWAY_2: caucus(0, 30, won={"birch": 5}),
    }
    ids = [
        file(parts, code, own).report_id
        for code, own in figures.items()
        for _ in range(5)  # the first counts, the others corroborate
    ]

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda id: tabulate(parts, id), ids * 2))

    assert sum(done) == len(ids)
    assert people(parts, "county:North", "ash") == 4
    assert people(parts, "county:North", "cedar") == 4
    assert differences(parts) == ()
    assert waiting(parts) == []


@pytest.mark.parametrize("statement", ["report_event", "total", "unit_state", "outbox"])
def test_a_job_that_is_broken_off_leaves_nothing_half_done(
    parts: AppContext, statement: str
) -> None:
    filed = file(parts, NORTH, caucus(12, 8))

    def break_off(_c: object, _cursor: object, sql: str, *_: object) -> None:
        if statement in sql and not sql.startswith("SELECT"):
            raise TimeoutError(statement)

    event.listen(parts.engine, "after_cursor_execute", break_off)
    with pytest.raises(TimeoutError):
        tabulate(parts, filed.report_id)
    event.remove(parts.engine, "after_cursor_execute", break_off)

    assert state(parts, NORTH) == ("outstanding", None, False, False)
    assert sums(parts) == {}
    assert waiting(parts) == [filed.report_id]
    assert tabulate(parts, filed.report_id)
    assert differences(parts) == ()


KILLED = """
import os, sys
from sqlalchemy import event
from config.settings import load
from hotline.operations.context import build
from hotline.operations.reports.tabulate import tabulate

parts = build(load())

@event.listens_for(parts.engine, sys.argv[1])
def die(*given):
    if sys.argv[1] == "commit" or "unit_state" in given[2] and given[2].startswith("UPDATE"):
        os.kill(os.getpid(), 9)

tabulate(parts, int(sys.argv[2]))
"""


@pytest.mark.parametrize("moment", ["after_cursor_execute", "commit"])
def test_a_worker_that_is_killed_leaves_nothing_half_done(parts: AppContext, moment: str) -> None:
    filed = file(parts, NORTH, caucus(12, 8))
    environment = {
        "DATABASE_URL": parts.settings.database_url,
        "REDIS_URL": parts.settings.redis_url,
        "HOTLINE_VAR": str(parts.settings.var),
    }
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, moment, str(filed.report_id)],
        env=os.environ | environment,
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert waiting(parts) == [filed.report_id]
    assert tabulate(parts, filed.report_id)
    assert people(parts, "county:North", "ash") == 12
    assert differences(parts) == ()


def test_a_database_that_gives_up_once_is_asked_again(
    parts: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = file(parts, NORTH, caucus(12, 8))
    failures = [OperationalError("", {}, Exception(), connection_invalidated=True)]
    take = unit.LockedUnit.take_from_outbox

    def fail_once(self: unit.LockedUnit, report_id: int) -> bool:
        if failures:
            raise failures.pop()
        return take(self, report_id)

    monkeypatch.setattr(unit.LockedUnit, "take_from_outbox", fail_once)

    assert tabulate(parts, filed.report_id)
    assert people(parts, "county:North", "ash") == 12


def test_a_publication_and_a_receipt_are_asked_for(parts: AppContext, redis: Redis) -> None:
    redis.flushall()

    filed = tabulated(parts, NORTH, caucus(12, 8))
    tabulated(parts, SOUTH, caucus(1, 2))

    assert len(parts.queue("publication").jobs) == 1  # one for both
    first, _ = parts.queue("messages").jobs
    assert (first.func_name, first.args) == ("workers.notify.notify", [filed.report_id])


def test_without_a_queue_it_is_tabulated_all_the_same(
    parts: AppContext, redis_server: RedisServer, redis: Redis
) -> None:
    filed = file(parts, NORTH, caucus(12, 8))
    redis_server.stop()
    try:
        assert tabulate(parts, filed.report_id)
    finally:
        redis_server.start()

    assert people(parts, "county:North", "ash") == 12
