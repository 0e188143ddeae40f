"""Callbacks that the program makes: in order, no more than people, and none lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hotline.operations.context import AppContext, connect_redis
from hotline.operations.desk import claims, ringing, shift, talk
from hotline.operations.desk.callbacks import call_next
from hotline.operations.desk.chair import agree_callback, call_unit
from hotline.operations.desk.endings import heal
from hotline.operations.reports.load_election import load_election
from hotline.sandbox.rest.network import ApiError
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.desk.waiting import PAUSES, WaiterState
from hotline.store.enums import ActivityKind, Presence
from hotline.store.roster import roster
from tests.calls.dialogue import code, small_election
from tests.operations.loaded import PEPPER
from tests.web.switchboard import ANN, BO, CHAIR, LINE, STRANGER, SUE, Desk, desk, settings_of

ONE, TWO = code("0001"), code("0002")
OTHER = "+15155550103"


@pytest.fixture
def parts(tmp_path, engine, redis_url, redis, clock) -> Iterator[AppContext]:
    with connect_redis(redis_url) as client:
        yield AppContext(settings_of(tmp_path, PEPPER), engine, client, clock)


@pytest.fixture
def at(parts: AppContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(ringing, "EVERY", 0.001)
    election = replace(small_election(), chairs_line=LINE)
    load_election(parts, election, "test")
    chairs = [
        roster.Chair(unit, f"Chair {unit}", (phone,))
        for unit, phone in ((ONE, CHAIR), (TWO, OTHER))
    ]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, election.id, chairs)
    with desk(parts) as built:
        yield built


def asks_to_be_called(at: Desk, phone: str = CHAIR) -> str:
    """Somebody waits for a person, and presses 1 to be called back; returns the sid of the case."""
    call = at.dial(phone).press("0").silence().press("1")
    at.exchange.settle()
    assert call.ended
    return call.sid


def asked(at: Desk, clock) -> tuple[str, str]:
    """Two who want to be called back, while nobody is ready."""
    at.begin(ANN)
    shift.set_presence(at.board, ANN, Presence.AWAY)
    at.begin(BO)  # else nobody could wait
    first = asks_to_be_called(at)
    clock.advance(1)
    second = asks_to_be_called(at, OTHER)
    shift.set_presence(at.board, BO, Presence.AWAY)
    return first, second


def nobody_answers(at: Desk, phone: str = CHAIR) -> None:
    (ringing_,) = at.network.ringing(phone)
    at.network.decline(ringing_.sid)
    at.exchange.settle()


def entries(parts: AppContext, kind: ActivityKind) -> list[activity.ActivityEntry]:
    with reading(parts.engine) as connection:
        return [e for e in reversed(activity.latest(connection, 99)) if e.kind is kind]


def test_no_more_telephones_ring_than_people_are_ready_and_in_order(at: Desk, clock) -> None:
    first, second = asked(at, clock)
    assert call_next(at.board) == ""

    shift.set_presence(at.board, ANN, Presence.READY)
    assert call_next(at.board) == first
    assert call_next(at.board) == ""
    assert at.network.ringing(CHAIR)
    assert not at.network.ringing(OTHER)

    shift.set_presence(at.board, BO, Presence.READY)
    assert call_next(at.board) == second


def test_whoever_answers_and_presses_1_is_with_the_person_kept_free(at: Desk) -> None:
    ann = at.begin(ANN)
    case = asks_to_be_called(at)
    assert call_next(at.board) == case
    (ringing_,) = at.network.ringing(CHAIR)

    chair = at.network.answer(ringing_.sid)
    assert "You asked for a person." in chair.last_heard
    chair.press("1")
    at.exchange.settle()

    assert chair.meeting.room.name == ann.meeting.room.name
    (placed,) = entries(at.parts, ActivityKind.CALLBACK_PLACED)
    assert (placed.unit_code, placed.after) == (ONE, {"to": "ann", "attempt": 1})
    assert claims.holder(at.board, ONE).name == "ann"
    talk.end_talk(at.board, ANN, "reached")
    assert at.board.waiting.find(case).state is WaiterState.DONE


def test_a_machine_that_answers_is_not_connected(at: Desk) -> None:
    at.begin(ANN)
    case = asks_to_be_called(at)
    call_next(at.board)
    (ringing_,) = at.network.ringing(CHAIR)
    machine = at.network.answer(ringing_.sid)
    machine.silence()
    at.exchange.settle()

    assert machine.ended
    assert machine.meeting is None
    (attempt,) = entries(at.parts, ActivityKind.CALL_ATTEMPTED)
    assert attempt.after["outcome"] == "not-accepted"
    assert at.board.waiting.find(case).attempts == 1


def test_a_caller_on_the_line_who_is_before_it_keeps_the_one_who_is_ready(at: Desk, clock) -> None:
    at.begin(ANN)
    shift.set_presence(at.board, ANN, Presence.WRAPPING_UP)
    on_line = at.dial(OTHER).press("0").silence()
    clock.advance(1)
    case = asks_to_be_called(at)
    shift.set_presence(at.board, ANN, Presence.READY)
    assert call_next(at.board) == ""

    at.begin(BO)
    assert call_next(at.board) == case
    assert not on_line.ended


def test_nobody_answers_three_pauses_and_then_it_is_left_to_people(at: Desk, clock) -> None:
    at.begin(ANN)
    case = asks_to_be_called(at)
    for pause in PAUSES:
        assert call_next(at.board) == case
        nobody_answers(at)
        assert at.board.staff.find(1).presence is Presence.READY
        assert claims.holder(at.board, ONE) is None
        clock.advance(pause - 1)
        assert call_next(at.board) == ""
        clock.advance(1)
    assert call_next(at.board) == case
    nobody_answers(at)

    assert at.board.waiting.everyone() == []
    attempts = entries(at.parts, ActivityKind.CALL_ATTEMPTED)
    assert [(e.after["outcome"], e.after["attempt"]) for e in attempts] == [
        *(("busy", n) for n in (1, 2, 3, 4))
    ]
    assert attempts[-1].after["next"] == ""
    (done,) = entries(at.parts, ActivityKind.CALLBACK_DONE)
    assert (done.unit_code, done.after["outcome"]) == (ONE, "given-up")


@pytest.mark.parametrize("status", [429, 500])
def test_a_network_that_fails_loses_nobody(
    at: Desk, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.operations.desk.board.PAUSES", (0.0, 0.0))
    at.begin(ANN)
    case = asks_to_be_called(at)
    attempts = 3 if status == 429 else 1
    at.exchange.settle()
    at.network.refuse_next(attempts, ApiError(status, 20429 if status == 429 else 20500, "no"))

    assert call_next(at.board) == ""
    (waiter,) = at.board.waiting.everyone()
    assert (waiter.sid, waiter.attempts) == (case, 0)
    assert at.board.staff.find(1).presence is Presence.READY
    assert entries(at.parts, ActivityKind.CALL_NOT_TAKEN)

    assert call_next(at.board) == case


def test_a_number_that_the_network_refuses_does_not_hold_up_the_others(at: Desk, clock) -> None:
    first, second = asked(at, clock)
    at.exchange.settle()
    at.network.refuse_next(1, ApiError(400, 21211, "not a number"))
    shift.set_presence(at.board, ANN, Presence.READY)

    assert call_next(at.board) == first
    (attempt,) = entries(at.parts, ActivityKind.CALL_ATTEMPTED)
    assert attempt.after["outcome"] == "refused"
    assert call_next(at.board) == second


def test_a_process_that_dies_before_it_calls_loses_nobody(at: Desk, clock) -> None:
    at.begin(ANN)
    case = asks_to_be_called(at)
    assert at.board.waiting.dispatch(clock(), at.parts.election().ledger_id) == (case, 1)
    clock.advance(100)
    assert heal(at.board).put_back == 1
    assert call_next(at.board) == case


def test_an_unknown_number_is_called_after_a_supervisor_has_agreed(at: Desk) -> None:
    from hotline.operations.roster.pins import issue_test_pins

    at.begin(ANN)
    pins = issue_test_pins(at.parts, at.parts.election().ledger_id)
    borrowed = at.dial(STRANGER).press(ONE).press(pins[ONE]).press("*0#")
    borrowed.press("1")
    at.exchange.settle()
    assert call_next(at.board) == ""
    agree_callback(at.board, SUE, borrowed.sid)
    assert call_next(at.board) == borrowed.sid
    assert at.network.ringing(STRANGER)


def test_a_unit_that_somebody_is_on_is_called_for_that_one_only(at: Desk) -> None:
    at.begin(ANN)
    case = call_unit(at.board, SUE, ONE)
    claims.claim(at.board, BO, ONE)
    assert call_next(at.board) == ""
    at.begin(BO)
    assert call_next(at.board) == case
    assert at.board.waiting.find(case).by_name == "bo"


def test_a_chair_whom_the_desk_calls_hears_why(at: Desk) -> None:
    at.begin(ANN)
    call_unit(at.board, ANN, ONE)
    call_next(at.board)
    (ringing_,) = at.network.ringing(CHAIR)
    chair = at.network.answer(ringing_.sid)
    assert "about the report of" in chair.last_heard
    assert "You asked" not in chair.last_heard


def test_calls_of_all_processes_together_keep_the_pace(redis_url, redis) -> None:
    from hotline.store.desk.pace import Pace

    with connect_redis(redis_url) as one, connect_redis(redis_url) as two:
        turns = [Pace(client, "calls", 1.0).turn(2.5) for client in (one, two, one, two)]
    assert turns[0] == 0
    assert 0.8 < turns[1] <= 1
    assert 1.8 < turns[2] <= 2
    assert turns[3] is None
