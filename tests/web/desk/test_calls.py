"""Whole calls to the desk: the application, its queue, and the sandbox network at both ends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hotline.operations.accounts import accounts
from hotline.operations.actors import Actor, rule
from hotline.operations.admission.blocks import WantedBlock, add_block
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.desk import claims, shift, talk
from hotline.operations.desk.board import DeskError, DeskServices
from hotline.operations.desk.chair import agree_callback
from hotline.operations.desk.endings import heal
from hotline.operations.desk.talk import CarrierFailedError, TakenError
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.sandbox.rest.network import ApiError
from hotline.sandbox.wire.parameters import CallStatus
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.desk.staff import Mode
from hotline.store.desk.waiting import Class, WaiterState
from hotline.store.enums import ActivityKind, Presence, Role
from hotline.store.roster import roster
from hotline.telephony.replies import Continuation, Destination
from hotline.telephony.twilio.rest import TwilioCarrier
from tests.calls.dialogue import code, small_election
from tests.operations.loaded import PEPPER
from tests.web.switchboard import (
    ACCOUNT,
    ANN,
    BO,
    CHAIR,
    LINE,
    STAFF_LINE,
    STRANGER,
    SUE,
    TOKEN,
    Desk,
    desk,
    settings_of,
)

ONE, TWO = code("0001"), code("0002")
OTHER = "+15155550103"
PHONE = "+15155550114"
ADA = Actor(None, "ada", Role.ADMIN)


@pytest.fixture
def settings(tmp_path):
    return settings_of(tmp_path, PEPPER)


@pytest.fixture
def parts(settings, engine, redis_url, redis, clock):
    with connect_redis(redis_url) as client:
        yield AppContext(settings, engine, client, clock)


@pytest.fixture
def pins(parts):
    election = replace(small_election(), chairs_line=LINE)
    ledger = load_election(parts, election, "test").ledger_id
    with writing(parts.engine) as connection:
        chairs = [
            roster.Chair(unit, f"Chair {unit}", (phone,))
            for unit, phone in ((ONE, CHAIR), (TWO, OTHER))
        ]
        roster.replace_roster(connection, election.id, chairs)
    return issue_test_pins(parts, ledger)


@pytest.fixture
def at(parts, pins) -> Iterator[Desk]:
    with desk(parts) as built:
        yield built


SETTING_UP = {ActivityKind.ELECTION_LOADED, ActivityKind.ROSTER_LOADED, ActivityKind.PINS_ISSUED}


def kinds(parts: AppContext) -> list[ActivityKind]:
    with reading(parts.engine) as connection:
        found = [entry.kind for entry in reversed(activity.latest(connection, 99))]
    return [kind for kind in found if kind not in SETTING_UP]


def waiting(at: Desk) -> list[str]:
    return [waiter.last4 for waiter in at.board.waiting.everyone()]


def together(at: Desk, *calls) -> bool:
    """Whether these calls are in one room, once all that was asked of the network is done."""
    at.exchange.settle()
    rooms = {call.meeting.room.name for call in calls if call.meeting is not None}
    return all(call.meeting is not None for call in calls) and len(rooms) == 1


def test_without_anybody_on_shift_there_is_nobody(at: Desk) -> None:
    chair = at.dial().press("0").silence()
    assert "Nobody is free right now." in chair.last_heard


def test_a_chair_waits_is_taken_and_goes_on_by_keypad(at: Desk, parts: AppContext, pins) -> None:
    ann = at.begin(ANN)
    assert at.board.staff.find(1).presence is Presence.READY

    chair = at.dial().press("0").silence()
    assert "You are next in line." in chair.last_heard
    (waiter,) = at.board.waiting.everyone()
    assert (waiter.rank, waiter.unit) == (Class.ROSTER, ONE)
    assert waiter.reason == "asked for a person at the question offer"

    talk.take_next(at.board, ANN)
    assert together(at, chair, ann)
    assert at.board.staff.find(1).presence is Presence.TALKING
    assert at.board.claims.holder(parts.election().ledger_id, ONE).name == "ann"

    talk.end_talk(at.board, ANN, "helped", to_keypad=True)
    at.exchange.settle()
    assert "Reporting for Adair, One?" in chair.last_heard
    assert chair.press("1").press(pins[ONE]).last_heard.startswith("How many attend?")
    assert at.board.staff.find(1).presence is Presence.WRAPPING_UP
    assert ann.meeting is not None
    shift.set_presence(at.board, ANN, Presence.READY)
    assert kinds(parts) == [
        ActivityKind.SHIFT_BEGUN,
        ActivityKind.CALL_TAKEN,
        ActivityKind.UNIT_CLAIMED,
        ActivityKind.CALL_ENDED,
        ActivityKind.UNIT_RELEASED,
        ActivityKind.PRESENCE,
    ]


def test_wrong_pins_lead_to_a_person_who_is_told_so(at: Desk, pins) -> None:
    at.begin(ANN)
    wrong = f"{(int(pins[ONE]) + 1) % 10**6:06}"

    chair = at.dial().press(wrong).press(wrong)
    assert waiting(at) == []
    chair.press(wrong)

    (waiter,) = at.board.waiting.everyone()
    assert waiter.reason == "keyed 3 wrong PINs"


@pytest.mark.parametrize("key", ["1", "2"])
def test_a_key_left_over_answers_nothing_in_the_queue(at: Desk, clock, redis, key: str) -> None:
    at.begin(ANN)
    chair = at.dial().press("*0#")
    redis.hincrby(f"hotline:waiter:{chair.sid}", "joined", -200)  # a fifth of a second ago
    chair.press(key)
    assert waiting(at) == ["0101"]
    assert not chair.ended

    clock.advance(1)
    chair.press(key)
    assert at.board.waiting.find(chair.sid).callback is (key == "1")
    assert (waiting(at) == []) is (key == "2")


def test_the_keypad_can_be_gone_back_to_and_the_place_is_kept(at: Desk, clock) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    clock.advance(1)
    other = at.dial(OTHER).press("0").silence()
    assert "You are number 2 in line." in other.last_heard

    chair.press("2")
    assert "Reporting for Adair, One?" in chair.last_heard
    assert waiting(at) == ["0103"]
    chair.press("0").silence()
    assert waiting(at) == ["0101", "0103"]


def test_waiting_is_not_held_against_the_call(at: Desk, clock) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    clock.advance(3 * 3600)
    chair.press("2")
    assert "Reporting for Adair, One?" in chair.last_heard


def test_an_honest_time_is_said_once_it_is_known(at: Desk, redis) -> None:
    at.begin(ANN)
    redis.lpush("hotline:talks", *(240_000,) * 3)
    assert "The wait is about 4 minutes." in at.dial().press("0").silence().last_heard


def test_a_stranger_gets_no_place_before_proving(at: Desk) -> None:
    at.begin(ANN)
    stranger = at.dial(STRANGER).press("*0#")
    assert "then a person can help" in stranger.last_heard
    assert waiting(at) == []


def test_two_want_the_same_caller(at: Desk) -> None:
    at.begin(ANN)
    at.begin(BO)
    chair = at.dial().press("0").silence()
    talk.take(at.board, ANN, chair.sid)
    with pytest.raises(TakenError, match="ann has taken this caller"):
        talk.take(at.board, BO, chair.sid)


def test_a_lost_staff_telephone_brings_the_caller_back_to_the_head(at: Desk, clock) -> None:
    ann = at.begin(ANN)
    chair = at.dial().press("0").silence()
    clock.advance(1)
    at.dial(OTHER).press("0").silence()
    talk.take(at.board, ANN, chair.sid)
    assert together(at, chair, ann)

    ann.hang_up()
    at.exchange.settle()

    assert "We lost the person you spoke with." in chair.last_heard
    assert waiting(at) == ["0101", "0103"]
    assert at.board.staff.find(1).presence is Presence.AWAY
    with pytest.raises(DeskError, match="no telephone is connected"):
        talk.take_next(at.board, ANN)


def test_a_caller_who_hangs_up_frees_the_desk(at: Desk) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    talk.take_next(at.board, ANN)
    chair.hang_up()
    at.exchange.settle()

    assert at.board.staff.find(1).presence is Presence.WRAPPING_UP
    assert talk.end_talk(at.board, ANN, "hung up") == chair.sid


def test_a_hang_up_that_the_network_reports_at_once_is_still_ours(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    talk.take_next(at.board, ANN)
    at.exchange.settle()
    hang_up = at.board.carrier.hang_up

    def and_hear_of_it(sid: str) -> None:
        hang_up(sid)
        at.exchange.settle()

    monkeypatch.setattr(at.board.carrier, "hang_up", and_hear_of_it)
    talk.end_talk(at.board, ANN, "helped")

    with reading(at.parts.engine) as connection:
        ended = [
            entry.after
            for entry in activity.of_call(connection, chair.sid)
            if entry.kind is ActivityKind.CALL_ENDED
        ]
    assert ended == [{"outcome": "helped"}]
    assert at.board.staff.find(1).presence is Presence.WRAPPING_UP


def test_a_caller_who_hangs_up_while_waiting_is_gone(at: Desk) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    chair.hang_up()
    at.exchange.settle()
    assert waiting(at) == []
    with pytest.raises(DeskError, match="not waiting any more"):
        talk.take(at.board, ANN, chair.sid)


@pytest.mark.parametrize("status", [429, 500])
def test_a_network_that_fails_leaves_the_caller_in_the_queue(
    at: Desk, parts: AppContext, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.operations.desk.board.PAUSES", (0.0, 0.0))
    ann = at.begin(ANN)
    chair = at.dial().press("0").silence()
    attempts = 3 if status == 429 else 1
    at.exchange.settle()
    at.network.refuse_next(attempts, ApiError(status, 20429 if status == 429 else 20500, "no"))
    with pytest.raises(CarrierFailedError, match="the caller waits on"):
        talk.take_next(at.board, ANN)
    assert waiting(at) == ["0101"]
    assert at.board.staff.find(1).presence is Presence.READY
    assert ActivityKind.CALL_NOT_TAKEN in kinds(parts)

    talk.take_next(at.board, ANN)
    assert together(at, chair, ann)


def test_a_network_that_does_not_answer_leaves_the_caller_in_the_queue(at: Desk) -> None:
    ann = at.begin(ANN)
    chair = at.dial().press("0").silence()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        there = f"http://127.0.0.1:{silent.getsockname()[1]}"
        carrier = TwilioCarrier(ACCOUNT, ACCOUNT, TOKEN, there, timeout=0.2)
        with pytest.raises(CarrierFailedError, match="the caller waits on"):
            talk.take_next(DeskServices(at.parts, carrier), ANN)
        carrier.close()
    assert waiting(at) == ["0101"]
    talk.take_next(at.board, ANN)
    assert together(at, chair, ann)


def test_an_order_that_comes_late_leads_to_whoever_has_the_caller(at: Desk) -> None:
    at.begin(ANN)
    bo = at.begin(BO)
    chair = at.dial().press("0").silence()
    at.board.carrier.redirect(chair.sid, Continuation(Destination.TALK, 1))
    at.exchange.settle()
    assert "You are next in line." in chair.last_heard
    assert waiting(at) == ["0101"]
    talk.take_next(at.board, BO)
    at.board.carrier.redirect(chair.sid, Continuation(Destination.TALK, 1))
    assert together(at, chair, bo)


def test_a_stranger_who_is_sent_to_a_person_waits_behind_and_not_for_ever(
    at: Desk, clock, redis, pins
) -> None:
    at.begin(ANN)
    redis.set(f"hotline:locked:{ONE}", "1")
    stranger = at.dial(STRANGER).press(ONE).press(pins[ONE])
    clock.advance(60)
    at.dial().press("0").silence()
    assert waiting(at) == ["0101", "0102"]
    assert "called back" not in stranger.last_heard
    clock.advance(at.parts.settings.call_minutes * 60)
    stranger.silence()
    assert "Key your precinct code." in stranger.last_heard
    assert waiting(at) == ["0101"]


def test_too_many_requests_are_made_again(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.operations.desk.board.PAUSES", (0.0, 0.0))
    ann = at.begin(ANN)
    chair = at.dial().press("0").silence()
    at.exchange.settle()
    at.network.refuse_next(2, ApiError(429, 20429, "Too Many Requests"))
    talk.take_next(at.board, ANN)
    assert together(at, chair, ann)


def test_hold_and_back(at: Desk) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    talk.take_next(at.board, ANN)
    assert together(at, chair, at.exchange.find_call(at.board.staff.find(1).leg))
    talk.hold_caller(at.board, ANN)
    assert chair.meeting.hold
    talk.resume(at.board, ANN)
    assert not chair.meeting.hold


def test_handing_over(at: Desk) -> None:
    ann, bo = at.begin(ANN), at.begin(BO)
    chair = at.dial().press("0").silence()
    talk.take_next(at.board, ANN)
    talk.hand_over(at.board, ANN, 2)
    assert together(at, chair, bo)
    assert not together(at, chair, ann)
    assert at.board.staff.find(1).presence is Presence.WRAPPING_UP
    assert at.board.waiting.find(chair.sid).by_name == "bo"


def test_handing_over_to_somebody_who_talks_is_refused(at: Desk, clock) -> None:
    ann = at.begin(ANN)
    at.begin(BO)
    chair = at.dial().press("0").silence()
    clock.advance(1)
    at.dial(OTHER).press("0").silence()
    talk.take_next(at.board, ANN)
    talk.take_next(at.board, BO)
    with pytest.raises(DeskError, match="bo: there is a caller"):
        talk.hand_over(at.board, ANN, 2)
    assert together(at, chair, ann)


def test_handing_over_that_fails_leaves_the_caller_where_he_is(at: Desk) -> None:
    ann = at.begin(ANN)
    at.begin(BO)
    chair = at.dial().press("0").silence()
    talk.take_next(at.board, ANN)
    at.exchange.settle()
    at.network.refuse_next(1, ApiError(500, 20500, "no"))
    with pytest.raises(CarrierFailedError):
        talk.hand_over(at.board, ANN, 2)
    assert together(at, chair, ann)
    assert at.board.staff.find(1).talking_to == chair.sid
    assert at.board.staff.find(2).presence is Presence.READY


def test_a_hand_over_that_overtakes_the_taking_leads_straight_to_the_colleague(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the caller goes is asked of the queue when the first order is carried out."""
    at.begin(ANN)
    bo = at.begin(BO)
    chair = at.dial().press("0").silence()
    redirect, first = at.board.carrier.redirect, []

    def late(sid: str, to: Continuation) -> None:
        redirect(*first)
        at.exchange.settle()
        at.network.refuse_next(1, ApiError(500, 20500, "no"))
        redirect(sid, to)

    monkeypatch.setattr(at.board.carrier, "redirect", lambda *order: first.extend(order))
    talk.take_next(at.board, ANN)
    monkeypatch.setattr(at.board.carrier, "redirect", late)
    talk.hand_over(at.board, ANN, 2)
    assert together(at, chair, bo)
    assert at.board.staff.find(2).talking_to == chair.sid
    assert at.board.staff.find(1).talking_to == ""


