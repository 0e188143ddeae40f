"""Nothing is published that does not agree with the ledger; what was published stands."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as with_
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy import event, select

from hotline.operations.context import AppContext
from hotline.operations.publication import publish as publishing
from hotline.operations.publication.publish import is_due, publish, publish_now, request
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store.database import reading
from hotline.store.publication.publications import Publication, PublicationRefusal, latest
from hotline.store.schema.tables import publication
from tests.conftest import Clock
from tests.operations.acting import (
    file,
    published,
    tabulated,
    tamper,
)
from tests.operations.publication.counting import count_rows
from tests.servers import RedisServer
from tests.towns import CODES, caucus, town

NORTH, NORTH_2, SOUTH, SOUTH_2, AWAY, AWAY_2 = CODES


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


class TestNumbers:
    def test_what_is_published_is_read_back(self, parts: AppContext) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        first = published(parts)

        assert (first.number, first.document["number"]) == (1, 1)
        assert latest(parts.engine) == first

    def test_nothing_has_been_published_yet(self, parts: AppContext) -> None:
        assert latest(parts.engine) is None

    def test_each_change_has_a_number_and_no_change_has_none(self, parts: AppContext) -> None:
        first = published(parts)
        assert publish_now(parts) is None

        tabulated(parts, NORTH, caucus(12, 8))
        second = published(parts)

        assert second.number == 2
        assert second.etag != first.etag
        assert latest(parts.engine) == second

    def test_a_fresh_ledger_shows_nothing_of_the_one_before(self, parts: AppContext) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        published(parts)

        open_ledger(parts, is_test=False, by="test")

        assert latest(parts.engine) is None
        found = published(parts)
        assert (found.number, found.document["is_test"]) == (2, False)
        assert found.document["units"]["outstanding"] == 6

    def test_without_an_election_there_is_nothing_to_publish(self, parts: AppContext) -> None:
        tamper(parts, "UPDATE election SET active = false")

        assert publish_now(parts) is None
        assert latest(parts.engine) is None
        assert not is_due(parts)

    @pytest.mark.both_databases
    def test_two_publishers_at_once_publish_once(self, parts: AppContext) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        together = Barrier(2)

        def work(_: int) -> object:
            together.wait()
            return publish_now(parts)

        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(work, range(2)))

        assert sorted(isinstance(result, Publication) for result in results) == [False, True]
        found = latest(parts.engine)
        assert found is not None
        assert found.number == 1

    def test_a_slow_publisher_does_not_take_a_newer_publication_back(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch, redis: Redis
    ) -> None:
        look = publishing.look_at_draft

        def look_and_dawdle(parts: AppContext) -> object:
            seen = look(parts)
            monkeypatch.undo()
            tabulated(parts, NORTH, caucus(12, 8))
            published(parts)
            redis.flushall()
            return seen

        monkeypatch.setattr(publishing, "look_at_draft", look_and_dawdle)

        assert publish_now(parts) is None
        found = latest(parts.engine)
        assert found is not None
        assert found.document["units"]["reported"] == 1
        assert len(parts.queue("publication").jobs) == 1  # it looks again


TAMPERED = {
    "a total is too high": (
        "UPDATE total SET value = value + 1 WHERE measure = 'final' AND choice = 'ash'",
        "county:North, president final ash: the running total is 13, the reports come to 12",
    ),
    "a total is gone": (
        "DELETE FROM total WHERE measure = 'final' AND choice = 'ash'",
        "county:North, president final ash: the running total is 0, the reports come to 12",
    ),
    "a total is too much": (
        "INSERT INTO total VALUES (1, 'county:South', 'president', 'final', 'ash', 5)",
        "county:South, president final ash: the running total is 5, the reports come to 0",
    ),
    "a unit is said to be verified": (
        f"UPDATE unit_state SET verified = true WHERE unit_code = '{NORTH}'",
        f"precinct {NORTH} is counted version 1 verified, but its reports say counted version 1",
    ),
    "a unit is said to be held": (
        f"UPDATE unit_state SET status = 'held' WHERE unit_code = '{SOUTH}'",
        f"precinct {SOUTH} is held, but its reports say outstanding",
    ),
    "a unit is not accounted for": (
        f"DELETE FROM unit_state WHERE unit_code = '{SOUTH}'",
        f"precinct {SOUTH} is not accounted for",
    ),
    "a unit is one too many": (
        "INSERT INTO unit_state VALUES (1, '77777', 'outstanding', NULL, false, false)",
        "precinct 77777 is accounted for, but not in the election",
    ),
    "a filed report waits nowhere": (
        "DELETE FROM outbox",
        "report 2 was filed, but waits nowhere to be tabulated",
    ),
    "a tabulated report waits again": (
        "INSERT INTO outbox VALUES (1, '2020-02-04 01:00:00')",
        "report 1 waits to be tabulated, but was",
    ),
    "a report has no events": (
        "INSERT INTO report (ledger_id, unit_code, version, filing_key, confirmation, source, "
        "outcome, call_sid, caller, filed_at, figures, keyed, findings, digest) "
        f"VALUES (1, '{SOUTH}', 1, 'k', '123456', 'phone', 'filed', '', '', "
        "'2020-02-04 01:00:00', '{}', '[]', '[]', 'd')",
        "1 reports have no events",
    ),
    "a second version counts": (
        "INSERT INTO report_event (report_id, step, status, at, who, why) "
        "VALUES (2, 2, 'counted', '2020-02-04 01:00:00', 'x', '')",
        f"precinct {NORTH} counts 2 reports",
    ),
}


class TestRefusal:
    @pytest.fixture
    def good(self, parts: AppContext) -> Publication:
        """One report counted, a second version filed and not tabulated; published."""
        tabulated(parts, NORTH, caucus(12, 8))
        file(parts, NORTH, caucus(8, 12))
        return published(parts)

    @pytest.mark.parametrize("name", TAMPERED)
    def test_whatever_differs_is_refused_by_name(
        self,
        parts: AppContext,
        good: Publication,
        clock: Clock,
        caplog: pytest.LogCaptureFixture,
        name: str,
    ) -> None:
        statement, difference = TAMPERED[name]
        clock.advance(5)
        tamper(parts, statement)

        refused = publish_now(parts)

        assert isinstance(refused, PublicationRefusal)
        assert difference in refused.reason
        assert refused.standing == good.number
        assert [r.levelno for r in caplog.records if difference in r.message] == [logging.ERROR]
        assert latest(parts.engine) == with_(
            good, refused_since=clock.time, refused_reason=refused.reason
        )

    def test_it_is_told_since_when_and_why_last(
        self, parts: AppContext, good: Publication, clock: Clock
    ) -> None:
        tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
        publish_now(parts)
        since = clock.time
        clock.advance(60)
        tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'first'")
        publish_now(parts)

        found = latest(parts.engine)

        assert found is not None
        assert (found.number, found.refused_since) == (good.number, since)
        assert "president first" in found.refused_reason

    def test_the_same_again_is_recorded_once(self, parts: AppContext, good: Publication) -> None:
        tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")

        for _ in range(3):
            assert isinstance(publish_now(parts), PublicationRefusal)

        assert count_rows(parts, "refusal") == 1

    def test_publishing_goes_on_when_all_is_well_again(
        self, parts: AppContext, good: Publication
    ) -> None:
        tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
        publish_now(parts)
        tamper(parts, "UPDATE total SET value = value - 1 WHERE measure = 'final'")

        again = published(parts)

        assert again.number == good.number + 1
        assert again.document == {**good.document, "number": again.number}
        assert again.refused_since is None
        assert publish_now(parts) is None

    def test_what_happens_meanwhile_is_published_then(
        self, parts: AppContext, good: Publication
    ) -> None:
        tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
        publish_now(parts)
        tabulated(parts, SOUTH, caucus(3, 4))
        tamper(
            parts,
            "UPDATE total SET value = value - 1 WHERE measure = 'final' AND scope = 'county:North'",
        )

        assert published(parts).document["units"]["reported"] == 2

    def test_the_very_first_publication_can_be_refused(self, parts: AppContext) -> None:
        tamper(parts, f"DELETE FROM unit_state WHERE unit_code = '{SOUTH}'")

        refused = publish_now(parts)

        assert isinstance(refused, PublicationRefusal)
        assert refused.standing is None
        assert latest(parts.engine) is None

    def test_many_differences_are_counted_and_some_named(self, parts: AppContext) -> None:
        tamper(parts, "DELETE FROM unit_state")

        refused = publish_now(parts)

        assert isinstance(refused, PublicationRefusal)
        assert refused.reason.endswith("and 1 more")

    @pytest.mark.both_databases
    def test_it_reads_a_single_moment(self, parts: AppContext) -> None:
        """A report that is tabulated between two of its queries makes no difference."""
        filed = file(parts, NORTH, caucus(12, 8))
        others: list[object] = []

        def tabulate_meanwhile(_c: object, _cursor: object, sql: str, *_: object) -> None:
            if "FROM report " in sql and not others:
                others.append(sql)
                with ThreadPoolExecutor(1) as pool:
                    assert pool.submit(tabulate, parts, filed.report_id).result()

        event.listen(parts.engine, "after_cursor_execute", tabulate_meanwhile)
        first = publish_now(parts)
        event.remove(parts.engine, "after_cursor_execute", tabulate_meanwhile)

        assert others
        assert isinstance(first, Publication)
        assert first.document["units"]["reported"] == 0
        assert published(parts).document["units"]["reported"] == 1


class TestRequests:
    def test_many_requests_queue_one_job(self, parts: AppContext, redis: Redis) -> None:
        redis.flushall()

        assert all(request(parts) for _ in range(3))
        assert [job.func_name for job in parts.queue("publication").jobs] == [
            "workers.publish.publish"
        ]

    def test_what_is_asked_for_during_a_publication_is_not_forgotten(
        self, parts: AppContext, redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        redis.flushall()
        request(parts)
        look = publishing.look_at_draft

        def look_and_ask(parts: AppContext) -> object:
            seen = look(parts)
            request(parts)
            return seen

        monkeypatch.setattr(publishing, "look_at_draft", look_and_ask)
        publish_now(parts)

        assert len(parts.queue("publication").jobs) == 2

    def test_one_that_came_to_nothing_is_asked_for_anew(
        self, parts: AppContext, redis: Redis
    ) -> None:
        request(parts)
        parts.queue("publication").empty()
        request(parts)
        assert not parts.queue("publication").count

        request(parts, anew=True)
        request(parts, anew=True)

        assert parts.queue("publication").count == 1

    def test_one_that_could_not_be_queued_can_be_asked_for_again(
        self, parts: AppContext, redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        redis.flushall()
        with monkeypatch.context() as patch:
            patch.setattr(AppContext, "enqueue", lambda *_: False)
            assert not request(parts)

        assert request(parts)
        assert parts.queue("publication").count == 1

    def test_without_redis_it_is_put_off_and_publishing_works(
        self, parts: AppContext, redis_server: RedisServer, redis: Redis
    ) -> None:
        redis_server.stop()
        try:
            assert not request(parts)
            assert isinstance(publish(parts), Publication)
        finally:
            redis_server.start()
        assert parts.counts["publication"] > 0

    def test_is_due_until_it_is_published(self, parts: AppContext) -> None:
        assert is_due(parts)
        published(parts)
        assert not is_due(parts)
        tabulated(parts, NORTH, caucus(12, 8))
        assert is_due(parts)
        published(parts)
        assert not is_due(parts)

    def test_is_due_while_it_is_refused(self, parts: AppContext) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        published(parts)
        tamper(parts, "UPDATE total SET value = value + 1")
        publish_now(parts)

        assert is_due(parts)


class TestPace:
    @pytest.fixture
    def slept(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        slept: list[float] = []
        monkeypatch.setattr(publishing.time, "sleep", slept.append)
        monkeypatch.setattr(publishing.time, "time", lambda: 1000.0)
        return slept

    @pytest.mark.parametrize(
        ("began", "took", "waits"),
        [
            (999.9, 0.01, 0.2),  # 0.3 s apart
            (999.9, 0.5, 0.9),  # twice as long as the last one took
            (900.0, 0.5, 0.0),
            (990.0, 600.0, 110.0),  # never for ever
            (1900.0, 0.5, 1.0),  # the clock was set back by a quarter of an hour
            (100.0, 0.5, 0.0),  # or forward
        ],
    )
    def test_publications_are_some_time_apart(
        self, parts: AppContext, slept: list[float], began: float, took: float, waits: float
    ) -> None:
        parts.redis.set(publishing.PACE, json.dumps([began, took]))

        publish(parts)

        assert slept == [pytest.approx(waits)]

    def test_the_first_one_does_not_wait(self, parts: AppContext, slept: list[float]) -> None:
        publish(parts)

        assert slept == []

    def test_a_publication_notes_when_it_began(self, parts: AppContext, slept: list[float]) -> None:
        publish_now(parts)

        began, took = json.loads(parts.redis.get(publishing.PACE))
        assert began == 1000.0
        assert took < 600.0

    def test_a_clock_that_is_set_while_one_is_made_stops_none_after_it(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Forward by a quarter of an hour, and back: what the last one took is not reckoned so."""
        moments = iter([1000.0, 1900.0, 1000.1])
        slept: list[float] = []
        with monkeypatch.context() as clock:
            clock.setattr(publishing.time, "sleep", slept.append)
            clock.setattr(publishing.time, "time", lambda: next(moments, 1000.2))
            publish_now(parts)
            publish(parts)

        assert max(slept, default=0.0) < 60


def test_what_was_published_stays_as_it_was(parts: AppContext) -> None:
    first = published(parts)
    tabulated(parts, NORTH, caucus(12, 8))
    published(parts)

    assert count_rows(parts, "publication") == 2
    with reading(parts.engine) as connection:
        kept = connection.execute(select(publication.c.document).where(publication.c.number == 1))
        assert kept.scalar_one() == first.document
