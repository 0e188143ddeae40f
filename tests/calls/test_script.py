"""Whole calls as transcripts, without a telephone."""

from __future__ import annotations

import pytest

from hotline.calls.script import Script
from hotline.calls.state import Step
from hotline.calls.turns import DialEnded, Unavailable
from tests.calls.dialogue import PIN, Desk, Dialogue, code, small_election

ONE, TWO, THREE = code("0001"), code("0002"), code("0003")
TO_FINAL = "35#" + "20*10*5*0*0#" + "1"
REPORT = TO_FINAL + "20*15*0#" + "1" + "1"


@pytest.fixture
def election():
    return small_election()


@pytest.fixture
def script(election):
    return Script(election, has_person=True)


@pytest.fixture
def dial(script):
    desk = Desk()

    def dial(**who):
        return Dialogue(script, desk, **who)

    return dial


@pytest.fixture
def verified(dial):
    return dial().key(ONE).key(PIN)


def test_a_report_from_an_unknown_phone(dial):
    call = dial().key(ONE).key(PIN).key(REPORT)
    (report,) = call.desk.filed
    figures = report.figures["president"]
    assert (figures.attendance, figures.first) == (35, {"ash": 20, "birch": 10, "cedar": 5})
    assert figures.final == {"ash": 20, "birch": 15}
    assert figures.delegates == {"ash": 3, "birch": 3}
    assert report.findings == ()
    assert "Filed. Confirmation number 0, 0, 0, 0, 0, 1." in call.last


def test_a_roster_phone_is_offered_its_units_one_after_the_other(dial):
    call = dial(trusted=True, offers=[ONE, TWO])
    assert "Reporting for Adair, One? Key your PIN." in call.last
    call.key("1").key(PIN).key(REPORT).key("1")
    assert "Reporting for Adair, Two?" in call.last
    call.key("2")
    assert "Key your precinct code" in call.last


def test_the_name_alone_is_the_prompt(verified):
    verified.key("35#").key("20#")
    assert verified.last == "Birch."


def test_a_whole_call_keyed_ahead_files(dial):
    assert dial().key(ONE + PIN + REPORT).state.step is Step.FILED


# --- Who is it


@pytest.mark.parametrize("wrong", [ONE, code("0999")], ids=["wrong PIN", "no such unit"])
def test_a_wrong_code_and_a_wrong_pin_sound_the_same(dial, wrong):
    call = dial().key(wrong).key("111222")
    assert "That code and PIN do not match." in call.last


def test_a_slip_of_the_finger_in_the_code_is_said_at_once(dial):
    call = dial().key(ONE[:4] + str((int(ONE[4]) + 1) % 10))
    assert "That is not a precinct code." in call.last
    assert call.state.pin_failures == 0


def test_the_third_wrong_pin_ends_a_strangers_call(dial):
    call = dial()
    for _ in range(3):
        call.key(ONE).key("111222")
    assert call.over
    assert call.last == "Thank you. Goodbye."


def test_the_third_wrong_pin_brings_a_roster_phone_to_a_person(dial):
    call = dial(trusted=True, offers=[ONE]).key("1")
    for _ in range(3):
        call.key("111222")
    assert call.with_person


def test_a_stranger_cannot_file_without_the_pin(dial):
    call = dial().key(ONE).key("111222").key(REPORT)
    assert call.desk.filed == []


def test_nine_is_spanish(dial):
    call = dial().key("9#")
    assert "código" in call.last
    assert "confirmación" in call.key(ONE).key(PIN).key(REPORT).last


def test_nine_is_spanish_for_a_roster_phone_too(dial):
    assert "¿" in dial(trusted=True, offers=[ONE]).key("9").last


# --- Keys


def test_star_says_it_again(verified):
    asked = verified.last
    assert verified.key("*").last == asked


def test_star_in_a_menu_says_it_again_as_often_as_one_likes(verified):
    verified.key("35#20*10*5*0*0#")
    read_back = verified.last
    for _ in range(3):
        assert verified.key("*", after=8).last == read_back