def test_a_caller_is_put_back(at: Desk) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    talk.take_next(at.board, ANN)
    at.exchange.settle()
    talk.put_back(at.board, ANN)
    at.exchange.settle()
    assert waiting(at) == ["0101"]
    assert "You are next in line." in chair.last_heard


def test_a_supervisor_listens_coaches_joins_and_leaves(at: Desk, parts: AppContext) -> None:
    ann, sue = at.begin(ANN), at.begin(SUE)
    chair = at.dial().press("0").silence()
    talk.take_next(at.board, ANN)

    shift.visit(at.board, SUE, 1, Mode.LISTEN)
    assert together(at, chair, ann, sue)
    assert sue.meeting.muted
    shift.visit(at.board, SUE, 1, Mode.COACH)
    assert together(at, chair, ann, sue)
    assert sue.meeting.heard_by(ann.meeting)
    assert not sue.meeting.heard_by(chair.meeting)
    shift.visit(at.board, SUE, 1, Mode.JOIN)
    assert together(at, chair, ann, sue)
    assert sue.meeting.heard_by(chair.meeting)
    shift.leave(at.board, SUE)
    assert not together(at, ann, sue)
    assert together(at, chair, ann)
    with pytest.raises(PermissionError):
        shift.visit(at.board, BO, 1, Mode.LISTEN)


