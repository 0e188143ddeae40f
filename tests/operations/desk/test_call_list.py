from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.election.model import Election
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.context import AppContext
from hotline.operations.desk import claims
from hotline.operations.desk.attempts import ContactOutcome
from hotline.operations.desk.board import DeskError, DeskServices
from hotline.operations.desk.call_list import (
    ListedUnit,
    MissingFilter,
    call_list,
    call_now,
    record_outcome,
    see_to,
)
from hotline.operations.desk.callbacks import QUEUE, not_reached, strike_off_reported
from hotline.operations.desk.chair import call_unit
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.desk.waiting import PAUSES
from hotline.store.enums import Role
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations.acting import file
from tests.towns import caucus

ANN, BO = Actor(1, "ann", Role.STAFF), Actor(2, "bo", Role.STAFF)
OTTO = Actor(4, "otto", Role.OBSERVER)
UNIT = "10002"
FIGURES = caucus(ash=20, birch=20, won={"ash": 2, "birch": 2})


@pytest.fixture
def board(parts: AppContext, town: Election) -> DeskServices:
    load_election(parts, town, "test")
    chairs = [Chair(UNIT, "Nora North", ("+15155550102", "+15155550103"))]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, chairs)
    return DeskServices(parts)


def row(board: DeskServices, unit: str = UNIT) -> ListedUnit:
    (found,) = (each for each in call_list(board).listed if each.unit.code == unit)
    return found


def shown(board: DeskServices, show: MissingFilter) -> list[str]:
    return [each.unit.code for each in call_list(board, show=show).listed]


def test_the_list_names_the_chair_and_shows_never_a_number(board: DeskServices) -> None:
    one = row(board).unit
    assert (one.chairs, one.phones, one.last) == ("Nora North", 2, None)
    assert "555" not in repr(one)


def test_no_answer_is_tried_again_after_10_30_and_60_minutes(board: DeskServices, clock) -> None:
    for n, pause in enumerate(PAUSES, 1):
        record_outcome(board, ANN, UNIT, ContactOutcome.NO_ANSWER)
        last = row(board).unit.last
        assert (last.unanswered, last.next) == (n, clock() + timedelta(seconds=pause))
        assert UNIT not in shown(board, MissingFilter.NOW)
        clock.advance(pause)
        assert UNIT in shown(board, MissingFilter.NOW)
    record_outcome(board, ANN, UNIT, ContactOutcome.NO_ANSWER)
    last = row(board).unit.last
    assert (last.unanswered, last.next) == (4, None)
    assert shown(board, MissingFilter.NOW) == shown(board, MissingFilter.NOT_REACHED) == [UNIT]


def test_a_chair_who_was_reached_begins_anew(board: DeskServices) -> None:
    record_outcome(board, ANN, UNIT, ContactOutcome.NO_ANSWER)
    record_outcome(board, ANN, UNIT, ContactOutcome.WILL_CALL, "has lost the PIN")
    last = row(board).unit.last
    assert (last.said, last.unanswered) == ("will call", 0)
    assert last.text == "tried to reach the chair: will call, has lost the PIN"
    assert shown(board, MissingFilter.LATER) == [UNIT]


def test_whoever_sends_paper_and_a_wrong_number_are_not_called(board: DeskServices) -> None:
    record_outcome(board, ANN, UNIT, ContactOutcome.WILL_SEND_PAPER)
    assert shown(board, MissingFilter.PAPER) == [UNIT]
    assert UNIT not in shown(board, MissingFilter.NOW)
    record_outcome(board, ANN, UNIT, ContactOutcome.WRONG_NUMBER)
    assert shown(board, MissingFilter.WRONG_NUMBER) == [UNIT]


def test_when_to_call_again_may_be_chosen(board: DeskServices, clock) -> None:
    record_outcome(board, ANN, UNIT, ContactOutcome.REACHED, again_minutes=30)
    assert row(board).unit.last.next == clock() + timedelta(minutes=30)
    record_outcome(board, ANN, UNIT, ContactOutcome.NO_ANSWER, again_minutes=0)
    assert row(board).unit.last.next is None


def test_an_outcome_strikes_off_the_call_that_waits(board: DeskServices) -> None:
    call_unit(board, ANN, UNIT)
    assert row(board).place == 1
    record_outcome(board, ANN, UNIT, ContactOutcome.WILL_SEND_PAPER)
    assert row(board).place == 0


def test_somebody_elses_unit_is_left_alone(board: DeskServices) -> None:
    board.staff.begin_shift(1, "ann", "CAleg1", "desk-1", board.parts.now())
    claims.claim(board, BO, UNIT)
    with pytest.raises(claims.ClaimedError):
        call_now(board, ANN, UNIT)
    with pytest.raises(claims.ClaimedError):
        record_outcome(board, ANN, UNIT, ContactOutcome.REACHED)
    assert row(board).holder.name == "bo"


def test_without_a_telephone_nothing_is_put_down(board: DeskServices) -> None:
    with pytest.raises(DeskError, match="no telephone is connected"):
        call_now(board, ANN, UNIT)
    assert claims.holder(board, UNIT) is None
    assert board.waiting.everyone() == []


def test_an_observer_looks_only(board: DeskServices) -> None:
    with pytest.raises(NotAllowedError):
        call_now(board, OTTO, UNIT)
    with pytest.raises(NotAllowedError):
        record_outcome(board, OTTO, UNIT, ContactOutcome.REACHED)


def test_the_phones_of_a_unit_take_turns(board: DeskServices) -> None:
    numbers = []
    for turn in range(3):
        sid = call_unit(board, ANN, UNIT, turn=turn)
        numbers.append(board.waiting.find(sid).last4)
        board.waiting.remove(sid)
    assert numbers == ["0102", "0103", "0102"]


def test_a_unit_that_has_reported_meanwhile_is_not_called(board: DeskServices) -> None:
    call_unit(board, ANN, UNIT)
    file(board.parts, UNIT, FIGURES)
    strike_off_reported(board)
    assert board.waiting.everyone() == []
    board.staff.begin_shift(1, "ann", "CAleg1", "desk-1", board.parts.now())
    with pytest.raises(DeskError, match="has reported meanwhile"):
        call_now(board, ANN, UNIT)


def test_a_callback_given_up_for_a_unit_that_has_reported_stays_to_be_seen(
    board: DeskServices,
) -> None:
    case = call_unit(board, ANN, UNIT)
    file(board.parts, UNIT, FIGURES)
    board.waiting.remove(case)
    not_reached(board, QUEUE, case, "busy")

    (left,) = call_list(board).left_over
    assert (left.unit, left.ends) == (UNIT, "0102")
    see_to(board, ANN, left.case, "has called again")
    assert call_list(board).left_over == []
    with pytest.raises(DeskError, match="seen to this already"):
        see_to(board, BO, left.case)


def test_real_chairs_are_not_called_for_a_test(board: DeskServices) -> None:
    settings = board.parts.settings.model_copy(update={"carrier": "twilio"})
    parts = AppContext(settings, board.parts.engine, board.parts.redis, board.parts.now)
    with pytest.raises(DeskError, match="this is a test"):
        call_unit(DeskServices(parts), ANN, UNIT)