def test_two_stars_keyed_together_in_a_menu_go_back_and_it_is_said(verified):
    verified.key("35#20*10*5*0*0#").key("*", after=5)
    assert verified.key("*", after=1.5).last == "Back. Elm."


def test_two_stars_clear_what_was_keyed(verified):
    verified.key("35#").key("99**20#").key("10#")
    assert verified.state.figures["president"]["first"] == {"ash": 20, "birch": 10}


def test_two_stars_alone_go_one_step_back(verified):
    verified.key("35#").key("20#").key("**#")
    assert verified.last == "Back. First alignment. Ash."
    verified.key("21#")
    assert verified.state.figures["president"]["first"] == {"ash": 21}


def test_two_stars_in_a_code_start_it_afresh(dial):
    call = dial().key("00**" + ONE)
    assert call.last == "Key your PIN."
    assert call.state.unit == ONE


def test_star_zero_is_a_person_anywhere(verified):
    assert verified.key("35#").key("*0#").with_person


def test_zero_in_a_menu_is_a_person(verified):
    assert verified.key("35#20*10*5*0*0#").key("0").with_person


def test_without_a_person_the_caller_is_told_and_may_go_on(election):
    call = Dialogue(Script(election, has_person=False)).key(ONE).key(PIN).key("*0#")
    assert "Nobody is free right now" in call.last
    assert call.key(REPORT).state.step is Step.FILED


def test_after_a_person_was_busy_the_call_goes_on_where_it_was(verified):
    verified.key("35#").key("20#").key("*0#")
    verified._feed(DialEnded(talked=False))
    assert verified.last.endswith("Birch.")


def test_after_a_talk_the_call_ends(verified):
    verified.key("*0#")
    verified._feed(DialEnded(talked=True))
    assert verified.over


def test_an_empty_pound_is_zero_on_a_count(verified):
    verified.key("35#").key("#").key("35#")
    assert verified.state.figures["president"]["first"] == {"ash": 0, "birch": 35}


def test_a_late_pound_after_a_menu_is_no_zero(verified):
    verified.key(TO_FINAL).key("#")
    assert verified.last.endswith("Ash.")
    assert verified.state.line == "ash"


def test_a_late_pound_after_the_pin_is_no_attendance(verified):
    verified.key("#")
    assert verified.last == "How many attend? End with pound."


def test_an_empty_pound_is_no_attendance_even_twice(verified):
    verified.key("##")
    assert "How many attend" in verified.last


def test_silence_is_asked_again_twice_then_a_chair_gets_a_person(verified):
    verified.key("35#").wait(2)
    assert not verified.with_person
    assert verified.wait().with_person


def test_silence_of_a_stranger_ends_the_call(dial):
    assert dial().wait(3).over


def test_a_count_beyond_the_attendance_is_asked_again(verified):
    verified.key("35#").key("36#")
    assert "more than the 35 people" in verified.last
    assert verified.state.line == "ash"


TRAPS = {
    "en": "That is more than the 4 people who attend. To key it again, press 1. "
    "To change how many attend, press 3.",
    "es": "Para marcarlo otra vez, oprima 1. Para cambiar cuántos asisten, oprima 3.",
}


@pytest.mark.parametrize("spoken", TRAPS)
def test_a_mistyped_attendance_is_no_trap(dial, spoken):
    """Four for forty: after two counts refused, the way to the attendance is said."""
    call = dial().key("9#" if spoken == "es" else "").key(ONE).key(PIN).key("4#")
    first = call.key("12#").last
    assert TRAPS[spoken].rpartition(" ")[0] not in first
    assert call.key("12#").last.endswith(TRAPS[spoken])
    call.key("3").key("40#")
    assert call.last.endswith("Ash.")
    call.key("12#").key("28#").key("#").key("#").key("#").key("1").key("12*28#111")
    (filed,) = call.desk.filed
    assert filed.figures["president"].attendance == 40
    assert filed.figures["president"].first == {"ash": 12, "birch": 28}


