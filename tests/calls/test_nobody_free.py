"""Every way to a person ends in something useful, also where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.calls.questions import MENUS
from hotline.calls.script import Script
from hotline.calls.turns import Connect, DialEnded, End, Unavailable
from tests.calls.dialogue import PIN, Desk, Dialogue, code, small_election

ONE = code("0001")
HELP_LINE = "+15155550105"
ELECTION = replace(small_election(), help_line=HELP_LINE)
ALONE = Script(ELECTION, has_person=False)
LATER = (
    "Nobody is free right now. We will call you back on this telephone. "
    "Until then you can go on here."
)
BUSY = "Nobody is free right now. You can go on here, or call again later."
DESPUES = (
    "Nadie está libre ahora. Le devolveremos la llamada a este teléfono. "
    "Hasta entonces puede seguir aquí."
)
HELP = "For help, also with a lost PIN, call 5, 1, 5, 5, 5, 5, 0, 1, 0, 5."
AYUDA = "Para recibir ayuda, también si perdió su PIN, llame al 5, 1, 5, 5, 5, 5, 0, 1, 0, 5."
FIGURES = "20*10*5*0*0#"


def chair(desk: Desk | None = None, script: Script = ALONE) -> Dialogue:
    return Dialogue(script, desk, trusted=True, offers=(ONE,))


def asks_for_person(call: Dialogue) -> Dialogue:
    return call.key("*0" if call.state.step in MENUS else "*0#")


QUESTIONS = {
    "offer": "",
    "code": "2",
    "PIN": "1",
    "attendance": f"1{PIN}",
    "count": f"1{PIN}35#",
    "read back": f"1{PIN}35#{FIGURES}",
    "final": f"1{PIN}35#{FIGURES}1",
    "award": f"1{PIN}35#{FIGURES}120*15*0#1",
}


@pytest.mark.parametrize("keys", QUESTIONS.values(), ids=QUESTIONS)
class TestAChair:
    def test_is_not_hung_up_on_after_three_silences(self, keys: str) -> None:
        call = chair().key(keys)
        asked, said = call.last, LATER if call.state.proved else BUSY
        for _ in range(3):
            call.wait(3)
            assert not call.over
            assert call.last.startswith(said)
            assert call.last.endswith(asked.removeprefix("Small caucus. "))

    def test_is_called_back_who_asks_for_a_person(self, keys: str) -> None:
        desk = Desk()
        call = asks_for_person(chair(desk).key(keys))
        assert call.last.startswith(LATER)
        assert [each.asked for each in desk.later] == [True]

    def test_goes_on_who_cannot_be_called_back(self, keys: str) -> None:
        call = asks_for_person(chair(Desk(calls_back=False)).key(keys))
        assert call.last.startswith(BUSY)
        assert not call.over

    def test_hears_it_in_spanish(self, keys: str) -> None:
        call = asks_for_person(chair().key("9").key(keys))
        assert call.last.startswith(DESPUES)


def test_the_report_is_filed_all_the_same() -> None:
    desk = Desk()
    call = chair(desk).key(f"1{PIN}").wait(3).key("35#").wait(3)
    call.key(FIGURES).wait(3).key("1").wait(3).key("20*15*0#").wait(3).key("1").key("1").key("1")
    assert len(desk.filed) == 1


def test_three_wrong_pins_on_a_chairs_phone() -> None:
    desk = Desk()
    call = chair(desk).key("1")
    for _ in range(3):
        call.key("000001").wait()
    assert desk.later
    assert not call.over


def test_whoever_tried_to_ring_in_vain_is_called_back() -> None:
    call = chair(script=Script(ELECTION, has_person=True)).key(f"1{PIN}").wait(3)
    assert isinstance(call.turn, Connect)
    call._feed(DialEnded(talked=False))
    assert call.last.startswith(LATER)
    assert not call.over


def test_nobody_is_called_back_for_a_number_that_is_shown_and_says_nothing() -> None:
    desk = Desk()
    call = chair(desk).wait(6)
    assert not call.over
    assert not desk.later


class TestWhenSomethingFails:
    def test_the_same_is_asked_again(self) -> None:
        call = chair().key(f"1{PIN}35#")
        call._feed(Unavailable())
        assert call.last.startswith(
            f"We are sorry. Something went wrong on our side. {LATER} First alignment."
        )

    def test_what_cannot_succeed_ends_with_a_callback(self) -> None:
        call = chair().key(f"1{PIN}35#")
        call._feed(Unavailable(for_now=False))
        assert call.last == (
            "We are sorry. Something went wrong on our side. What you keyed is kept. "
            "We will call you back on this telephone. You keep your place. Goodbye."
        )
        assert call.over

    def test_or_with_the_word_to_call_again(self) -> None:
        call = chair(Desk(calls_back=False)).key(f"1{PIN}35#")
        call._feed(Unavailable(for_now=False))
        assert call.last.endswith("What you keyed is kept. Please call again in a few minutes.")

    def test_in_spanish(self) -> None:
        call = chair().key("9#").key(f"{PIN}35#")
        call._feed(Unavailable())
        assert call.last.startswith("Lo sentimos.")
        assert DESPUES in call.last


class TestAnybodyElse:
    def test_is_thanked_after_three_silences(self) -> None:
        call = Dialogue(ALONE).wait(3)
        assert call.last == "Thank you. Goodbye."

    @pytest.mark.parametrize(("spoken", "said"), [("", HELP), ("9#", AYUDA)])
    def test_is_told_where_help_is_after_three_wrong_pins(self, spoken: str, said: str) -> None:
        call = Dialogue(ALONE)
        if spoken:
            call.key(spoken)
        for _ in range(3):
            call.key(ONE).key("000001").wait()
        assert isinstance(call.turn, End)
        assert said in call.last

    @pytest.mark.parametrize("has_person", [True, False])
    def test_is_told_where_help_is_who_asks_for_a_person_at_the_pin(self, has_person: bool) -> None:
        call = Dialogue(Script(ELECTION, has_person=has_person)).key(ONE).key("*0#")
        assert HELP in call.last
        assert call.last.endswith("Key your PIN.")

    def test_hears_no_number_before(self) -> None:
        assert "5, 1, 5" not in Dialogue(ALONE).key("*0#").last

    def test_of_a_locked_precinct_is_told_where_help_is(self) -> None:
        call = Dialogue(ALONE, Desk(locked=True)).key(ONE).key(PIN)
        assert call.last == (
            f"For this precinct, please call from the chair's own phone. {HELP} "
            "Nobody can take your call right now. Please call again later."
        )

    def test_where_the_election_names_no_help_line_none_is_said(self) -> None:
        call = Dialogue(Script(small_election())).key(ONE).key("*0#")
        assert "For help" not in call.last


class TestTheHelpLine:
    SCRIPT = Script(ELECTION, has_person=True)

    def test_a_chairs_phone_comes_to_a_person_at_once(self) -> None:
        call = Dialogue(self.SCRIPT, trusted=True, for_help=True)
        assert isinstance(call.turn, Connect)
        assert call.last == "Small caucus. One moment. We connect you with a person."

    def test_any_other_phone_does_with_a_precincts_code_and_no_pin(self) -> None:
        call = Dialogue(self.SCRIPT, for_help=True)
        assert call.last == "Small caucus. Español, 9 numeral. Key your precinct code."
        call.key(ONE)
        assert isinstance(call.turn, Connect)
        assert call.state.unit == ONE
        assert not call.state.verified

    def test_in_spanish(self) -> None:
        call = Dialogue(self.SCRIPT, for_help=True).key("9#").key(ONE)
        assert isinstance(call.turn, Connect)
        assert call.last == "Un momento. Le comunicamos con una persona."

    def test_whoever_knows_no_code_does_not(self) -> None:
        call = Dialogue(self.SCRIPT, for_help=True).key("99999")
        assert "That is not a precinct code." in call.last
        assert Dialogue(self.SCRIPT, for_help=True).wait(3).over

    def test_no_more_strangers_than_may_be(self) -> None:
        call = Dialogue(self.SCRIPT, Desk(put_through=False), for_help=True).key(ONE)
        assert call.last == "Nobody can take your call right now. Please call again later."

    def test_while_nobody_is_there_a_chair_is_called_back(self) -> None:
        desk = Desk()
        call = Dialogue(ALONE, desk, trusted=True, for_help=True)
        assert call.last.startswith(f"Small caucus. {LATER}")
        assert desk.later
