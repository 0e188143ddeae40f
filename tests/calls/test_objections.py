"""What does not fit, put to the chair: both sides, which key changes either, and which keeps it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls.prompts import Prompt, counted_by, everything_said, line, placeholders, speak
from hotline.calls.script import Script
from hotline.calls.state import Step
from tests.calls.dialogue import PIN, Dialogue, code, small_election

ONE, TWO = code("0001"), code("0002")
LANGUAGES = ("en", "es")
KEEPS = {"en": "To keep yours, press 1", "es": "Para mantener lo suyo, oprima 1"}
CHANGES = {"en": "press 2.", "es": "oprima 2."}

FIRST = "35#20*10*5*0*0#1"
OBJECTIONS = {
    "NOBODY_CAME": "0#",
    "FIRST_NOT_ATTENDANCE": "35#19*10*5*0*0#1",
    "MISSING_ALIGNMENT first": "35#0*0*0*0*0#1",
    "RARE_CANDIDATE_HIGH": "35#20*0*0*0*15#1",
    "MISSING_ALIGNMENT final": f"{FIRST}0*0*0#11",
    "FINAL_EXCEEDS_FIRST": f"{FIRST}20*16*0#1",
    "VIABLE_GROUP_SHRANK": f"{FIRST}18*17*0#1",
    "COLUMN_SHIFT": "35#20*15*0*0*0#1" + "20*0#2" + "3#15#1",
    "APPEARED_FROM_NOTHING": "35#27*4*4*0*0#127*0*0#2" + "4#8#1",
    "NO_VIABLE_GROUP": "100#5*5*5*5*5#11" + "5*5*5*5*5#1" * 2,
    "MANY_LEFT": f"{FIRST}20*10*0#11",
    "DELEGATES_NOT_ALLOTTED": f"{FIRST}20*15*0#12" + "3*2#1",
    "DELEGATE_TO_NONVIABLE": f"{FIRST}20*10*5#12" + "3*2*1#1",
    "VIABLE_WITHOUT_DELEGATE": f"{FIRST}20*15*0#12" + "6*0#1",
    "AWARD_NOT_ADMISSIBLE": f"{FIRST}20*15*0#12" + "5*1#1",
    "ORDER_INVERTED": f"{FIRST}20*15*0#12" + "2*4#1",
}


def reach(keys, spoken):
    """A call that has come to an objection, keyed as a chair keys who has heard everything."""
    small = small_election()
    (contest,) = small.contests
    *others, elm = contest.candidates
    candidates = (*others, replace(elm, rare=True))
    election = replace(small, contests=(replace(contest, candidates=candidates),))
    call = Dialogue(Script(election, has_person=True))
    if spoken == "es":
        call.key("9#")
    return call.key(ONE).key(PIN).key(keys)


def entered(call):
    """What has been keyed for the contest, without zeros."""
    document = call.state.figures.get("president", {})
    return {
        key: {line: n for line, n in value.items() if n} if isinstance(value, dict) else value
        for key, value in document.items()
    }


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("name", OBJECTIONS)
def test_both_sides_and_the_keys_that_keep_or_change_are_said(name, spoken):
    call = reach(OBJECTIONS[name], spoken)

    assert call.state.step in (Step.DISPUTE, Step.UNUSUAL), call.last
    assert f":{name.split()[0]}:" in call.state.finding, call.last
    assert KEEPS[spoken] in call.last
    assert CHANGES[spoken] in call.last
    last = re.findall(r"[^.]+", call.last)[-1]
    assert " 1" in last, "what is kept is said last"


@pytest.mark.parametrize("name", OBJECTIONS)
def test_whoever_keeps_theirs_changes_no_figure(name):
    call = reach(OBJECTIONS[name], "en")
    before, step, column = entered(call), call.state.step, call.state.column
    call.key("1")

    after = call.desk.filed[-1].figures["president"].to_document() if call.desk.filed else {}
    after |= entered(call)
    kept = {key: value for key, value in before.items() if key != column or step is Step.UNUSUAL}
    assert {key: after.get(key) for key in kept} == kept
    if step is Step.DISPUTE:
        assert call.state.step is Step.COUNT, "they are keyed once more"


AGAIN = {
    "FINAL_EXCEEDS_FIRST": ("20*16*0#", Step.AWARD),
    "DELEGATES_NOT_ALLOTTED": ("3*2#", Step.FILED),
    "DELEGATE_TO_NONVIABLE": ("3*2*1#", Step.FILED),
}
"""What keys the figures once more that were objected to, and what follows."""


@pytest.mark.parametrize("name", AGAIN)
def test_what_is_keyed_once_more_as_it_was_is_not_read_back_again(name):
    keys, after = AGAIN[name]
    call = reach(OBJECTIONS[name], "en").key("1").key(keys)
    assert call.state.step is after, call.last
    assert "Right, 1." not in call.last


def test_what_is_keyed_otherwise_is_read_back():
    call = reach(OBJECTIONS["DELEGATES_NOT_ALLOTTED"], "en").key("1").key("3*3#")
    assert call.last == "Ash 3, Birch 3. Total 6. Right, 1. Change, 2."


def test_where_a_count_follows_it_is_read_back_so_that_no_key_ahead_makes_one():
    call = reach(OBJECTIONS["FIRST_NOT_ATTENDANCE"], "en").key("1").key("19*10*5*0*0#1")
    assert call.last == "Final alignment. Ash."


@pytest.mark.parametrize("name", AGAIN)
def test_a_yes_to_the_read_back_that_is_left_out_answers_nothing(name):
    keys, after = AGAIN[name]
    call = reach(OBJECTIONS[name], "en").key("1").key(keys)
    asked = call.last
    call.key("1", after=0.1)
    assert (call.state.step, call.last) == (after, asked)


@pytest.mark.parametrize("name", OBJECTIONS)
def test_whoever_changes_theirs_files_nothing_by_that(name):
    call = reach(OBJECTIONS[name], "en").key("2")
    assert not call.desk.filed
    assert call.state.step not in (Step.DISPUTE, Step.UNUSUAL, Step.FILED)


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("FIRST_NOT_ATTENDANCE", "How many attend?"),
        ("FINAL_EXCEEDS_FIRST", "First alignment. Ash 20, Birch 10, Cedar 5. Total 35."),
        ("VIABLE_GROUP_SHRANK", "First alignment. Ash 20"),
        ("DELEGATE_TO_NONVIABLE", "Final alignment. Ash 20, Birch 10, Cedar 5."),
        ("ORDER_INVERTED", "Final alignment. Ash 20, Birch 15."),
    ],
)
def test_where_the_other_side_may_be_wrong_a_key_leads_to_it(name, heard):
    call = reach(OBJECTIONS[name], "en")
    assert "press 3." in call.last
    assert call.key("3").last.startswith(heard)


def test_an_award_names_no_key_that_could_be_taken_for_a_count():
    call = reach(OBJECTIONS["AWARD_NOT_ADMISSIBLE"], "en")
    assert call.last == (
        "You reported Ash 5, Birch 1. The rules give Ash 3, Birch 3. "
        "To change yours, press 2. To keep yours, press 1."
    )


def test_whoever_agrees_with_the_rules_changes_the_award_and_it_counts():
    call = reach(OBJECTIONS["AWARD_NOT_ADMISSIBLE"], "en").key("2").key("3*3#1")
    (report,) = call.desk.filed
    assert (report.figures["president"].delegates, report.findings) == ({"ash": 3, "birch": 3}, ())


def test_whoever_keeps_an_award_against_the_rules_is_held():
    call = reach(OBJECTIONS["AWARD_NOT_ADMISSIBLE"], "en").key("1")
    (report,) = call.desk.filed
    assert report.figures["president"].delegates == {"ash": 5, "birch": 1}
    assert [finding.effect for finding in report.findings] == ["hold"]


# --- One delegate


def test_one_delegate_hears_nothing_of_viability():
    call = Dialogue(Script(small_election())).key(TWO).key(PIN).key("12#7*5*0*0*0#")
    assert call.last == "Ash 7, Birch 5. Total 12. Right, 1. Change, 2."
    call.key("1").key("7*5#1").key("2").key("0*1#1")
    assert call.last.startswith(
        "You reported the delegate for Birch, with 5. The rules give it to Ash, with 7."
    )
    assert not [said for said in call.heard if "iable" in said]


# --- Ties


def test_of_two_tosses_the_second_says_who_won_the_first():
    call = Dialogue(Script(small_election())).key(ONE).key(PIN)
    call.key("60#15*15*15*15*0#1").key("15*15*15*15#1")
    assert call.last == (
        "Ash, Birch, Cedar, and Dogwood are tied. 2 delegates go by lot. "
        "If Ash won the toss, press 1. If Birch, 2. If Cedar, 3. If Dogwood, 4."
    )
    assert call.key("3").last == (
        "Cedar won. 1 delegate is left. If Ash won the toss, press 1. If Birch, 2. If Dogwood, 4."
    )
    assert call.key("1").last.startswith("That makes Ash 2, Birch 1, Cedar 2, Dogwood 1.")


def test_an_award_keyed_against_the_toss_corrects_the_toss():
    call = Dialogue(Script(small_election())).key(ONE).key(PIN)
    call.key("200#100*50*50*0*0#1").key("100*50*50#1").key("3").key("2")
    call.key("3*2*1#1")
    (report,) = call.desk.filed
    assert report.findings == ()
    assert report.figures["president"].toss == ("birch",)


def test_a_key_ahead_answers_no_toss():
    call = Dialogue(Script(small_election())).key(ONE).key(PIN)
    call.key("200#100*50*50*0*0#1").key("100*50*50#")
    call.key("1", after=3).key("2", after=0.1)
    assert call.state.step is Step.TOSS


# --- What was confirmed is looked at again


def test_an_attendance_changed_late_is_held_against_the_first_alignment():
    call = Dialogue(Script(small_election())).key(ONE).key(PIN)
    call.key("30#20*10*0*0*0#1").key("20#").key("31#").key("31#").key("3").key("35#")
    call.key("15#1")
    assert call.last.startswith("Your counts add up to 30, but 35 people attend.")


def test_early_votes_that_do_not_add_up_are_called_so():
    election = small_election("nevada-caucus-2020", delegates=4)
    call = Dialogue(Script(election)).key(ONE).key(PIN)
    call.key("10#10#5*5*0*0*0#1").key("4*4*1*0*0#1")
    assert call.last.startswith("Your first choices add up to 9, but there are 10 early votes.")
    assert call.key("3").last == "How many early votes? End with pound."


# --- Numbers of things


PLURALS = [said for said in everything_said() if "|" in said.value]
WRONG = re.compile(
    r"\b1 (?:people|delegates|ballots|precincts|votes|minutes|personas|delegados|boletas|votos"
    r"|precintos|minutos)\b|\b(?:0|[2-9]|\d\d+) (?:person|delegate|ballot|vote|precinct|minute"
    r"|persona|delegado|boleta|voto|precinto|minuto)\b"
)


@given(st.sampled_from(PLURALS), st.one_of(st.integers(0, 3), st.integers(0, 9_999)))
def test_one_of_a_thing_is_one_and_several_are_several(said, n):
    values = dict.fromkeys(placeholders(said.value), 12) | {counted_by(said): n}
    if isinstance(said, Prompt) and "candidate" in placeholders(said.value):
        values["candidate"] = "Ash"
    for spoken in LANGUAGES:
        assert not WRONG.search(speak(line(said, **values), spoken))