def test_a_count_refused_twice_may_be_keyed_again(verified):
    verified.key("35#").key("99#").key("99#").key("1")
    assert verified.last == "First alignment. Ash."
    assert verified.key("20#").last == "Birch."


def test_a_change_refused_twice_leads_to_the_attendance_and_back(verified):
    verified.key("4#").key("4*0*0*0*0#").key("2").key("2#").key("36#").key("36#").key("3")
    assert verified.last == "How many attend? End with pound."
    assert verified.key("40#").last == "Birch."
    assert verified.key("36#").last.startswith("Ash 4, Birch 36. Total 40.")


def test_the_way_out_of_a_primary_is_to_its_ballots():
    call = Dialogue(Script(small_election("plurality"))).key(ONE).key(PIN)
    call.key("10#").key("50#").key("50#")
    assert call.last.endswith("To key it again, press 1. To change the ballots, press 3.")
    assert call.key("3").key("100#").last.endswith("Ash.")


def test_more_counts_than_lines_are_refused_whole(verified):
    verified.key("35#").key("1*2*3*4*5*6#")
    assert "more counts than are left" in verified.last
    assert verified.state.line == "ash"


def test_changing_one_count(verified):
    verified.key("35#20*5*10*0*0#").key("2").key("2#10#").key("2").key("3#5#")
    assert verified.last.startswith("Ash 20, Birch 10, Cedar 5. Total 35.")


def test_an_unknown_number_is_asked_again(verified):
    verified.key("35#20*10*5*0*0#").key("2").key("77#")
    assert verified.last.startswith("Nobody on the sheet has that number.")


def test_nobody_is_asked_for_where_all_are_accounted_for(verified):
    verified.key(TO_FINAL).key("20*15*0#")
    assert verified.state.step is Step.READBACK


def test_who_is_missing_from_the_final_is_asked_about(verified):
    verified.key(TO_FINAL).key("20*14*0#")
    assert verified.last == "Anyone in another group? No, 1. Yes, 2."


def test_somebody_new_in_the_final(verified):
    verified.key("35#27*4*4*0*0#1").key("27*0*0#").key("2").key("4#").key("8#").key("1")
    assert "nobody for Dogwood in the first alignment, and 8 in the final." in verified.last
    verified.key("11")
    assert verified.desk.filed[0].figures["president"].final == {"ash": 27, "dogwood": 8}


# --- Checks on the phone


def test_a_sum_that_does_not_fit_is_said_and_mended(verified):
    verified.key("35#19*10*5*0*0#").key("1")
    assert verified.last.startswith("Your counts add up to 34, but 35 people attend.")
    verified.key("2").key("1#20#").key("1").key("20*15*0#1111")
    assert verified.desk.filed[0].findings == ()


def test_the_attendance_can_be_what_was_wrong(verified):
    verified.key("36#20*10*5*0*0#").key("1").key("3").key("35#")
    assert verified.last.startswith("Ash 20, Birch 10, Cedar 5. Total 35.")
    verified.key("1").key("20*15*0#1111")
    assert verified.desk.filed[0].findings == ()


def test_the_same_again_is_accepted_and_will_be_held(verified):
    verified.key("35#19*10*5*0*0#").key("1").key("1").key("19*10*5*0*0#").key("1")
    assert verified.last.startswith("Final alignment.")
    verified.key("19*10*5#1").key("1").key("1")
    (report,) = verified.desk.filed
    assert [f.check for f in report.findings] == ["FIRST_NOT_ATTENDANCE", "NONVIABLE_KEPT"]


def test_nobody_is_locked_out_by_figures_that_never_fit(verified):
    verified.key("35#1*0*0*0*0#1")
    for count in range(2, 5):
        assert verified.last.startswith("Your counts add up to")
        verified.key(f"1{count}*0*0*0*0#1")
    assert verified.last.startswith("Final alignment.")