def test_a_callback_keeps_the_place_and_is_made(at: Desk, clock) -> None:
    ann = at.begin(ANN)
    chair = at.dial().press("0").silence()
    assert "To be called back and keep your place, press 1." in chair.last_heard
    clock.advance(1)
    at.dial(OTHER).press("0").silence()
    chair.press("1")
    at.exchange.settle()
    assert chair.ended
    assert waiting(at) == ["0101", "0103"]

    talk.take_next(at.board, ANN)
    (ringing,) = at.network.ringing(CHAIR)
    again = at.network.answer(ringing.sid)
    assert "You asked for a person." in again.last_heard
    again.press("1")
    assert together(at, again, ann)
    talk.end_talk(at.board, ANN, "helped")
    at.exchange.settle()
    assert again.ended
    assert waiting(at) == ["0103"]


def test_a_callback_that_nobody_answers_waits_for_another_try(at: Desk) -> None:
    at.begin(ANN)
    at.dial().press("0").silence().press("1")
    at.exchange.settle()
    talk.take_next(at.board, ANN)
    (ringing,) = at.network.ringing(CHAIR)
    at.network.decline(ringing.sid)
    at.exchange.settle()
    (waiter,) = at.board.waiting.everyone()
    assert (waiter.attempts, waiter.state) == (1, WaiterState.WAITING)
    assert at.board.staff.find(1).presence is Presence.WRAPPING_UP


