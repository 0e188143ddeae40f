"""Nothing is published that does not agree with the ledger; what was published stands."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as with_
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy import event, select, text

from hotline.election.model import Candidate, Contest, Election, PluralityFigures, Rule
from hotline.operations import publish as publishing
from hotline.operations.ledgers import open_ledger
from hotline.operations.load_election import load_election
from hotline.operations.parts import Parts
from hotline.operations.publish import is_due, publish, publish_now, request
from hotline.operations.review import release
from hotline.operations.tabulate import tabulate
from hotline.store.database import reading
from hotline.store.publications import Publication, Refusal, latest
from hotline.store.tables import publication
from tests.conftest import Clock
from tests.operations.acting import (
    CONTESTING,
    HOLDING,
    file,
    published,
    tabulated,
    tamper,
)
from tests.servers import RedisServer
from tests.towns import CODES, caucus, town

NORTH, NORTH_2, SOUTH, SOUTH_2, AWAY, AWAY_2 = CODES


@pytest.fixture
def parts(parts: Parts) -> Parts:
    load_election(parts, town(), "test")
    return parts


class TestDocument:
    def test_before_the_first_report_everything_is_outstanding(
        self, parts: Parts, clock: Clock
    ) -> None:
        clock.advance(60)

        document = published(parts).document

        assert document["units"] == {
            "total": 6,
            "reported": 0,
            "verified": 0,
            "contested": 0,
            "held": 0,
            "outstanding": 6,
        }
        assert document["status"] == "unofficial-partial"
        assert document["as_of"] == "2020-02-04T01:00:00Z"  # when the ledger was opened
        assert document["contests"][0]["totals"]["first"] == {"ash": 0, "birch": 0, "cedar": 0}

    def test_its_keys_are_the_promised_ones_in_their_order(self, parts: Parts) -> None:
        document = published(parts).document

        assert list(document) == [
            *("election", "as_of", "status", "is_test", "units", "contests"),
            *("title", "date", "timezone", "number"),
        ]
        assert list(document["contests"][0]) == [
            *("id", "rule", "totals", "outlook"),
            *("title", "measures", "candidates", "scopes"),
        ]
        assert document["contests"][0]["measures"] == ["first", "final", "sde"]

    def test_counted_reports_add_up_to_people_and_to_state_delegates(self, parts: Parts) -> None:
        tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))
        tabulated(parts, SOUTH, caucus(0, 9, won={"birch": 2}))

        [contest] = published(parts).document["contests"]

        assert contest["totals"]["final"] == {"ash": 12, "birch": 17, "cedar": 0}
        # North: 3 state delegates by 9; South: 2 by 5.
        assert contest["totals"]["sde"] == {"ash": "1.0000", "birch": "1.1333", "cedar": "0.0000"}
        assert contest["outlook"] == {"measure": "sde", "leader": "birch", "settled": False}

    def test_a_scope_says_how_much_of_it_is_in_and_leaves_zeros_out(self, parts: Parts) -> None:
        tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))
        tabulated(parts, NORTH_2, caucus(5), HOLDING)

        [contest] = published(parts).document["contests"]
        north, south, away = contest["scopes"]

        assert north == {
            "id": "county:North",
            "name": "North",
            "units": {"total": 2, "reported": 2, "held": 1, "outstanding": 0},
            "totals": {
                "first": {"ash": 12, "birch": 8},
                "final": {"ash": 12, "birch": 8},
                "sde": {"ash": "1.0000", "birch": "0.3333"},
            },
        }
        assert (south["id"], south["totals"]) == ("county:South", {})
        assert (away["id"], away["name"], away["units"]["total"]) == (
            *("pool:away", "Sites abroad", 2),
        )

    def test_every_unit_is_in_one_place(self, parts: Parts) -> None:
        tabulated(parts, NORTH, caucus(12, 8), CONTESTING)
        tabulated(parts, NORTH_2, caucus(1, 2), HOLDING)
        tabulated(parts, SOUTH, caucus(3, 4))
        tabulated(parts, SOUTH, caucus(3, 4))
        tabulated(parts, SOUTH_2, caucus(5, 6))
        tabulated(parts, SOUTH_2, caucus(6, 5))  # a conflict
        file(parts, AWAY, caucus(7, 8))  # not tabulated yet

        assert published(parts).document["units"] == {
            "total": 6,
            "reported": 4,
            "verified": 1,
            "contested": 2,
            "held": 1,
            "outstanding": 2,
        }

    def test_it_is_complete_when_nothing_is_out_or_held(self, parts: Parts) -> None:
        for code in CODES[:-1]:
            tabulated(parts, code, caucus(1, 2))
        held = tabulated(parts, AWAY_2, caucus(1, 2), HOLDING)
        assert published(parts).document["status"] == "unofficial-partial"

        release(parts, held.report_id, "pat", "the chair confirmed it")

        assert published(parts).document["status"] == "unofficial-complete"

    def test_it_is_as_of_its_latest_event(self, parts: Parts, clock: Clock) -> None:
        filed = file(parts, NORTH, caucus(1, 2))
        clock.advance(90)
        tabulate(parts, filed.report_id)
        clock.advance(90)

        found = published(parts)

        assert found.document["as_of"] == "2020-02-04T01:01:30Z"
        assert found.published_at == clock.time


PRECINCTS = {code: unit for code, unit in town().units.items() if unit.county}


def primary() -> Election:
    candidates = (Candidate(1, "ann", "Ann A", "A"), Candidate(2, "bob", "Bob B", "B"))
    mayor = Contest("mayor", "Mayor", Rule.PLURALITY, candidates)
    bare = {"units": PRECINCTS, "counties": {}, "pools": {}}
    return with_(town(), id="primary", contests=(mayor,), **bare)


def test_an_ordinary_primary_shows_votes_and_what_the_ballots_held_besides(parts: Parts) -> None:
    load_election(parts, primary(), "test")
    sheet = PluralityFigures(20, {"ann": 11, "bob": 6}, write_ins=1, undervotes=2)
    tabulated(parts, NORTH, {"mayor": sheet})

    [contest] = published(parts).document["contests"]

    besides = {"ballots": 20, "write_ins": 1, "undervotes": 2, "overvotes": 0}
    assert contest["measures"] == ["votes"]
    assert contest["totals"] == {"votes": {"ann": 11, "bob": 6}}
    assert contest["ballots"] == besides
    assert contest["scopes"][0]["totals"] == {"votes": {"ann": 11, "bob": 6}}
    assert contest["scopes"][0]["ballots"] == besides
    assert [scope["name"] for scope in contest["scopes"]] == ["North", "South"]


def test_a_caucus_without_counties_shows_delegates(parts: Parts) -> None:
    bare = {"units": PRECINCTS, "counties": {}, "pools": {}}
    load_election(parts, with_(town(), id="bare", **bare), "test")
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))

    [contest] = published(parts).document["contests"]

    assert contest["measures"] == ["first", "final", "delegates"]
    assert contest["totals"]["delegates"] == {"ash": 3, "birch": 1, "cedar": 0}


class TestNumbers:
    def test_what_is_published_is_read_back(self, parts: Parts) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        first = published(parts)

        assert (first.number, first.document["number"]) == (1, 1)
        assert latest(parts.engine) == first

    def test_nothing_has_been_published_yet(self, parts: Parts) -> None:
        assert latest(parts.engine) is None

    def test_each_change_has_a_number_and_no_change_has_none(self, parts: Parts) -> None:
        first = published(parts)
        assert publish_now(parts) is None

        tabulated(parts, NORTH, caucus(12, 8))
        second = published(parts)

        assert second.number == 2
        assert second.etag != first.etag
        assert latest(parts.engine) == second

    def test_a_fresh_ledger_shows_nothing_of_the_one_before(self, parts: Parts) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        published(parts)

        open_ledger(parts, is_test=False, by="test")

        assert latest(parts.engine) is None
        found = published(parts)
        assert (found.number, found.document["is_test"]) == (2, False)
        assert found.document["units"]["outstanding"] == 6

    def test_without_an_election_there_is_nothing_to_publish(self, parts: Parts) -> None:
        tamper(parts, "UPDATE election SET active = false")

        assert publish_now(parts) is None
        assert latest(parts.engine) is None
        assert not is_due(parts)

    def test_two_publishers_at_once_publish_once(self, parts: Parts) -> None:
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
        self, parts: Parts, monkeypatch: pytest.MonkeyPatch, redis: Redis
    ) -> None:
        look = publishing._look

        def look_and_dawdle(parts: Parts) -> object:
            seen = look(parts)
            monkeypatch.undo()
            tabulated(parts, NORTH, caucus(12, 8))
            published(parts)
            redis.flushall()
            return seen

        monkeypatch.setattr(publishing, "_look", look_and_dawdle)

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
        f"unit {NORTH} is counted version 1 verified, but its reports say counted version 1",
    ),
    "a unit is said to be held": (
        f"UPDATE unit_state SET status = 'held' WHERE unit_code = '{SOUTH}'",
        f"unit {SOUTH} is held, but its reports say outstanding",
    ),
    "a unit is not accounted for": (
        f"DELETE FROM unit_state WHERE unit_code = '{SOUTH}'",
        f"unit {SOUTH} is not accounted for",
    ),
    "a unit is one too many": (
        "INSERT INTO unit_state VALUES (1, '77777', 'outstanding', NULL, false, false)",
        "unit 77777 is accounted for, but not in the election",
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
        f"unit {NORTH} counts 2 reports",
    ),
}


class TestRefusal:
    @pytest.fixture
    def good(self, parts: Parts) -> Publication:
        """One report counted, a second version filed and not tabulated; published."""
        tabulated(parts, NORTH, caucus(12, 8))
        file(parts, NORTH, caucus(8, 12))
        return published(parts)

    @pytest.mark.parametrize("name", TAMPERED)
    def test_whatever_differs_is_refused_by_name(
        self,
        parts: Parts,
        good: Publication,
        clock: Clock,
        caplog: pytest.LogCaptureFixture,
        name: str,
    ) -> None:
        statement, difference = TAMPERED[name]
        clock.advance(5)
        tamper(parts, statement)

        refused = publish_now(parts)

        assert isinstance(refused, Refusal)
        assert difference in refused.reason
        assert refused.standing == good.number
        assert [r.levelno for r in caplog.records if difference in r.message] == [logging.ERROR]
        assert latest(parts.engine) == with_(
            good, refused_since=clock.time, refused_reason=refused.reason
        )

    def test_it_is_told_since_when_and_why_last(
        self, parts: Parts, good: Publication, clock: Clock
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

    def test_the_same_again_is_recorded_once(self, parts: Parts, good: Publication) -> None:
        tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")

        for _ in range(3):
            assert isinstance(publish_now(parts), Refusal)

        assert count_rows(parts, "refusal") == 1

    def test_publishing_goes_on_when_all_is_well_again(
        self, parts: Parts, good: Publication
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
        self, parts: Parts, good: Publication
    ) -> None:
        tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
        publish_now(parts)
        tabulated(parts, SOUTH, caucus(3, 4))
        tamper(
            parts,
            "UPDATE total SET value = value - 1 WHERE measure = 'final' AND scope = 'county:North'",
        )

        assert published(parts).document["units"]["reported"] == 2

    def test_the_very_first_publication_can_be_refused(self, parts: Parts) -> None:
        tamper(parts, f"DELETE FROM unit_state WHERE unit_code = '{SOUTH}'")

        refused = publish_now(parts)

        assert isinstance(refused, Refusal)
        assert refused.standing is None
        assert latest(parts.engine) is None

    def test_many_differences_are_counted_and_some_named(self, parts: Parts) -> None:
        tamper(parts, "DELETE FROM unit_state")

        refused = publish_now(parts)

        assert isinstance(refused, Refusal)
        assert refused.reason.endswith("and 1 more")

    def test_it_reads_a_single_moment(self, parts: Parts) -> None:
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
    def test_many_requests_queue_one_job(self, parts: Parts, redis: Redis) -> None:
        redis.flushall()

        assert all(request(parts) for _ in range(3))
        assert [job.func_name for job in parts.queue("publication").jobs] == [
            "workers.publish.publish"
        ]

    def test_what_is_asked_for_during_a_publication_is_not_forgotten(
        self, parts: Parts, redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        redis.flushall()
        request(parts)
        look = publishing._look

        def look_and_ask(parts: Parts) -> object:
            seen = look(parts)
            request(parts)
            return seen

        monkeypatch.setattr(publishing, "_look", look_and_ask)
        publish_now(parts)

        assert len(parts.queue("publication").jobs) == 2

    def test_one_that_came_to_nothing_is_asked_for_anew(self, parts: Parts, redis: Redis) -> None:
        request(parts)
        parts.queue("publication").empty()
        request(parts)
        assert not parts.queue("publication").count

        request(parts, anew=True)
        request(parts, anew=True)

        assert parts.queue("publication").count == 1

    def test_one_that_could_not_be_queued_can_be_asked_for_again(
        self, parts: Parts, redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        redis.flushall()
        with monkeypatch.context() as patch:
            patch.setattr(Parts, "enqueue", lambda *_: False)
            assert not request(parts)

        assert request(parts)
        assert parts.queue("publication").count == 1

    def test_without_redis_it_is_put_off_and_publishing_works(
        self, parts: Parts, redis_server: RedisServer, redis: Redis
    ) -> None:
        redis_server.stop()
        try:
            assert not request(parts)
            assert isinstance(publish(parts), Publication)
        finally:
            redis_server.start()
        assert parts.counts["publication"] > 0

    def test_is_due_until_it_is_published(self, parts: Parts) -> None:
        assert is_due(parts)
        published(parts)
        assert not is_due(parts)
        tabulated(parts, NORTH, caucus(12, 8))
        assert is_due(parts)
        published(parts)
        assert not is_due(parts)

    def test_is_due_while_it_is_refused(self, parts: Parts) -> None:
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
            (999.9, 0.5, 1.9),  # four times as long as the last one took
            (900.0, 0.5, 0.0),
            (990.0, 600.0, 120.0),  # never for ever
        ],
    )
    def test_publications_are_some_time_apart(
        self, parts: Parts, slept: list[float], began: float, took: float, waits: float
    ) -> None:
        parts.redis.set(publishing.PACE, json.dumps([began, took]))

        publish(parts)

        assert slept == [pytest.approx(waits)]

    def test_the_first_one_does_not_wait(self, parts: Parts, slept: list[float]) -> None:
        publish(parts)

        assert slept == []

    def test_a_publication_notes_when_it_began(self, parts: Parts, slept: list[float]) -> None:
        publish_now(parts)

        assert json.loads(parts.redis.get(publishing.PACE)) == [1000.0, 0.0]


def test_what_was_published_stays_as_it_was(parts: Parts) -> None:
    first = published(parts)
    tabulated(parts, NORTH, caucus(12, 8))
    published(parts)

    assert count_rows(parts, "publication") == 2
    with reading(parts.engine) as connection:
        kept = connection.execute(select(publication.c.document).where(publication.c.number == 1))
        assert kept.scalar_one() == first.document


def count_rows(parts: Parts, table: str) -> int:
    with reading(parts.engine) as connection:
        count: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        return count