def test_nobody_came(verified):
    verified.key("0#")
    assert verified.last.startswith("You reported that nobody came.")
    verified.key("1")
    assert verified.desk.filed[0].figures["president"].attendance == 0


def test_nobody_came_was_a_slip(verified):
    verified.key("0#").key("2").key(REPORT)
    assert verified.desk.filed[0].figures["president"].attendance == 35


def test_another_award_than_the_rules(verified):
    verified.key(TO_FINAL).key("20*15*0#1").key("2").key("4*2#").key("1")
    assert verified.last == (
        "You reported Ash 4, Birch 2. The rules give Ash 3, Birch 3. "
        "To change yours, press 2. To keep yours, press 1."
    )
    verified.key("1")
    assert [f.check for f in verified.desk.filed[0].findings] == ["AWARD_NOT_ADMISSIBLE"]


def test_a_tie_is_decided_by_who_won_the_toss(verified):
    verified.key("200#100*50*50*0*0#1").key("100*50*50#1")
    tie = "Birch and Cedar are tied. If Birch won the toss, press 2. If Cedar, 3."
    assert verified.last == tie
    assert verified.key("1").last == f"That candidate is not in the tie. {tie}"
    verified.key("3")
    assert "That makes Ash 3, Birch 1, Cedar 2. 6 delegates." in verified.last
    verified.key("1")
    assert verified.desk.filed[0].figures["president"].toss == ("cedar",)


def test_one_delegate_and_a_tie_for_the_largest(dial):
    call = dial().key(TWO).key(PIN).key("10#5*5*0*0*0#1").key("5*5#1")
    assert "If Ash won the toss, press 1." in call.last
    call.key("2")
    assert "That makes Birch 1. 1 delegate." in call.last


def test_a_satellite_elects_by_attendance(dial):
    call = dial().key(THREE).key(PIN).key("35#20*10*5*0*0#1").key("20*15*0#1")
    assert "5 delegates" in call.last


# --- Dropped calls, and reports on file


def test_a_dropped_call_resumes_where_it_stopped(dial):
    dial().key(ONE).key(PIN).key("35#").key("20#")
    again = dial().key(ONE).key(PIN)
    assert "You had begun this report. To go on, press 1." in again.last
    assert again.key("1").last.startswith("First alignment. Birch.")


def test_a_change_that_was_begun_is_chosen_anew_after_a_drop(dial):
    dial().key(ONE).key(PIN).key("35#20*10*5*0*0#").key("2").key("1#")
    again = dial().key(ONE).key(PIN).key("1")
    assert "Ash 20, Birch 10, Cedar 5." in again.last


def test_an_interrupted_report_can_be_started_afresh(dial):
    dial().key(ONE).key(PIN).key("35#").key("20#")
    again = dial().key(ONE).key(PIN).key("2").key(REPORT)
    assert again.desk.filed[0].figures["president"].attendance == 35


def test_a_unit_that_has_reported_can_hear_it_and_file_again(dial):
    dial().key(ONE).key(PIN).key(REPORT)
    again = dial().key(ONE).key(PIN)
    assert "Adair, One has reported." in again.last
    again.key("1")
    assert again.last.startswith("Filed for Adair, One: Ash 20, Birch 15. Delegates: Ash 3")
    again.key("2").key(REPORT)
    assert len(again.desk.filed) == 2


def test_when_the_ledger_is_down_nothing_is_called_filed(verified):
    verified.key(TO_FINAL).key("20*15*0#11")
    state = verified.state
    verified._feed(Unavailable())
    assert "Filed" not in verified.last
    assert verified.with_person
    assert verified.state == state


# --- Other rules


def test_a_nevada_caucus_counts_early_votes_in_both_alignments():
    call = Dialogue(Script(small_election("nevada-caucus-2020", delegates=4))).key(ONE).key(PIN)
    call.key("10#").key("10#").key("5*5*0*0*0#1").key("4*4*2*0*0#1")
    call.key("5*5*0#1").key("5*5*0#1")
    assert "That makes Ash 2, Birch 2. 4 delegates." in call.last
    call.key("1")
    figures = call.desk.filed[0].figures["president"]
    assert (figures.voters, figures.first_total) == (20, {"ash": 9, "birch": 9, "cedar": 2})


