"""Events of calls become records, each once, however often they come and whoever dies."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError

from hotline.guard.caller import Caller, key_of
from hotline.guard.guessing import GuessPolicy
from hotline.guard.triage import DoorPolicy, Entrance
from hotline.operations.admission.costs import Prices
from hotline.operations.calls import ingest as recording
from hotline.operations.calls.ingest import Recorded, emit_call_event, ingest_events, summary
from hotline.operations.context import AppContext, connect_redis
from hotline.store.admission.front_door import CallAttempt, FrontDoorStore, Leases
from hotline.store.calls import events
from hotline.store.calls.events import EVENTS, REFUSED, CallEvent
from hotline.store.database import connect, writing
from hotline.store.enums import EventKind
from hotline.store.schema.tables import block, call, call_event, kept_number
from tests.conftest import Clock
from tests.operations.lives import (
    KEY,
    NUMBER,
    arrive,
    end,
    file,
    penalise,
    rows,
    to_person,
    turned_away,
    verify,
    waiting,
)
from tests.operations.lives import text as send_text
from tests.servers import RedisServer

DERIVED = (call, call_event, kept_number, block)
VOICE, DIAL = 8_500, 14_000  # the prices of the settings, in millionths


class Killed(Exception):
    """The worker is gone."""


def everything(parts: AppContext) -> dict[str, list[dict[str, Any]]]:
    return {table.name: rows(parts, table) for table in DERIVED}


def the_call(parts: AppContext) -> dict[str, Any]:
    [row] = rows(parts, call)
    return row


def make_block(parts: AppContext, id: int = 700) -> None:
    with writing(parts.engine) as connection:
        connection.execute(
            insert(block).values(
                id=id,
                pattern="+1900555",
                is_prefix=True,
                reason="pranks",
                author="A. Example",
                second="",
                made_at=parts.now(),
                until=parts.now() + timedelta(hours=1),
                hits=0,
            )
        )


def night(parts: AppContext) -> None:
    """Something of everything."""
    make_block(parts)
    for number in range(30):
        sid = f"CA{number}"
        arrive(parts, sid, after=number)
        if number % 3 == 0:
            verify(parts, sid)
            file(parts, sid)
        if number % 5 == 0:
            to_person(parts, sid, after=number)
        if number % 7 == 0:
            turned_away(parts, f"CB{number}", reason="block", block=700)
            penalise(parts, f"CB{number}", after=number)
        end(parts, sid)
    send_text(parts, "SM1", answered=True)


class TestOneCall:
    def test_a_call_is_a_line_of_what_happened_to_it(self, parts: AppContext) -> None:
        arrive(parts, "CA1")
        verify(parts, "CA1", 0, after=12, unit="00017")
        file(parts, "CA1", 0)
        verify(parts, "CA1", 1, after=80, unit="00025")
        file(parts, "CA1", 1)
        end(parts, "CA1", seconds=121, after=121)

        assert ingest_events(parts) == Recorded(moved=6, known=0, refused=0)

        began = parts.now()
        assert the_call(parts) == {
            "sid": "CA1",
            "channel": "voice",
            "entrance": "chairs",
            "ledger_id": 1,
            "began_at": began,
            "caller_key": KEY,
            "last_four": "0142",
            "attestation": "none",
            "standing": "unknown",
            "verdict": "admit",
            "reason": "",
            "verified_at": began + timedelta(seconds=12),
            "unit_code": "00025",
            "filings": 2,
            "person_at": None,
            "ended_at": began + timedelta(seconds=121),
            "ended_as": "completed",
            "seconds": 121,
            "charge": 3 * VOICE,
        }
        assert waiting(parts) == 0

    def test_a_call_under_way_has_no_end_and_no_charge(self, parts: AppContext) -> None:
        arrive(parts, "CA1")
        ingest_events(parts)

        row = the_call(parts)
        assert (row["ended_at"], row["seconds"], row["charge"]) == (None, None, None)

    def test_what_comes_later_is_added(self, parts: AppContext) -> None:
        arrive(parts, "CA1")
        ingest_events(parts)
        verify(parts, "CA1")
        ingest_events(parts)
        end(parts, "CA1")
        ingest_events(parts)

        row = the_call(parts)
        assert (row["unit_code"], row["seconds"], row["charge"]) == ("00017", 70, 2 * VOICE)

    def test_an_end_that_overtakes_the_beginning_waits_for_it(self, parts: AppContext) -> None:
        end(parts, "CA1")
        verify(parts, "CA1")
        assert ingest_events(parts).moved == 2
        assert rows(parts, call) == []

        arrive(parts, "CA1")
        ingest_events(parts)

        row = the_call(parts)
        assert (row["unit_code"], row["ended_as"], row["seconds"]) == ("00017", "completed", 70)

    def test_a_status_that_is_sent_again_changes_nothing(self, parts: AppContext) -> None:
        arrive(parts, "CA1")
        end(parts, "CA1", seconds=70)
        end(parts, "CA1", seconds=4711, after=500)
        assert ingest_events(parts) == Recorded(moved=2, known=1, refused=0)
        end(parts, "CA1", seconds=4711, after=500)
        assert ingest_events(parts) == Recorded(moved=0, known=1, refused=0)

        assert the_call(parts)["seconds"] == 70

    def test_a_call_that_is_turned_away_costs_nothing(self, parts: AppContext) -> None:
        turned_away(parts, "CA1")
        ingest_events(parts)

        row = the_call(parts)
        assert (row["verdict"], row["reason"], row["charge"]) == ("turn-away", "recent", 0)

    @pytest.mark.parametrize(("answered", "charge"), [(True, 16_600), (False, 8_300)])
    def test_a_text_message_is_charged_in_and_out(
        self, answered: bool, charge: int, parts: AppContext
    ) -> None:
        send_text(parts, "SM1", answered)
        ingest_events(parts)

        row = the_call(parts)
        assert (row["channel"], row["charge"]) == ("text", charge)


class TestPerson:
    def test_the_minutes_with_a_person_are_charged_too(self, parts: AppContext) -> None:
        arrive(parts, "CA1")
        to_person(parts, "CA1", 0, after=30)
        to_person(parts, "CA1", 1, after=50)
        end(parts, "CA1", seconds=91, after=91)
        ingest_events(parts)

        row = the_call(parts)
        assert row["person_at"] == parts.now() + timedelta(seconds=30)
        assert row["charge"] == 2 * VOICE + 2 * DIAL

    def test_the_number_is_kept_in_full_in_one_place_only(self, parts: AppContext) -> None:
        arrive(parts, "CA1")
        to_person(parts, "CA1")
        ingest_events(parts)

        [kept] = rows(parts, kept_number)
        assert (kept["caller_key"], kept["number"], kept["why"]) == (KEY, NUMBER, "asked for one")
        assert NUMBER not in str([rows(parts, call), rows(parts, call_event)])

    def test_what_was_said_last_is_kept_in_whatever_order_it_comes(self, parts: AppContext) -> None:
        to_person(parts, "CA2", after=200, why="the later one")
        ingest_events(parts)
        to_person(parts, "CA1", after=100, why="the earlier one")
        ingest_events(parts)

        [kept] = rows(parts, kept_number)
        assert kept["why"] == "the later one"

    def test_a_withheld_number_cannot_be_kept(self, parts: AppContext) -> None:
        arrive(parts, "CA1", caller="", last4="", standing="withheld")
        to_person(parts, "CA1", caller="", number="")
        assert ingest_events(parts).moved == 2

        assert rows(parts, kept_number) == []
        assert the_call(parts)["person_at"] is not None


class TestBlocks:
    def test_each_penalty_is_a_block_of_its_own(self, parts: AppContext) -> None:
        penalise(parts, "CA1", times=1)
        penalise(parts, "CA2", after=3600, times=2)
        ingest_events(parts)

        first, second = rows(parts, block)
        assert first | {"id": 0} == {
            "id": 0,
            "pattern": NUMBER,
            "is_prefix": False,
            "reason": "3 calls without a PIN in 10 minutes; time 1",
            "author": "rule: repeated calls",
            "second": "",
            "made_at": parts.now(),
            "until": parts.now() + timedelta(minutes=15),
            "hits": 0,
            "hit_at": None,
            "lifted_at": None,
            "lifted_by": None,
            "lifted_why": None,
        }
        assert second["reason"].endswith("time 2")
        [kept] = rows(parts, kept_number)
        assert kept["why"] == "turned away for repeated calls"

    def test_whoever_hits_a_block_is_counted_once(self, parts: AppContext) -> None:
        make_block(parts)
        for number in range(3):
            turned_away(parts, f"CA{number}", reason="block", block=700)
        arrive(parts, "CA3", after=90, verdict="turn-away", reason="block", block=700)
        ingest_events(parts)
        turned_away(parts, "CA1", reason="block", block=700)
        turned_away(parts, "CA9", reason="block", block=700)
        ingest_events(parts)

        [row] = rows(parts, block)
        assert (row["hits"], row["hit_at"]) == (5, parts.now() + timedelta(seconds=90))

    def test_whoever_is_still_turned_away_is_counted_with_the_penalty(
        self, parts: AppContext
    ) -> None:
        penalise(parts, "CA1", times=1)
        turned_away(parts, "CA2", reason="penalty")
        turned_away(parts, "CA3", reason="penalty", caller="somebody-elses-k")
        ingest_events(parts)
        turned_away(parts, "CA4", reason="penalty")
        penalise(parts, "CA5", after=3600, times=2)
        ingest_events(parts)

        assert [row["hits"] for row in rows(parts, block)] == [2, 0]

    def test_a_block_that_is_gone_holds_up_nothing(self, parts: AppContext) -> None:
        turned_away(parts, "CA1", reason="block", block=99)

        assert ingest_events(parts).moved == 2
        assert the_call(parts)["reason"] == "block"


class TestOnce:
    def test_it_works_off_more_than_a_batch(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recording, "AT_ONCE", 7)
        night(parts)
        count = waiting(parts)

        assert ingest_events(parts) == Recorded(moved=count, known=0, refused=0)
        assert waiting(parts) == 0

    def test_it_stops_when_its_time_is_up(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recording, "AT_ONCE", 7)
        night(parts)
        count = waiting(parts)

        assert ingest_events(parts, seconds=0).moved == 7
        assert waiting(parts) == count - 7

    def test_others_may_write_between_its_transactions(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recording, "AT_ONCE", 7)
        rested: list[float] = []
        monkeypatch.setattr(recording.time, "sleep", rested.append)
        night(parts)
        count = waiting(parts)

        ingest_events(parts, rest=2)

        assert len(rested) == -(-count // 7)
        assert all(seconds > 0 for seconds in rested)

    @pytest.mark.parametrize("step", ["commit", "removal"])
    def test_killed_before_or_after_the_commit_it_ends_the_same(
        self,
        step: str,
        parts: AppContext,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        night(parts)
        count = waiting(parts)

        def die(*_: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            if step == "commit":
                patch.setattr(recording.call_log, "penalise", die)
            else:
                patch.setattr(events, "remove", die)
            with pytest.raises(Killed):
                ingest_events(parts)
        was_kept = bool(rows(parts, call_event))
        again = ingest_events(parts)

        assert was_kept == (step == "removal")
        assert again == Recorded(
            moved=0 if was_kept else count, known=count if was_kept else 0, refused=0
        )
        assert waiting(parts) == 0
        assert_night(parts)

    @pytest.mark.both_databases
    def test_two_at_once_do_it_once(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recording, "AT_ONCE", 5)
        night(parts)
        count = waiting(parts)

        with connect_redis(parts.settings.redis_url) as other_redis:
            other = AppContext(
                parts.settings, connect(parts.settings.database), other_redis, parts.now
            )
            with ThreadPoolExecutor(2) as pool:
                done = list(pool.map(ingest_events, (parts, other)))
            other.engine.dispose()

        assert sum(each.moved for each in done) == count
        assert_night(parts)

    def test_two_that_have_read_the_same_do_it_once(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The other one does all of it between this one's reading and its transaction."""
        night(parts)
        count = waiting(parts)
        read = events.read_events

        def read_slowly(redis: Redis, most: int) -> list[events.Entry]:
            entries = read(redis, most)
            with monkeypatch.context() as patch:
                patch.setattr(events, "read_events", read)
                ingest_events(parts)
            return entries

        with monkeypatch.context() as patch:
            patch.setattr(events, "read_events", read_slowly)
            assert ingest_events(parts) == Recorded(moved=0, known=count, refused=0)
        assert_night(parts)

    def test_a_database_that_is_away_loses_nothing(
        self, parts: AppContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        night(parts)
        count = waiting(parts)

        def fail(*_: object) -> None:
            raise OperationalError("", {}, Exception())

        with monkeypatch.context() as patch:
            patch.setattr(recording, "transact", fail)
            with pytest.raises(OperationalError):
                ingest_events(parts)

        assert waiting(parts) == count
        assert ingest_events(parts).moved == count


def assert_night(parts: AppContext) -> None:
    """What `night` told, once."""
    calls = rows(parts, call)
    assert len(calls) == 30 + 5 + 1
    assert sum(row["filings"] for row in calls) == 10
    assert sorted(row["hits"] for row in rows(parts, block)) == [0] * 5 + [5]
    assert len(rows(parts, kept_number)) == 1
    assert len(rows(parts, call_event)) == 30 * 2 + 10 * 2 + 6 + 5 * 3 + 1


GOOD: dict[str, Any] = {
    "kind": "ended",
    "sid": "CA1",
    "n": "0",
    "at": "1",
    "status": "busy",
    "seconds": "",
}
PENALTY = GOOD | {"kind": "penalised", "caller": KEY, "number": NUMBER, "until": 9, "times": 1}


class TestMalformed:
    @pytest.mark.parametrize(
        "fields",
        [
            {"kind": "ended"},
            GOOD | {"kind": "danced"},
            GOOD | {"at": "yesterday"},
            GOOD | {"at": "9" * 20},
            GOOD | {"n": "-1"},
            GOOD | {"sid": ""},
            GOOD | {"sid": "C" * 65},
            GOOD | {"seconds": "a minute"},
            GOOD | {"seconds": "9" * 12},
            GOOD | {"status": "a\0b"},
            GOOD | {"status": "x" * 201},
            GOOD | {"status": b"\xff"},
            {"kind": "arrived", "sid": "CA1", "n": "0", "at": "1"},
            PENALTY | {"until": 1},
            PENALTY | {"number": "anonymous"},
        ],
    )
    def test_it_is_set_aside_and_holds_up_no_other(
        self, fields: dict[str, str], parts: AppContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        arrive(parts, "CA8")
        parts.redis.xadd(EVENTS, fields)
        arrive(parts, "CA9")

        assert ingest_events(parts) == Recorded(moved=2, known=0, refused=1)
        assert [row["sid"] for row in rows(parts, call)] == ["CA8", "CA9"]
        assert waiting(parts) == 0
        assert parts.redis.xlen(REFUSED) == 1
        assert parts.counts["malformed event"] == 1
        assert "is set aside" in caplog.text

    def test_the_numbers_of_these_tests_are_sound_otherwise(self) -> None:
        for fields in (GOOD, PENALTY):
            events.parse({k.encode(): str(v).encode() for k, v in fields.items()})

    def test_no_number_is_logged_or_set_aside(
        self, parts: AppContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        parts.redis.xadd(EVENTS, PENALTY | {"times": "often"})
        ingest_events(parts)

        [(_, aside)] = parts.redis.xrange(REFUSED)
        assert NUMBER[2:] not in caplog.text + str(aside)
        assert 0 < parts.redis.ttl(REFUSED) <= 72 * 3600

    @pytest.mark.parametrize("at", [0, 8, 20])
    def test_what_the_database_does_not_take_holds_up_no_other(
        self, at: int, parts: AppContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        with writing(parts.engine) as connection:
            connection.execute(text("CREATE UNIQUE INDEX refuses ON call (last_four)"))
        try:
            for number in range(21):
                last4 = "1000" if number in (at, 10) else str(number)
                arrive(parts, f"CA{number}", last4=last4)

            assert ingest_events(parts) == Recorded(moved=20, known=0, refused=1)
        finally:
            with writing(parts.engine) as connection:
                connection.execute(text("DROP INDEX refuses"))
        assert waiting(parts) == 0
        assert len(rows(parts, call)) == len(rows(parts, call_event)) == 20
        assert "IntegrityError" in caplog.text


class TestNote:
    def test_it_is_on_its_way(self, parts: AppContext) -> None:
        assert emit_call_event(
            parts, EventKind.FILED, "CA1", 2, unit="00017", report=7, outcome="filed"
        )
        ingest_events(parts)

        [row] = rows(parts, call_event)
        assert (row["sid"], row["kind"], row["number"], row["at"]) == (
            "CA1",
            "filed",
            2,
            parts.now(),
        )
        assert row["detail"] == {"unit": "00017", "report": "7", "outcome": "filed"}

    def test_what_could_not_be_kept_is_lost_at_once(
        self, parts: AppContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert not emit_call_event(parts, EventKind.FILED, "CA1", unit="00017", outcome="filed")

        assert waiting(parts) == 0
        assert parts.counts["event"] == 1
        assert "filed needs unit, report, outcome" in caplog.text

    def test_without_redis_the_call_goes_on(
        self,
        parts: AppContext,
        redis_server: RedisServer,
        redis: Redis,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        redis_server.stop()
        try:
            noted = emit_call_event(
                parts, EventKind.PERSON, "CA1", caller=KEY, number=NUMBER, why="asked"
            )
        finally:
            redis_server.start()

        assert not noted
        assert parts.counts["event"] == 1
        assert "an event is lost (person)" in caplog.text
        assert NUMBER not in caplog.text


def test_what_the_front_door_tells_is_understood(
    parts: AppContext, clock: Clock, redis: Redis
) -> None:
    guesses = GuessPolicy(unit=3, line=10)
    door = FrontDoorStore(redis, DoorPolicy(calls=3), guesses, Leases(unproved=90, longest=1200))
    caller = Caller(NUMBER)

    def visitor(sid: str) -> CallAttempt:
        key = key_of("pepper", NUMBER)
        return CallAttempt(sid, caller, key, False, Entrance.CHAIRS, 1)

    for number in range(4):
        door.admit(visitor(f"CA{number}"), clock(), None)
        door.end(f"CA{number}", key_of("pepper", NUMBER), "completed", "12", clock())
    door.prove(visitor("CA0"), "00017", 0, clock())
    for number in range(12):
        door.try_pin("CA1", f"CA1:{number}", "key", f"0001{number}", False, clock())
    door.take_text(visitor("SM1"), clock(), 600)
    told = {fields[b"kind"].decode() for _, fields in redis.xrange(EVENTS)}

    done = ingest_events(parts)

    assert told == {"arrived", "penalised", "ended", "verified", "alarm", "texted"}
    assert (done.refused, waiting(parts)) == (0, 0)
    assert [row["sid"] for row in rows(parts, call)] == ["CA0", "CA1", "CA2", "CA3", "SM1"]
    assert [row["pattern"] for row in rows(parts, block)] == [NUMBER]


# --- The line is the same in whatever order its events come

ARRIVAL = {
    "channel": "voice",
    "entrance": "chairs",
    "ledger": "",
    "caller": KEY,
    "last4": "0142",
    "attestation": "none",
    "standing": "unknown",
    "verdict": "admit",
    "reason": "",
    "block": "",
}


def event(kind: EventKind, n: int, after: float, **detail: str) -> CallEvent:
    return CallEvent("CA1", kind, n, Clock()() + timedelta(seconds=after), detail)


LIFE = (
    event(EventKind.ARRIVED, 0, 0, **ARRIVAL),
    event(EventKind.VERIFIED, 0, 10, unit="00010"),
    event(EventKind.VERIFIED, 1, 90, unit="00011"),
    event(EventKind.FILED, 0, 80),
    event(EventKind.FILED, 1, 160),
    event(EventKind.PERSON, 0, 200),
    event(EventKind.PERSON, 1, 220),
    event(EventKind.ENDED, 0, 300, status="completed", seconds="301"),
)


@given(st.permutations(LIFE))
def test_the_order_of_events_does_not_matter(life: list[CallEvent]) -> None:
    prices = Prices(voice=1_000, dial=10, text=1)
    row = summary(life, prices)

    assert row == summary(LIFE, prices)
    assert row is not None
    assert (row.unit_code, row.filings, row.ledger_id) == ("00011", 2, None)
    assert row.charge == 6 * 1_000 + 2 * 10


def test_a_charge_that_no_column_holds_is_cut_off() -> None:
    prices = Prices(voice=10_000_000, dial=10_000_000, text=1)
    ended = event(EventKind.ENDED, 0, 300, status="completed", seconds="999999999")

    row = summary([LIFE[0], ended], prices)

    assert row is not None
    assert row.charge == 2**31 - 1
