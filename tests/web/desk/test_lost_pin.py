"""Without the PIN, or with nobody there: a chair comes to a person, from any telephone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hotline.calls.questions import PIN_DIGITS
from hotline.operations.admission import switches
from hotline.operations.admission.switches import Switch
from hotline.operations.calls.deliver_code import deliver_code
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.desk import chair, ringing, shift, talk
from hotline.operations.desk.callbacks import call_next
from hotline.operations.desk.chair import How
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.store.database import writing
from hotline.store.enums import Presence
from hotline.store.queues import SEND_CODE
from hotline.store.roster import roster
from tests.calls.dialogue import code, small_election
from tests.operations.loaded import PEPPER
from tests.web.messenger import texts_to
from tests.web.switchboard import ANN, CHAIR, LINE, STRANGER, Desk, desk, settings_of

ONE = code("0001")
HELP_LINE = "+15155550105"


@pytest.fixture
def parts(tmp_path, engine, redis_url, redis, clock) -> Iterator[AppContext]:
    with connect_redis(redis_url) as client:
        yield AppContext(settings_of(tmp_path, PEPPER), engine, client, clock)


@pytest.fixture
def at(parts: AppContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(ringing, "EVERY", 0.001)
    election = replace(small_election(), chairs_line=LINE, help_line=HELP_LINE)
    load_election(parts, election, "test")
    with writing(parts.engine) as connection:
        chairs = [roster.Chair(ONE, "Alva North", (CHAIR,))]
        roster.replace_roster(connection, election.id, chairs)
    with desk(parts) as built:
        yield built


def waiting(at: Desk) -> list[tuple[str, str, str]]:
    return [(one.last4, one.unit, one.reason) for one in at.board.waiting.everyone()]


class TestTheHelpLine:
    def test_from_a_borrowed_phone_the_new_pin_goes_to_the_rosters(self, at: Desk) -> None:
        """The whole way, as the letter has it: call, be asked who one is, get a PIN that works."""
        old = issue_test_pins(at.parts, at.parts.election().ledger_id)[ONE]
        at.begin(ANN)
        call = at.dial(STRANGER, HELP_LINE).press(ONE)
        assert waiting(at) == [("0102", ONE, "called the help line")]
        assert talk.take(at.board, ANN, call.sid)
        at.exchange.settle()
        chair.verify_otherwise(at.parts, ANN, ONE, {How.NAME, How.PLACE}, call_sid=call.sid)
        assert chair.text_new_pin(at.parts, ANN, ONE, call.sid) == 1
        [token] = at.parts.queue(SEND_CODE.queue).jobs[-1].args
        deliver_code(at.parts, at.board.carrier, token)

        [text] = texts_to(at, CHAIR)
        assert texts_to(at, STRANGER) == []
        pin = "".join(filter(str.isdigit, text))[-PIN_DIGITS:]
        call.hang_up()
        again = at.dial(STRANGER).press(ONE).press(pin)
        assert "How many" in again.last_heard
        assert old != pin

    def test_a_chairs_own_phone_needs_no_code(self, at: Desk) -> None:
        at.begin(ANN)
        at.dial(CHAIR, HELP_LINE)
        assert waiting(at) == [("0101", "", "called the help line")]

    def test_while_intake_is_closed_too(self, at: Desk) -> None:
        said = {"en": "We open at six.", "es": "Abrimos a las seis."}
        switches.turn_on(at.parts, Switch.INTAKE_CLOSED, "ann", "early", said)
        at.begin(ANN)
        at.dial(STRANGER, HELP_LINE).press(ONE)
        at.dial(CHAIR, HELP_LINE)
        assert len(waiting(at)) == 2

    def test_without_a_code_nobody_gets_there(self, at: Desk) -> None:
        at.begin(ANN)
        call = at.dial(STRANGER, HELP_LINE).silence().silence().silence()
        assert call.ended
        assert waiting(at) == []

    def test_while_nobody_is_on_shift_a_chair_is_called_back(self, at: Desk) -> None:
        call = at.dial(CHAIR, HELP_LINE)
        assert "We will call you back on this telephone." in call.last_heard
        assert waiting(at) == [("0101", "", "called the help line")]


class TestNobodyOnShift:
    def test_a_chair_who_asks_is_called_back_once_somebody_is(self, at: Desk) -> None:
        call = at.dial(CHAIR).press("*0#")
        assert "We will call you back on this telephone." in call.last_heard
        assert not call.ended
        call.hang_up()
        at.exchange.settle()
        assert call_next(at.board) == ""

        at.begin(ANN)
        shift.set_presence(at.board, ANN, Presence.READY)
        assert call_next(at.board) == call.sid
        assert at.network.ringing(CHAIR)

    def test_three_silences_do_not_end_the_call(self, at: Desk) -> None:
        call = at.dial(CHAIR).silence().silence().silence()
        assert not call.ended
        assert "You can go on here, or call again later." in call.last_heard
        assert waiting(at) == []

    def test_asking_again_is_one_callback(self, at: Desk) -> None:
        call = at.dial(CHAIR)
        for _ in range(3):
            call.press("*0#")
        assert len(waiting(at)) == 1

    def test_whoever_is_not_on_the_roster_is_not_called(self, at: Desk) -> None:
        at.dial(STRANGER).press("*0#")
        assert waiting(at) == []

    def test_a_chair_who_asks_again_when_somebody_has_come_waits_for_them(self, at: Desk) -> None:
        call = at.dial(CHAIR).press("*0#")
        at.begin(ANN)
        call.press("*0#")
        assert [one.callback for one in at.board.waiting.everyone()] == [False]