def test_a_nevada_tie_goes_to_the_high_card():
    call = Dialogue(Script(small_election("nevada-caucus-2020", delegates=5))).key(ONE).key(PIN)
    call.key("20#0#").key("10*10*0*0*0#1").key("10*10#1")
    assert call.last.endswith("If Ash drew the high card, press 1. If Birch, 2.")


def test_an_award_keyed_twice_is_asked_about_and_leads_back_to_the_counts(verified):
    verified.key("6#").key("3*2*1*0*0#").key("1")
    verified.key("3*2*1#").key("1").key("1")
    assert verified.last == (
        "You reported the same numbers for people as for delegates. Only 6 people stayed. "
        "To change the final alignment, press 2. To keep yours, press 1."
    )
    verified.key("2")
    assert "Ash 3, Birch 2, Cedar 1. Total 6." in verified.last
    verified.key("1").key("1").key("1")
    (report,) = verified.desk.filed
    assert [finding.check for finding in report.findings] == ["COUNTS_ARE_DELEGATES"]


def test_another_number_of_ballots_is_asked_about_before_any_vote():
    call = Dialogue(Script(small_election("plurality"))).key(ONE).key(PIN)
    call.key("100#").key("50*40*3*7*0#").key("1").key("10#")
    assert call.last == (
        "You reported 10 ballots here, but 100 in another contest. "
        "To change those of Mayor, press 3. To change yours, press 2. To keep yours, press 1."
    )
    call.key("2")
    assert call.last == "Council. How many ballots were cast? End with pound."
    call.key("10#").key("1")
    assert "Votes, line by line." in call.last


def test_the_ballots_of_the_other_contest_may_be_what_was_wrong():
    call = Dialogue(Script(small_election("plurality"))).key(ONE).key(PIN)
    call.key("100#").key("50*40*3*7*0#").key("1").key("10#")
    call.key("3")
    assert call.last == "Mayor. How many ballots were cast? End with pound."
    call.key("10#").key("1")
    assert call.last.startswith("Your lines add up to 100, but 10 ballots make 10.")
    call.key("1").key("5*4*0*1*0#").key("1")
    assert call.last == "Council. Votes, line by line. Ash."
    call.key("8*6*4*0*0*0*2*0#").key("1")
    mayor, council = (call.desk.filed[0].figures[c] for c in ("mayor", "council"))
    assert (mayor.ballots, mayor.votes) == (10, {"ash": 5, "birch": 4})
    assert (council.ballots, council.undervotes) == (10, 2)
    assert call.desk.filed[0].findings == ()


def test_other_contests_are_not_offered_where_nothing_differs_from_them():
    call = Dialogue(Script(small_election("plurality"))).key(ONE).key(PIN).key("0#")
    assert "press 3" not in call.last
    assert call.key("3").last.startswith("Sorry?")


def test_a_primary_with_two_contests():
    call = Dialogue(Script(small_election("plurality"))).key(ONE).key(PIN)
    assert call.last == "Mayor. How many ballots were cast? End with pound."
    call.key("100#").key("50*40*3*7*0#")
    assert "Ash 50, Birch 40, All write-ins 3, Undervotes 7. Total 100." in call.last
    call.key("1")
    assert call.last == "Council. How many ballots were cast? End with pound."
    call.key("100#").key("60*50*40*20*10*5*15*1#").key("1")
    assert call.last.startswith("Your lines add up to 201, but 100 ballots make 200.")
    call.key("2").key("8#0#").key("1")
    mayor, council = (call.desk.filed[0].figures[c] for c in ("mayor", "council"))
    assert (mayor.votes, mayor.write_ins, mayor.undervotes) == ({"ash": 50, "birch": 40}, 3, 7)
    assert (council.undervotes, council.overvotes) == (15, 0)
    assert call.desk.filed[0].findings == ()