def test_a_call_whose_end_nobody_reported_leaves_the_queue(at: Desk, clock, redis) -> None:
    ann = at.begin(ANN)
    chair = at.dial().press("0").silence()
    at.exchange.status_url = ""
    before = redis.dump(f"hotline:waiter:{chair.sid}")
    chair.hang_up()
    at.exchange.settle()
    redis.restore(f"hotline:waiter:{chair.sid}", 0, before, replace=True)
    redis.zadd("hotline:waiting", {chair.sid: 1})
    clock.advance(120)

    assert heal(at.board).gone == 1
    assert waiting(at) == []
    assert ann.meeting is not None


def test_a_caller_taken_by_a_process_that_died_comes_back(at: Desk, clock) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    at.board.waiting.take(1, "ann", clock(), chair.sid)
    assert heal(at.board).put_back == 0
    clock.advance(20)
    assert heal(at.board).put_back == 1
    assert waiting(at) == ["0101"]


def test_a_telephone_at_the_other_end_of_the_world_is_not_called(at: Desk) -> None:
    for written in ("+442079460123", "12", "abc", "+15155550100"):
        with pytest.raises(shift.PhoneError):
            shift.call_me(at.board, ANN, written)
    assert shift.read_phone("(515) 555-0111", "+15155550100") == "+15155550111"


