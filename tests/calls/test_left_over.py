"""Keys that were not meant: pressed once and heard twice, or keyed where the paper said so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.calls import left_over
from hotline.calls.script import PIN_TRIES, Script
from hotline.calls.state import Step
from hotline.election.model import Unit
from tests.calls.dialogue import PIN, Desk, Dialogue, code, small_election

ONE, TWO, OTHER = code("0001"), code("0002"), code("1502")
TO_FINAL = "35#" + "20*10*5*0*0#" + "1"
REPORT = TO_FINAL + "20*15*0#" + "1" + "1"
QUICK = 0.1  # seconds: sooner than anybody hears a question
TENTH = Unit(OTHER, "Ten", county="Adair", delegates=6)


def election_of_all():
    small = small_election()
    return replace(small, units={**small.units, OTHER: TENTH})


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def dial(desk):
    def dial(*offers, second_factor=False):
        desk.second_factor = second_factor
        who = {"trusted": True, "offers": offers} if offers else {}
        return Dialogue(Script(election_of_all(), has_person=True), desk, **who)

    return dial


# --- A code where a menu was offered, or a PIN was asked


@pytest.mark.parametrize("unit", [ONE, OTHER])
@pytest.mark.parametrize("pin", [PIN, OTHER[1:] + "48", "111111"])
@pytest.mark.parametrize("how", ["code and PIN", "1 and PIN", "1, code and PIN"])
def test_at_the_offer_a_code_is_a_code_and_a_single_one_does_not_wait(dial, desk, unit, pin, how):
    desk.pin = pin
    call = dial(unit)
    assert call.turn.digits == 6
    call.key({"code and PIN": unit, "1 and PIN": "1", "1, code and PIN": "1" + unit}[how])
    call.key(pin)
    if call.state.skipped:  # this PIN reads as if the code came before it
        call.wait()
    assert call.state.proved
    assert "How many attend?" in call.last
    assert call.state.pin_failures == 0


@pytest.mark.parametrize("unit", [ONE, OTHER])
def test_whoever_keys_the_code_and_waits_is_asked_for_the_pin(dial, unit):
    call = dial(unit).key(unit)
    if call.state.step is Step.PIN and call.last != "Key your PIN.":
        call.wait()
    assert call.last == "Key your PIN."
    assert call.key(PIN).state.proved


def test_the_code_of_another_unit_of_the_phone_is_that_unit(dial):
    call = dial(ONE, OTHER).key(OTHER).key(PIN)
    assert (call.state.unit, call.state.proved) == (OTHER, True)


def test_the_code_of_a_unit_of_another_phone_is_that_unit(dial):
    call = dial(OTHER).key(TWO).key(PIN)
    assert (call.state.unit, call.state.proved) == (TWO, True)
    waiting = dial(ONE).key(OTHER)
    assert waiting.last == "Key your PIN."
    assert waiting.key(PIN).state.unit == OTHER
    assert dial(TWO).key(OTHER).key(PIN).state.unit == OTHER


def test_a_pin_may_begin_as_the_code_of_another_unit(dial, desk):
    desk.pin = OTHER + "4"
    call = dial(ONE).key(desk.pin)
    assert (call.state.unit, call.state.proved) == (ONE, True)


def test_a_pin_mistyped_at_the_offer_that_reads_as_a_code_is_wrong_after_a_silence(dial):
    call = dial(ONE).key(OTHER + "9")
    assert call.last == ""
    assert call.wait().last == "That code and PIN do not match. Key your PIN."
    assert call.state.pin_failures == 1
    assert call.key(PIN, after=4).state.proved


@pytest.mark.parametrize("yes", ["1", "11", "1#"])
def test_a_one_at_the_offer_is_a_yes_though_none_is_asked_for(dial, yes):
    call = dial(ONE).key(yes)
    assert call.last == "Key your PIN."
    assert call.key(PIN, after=3).state.proved
    assert call.desk.checked == [PIN]


def test_two_and_pound_at_the_offer_asks_for_the_code_of_another(dial):
    assert dial(ONE).key("2#").last == "Español, 9 numeral. Key your precinct code."


def test_a_lone_zero_at_the_offer_asks_for_a_person(dial):
    assert dial(ONE).key("0").with_person


def test_after_a_report_the_next_code_may_be_keyed_at_once(dial):
    call = dial(ONE).key("1").key(PIN).key(REPORT)
    call.key(OTHER).key(PIN)
    assert (call.state.unit, call.state.proved) == (OTHER, True)


def test_after_a_report_a_code_that_begins_with_zero_is_a_code_and_zero_alone_a_person(dial):
    call = dial(OTHER).key("1").key(PIN).key(REPORT)
    call.key(TWO).key(PIN)
    assert (call.state.unit, call.state.proved) == (TWO, True)
    waiting = dial(OTHER).key("1").key(PIN).key("2").key(REPORT).key("0")
    assert not waiting.with_person
    assert waiting.wait().with_person


# --- One press heard twice


def test_a_press_at_the_offer_heard_twice_leaves_the_right_pin_right(dial):
    call = dial(OTHER).key("11" + PIN, rest=QUICK)
    assert "How many attend?" in call.last


def test_whoever_waits_for_the_question_that_a_twin_silenced_is_asked_it(dial):
    call = dial(OTHER).key("11", rest=QUICK)
    assert call.last == "Key your PIN."
    assert call.state.misses == 0


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("unit", [ONE, OTHER])
def test_each_key_of_a_code_may_be_heard_twice(dial, unit, place):
    keys = unit[: place + 1] + unit[place:]
    assert dial().key(keys + PIN, rest=QUICK).state.proved


@pytest.mark.parametrize("place", range(6))
def test_each_key_of_a_pin_may_be_heard_twice(dial, place):
    keys = PIN[: place + 1] + PIN[place:]
    call = dial().key(TWO).key(keys, rest=QUICK)
    assert call.state.proved
    assert call.state.pin_failures == 0


def test_each_key_of_a_code_that_was_sent_may_be_heard_twice(dial):
    call = dial(second_factor=True).key(TWO).key(PIN)
    assert call.key("6604217", rest=QUICK).state.proved


def test_a_wrong_pin_is_read_anew_in_one_way_more_or_two_and_only_once_a_call(dial):
    call = dial(OTHER).key("1").key("1122345" * 3 + "1", rest=QUICK)
    assert call.with_person
    assert len(call.desk.checked) == PIN_TRIES + left_over.MOST_READINGS


def test_whoever_hears_that_a_pin_was_wrong_keys_it_from_the_start(dial):
    call = dial(OTHER).key("1").key("448291")
    assert call.last == "That code and PIN do not match. Key your PIN."
    call.key(PIN, after=4)
    assert call.state.proved
    unknown = dial().key(TWO).key("448291")
    assert unknown.last.startswith("That code and PIN do not match. Español, 9 numeral.")
    assert unknown.key(TWO, after=4).key(PIN, after=2).state.proved


def test_after_a_wrong_pin_a_person_spanish_and_results_are_still_to_be_had(dial):
    assert dial(OTHER).key("1").key("448291").key("*0#", after=3).with_person
    assert "código" in dial().key(TWO).key("448291").key("9#", after=3).last
    assert dial().key(TWO).key("448291").key("2#", after=3).over


# --- In menus


def test_one_press_confirms_one_thing(dial):
    call = dial().key(ONE).key(PIN).key(TO_FINAL).key("20*15*0#")
    call.key("11", after=3, rest=QUICK)
    assert call.state.step is Step.AWARD
    assert call.last.startswith("That makes Ash 3, Birch 3.")
    call.key("11", after=3, rest=QUICK)
    assert call.last.startswith("Filed. Confirmation number")
    assert call.state.step is Step.FILED
    assert call.key("1", after=3).last.startswith("Key your precinct code.")


def test_what_was_keyed_ahead_answers_no_objection(dial):
    call = dial().key(ONE).key(PIN).key("35#19*10*5*0*0#")
    call.key("1" + "2", rest=QUICK)
    assert call.last.startswith("Your counts add up to 34, but 35 people attend.")


def test_a_key_of_the_pin_answers_nothing_about_an_earlier_call(dial):
    dial().key(ONE).key(PIN).key("35#")
    call = dial().key(ONE).key(PIN + "1", rest=QUICK)
    assert call.last.startswith("You had begun this report.")
    assert call.state.step is Step.RESUME


def test_a_pound_heard_twice_is_no_zero(dial):
    call = dial().key(ONE).key(PIN).key("35##", rest=QUICK)
    assert call.last == "First alignment. Ash."
    assert call.key("20##", rest=QUICK).last == "Birch."
    call.key("##", after=1, rest=QUICK)
    assert call.last == "Dogwood."


def test_a_press_in_a_menu_heard_twice_is_no_count(dial):
    call = dial().key(ONE).key(PIN).key(TO_FINAL + "1", rest=QUICK)
    assert call.last == "Final alignment. Ash."
    assert call.key("1", after=2).last == "Birch."


def test_a_nevada_tie_and_a_primary_know_it_too():
    call = Dialogue(Script(small_election("plurality"))).key(ONE).key(PIN)
    call.key("100#").key("50*40*3*7*0#").key("11", rest=QUICK)
    assert call.last == "Council. How many ballots were cast? End with pound."
