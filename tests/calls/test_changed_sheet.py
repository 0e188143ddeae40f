"""An election loaded anew while somebody reports: nothing is moved, lost in silence or unasked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from hotline.calls import state as states
from hotline.calls.script import Script
from hotline.calls.state import MalformedStateError, State, Step
from hotline.calls.turns import Ask, Digits, Lost
from hotline.election.model import Candidate
from tests.calls.dialogue import PIN, Desk, Dialogue, code, small_election

ONE = code("0001")
NAMES = ("ash", "birch", "cedar", "dogwood", "elm", "fir", "gum", "holly")


def with_candidates(election, *ids, contest=0, **changes):
    """The election with other candidates in one of its contests, numbered in this order."""
    candidates = tuple(
        Candidate(number, id_, f"Ada {id_.title()}", id_.title())
        for number, id_ in enumerate(ids, 1)
    )
    contests = list(election.contests)
    contests[contest] = replace(contests[contest], candidates=candidates)
    return replace(election, contests=tuple(contests), **changes)


@pytest.fixture
def election():
    return small_election()


@pytest.fixture
def call(election):
    return Dialogue(Script(election, has_person=True), Desk()).key(ONE).key(PIN)


def loads(call, election):
    """`election load`, between two turns of a call."""
    call.script = Script(election, has_person=True)


def first(call):
    return call.state.figures["president"]["first"]


# --- A candidate more


def test_a_candidate_more_while_the_first_alignment_is_keyed(call, election):
    call.key("35#").key("5#").key("20#")
    assert call.last == "Cedar."
    loads(call, with_candidates(election, "acorn", *NAMES[:5]))
    call.key("10#")
    assert call.last.endswith(
        "The list has changed while you were reporting. First alignment. Acorn."
    )
    assert first(call) == {"ash": 5, "birch": 20, "cedar": 10}
    call.key("0#")
    assert call.last == "Dogwood."
    call.key("#").key("#")
    assert call.last.startswith("Ash 5, Birch 20, Cedar 10. Total 35.")


def test_several_counts_in_one_go_are_asked_for_again(call, election):
    call.key("35#").key("5#")
    loads(call, with_candidates(election, "acorn", *NAMES[:5]))
    call.key("20*10*0*0#")
    assert call.last.endswith("First alignment. Acorn.")
    assert first(call) == {"ash": 5}
    assert call.key("0*20*10*0*0#").last.startswith("Ash 5, Birch 20, Cedar 10. Total 35.")


def test_a_candidate_more_is_asked_for_in_the_first_alignment_too(call, election):
    call.key("35#").key("20*15*0*0*0#").key("1").key("20#")
    loads(call, with_candidates(election, *NAMES[:5], "fir"))
    assert call.key("15#").last.endswith("First alignment. Fir.")
    call.key("#").key("1")
    assert call.last.startswith("Final alignment. Ash 20, Birch 15. Total 35.")
    call.key("1").key("1")
    (filed,) = call.desk.filed
    assert filed.figures["president"].final == {"ash": 20, "birch": 15}


def test_a_yes_to_figures_of_before_confirms_nothing(call, election):
    call.key("35#").key("20*15*0*0*0#")
    loads(call, with_candidates(election, "acorn", *NAMES[:5]))
    call.key("1")
    assert call.state.step is Step.COUNT
    assert call.last.endswith("Acorn.")


# --- A candidate less


def test_who_is_gone_is_dropped_and_said(call, election):
    call.key("35#").key("20*10*5*0*0#").key("1").key("20#")
    loads(call, with_candidates(election, "ash", "cedar", "dogwood", "elm"))
    call._feed(Lost())
    assert "No longer on it, and dropped: Birch 10." in call.last
    assert call.last.endswith(
        "First alignment. Ash 20, Cedar 5. Total 25. Viable from 6. Right, 1. Change, 2."
    )
    assert call.key("1").last.startswith("Your counts add up to 25, but 35 people attend.")


def test_the_numbers_of_candidates_may_change_between_a_question_and_its_answer(call, election):
    call.key("200#100*50*50*0*0#1").key("100*50*50#1")
    assert "If Birch won the toss, press 2. If Cedar, 3." in call.last
    loads(call, with_candidates(election, "acorn", *NAMES[:5]))
    call.key("3")
    assert call.last.endswith("First alignment. Acorn.")
    assert "toss" not in call.state.figures["president"]


def test_other_delegates_are_another_award(call, election):
    call.key("35#20*10*5*0*0#1").key("20*15*0#1")
    assert "6 delegates" in call.last
    units = {**election.units, ONE: replace(election.units[ONE], delegates=4)}
    loads(call, replace(election, units=units))
    call.key("1")
    assert not call.desk.filed
    assert "Ash 20, Birch 15." in call.last
    assert "4 delegates" in call.key("1").last


def test_the_contest_in_hand_is_gone():
    primary = small_election("plurality")
    call = Dialogue(Script(primary), Desk()).key(ONE).key(PIN)
    call.key("100#").key("50*40*3*7*0#1").key("100#").key("60#")
    loads(call, replace(primary, contests=primary.contests[:1]))
    call._feed(Lost())
    assert "dropped: Ballots 100, Council" not in call.last
    assert "Ash 50, Birch 40, All write-ins 3, Undervotes 7. Total 100." in call.last
    call.key("1")
    (filed,) = call.desk.filed
    assert list(filed.figures) == ["mayor"]


def test_a_new_contest_before_the_one_in_hand_is_asked(election):
    primary = small_election("plurality")
    only_council = replace(primary, contests=primary.contests[1:])
    call = Dialogue(Script(only_council), Desk()).key(ONE).key(PIN).key("100#").key("60#")
    loads(call, primary)
    call.key("55#")
    assert call.last.endswith("Mayor. How many ballots were cast? End with pound.")
    call.key("100#").key("50*40*3*7*0#1")
    assert call.last.endswith("Council. Votes, line by line. Cedar.")
    assert call.state.figures["council"]["votes"] == {"ash": 60, "birch": 55}


def test_a_precinct_that_is_gone_ends_its_report(call, election):
    call.key("35#")
    units = {unit: each for unit, each in election.units.items() if unit != ONE}
    loads(call, replace(election, units=units))
    call.key("20#")
    assert call.last.startswith("That precinct is not in this election any more.")
    assert call.state.step is Step.CODE
    assert not call.state.verified


def test_a_precinct_that_is_gone_is_not_offered(election):
    call = Dialogue(Script(election), Desk(), trusted=True, offers=[ONE, code("0002")])
    units = {unit: each for unit, each in election.units.items() if unit != ONE}
    loads(call, replace(election, units=units))
    call.key("1")
    assert "Adair, Two" in call.last


# --- Drafts


def test_a_draft_goes_on_in_a_changed_election(election):
    desk = Desk()
    Dialogue(Script(election), desk).key(ONE).key(PIN).key("35#").key("5#").key("20#")
    changed = with_candidates(election, "acorn", *NAMES[:5])
    again = Dialogue(Script(changed), desk).key(ONE).key(PIN).key("1")
    assert again.last.endswith(
        "The list has changed while you were reporting. First alignment. Acorn."
    )
    assert first(again) == {"ash": 5, "birch": 20}


OF_BEFORE = {
    "step": "count",
    "at": 2,
    "figures": {"president": {"attendance": 35, "first": {"ash": 5, "birch": 20}}},
    "keyed": ["attendance=35", "first.ash=5", "first.birch=20"],
}


@pytest.mark.parametrize(
    "draft",
    [
        OF_BEFORE,
        {**OF_BEFORE, "contest": 1, "step": "readback"},
        {},
        {"figures": [1, 2]},
        {"edition": "x", "step": "count", "figures": {"president": "35"}},
        {"edition": "x", "step": 7},
        {"edition": "x", "step": "pin"},
    ],
)
def test_a_draft_of_another_format_is_asked_again_and_that_is_said(election, draft):
    desk = Desk(drafts={ONE: draft})
    call = Dialogue(Script(election), desk).key(ONE).key(PIN)
    assert call.last == (
        "What you keyed before could not be kept. Please key it again. "
        "How many attend? End with pound."
    )
    assert call.state.figures == {}


# --- What Redis brings back

GARBAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"step":"count","unit":"00011"}',
    b'{"step":"banana"}',
    b'{"step":["code"]}',
    b'{"step":"readback","verified":true,"unit":"00011","figures":{"president":{"first":-1}}}',
    b'{"step":"readback","verified":true,"unit":"00011","contest":0,"at":3}',
    b'{"misses":"1"}',
    b'{"offers":"12"}',
    b'{"doubted":[1]}',
    b'{"settled":{"a":1}}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("kept", GARBAGE, ids=lambda kept: kept[:40].decode())
def test_a_state_that_is_none_is_refused(kept):
    with pytest.raises(MalformedStateError):
        states.loads(kept)


def test_what_is_left_out_is_as_it_was():
    assert states.loads("{}") == State()
    assert states.loads('{"of a later release":1}') == State()


steps = st.sampled_from([*Step, "attendance", "early", "ballots", "nothing"])
words = st.sampled_from(["president", "first", "final", "delegates", "toss", *NAMES, "x", ""])
figures = st.dictionaries(
    words,
    st.dictionaries(
        st.one_of(words, st.just("attendance")),
        st.one_of(st.integers(0, 60), st.dictionaries(words, st.integers(0, 60)), st.lists(words)),
    ),
)


@given(
    steps,
    words,
    words,
    words,
    figures,
    st.sampled_from(["", "1", "2", "3", "20", "5*5", "*", "**"]),
)
@settings(max_examples=300)
def test_whatever_the_memory_holds_of_a_report_the_caller_is_asked(
    step, contest, column, line, figures, keys
):
    election = small_election()
    document = {
        "step": str(step),
        "verified": True,
        "trusted": True,
        "proved": True,
        "unit": ONE,
        "edition": Dialogue(Script(election), Desk()).key(ONE).key(PIN).state.edition,
        "contest": contest,
        "column": column,
        "line": line,
        "figures": figures,
        "finding": "first:president:FIRST_NOT_ATTENDANCE:",
    }
    state = states.loads(json.dumps(document))
    state, turn = Script(election, has_person=True).step(state, Digits(keys, True))
    if isinstance(turn, Ask):
        assert turn.lines or state.carry


# --- Whatever is loaded


@st.composite
def changes(draw):
    """Answers, and before some of them another list of candidates."""
    return draw(
        st.lists(
            st.tuples(
                st.one_of(st.none(), st.lists(st.sampled_from(NAMES), min_size=1, unique=True)),
                st.integers(1, 9),
            ),
            max_size=25,
        )
    )


@given(changes())
@settings(max_examples=200)
def test_no_count_is_ever_moved(doings):
    """Each candidate has the count that was keyed when that name was heard, and no other."""
    election = small_election(delegates=1)
    call = Dialogue(Script(election, has_person=True), Desk()).key(ONE).key(PIN).key("99#")
    heard = {}
    loaded = 0
    for ids, count in doings:
        if ids is not None:
            loads(call, with_candidates(election, *ids))
            loaded += 1
        state = call.state
        if state.step is Step.COUNT:
            name = call.last.rstrip(".").rpartition(" ")[2].lower()
            heard[state.column, name] = count
            call.key(f"{count}#")
        elif state.step is Step.READBACK:
            for id_, n in state.figures["president"][state.column].items():
                assert (f"{id_.title()} {n}" in call.last) == bool(n)
            call.key("1")
        elif state.step is Step.DISPUTE or state.step is Step.OTHERS:
            call.key("1")
        else:
            break
        figures = call.state.figures.get("president", {})
        for column in ("first", "final"):
            for id_, n in figures.get(column, {}).items():
                assert n == heard[column, id_]
    event(f"loaded {min(loaded, 4)} times")