class TestTheStaffLine:
    @pytest.fixture
    def issued(self, parts: AppContext, pins):
        password = "a long enough sentence"
        return accounts.add_account(parts, "dora", Role.STAFF, password, rule("test"))

    def dial(self, at: Desk, keys: str):
        return at.dial(PHONE, STAFF_LINE).press(keys)

    def test_extension_and_pin_begin_a_shift(self, at: Desk, issued) -> None:
        dora = self.dial(at, issued.extension + issued.phone_pin)
        account = accounts.find_account(at.parts, "dora")
        member = at.board.staff.find(account.id)
        assert (member.name, member.presence) == ("dora", Presence.READY)
        assert dora.meeting.room.name == member.room

        chair = at.dial().press("0").silence()
        talk.take_next(at.board, accounts.actor_of(account))
        assert together(at, chair, dora)

    def test_a_wrong_pin_is_said_and_the_third_ends_the_call(self, at: Desk, issued) -> None:
        call = self.dial(at, issued.extension + "000000")
        assert "do not match" in call.last_heard
        call.press("0000000000").press("0000000000")
        assert not call.ended
        call.press(issued.extension + issued.phone_pin)
        assert call.ended
        assert at.board.staff.everyone() == []

    def test_guessing_at_an_extension_ends_for_all_telephones(self, at: Desk, issued) -> None:
        for n in range(10):
            guess = at.dial(f"+151555501{50 + n}", STAFF_LINE)
            guess.press(issued.extension + f"{n:06}")
        right = self.dial(at, issued.extension + issued.phone_pin)
        assert right.ended
        assert at.board.staff.everyone() == []

    def test_unknown_callers_hold_a_share_of_it_and_no_more(self, at: Desk, issued) -> None:
        calls = [at.dial(f"+1515555{n:04}", STAFF_LINE) for n in range(160, 192)]
        assert [call.state for call in calls].count(CallStatus.BUSY) == 2
        assert not at.dial(CHAIR).ended

    def test_a_blocked_number_hears_that_it_is_busy(self, at: Desk, issued) -> None:
        add_block(at.parts, WantedBlock(PHONE, "shouts"), "ann")
        assert at.dial(PHONE, STAFF_LINE).state is CallStatus.BUSY

    def test_a_telephone_that_called_too_often_is_turned_away_unless_staff_call_from_it(
        self, at: Desk, issued
    ) -> None:
        for _ in range(3):
            at.dial(STRANGER, STAFF_LINE).hang_up()
        at.exchange.settle()
        assert at.dial(STRANGER, STAFF_LINE).state is CallStatus.BUSY

        for _ in range(4):
            self.dial(at, issued.extension + issued.phone_pin).hang_up()
            at.exchange.settle()
        assert not at.dial(PHONE, STAFF_LINE).ended

    def test_a_chairs_telephone_is_no_staffs(self, at: Desk, issued) -> None:
        for _ in range(3):
            at.dial(CHAIR, STAFF_LINE).hang_up()
        at.exchange.settle()
        assert at.dial(CHAIR, STAFF_LINE).state is CallStatus.BUSY
        assert not at.dial(CHAIR).ended

    def test_an_observer_takes_no_calls(self, at: Desk, parts: AppContext, pins) -> None:
        password = "a long enough sentence"
        issued = accounts.add_account(parts, "otto", Role.OBSERVER, password, rule("test"))
        call = self.dial(at, issued.extension + (issued.phone_pin or "000000"))
        assert call.meeting is None

    def test_a_second_telephone_takes_the_place_of_the_first(self, at: Desk) -> None:
        first = at.begin(ANN)
        chair = at.dial().press("0").silence()
        talk.take_next(at.board, ANN)
        assert together(at, chair, first)
        second = at.begin(ANN)
        at.exchange.settle()
        assert first.ended
        assert waiting(at) == ["0101"]
        talk.take_next(at.board, ANN)
        assert together(at, chair, second)


