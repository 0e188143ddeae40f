"""What callers hear who have proved nothing, and how the line ends a call before they do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.calls.prompts import Prompt, line
from hotline.calls.script import Script
from hotline.calls.state import Step
from hotline.calls.turns import Closed, CodeChecked, CodeSent, DialEnded, Lost, TimeUp
from tests.calls.dialogue import PIN, SECOND, Desk, Dialogue, code, small_election

ONE, TWO = code("0001"), code("0002")
REPORT = "35#" + "20*10*5*0*0#" + "1" + "20*15*0#" + "1" + "1"
READ_SPANISH = "Resultados no oficiales."


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def dial(desk):
    def dial(**who):
        return Dialogue(Script(small_election(), has_person=True), desk, **who)

    return dial


# --- Results


def test_a_stranger_is_told_of_results_and_a_roster_phone_is_not(dial):
    assert dial().last.endswith("Key your precinct code. For results, 2 pound.")
    offered = dial(trusted=True, offers=[ONE]).key("2")
    assert offered.last.endswith("Key your precinct code.")


@pytest.mark.parametrize("how", ["2#", "2"], ids=["ended by pound", "followed by silence"])
def test_two_reads_the_results_and_hangs_up(dial, how):
    call = dial().key(how)
    assert call.over
    assert call.last == "Unofficial results."


def test_two_in_the_middle_of_a_code_is_no_wish_for_results(dial):
    assert not dial().key("00**2").over
    again = dial().key("000**" + ONE)
    assert again.state.unit == ONE


def test_a_chair_who_keys_two_is_not_hung_up_on(dial):
    call = dial(trusted=True).key("2#")
    assert not call.over
    assert "That is not a precinct code." in call.last


def test_without_results_the_caller_hears_that_there_are_none(dial, desk):
    desk.results = ()
    assert dial().key("2#").last == "There are no results to read yet."


def test_results_in_spanish_for_a_stranger_who_asked_for_spanish(dial):
    assert dial().key("9#").key("2#").last == READ_SPANISH


class TestThePublicLine:
    @pytest.fixture
    def call(self, dial):
        return dial(results_only=True)

    def test_it_reads_the_results_at_once(self, call):
        assert call.last == "Español, 9. Small caucus. Unofficial results."
        assert call.wait().last == "Thank you. Goodbye."
        assert call.over

    def test_nine_reads_them_in_spanish_and_leads_back(self, call):
        first = call.last
        assert call.key("9").last == f"English, 9. Small caucus. {READ_SPANISH}"
        assert call.key("9").last == first
        assert call.key("9").last == "Thank you. Goodbye."
        assert call.over

    def test_whoever_hears_them_in_spanish_is_hung_up_on_in_spanish(self, call):
        assert call.key("9").wait().last == "Gracias. Adiós."
        assert call.over

    def test_star_says_them_again_twice(self, call):
        first = call.last
        assert call.key("*").last == first
        assert call.key("*").last == first
        assert call.key("*").over

    @pytest.mark.parametrize("keys", ["0", "5", "#", ONE])
    def test_nothing_else_is_to_be_had(self, call, keys):
        assert call.key(keys).last == "Thank you. Goodbye."

    def test_a_lost_answer_reads_them_again(self, call):
        first = call.last
        for event in (Lost(), DialEnded(talked=False), Closed({"en": "x"})):
            call._feed(event)
            assert call.last.endswith(first)

    def test_closed_intake_does_not_close_it(self, dial):
        assert "Unofficial" in dial(results_only=True, closed={"en": "The line is closed."}).last

    def test_an_election_without_spanish_is_read_and_over(self, desk):
        election = replace(small_election(), languages=("en",))
        assert Dialogue(Script(election), desk, results_only=True).over


# --- A person


@pytest.mark.parametrize("keys", ["*0", "*0#"])
def test_a_stranger_is_not_brought_to_a_person(dial, keys):
    call = dial().key(keys)
    assert not call.with_person
    assert call.last.startswith("Key your precinct code and PIN first")
    assert call.key("*0").key("*0").over


def test_whoever_proved_a_pin_is_brought_to_a_person(dial):
    assert dial().key(ONE).key(PIN).key("*0").with_person


def test_so_is_a_chair_who_has_filed(dial):
    call = dial().key(ONE).key(PIN).key(REPORT)
    assert call.state.step is Step.FILED
    assert call.state.proved
    assert call.key("0").wait().with_person


def test_a_pin_of_a_locked_unit_is_a_matter_for_a_person(dial, desk):
    desk.locked = True
    call = dial().key(ONE).key(PIN)
    assert call.with_person
    assert call.last.startswith("For this precinct, please call from the chair's own phone.")
    call._feed(DialEnded(talked=False))
    assert "Key your precinct code." in call.last
    assert not call.state.proved


# --- The second factor


class TestTheSecondFactor:
    @pytest.fixture
    def desk(self):
        return Desk(second_factor=True)

    @pytest.fixture
    def call(self, dial):
        return dial().key(ONE).key(PIN)

    def test_a_right_pin_has_a_code_sent_and_asks_for_it(self, call, desk):
        assert [(sent.unit, sent.spoken) for sent in desk.codes] == [(ONE, False)]
        assert call.last.startswith("A code of six digits is on its way")
        assert call.turn.digits == 6
        assert not call.state.proved

    def test_the_right_code_goes_on_as_after_the_pin(self, call, desk):
        call.key(SECOND)
        assert "How many attend?" in call.last
        call.key(REPORT)
        assert len(desk.filed) == 1
        assert not any(secret in key for key in desk.filed[0].keyed for secret in (PIN, SECOND))

    def test_it_resumes_a_draft_too(self, dial, call):
        call.key(SECOND).key("35#")
        assert "You had begun this report." in dial().key(ONE).key(PIN).key(SECOND).last

    @pytest.mark.parametrize("keys", ["1#", "1"])
    def test_it_can_be_spoken_by_a_call(self, call, desk, keys):
        call.key(keys)
        assert [sent.spoken for sent in desk.codes] == [False, True]
        assert "How many attend?" in call.key(SECOND).last

    def test_a_code_begun_anew_with_a_one_is_not_that_wish(self, call, desk):
        call.key("234**1")
        assert len(desk.codes) == 1
        assert call.turn.digits == 5

    def test_the_third_wrong_code_ends_the_call(self, call):
        call.key("111222").key("111222")
        assert call.last.startswith("That is not the code we sent. Key that code.")
        assert call.key("111222").over

    def test_a_wrong_pin_sends_nothing(self, dial, desk):
        call = dial().key(ONE).key("111222")
        assert desk.codes == []
        assert "do not match" in call.last

    def test_two_stars_lead_back_to_the_code_of_the_precinct(self, call):
        assert "Key your precinct code." in call.key("**#").last

    def test_where_it_cannot_be_sent_a_person_is_asked(self, dial, desk):
        desk.reachable = False
        call = dial().key(ONE).key(PIN)
        assert call.with_person
        assert "chair's own phone" in call.last

    def test_the_answers_of_a_stray_effect_do_no_harm(self, dial):
        call = dial().key(ONE)
        call._feed(CodeChecked(right=True))
        assert not call.state.proved
        call._feed(CodeSent(sent=False))
        assert not call.state.proved


# --- Closed intake, and the end of time


CLOSED = {"en": "All results are in.", "es": "Todo está contado."}


def test_while_intake_is_closed_a_caller_hears_why_in_every_language(dial):
    call = dial(closed=CLOSED)
    assert call.over
    assert call.last == "All results are in. Todo está contado."
    assert [said.prompt for said in call.turn.lines] == [
        Prompt.CLOSED_BECAUSE,
        Prompt.CLOSED_BECAUSE,
    ]
    assert [said.language for said in call.turn.lines] == ["en", "es"]


def test_a_reason_in_one_language_is_better_than_none(dial):
    assert dial(closed={"en": "Come back {later}."}).last == "Come back {later}."
    assert dial(closed={"fr": "Fini."}).last == "Fini."
    assert dial(closed={}).last.startswith("This line takes no reports")


def test_intake_that_closes_in_the_middle_keeps_what_was_keyed(dial):
    call = dial().key("9#").key(ONE).key(PIN).key("35#")
    call._feed(Closed(CLOSED))
    assert call.over
    assert call.last == "Todo está contado. Lo que marcó queda guardado."
    assert "You had begun this report." in dial().key(ONE).key(PIN).last


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ((), "Please have your code and PIN ready, and call again."),
        ((ONE,), "Please have your code and PIN ready, and call again."),
        ((ONE, PIN), "This call must end here. Please call again."),
        ((ONE, PIN, "35#"), "This call must end here. Please call again. What you keyed is kept."),
        ((ONE, PIN, REPORT), "Thank you. Goodbye."),
    ],
)
def test_when_time_is_up(dial, keys, said):
    call = dial()
    for some in keys:
        call.key(some)
    call._feed(TimeUp())
    assert call.over
    assert call.last == said


def test_time_is_up_on_the_public_line(dial):
    call = dial(results_only=True)
    call._feed(TimeUp())
    assert call.last == "Thank you. Goodbye."


def test_the_key_of_the_language_heard_twice_changes_it_once(dial):
    call = dial(results_only=True).key("9")
    assert call.last.endswith("Resultados no oficiales.")
    assert call.key("9", after=0.1).last.endswith("Resultados no oficiales.")
    assert call.key("9", after=3.0).last.endswith("Unofficial results.")


def test_a_reason_is_text_and_nothing_else():
    assert line(Prompt.CLOSED_BECAUSE, reason="{x}").values == (("reason", "{x}"),)
