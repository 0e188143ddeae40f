"""A report is committed before it is "filed", and filed once however often it is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy import func, select

from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.reports import filing as reporting
from hotline.operations.reports.filing import (
    FiguresError,
    FilingKeyError,
    LedgerClosedError,
    Outcome,
    UnknownUnitError,
    file_report,
    standing,
    story,
)
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store.database import reading
from hotline.store.enums import Status
from hotline.store.schema.tables import report
from tests.conftest import Clock
from tests.operations.acting import HOLDING, events, file, filing, tabulated, waiting
from tests.servers import RedisServer
from tests.towns import CODES, PRESIDENT, caucus, town

NORTH, SOUTH, *_ = CODES


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


def count_reports(parts: AppContext) -> int:
    with reading(parts.engine) as connection:
        return connection.execute(select(func.count()).select_from(report)).scalar_one()


def findings(parts: AppContext, report_id: int) -> list[str]:
    with reading(parts.engine) as connection:
        row = connection.execute(select(report.c.findings).where(report.c.id == report_id))
        return [finding["check"] for finding in row.scalar_one()]


def test_a_report_is_on_file_with_its_event_and_waits_to_be_tabulated(parts: AppContext) -> None:
    filed = file(parts, NORTH, caucus(12, 8))

    assert (filed.version, filed.outcome) == (1, Outcome.FILED)
    assert len(filed.confirmation) == 6
    assert filed.confirmation.isdecimal()
    assert events(parts, filed.report_id) == [("filed", "chair", "")]
    assert waiting(parts) == [filed.report_id]


def test_its_tabulation_is_queued_after_the_commit(parts: AppContext) -> None:
    filed = file(parts, NORTH, caucus(12, 8))

    [job] = parts.queue("tabulation").jobs
    assert (job.func_name, job.args) == ("workers.tabulate.tabulate", [filed.report_id])


def test_everything_about_it_is_kept(parts: AppContext, clock: Clock) -> None:
    sent = filing(parts, NORTH, caucus(12, 8), HOLDING, chair_id=7)
    filed = file_report(parts, sent)

    with reading(parts.engine) as connection:
        row = connection.execute(select(report)).one()
    assert (row.id, row.unit_code, row.call_sid, row.chair_id, row.caller, row.source) == (
        filed.report_id,
        NORTH,
        sent.call_sid,
        7,
        "0100",
        "phone",
    )
    assert row.filed_at == clock.time
    assert row.keyed == ["12#", "1"]
    assert row.figures[PRESIDENT]["attendance"] == 20
    assert findings(parts, filed.report_id) == ["FINAL_EXCEEDS_FIRST"]


def test_the_same_step_sent_again_is_the_same_report(parts: AppContext) -> None:
    sent = filing(parts, NORTH, caucus(12, 8))

    assert file_report(parts, sent) == file_report(parts, sent)
    assert count_reports(parts) == 1


def test_the_same_step_gives_the_first_result_even_after_another_report(parts: AppContext) -> None:
    sent = filing(parts, NORTH, caucus(12, 8))
    first = file_report(parts, sent)
    file(parts, NORTH, caucus(1, 2))
    tabulate(parts, first.report_id)

    assert file_report(parts, sent) == first


@pytest.mark.parametrize(
    "other", [{"unit_code": SOUTH}, {"figures": caucus(13, 8)}], ids=["unit", "figures"]
)
def test_a_filing_key_does_not_swallow_another_report(
    parts: AppContext, other: dict[str, object]
) -> None:
    sent = filing(parts, NORTH, caucus(12, 8))
    file_report(parts, sent)

    with pytest.raises(FilingKeyError):
        file_report(parts, replace(sent, **other))


def test_a_finding_that_holds_makes_it_held(parts: AppContext) -> None:
    assert file(parts, NORTH, caucus(12, 8), HOLDING).outcome is Outcome.HELD


def test_the_same_figures_again_corroborate(parts: AppContext) -> None:
    file(parts, NORTH, caucus(12, 8))

    again = file(parts, NORTH, caucus(12, 8))

    assert (again.version, again.outcome) == (2, Outcome.CORROBORATED)


def test_the_order_in_which_groups_were_keyed_makes_no_difference(parts: AppContext) -> None:
    keyed = {"ash": 12, "birch": 8}
    turned = dict(reversed(keyed.items()))
    file(parts, NORTH, {PRESIDENT: CaucusFigures(20, keyed, keyed, {})})

    again = file(parts, NORTH, {PRESIDENT: CaucusFigures(20, turned, turned, {"cedar": 0})})

    assert again.outcome is Outcome.CORROBORATED


def test_other_figures_are_a_conflict_and_say_so(parts: AppContext) -> None:
    file(parts, NORTH, caucus(12, 8))

    other = file(parts, NORTH, caucus(8, 12))

    assert (other.version, other.outcome) == (2, Outcome.CONFLICT)
    assert findings(parts, other.report_id) == ["ALREADY_REPORTED"]


def test_figures_of_any_standing_version_are_corroborated(parts: AppContext) -> None:
    file(parts, NORTH, caucus(12, 8))
    file(parts, NORTH, caucus(8, 12))

    assert file(parts, NORTH, caucus(12, 8)).outcome is Outcome.CORROBORATED
    assert file(parts, NORTH, caucus(8, 12)).outcome is Outcome.CORROBORATED


def test_the_same_figures_from_another_unit_are_a_twin(parts: AppContext) -> None:
    file(parts, NORTH, caucus(12, 8))

    twin = file(parts, SOUTH, caucus(12, 8))

    assert twin.outcome is Outcome.FILED
    assert findings(parts, twin.report_id) == ["TWIN"]


def test_small_reports_are_no_twins_and_neither_is_a_unit_its_own(parts: AppContext) -> None:
    file(parts, NORTH, caucus(2, 1))
    assert findings(parts, file(parts, SOUTH, caucus(2, 1)).report_id) == []

    file(parts, NORTH, caucus(12, 8))
    assert findings(parts, file(parts, NORTH, caucus(12, 8)).report_id) == []


@pytest.mark.both_databases
def test_of_two_twins_filed_together_one_is_found(parts: AppContext) -> None:
    together = Barrier(2)

    def file_one(code: str) -> int:
        together.wait()
        return file(parts, code, caucus(12, 8)).report_id

    with ThreadPoolExecutor(2) as pool:
        ids = list(pool.map(file_one, (NORTH, SOUTH)))

    assert sorted(findings(parts, id) for id in ids) == [[], ["TWIN"]]


@pytest.mark.both_databases
def test_two_calls_for_one_unit_at_once_are_two_versions(parts: AppContext) -> None:
    together = Barrier(4)

    def file_one(number: int) -> tuple[int, Outcome]:
        together.wait()
        filed = file(parts, NORTH, caucus(12, 8 + number % 2))
        return filed.version, filed.outcome

    with ThreadPoolExecutor(4) as pool:
        filed = dict(pool.map(file_one, range(4)))

    assert sorted(filed) == [1, 2, 3, 4]
    assert filed[1] is Outcome.FILED
    assert sorted(filed[n] for n in (2, 3, 4)) == ["conflict", "corroborated", "corroborated"]


@pytest.mark.both_databases
def test_one_step_sent_many_times_at_once_is_one_report(parts: AppContext) -> None:
    sent = filing(parts, NORTH, caucus(12, 8))
    together = Barrier(4)

    def file_one(_: int) -> object:
        together.wait()
        return file_report(parts, sent)

    with ThreadPoolExecutor(4) as pool:
        results = set(pool.map(file_one, range(4)))

    assert len(results) == 1
    assert count_reports(parts) == 1


def test_without_a_queue_it_is_filed_all_the_same(
    parts: AppContext, redis_server: RedisServer, redis: Redis
) -> None:
    redis_server.stop()
    try:
        filed = file(parts, NORTH, caucus(12, 8))
    finally:
        redis_server.start()

    assert waiting(parts) == [filed.report_id]
    assert parts.counts["enqueue"] == 1


def test_a_taken_confirmation_number_is_not_given_again(
    parts: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter([4711, 4711, 4712])
    monkeypatch.setattr(reporting, "randbelow", lambda _: next(numbers))

    given = [file(parts, code, caucus(1)).confirmation for code in (NORTH, SOUTH)]

    assert given == ["004711", "004712"]


def test_nothing_is_filed_in_a_ledger_that_was_shelved_meanwhile(parts: AppContext) -> None:
    sent = filing(parts, NORTH, caucus(12, 8))
    open_ledger(parts, is_test=True, by="test")

    with pytest.raises(LedgerClosedError):
        file_report(parts, sent)
    assert count_reports(parts) == 0


def test_what_was_filed_before_the_ledger_was_shelved_was_filed(parts: AppContext) -> None:
    sent = filing(parts, NORTH, caucus(12, 8))
    first = file_report(parts, sent)
    open_ledger(parts, is_test=True, by="test")

    assert file_report(parts, sent) == first


def test_nothing_is_filed_for_a_unit_that_is_not_there(parts: AppContext) -> None:
    with pytest.raises(UnknownUnitError):
        file(parts, "99999", caucus(12, 8))


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"mayor": CaucusFigures(1, {}, {}, {})},
        {PRESIDENT: CaucusFigures(1, {"nobody": 1}, {}, {})},
        {PRESIDENT: CaucusFigures(1, {}, {}, {"nobody": 1})},
        {PRESIDENT: CaucusFigures(1, {"ash": -1}, {}, {})},
        {PRESIDENT: CaucusFigures(-1, {}, {}, {})},
        {PRESIDENT: CaucusFigures(1, {"ash": True}, {}, {})},
        {PRESIDENT: PluralityFigures(1, {"ash": 1})},
    ],
)
def test_figures_that_totals_would_lose_are_refused(
    parts: AppContext, figures: dict[str, object]
) -> None:
    with pytest.raises(FiguresError):
        file(parts, NORTH, figures)
    assert count_reports(parts) == 0


@pytest.mark.parametrize(
    "given", [{"filing_key": ""}, {"filing_key": "x" * 201}, {"caller_last4": "5550100"}]
)
def test_a_filing_out_of_form_cannot_even_be_made(parts: AppContext, given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"filing key|last four"):
        filing(parts, NORTH, caucus(12, 8), **given)


class TestWhatHasBeenReported:
    def test_nothing_yet(self, parts: AppContext) -> None:
        ledger = parts.election().ledger_id

        assert standing(parts, ledger, NORTH) is None
        assert story(parts, ledger, NORTH) == []

    def test_a_report_stands_from_the_moment_it_is_filed(
        self, parts: AppContext, clock: Clock
    ) -> None:
        filed = file(parts, NORTH, caucus(12, 8))

        found = standing(parts, parts.election().ledger_id, NORTH)

        assert found is not None
        assert (found.report_id, found.confirmation) == (filed.report_id, filed.confirmation)
        assert (found.status, found.filed_at) == (Status.FILED, clock.time)
        assert found.figures[PRESIDENT]["final"] == {"ash": 12, "birch": 8}

    def test_the_latest_that_stands_is_told(self, parts: AppContext) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        other = tabulated(parts, NORTH, caucus(8, 12))
        tabulated(parts, NORTH, caucus(12, 8))  # corroborates the first

        found = standing(parts, parts.election().ledger_id, NORTH)

        assert found is not None
        assert (found.report_id, found.status) == (other.report_id, Status.HELD)

    def test_the_story_has_every_version(self, parts: AppContext) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        file(parts, NORTH, caucus(8, 12))

        told = story(parts, parts.election().ledger_id, NORTH)

        assert [(version.version, version.status) for version in told] == [
            (1, Status.COUNTED),
            (2, Status.FILED),
        ]


def test_a_client_without_redis_gives_up_at_once(redis_server: RedisServer) -> None:
    client = connect_redis(redis_server.url)
    kwargs = client.connection_pool.connection_kwargs

    assert kwargs["socket_connect_timeout"] <= 1
    assert kwargs["socket_timeout"] > 2, "a Redis that takes two seconds still serves"
    assert 3 * kwargs["socket_timeout"] < 15, "a step ends before the network gives up"
    assert client.get_retry().get_retries() == 0