def test_a_queue_that_redis_has_forgotten_is_there_again(at: Desk, redis) -> None:
    at.begin(ANN)
    chair = at.dial().press("0").silence()
    redis.delete(f"hotline:waiter:{chair.sid}", "hotline:waiting")
    chair.silence()
    assert waiting(at) == ["0101"]


def test_a_telephone_whose_network_denies_its_number_is_not_called_back(at: Desk, pins) -> None:
    at.begin(ANN)
    forged = at.exchange.dial(CHAIR, LINE, StirVerstat="TN-Validation-Failed-A")
    forged.press(ONE + "#").press(pins[ONE] + "#").press("*0#")
    (waiter,) = at.board.waiting.everyone()
    assert (waiter.rank, waiter.number) == (Class.PROVED, "")
    assert "called back" not in forged.last_heard


def test_an_unknown_number_is_called_back_once_a_supervisor_agrees(
    at: Desk, pins, parts: AppContext
) -> None:
    at.begin(ANN)
    borrowed = at.dial(STRANGER).press(ONE).press(pins[ONE]).press("*0#")
    borrowed.press("1")
    at.exchange.settle()
    (waiter,) = at.board.waiting.everyone()
    with pytest.raises(DeskError, match="a supervisor has to agree"):
        talk.take(at.board, ANN, waiter.sid)
    agree_callback(at.board, SUE, waiter.sid)
    talk.take(at.board, ANN, waiter.sid)
    assert at.network.ringing(STRANGER)
    assert ActivityKind.CALLBACK_AGREED in kinds(parts)


def test_claims(at: Desk, parts: AppContext) -> None:
    claims.claim(at.board, ANN, ONE)
    with pytest.raises(claims.ClaimedError, match="ann is on precinct"):
        claims.claim(at.board, BO, ONE)
    with pytest.raises(PermissionError):
        claims.take_over(at.board, BO, ONE)
    assert claims.take_over(at.board, SUE, ONE, "ann has gone home").name == "ann"
    assert not claims.renew(at.board, ANN, ONE)
    claims.release(at.board, ANN, ONE)
    assert claims.holder(at.board, ONE).name == "sue"
    with reading(parts.engine) as connection:
        last = activity.latest(connection, 1)[0]
    assert (last.before, last.after) == ({"holder": "ann"}, {"holder": "sue"})
