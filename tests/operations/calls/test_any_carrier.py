"""Whole calls by a network in memory: nothing above the carrier port needs a document or HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hotline.operations.accounts import accounts
from hotline.operations.actors import rule
from hotline.operations.calls.answer import open_line
from hotline.operations.calls.deliver_code import deliver_code
from hotline.operations.calls.router import CallRouter
from hotline.operations.calls.second_factor import send_code
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.desk import shift, talk
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.staff_line import StaffLine
from hotline.operations.reports import filing
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.store.database import writing
from hotline.store.enums import Role
from hotline.store.queues import QueueName
from hotline.store.roster import roster
from hotline.telephony.network import Carrier
from tests.calls.dialogue import code, small_election
from tests.operations.loaded import PEPPER
from tests.telephony.memory import MemoryCall, MemoryNetwork
from tests.web.switchboard import ANN, CHAIR, LINE, PHONES, STAFF_LINE, STRANGER, settings_of

ONE = code("0001")
REPORT = ("35#", "20*10*5*0*0#", "1", "20*15*0#", "1", "1")


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def parts(tmp_path, engine, redis_url, redis, clock) -> Iterator[AppContext]:
    with connect_redis(redis_url) as client:
        yield AppContext(settings_of(tmp_path, PEPPER), engine, client, clock)


@pytest.fixture
def ledger(parts: AppContext) -> int:
    election = replace(small_election(), chairs_line=LINE)
    ledger = load_election(parts, election, "test").ledger_id
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, election.id, [roster.Chair(ONE, "Ann", (CHAIR,))])
    return ledger


@pytest.fixture
def pins(parts: AppContext, ledger: int) -> dict[str, str]:
    return issue_test_pins(parts, ledger)


@pytest.fixture
def board(parts: AppContext) -> DeskServices:
    carrier: Carrier = MemoryNetwork()
    return DeskServices(parts, carrier)


@pytest.fixture
def network(parts: AppContext, board: DeskServices) -> MemoryNetwork:
    network = board.carrier
    assert isinstance(network, MemoryNetwork)
    line = open_line(parts, board)
    network.router = CallRouter(line, StaffLine(board, line.door, line.telephone))
    return network


def test_a_chair_reports(
    network: MemoryNetwork, parts: AppContext, ledger: int, pins: dict[str, str]
) -> None:
    call = network.dial(STRANGER, LINE)
    assert call.hears("Key your precinct code.")
    call.key(ONE, pins[ONE], *REPORT)
    filed = filing.standing(parts, ledger, ONE)
    assert filed is not None
    assert call.hears("Filed. Confirmation number " + ", ".join(filed.confirmation))
    assert filed.figures["president"]["final"] == {"ash": 20, "birch": 15}
    call.hang_up()
    assert network.is_over(call.call.sid)


def test_a_call_that_was_dropped_goes_on(network: MemoryNetwork, pins: dict[str, str]) -> None:
    network.dial(CHAIR, LINE).key("1", pins[ONE], *REPORT[:2]).hang_up()
    again = network.dial(CHAIR, LINE).key("1", pins[ONE])
    assert again.hears("You had begun this report.")


def test_the_same_step_again_gets_the_same_reply(
    network: MemoryNetwork, pins: dict[str, str]
) -> None:
    call = network.dial(CHAIR, LINE)
    asked = call.asked
    assert asked is not None
    call.key("1")
    again = call.asked
    call.go_on(asked.then)
    assert call.asked == again
    assert call.heard[-1] == call.heard[-2]


def test_somebody_who_calls_too_often_is_turned_away(
    network: MemoryNetwork, pins: dict[str, str]
) -> None:
    calls = []
    for _ in range(5):
        calls.append(network.dial(STRANGER, LINE))
        calls[-1].hang_up()
    assert [call.turned_away for call in calls] == [False, False, False, True, True]
    assert calls[-1].heard == []


class TestTheDesk:
    def test_a_chair_speaks_with_a_person_and_goes_back_to_the_keypad(
        self, network: MemoryNetwork, board: DeskServices, pins: dict[str, str]
    ) -> None:
        ann = self.begins(network, board)
        chair = network.dial(CHAIR, LINE).key("0", "")
        assert chair.hears("You are next in line.")
        talk.take_next(board, ANN)
        assert network.people_in(ann.room) == [ann, chair]
        talk.hold_caller(board, ANN)
        assert network.on_hold == {chair.call.sid}
        talk.resume(board, ANN)
        talk.end_talk(board, ANN, "helped", to_keypad=True)
        assert network.people_in(ann.room) == [ann]
        assert chair.hears("Reporting for")

    def test_a_chair_whose_person_is_cut_off_waits_again(
        self, network: MemoryNetwork, board: DeskServices, pins: dict[str, str]
    ) -> None:
        ann = self.begins(network, board)
        chair = network.dial(CHAIR, LINE).key("0", "")
        talk.take_next(board, ANN)
        ann.hang_up()
        assert not chair.ended
        assert [waiter.sid for waiter in board.waiting.everyone()] == [chair.call.sid]

    def test_a_chair_is_called_back(
        self, network: MemoryNetwork, board: DeskServices, pins: dict[str, str]
    ) -> None:
        ann = self.begins(network, board)
        waiting = network.dial(CHAIR, LINE).key("0", "", "1")
        assert waiting.ended
        assert waiting.hears("call you back")
        talk.take_next(board, ANN)
        chair = network.answer(CHAIR)
        chair.key("1")
        assert network.people_in(ann.room) == [ann, chair]

    def test_a_member_of_the_staff_dials_in(
        self, network: MemoryNetwork, parts: AppContext, board: DeskServices, pins: dict[str, str]
    ) -> None:
        issued = accounts.add_account(
            parts, "dora", Role.STAFF, "a long enough sentence", rule("test")
        )
        dora = network.dial(PHONES["ann"], STAFF_LINE)
        dora.key(issued.extension + "000000")
        assert dora.hears("do not match")
        dora.key(issued.extension + issued.phone_pin)
        assert dora.room
        shift_of = accounts.find_account(parts, "dora")
        assert board.staff.find(shift_of.id).room == dora.room

    def begins(self, network: MemoryNetwork, board: DeskServices) -> MemoryCall:
        """The desk calls the telephone of a member of staff, who presses 1."""
        shift.call_me(board, ANN, PHONES["ann"])
        return network.answer(PHONES["ann"]).key("1")


def test_a_code_is_spoken_to_the_units_own_phone(
    network: MemoryNetwork, parts: AppContext, pins: dict[str, str]
) -> None:
    active = parts.election()
    ledger_id, election = active.ledger_id, active.election
    assert send_code(parts, election, ledger_id, "call9", ONE, STRANGER, True, "en")
    [queued] = parts.queue(QueueName.MESSAGES).jobs
    assert deliver_code(parts, network, *queued.args) == 1
    own = network.answer(CHAIR)
    assert own.hears("The code to report for")
    assert own.ended
