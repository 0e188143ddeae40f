"""The front door as callers meet it: signed forms in, TwiML out, with real parts and accidents."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis
from redis.connection import AbstractConnection
from sqlalchemy import event

from app import create_app
from hotline.operations.admission import blocks, front_door, switches
from hotline.operations.admission.blocks import WantedBlock
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.tabulate import tabulate
from hotline.operations.roster.pins import issue_test_pins
from hotline.store.database import writing
from hotline.store.enums import Switch
from hotline.store.keys import ALARM, EVENTS, PREFIX
from hotline.store.roster import roster
from tests.calls.dialogue import small_election
from tests.servers import RedisServer
from tests.web.telephone.network import (
    CHAIR,
    LINE,
    ONE,
    REPORT,
    STRANGER,
    TWO,
    Network,
    Phone,
    kept_reports,
)

AWAY = b'<?xml version="1.0" encoding="UTF-8"?><Response><Reject reason="busy"/></Response>'
OTHER = "+15155550188"
PUBLIC_LINE = "+15155550177"


@pytest.fixture
def election():
    return replace(small_election(), public_line=PUBLIC_LINE)


def call(network: Network, number: int, from_: str = STRANGER, **extras: str) -> str:
    """One call that keys nothing and ends; what it is answered."""
    phone = network.dial(from_, sid=f"CA{number:04}", **extras)
    phone.hang_up()
    return phone.twiml


def pester(network: Network, calls: int = 4, from_: str = STRANGER, **extras: str) -> None:
    for number in range(calls):
        call(
            network, 1000 + number + abs(hash((from_, str(extras)))) % 10**6 * 100, from_, **extras
        )


def is_away(said: str) -> bool:
    return said.encode() == AWAY


class TestTurnedAway:
    def test_it_is_a_reject_and_nothing_else(self, network: Network) -> None:
        pester(network)
        assert call(network, 1).encode() == AWAY

    def test_it_touches_redis_once_and_sql_never(
        self, network: Network, parts: AppContext, round_trips: list[str]
    ) -> None:
        pester(network)
        statements: list[str] = []
        event.listen(parts.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
        round_trips.clear()
        for number in range(5):
            assert is_away(network.dial(sid=f"CA{number}").twiml)
        assert statements == []
        assert len(round_trips) == 5

    def test_the_chair_is_not_turned_away_by_what_others_do(
        self, network: Network, parts: AppContext, pins: dict[str, str]
    ) -> None:
        pester(network, 20, CHAIR, StirVerstat="TN-Validation-Failed-C")
        pester(network, 20)
        phone = network.dial(CHAIR, sid="CA77")
        phone.key("1", pins[ONE], *REPORT)
        assert len(kept_reports(parts)) == 1

    def test_a_borrowed_phone_is_known_once_it_proved_a_pin(
        self, network: Network, pins: dict[str, str]
    ) -> None:
        network.dial(sid="CA01").key(ONE, pins[ONE])
        for number in range(10):
            assert not is_away(call(network, number))

    def test_five_at_once_from_one_number_all_get_to_key_their_pins(
        self, network: Network, parts: AppContext, pins: dict[str, str]
    ) -> None:
        phones = [network.dial(sid=f"CA0{n}") for n in range(5)]
        for phone, unit in zip(phones, pins, strict=False):
            phone.key(unit)
        for phone, unit in zip(phones, pins, strict=False):
            phone.key(pins[unit], *REPORT)
        assert len(kept_reports(parts)) == len(pins) == 3
        assert not any(is_away(phone.twiml) for phone in phones)
        for phone in phones:
            phone.hang_up()
        assert not is_away(call(network, 6))

    def test_a_phone_that_joins_the_roster_is_let_in_at_once(
        self, network: Network, parts: AppContext, election
    ) -> None:
        pester(network)
        assert is_away(call(network, 1))
        with writing(parts.engine) as connection:
            chairs = [roster.Chair(ONE, "Chair", (STRANGER,))]
            roster.replace_roster(connection, election.id, chairs)
        parts.invalidate()
        assert "Reporting for Adair, One?" in call(network, 2)


class TestBlocks:
    def test_a_block_holds_for_the_next_call_and_its_end_too(
        self, network: Network, parts: AppContext
    ) -> None:
        assert not is_away(call(network, 1))
        blocks.add_block(parts, WantedBlock(STRANGER, "shouts"), "ann")
        assert is_away(call(network, 2))
        blocks.remove_block(parts, STRANGER, "bo", "it was the wrong number")
        assert not is_away(call(network, 3))

    def test_it_holds_for_text_messages_too(self, network: Network, parts: AppContext) -> None:
        blocks.add_block(parts, WantedBlock(STRANGER, "shouts"), "ann")
        assert "<Message>" not in text(network)
        assert "<Message>" in text(network, OTHER)

    def test_lifting_lets_a_number_through_that_a_rule_turned_away(
        self, network: Network, parts: AppContext
    ) -> None:
        pester(network)
        assert blocks.remove_block(parts, STRANGER, "bo", "an honest caller").forgotten
        assert not is_away(call(network, 1))


class TestSwitches:
    def test_roster_phones_only_from_the_next_call_on(
        self, network: Network, parts: AppContext
    ) -> None:
        stranger = network.dial(sid="CA01")
        switches.turn_on(parts, Switch.ROSTER_ONLY, "ann", "a flood")
        assert is_away(call(network, 2))
        assert not is_away(call(network, 3, CHAIR))
        stranger.key(ONE)
        assert "<Hangup/>" in stranger.twiml
        switches.turn_off(parts, Switch.ROSTER_ONLY, "ann", "it is over")
        assert not is_away(call(network, 4))

    def test_closed_intake_says_why_and_keeps_what_was_keyed(
        self, network: Network, parts: AppContext, pins: dict[str, str]
    ) -> None:
        phone = network.dial(CHAIR, sid="CA01").key("1", pins[ONE], "35#")
        said = {"en": "The count is complete."}
        switches.turn_on(parts, Switch.INTAKE_CLOSED, "ann", "all are in", said)
        assert phone.key("20#").hears("The count is complete.")
        assert "<Hangup/>" in phone.twiml
        assert "The count is complete." in call(network, 2, CHAIR)
        switches.turn_off(parts, Switch.INTAKE_CLOSED, "ann", "a mistake")
        again = network.dial(CHAIR, sid="CA03").key("1", pins[ONE])
        assert again.hears("You had begun this report.")


class TestTime:
    def test_ninety_seconds_for_whoever_proves_nothing(self, network: Network, clock) -> None:
        phone = network.dial(sid="CA01")
        clock.advance(85)
        phone.key("*")
        assert "<Hangup/>" in phone.twiml

    def test_a_proved_call_has_twenty_minutes_and_is_kept(
        self, network: Network, clock, pins: dict[str, str]
    ) -> None:
        phone = network.dial(CHAIR, sid="CA01").key("1", pins[ONE], "35#")
        clock.advance(19 * 60)
        phone.key("20#")
        assert "<Gather" in phone.twiml
        clock.advance(61)
        phone.key("10#")
        assert "<Hangup/>" in phone.twiml
        assert network.dial(CHAIR, sid="CA02").key("1", pins[ONE]).hears("You had begun")


class TestGuessing:
    def guess(self, network: Network, calls: int, unit: str = ONE, start: int = 0) -> None:
        for number in range(start, start + calls):
            phone = network.dial(f"+1312555{number % 100 + 100:04}", sid=f"CB{unit}{number:04}")
            for entry in (unit, "000000", unit, "000001", unit, "000002"):
                if "<Gather" in phone.twiml:
                    phone.key(entry)

    def test_a_unit_is_locked_for_all_phones_but_its_own(
        self, network: Network, parts: AppContext, pins: dict[str, str]
    ) -> None:
        self.guess(network, 4)
        borrowed = network.dial(OTHER, sid="CA01").key(ONE, pins[ONE])
        assert not borrowed.hears("How many attend?")
        assert borrowed.hears("own phone")
        assert network.dial(OTHER, sid="CA02").key(TWO, pins[TWO]).hears("How many attend?")
        assert network.dial(CHAIR, sid="CA03").key("1", pins[ONE]).hears("How many attend?")

    def test_whatever_is_keyed_at_a_locked_unit_sounds_the_same(
        self, network: Network, pins: dict[str, str]
    ) -> None:
        self.guess(network, 4)
        phone = network.dial(OTHER, sid="CA01").key(ONE, pins[ONE])
        right = phone.twiml
        phone.hang_up()
        wrong = network.dial(OTHER, sid="CA02").key(ONE, "000003").twiml
        assert right == wrong

    def test_a_locked_unit_is_no_way_to_a_person_for_everybody(
        self, network: Network, parts: AppContext, redis: Redis, pins: dict[str, str]
    ) -> None:
        self.guess(network, 4)
        redis.delete(f"{PREFIX}through")
        said = []
        for number in range(9):
            phone = network.dial(f"+1319555{number + 100:04}", sid=f"CE{number:04}")
            said.append(phone.key(ONE, "000009").twiml)
        assert ["<Dial" in twiml for twiml in said] == [True] * 6 + [False] * 3
        assert all("own phone" in twiml for twiml in said)
        assert "<Hangup/>" in said[-1]
        chair = network.dial(CHAIR, sid="CA03").key("2", TWO, "000000", TWO, "000000")
        assert not chair.hears("own phone")

    def test_during_an_alarm_a_borrowed_phone_needs_a_second_factor(
        self, network: Network, redis: Redis, pins: dict[str, str], parts: AppContext
    ) -> None:
        redis.set(ALARM, 1)
        borrowed = network.dial(OTHER, sid="CA01").key(ONE, pins[ONE])
        assert not borrowed.hears("How many attend?")
        assert network.dial(CHAIR, sid="CA03").key("1", pins[ONE]).hears("How many attend?")
        assert network.dial(OTHER, sid="CA04").key(ONE, "000003").hears("do not match")

    def test_a_pin_that_was_found_during_an_alarm_is_of_no_use_after_it(
        self, network: Network, redis: Redis, pins: dict[str, str], parts: AppContext, ledger: int
    ) -> None:
        redis.set(ALARM, 1)
        network.dial(STRANGER, sid="CA01").key(ONE, pins[ONE])
        redis.delete(ALARM)
        later = network.dial(OTHER, sid="CA02").key(ONE, pins[ONE])
        assert later.hears("A code of six digits is on its way")
        assert network.dial(CHAIR, sid="CA03").key("1", pins[ONE]).hears("How many attend?")
        assert network.dial(OTHER, sid="CA04").key(TWO, pins[TWO]).hears("How many attend?")
        fresh = issue_test_pins(parts, ledger)
        assert network.dial(OTHER, sid="CA05").key(ONE, fresh[ONE]).hears("How many attend?")


class TestThePublicLine:
    def ask(self, network: Network, number: int) -> Phone:
        return Phone(network, {"CallSid": f"CD{number}", "From": STRANGER, "To": PUBLIC_LINE})

    def test_it_reads_results_and_hangs_up(
        self, network: Network, parts: AppContext, pins: dict[str, str]
    ) -> None:
        network.dial(CHAIR, sid="CA01").key("1", pins[ONE], *REPORT)
        (row,) = kept_reports(parts)
        tabulate(parts, row.id)
        publish_now(parts)
        phone = self.ask(network, 1)
        assert phone.hears("1 precinct of 3 is counted. 2 are still missing.")
        assert phone.hears("line dot example dot org slash results")
        assert not phone.hears("precinct code")
        assert "<Hangup/>" in phone.key("").twiml

    def test_results_are_read_to_strangers_on_the_chairs_line_too(self, network: Network) -> None:
        phone = network.dial()
        assert phone.hears("For results, 2 pound.")
        assert phone.key("2#").hears("line dot example dot org slash results")
        assert "<Hangup/>" in phone.twiml

    def test_its_callers_are_turned_away_too_and_may_still_report(self, network: Network) -> None:
        found = []
        for number in range(5):
            phone = self.ask(network, number)
            found.append(is_away(phone.twiml))
            phone.hang_up()
        assert found == [False, False, False, True, True]
        assert not is_away(call(network, 99))


class TestTexts:
    def test_one_short_answer_in_a_while(self, network: Network, parts: AppContext) -> None:
        first, second = text(network), text(network)
        assert parts.settings.results_address in first
        assert "<Message>" not in second

    def test_an_unsigned_one_gets_nothing(self, network: Network) -> None:
        answer = network.client.post("/sms/answer", data={"MessageSid": "SM1", "From": STRANGER})
        assert (answer.status_code, answer.data.startswith(b"<?xml")) == (403, False)


class TestAccidents:
    def test_without_redis_callers_are_let_in(
        self, network: Network, parts: AppContext, redis_server: RedisServer, redis: Redis
    ) -> None:
        pester(network)
        redis_server.stop()
        try:
            said = call(network, 1)
        finally:
            redis_server.start()
        assert not is_away(said)
        assert parts.counts["let in unjudged"] == 1

    def test_it_recovers_by_itself(
        self,
        network: Network,
        parts: AppContext,
        redis_server: RedisServer,
        redis: Redis,
        monkeypatch,
    ) -> None:
        monkeypatch.setattr(front_door, "REST", 0.2)
        call(network, 1)
        redis_server.stop()
        call(network, 2)
        redis_server.start()
        time.sleep(0.25)
        pester(network)
        assert is_away(call(network, 3))

    def test_a_redis_that_came_back_empty_is_told_of_blocks_and_switches(
        self, network: Network, parts: AppContext, redis: Redis
    ) -> None:
        blocks.add_block(parts, WantedBlock(STRANGER, "shouts"), "ann")
        switches.turn_on(parts, Switch.ROSTER_ONLY, "ann", "a flood")
        redis.flushall()
        assert is_away(call(network, 1))
        assert is_away(call(network, 2, OTHER))
        assert not is_away(call(network, 3, CHAIR))

    def test_a_slow_redis_keeps_nobody_out(
        self, parts: AppContext, pins: dict[str, str], redis_server: RedisServer
    ) -> None:
        with slow(redis_server.socket, 2.0) as (url, delay):
            client = connect_redis(url)
            slowed = AppContext(parts.settings, parts.engine, client, parts.now)
            network = Network(create_app(parts=slowed).test_client())
            delay.clear()
            assert network.dial(CHAIR, sid="CA00").hears("Reporting for")
            delay.set()
            began = time.monotonic()
            phone = network.dial(CHAIR, sid="CA01")
            took = time.monotonic() - began
            assert phone.hears("Reporting for")
            assert took < 15
            client.close()
        assert slowed.counts["let in unjudged"] == 1

    @pytest.mark.parametrize(
        "forged",
        [
            {"From": "x" * 60_000},
            {"StirVerstat": "TN-Validation-Passed-A" * 99},
            {"From": "+1515555010२"},
            {"To": "'; DROP TABLE call"},
            {"From": "\x00"},
        ],
    )
    def test_whatever_the_form_holds(
        self, network: Network, forged: dict[str, str], redis: Redis
    ) -> None:
        form = {"CallSid": "CA01", "From": STRANGER, "To": LINE, **forged}
        assert network.post("/voice/answer", form).status_code == 200
        assert redis.xlen(EVENTS) == 1

    def test_no_number_in_full_is_in_the_log(self, network: Network, caplog) -> None:
        caplog.set_level("DEBUG")
        pester(network, 6)
        network.dial(CHAIR, sid="CA01").key("1", "000000")
        for number in (STRANGER, CHAIR):
            assert number not in caplog.text
            assert number.removeprefix("+1") not in caplog.text


def text(network: Network, from_: str = STRANGER) -> str:
    form = {"MessageSid": f"SM{time.monotonic_ns()}", "From": from_, "To": LINE, "Body": "who won?"}
    return network.post("/sms/answer", form).get_data(as_text=True)


@pytest.fixture
def round_trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent to Redis, whoever sent it."""
    sent: list[str] = []
    send = AbstractConnection.send_packed_command

    def noted(self: AbstractConnection, command: object, *args: object, **more: object) -> None:
        sent.append(str(command)[:60])
        send(self, command, *args, **more)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", noted)
    return sent


@contextmanager
def slow(server: Path, seconds: float) -> Iterator[tuple[str, threading.Event]]:
    """A way to Redis on which, while the event is set, every answer takes so long."""
    delay = threading.Event()
    listener = socket.socket(socket.AF_UNIX)
    path = server.with_name("slow.sock")
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    listener.listen()

    def pump(source: socket.socket, sink: socket.socket, *, late: bool) -> None:
        try:
            while block := source.recv(65536):
                if late and delay.is_set():
                    time.sleep(seconds)
                sink.sendall(block)
        except OSError:
            pass
        finally:
            sink.close()

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            upstream = socket.socket(socket.AF_UNIX)
            upstream.connect(str(server))
            for args in ((client, upstream, False), (upstream, client, True)):
                threading.Thread(
                    target=pump, args=args[:2], kwargs={"late": args[2]}, daemon=True
                ).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"unix://{path}", delay
    finally:
        listener.close()
        path.unlink(missing_ok=True)
