"""One key of a call is heard twice by the network, each in turn: no wrong figures come of it."""

from __future__ import annotations

import pytest

from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from tests.calls.dialogue import code, small_election
from tests.calls.doubled import figures_of, report

ONE = code("0001")

CAUCUS = {
    "plain": CaucusFigures(
        35, {"ash": 20, "birch": 10, "cedar": 5}, {"ash": 20, "birch": 15}, {"ash": 3, "birch": 3}
    ),
    "another award than the rules": CaucusFigures(
        35, {"ash": 20, "birch": 15}, {"ash": 20, "birch": 15}, {"ash": 5, "birch": 1}
    ),
    "a sum that does not fit": CaucusFigures(
        31, {"ash": 11, "birch": 11, "elm": 11}, {"ash": 11, "birch": 22}, {"ash": 2, "birch": 4}
    ),
    "somebody new in the final": CaucusFigures(
        35, {"ash": 27, "birch": 4, "cedar": 4}, {"ash": 27, "dogwood": 8}, {"ash": 5, "dogwood": 1}
    ),
    "nobody came": CaucusFigures(0, {}, {}, {}),
}
BALLOTS = {
    "mayor": PluralityFigures(100, {"ash": 50, "birch": 40}, 3, 7, 0),
    "council": PluralityFigures(
        100, {"ash": 60, "birch": 55, "cedar": 33, "dogwood": 11, "elm": 22}, 4, 15, 0
    ),
}


def doubled_calls(election, sheet):
    """Every call in which one key is doubled, beside the one in which none is."""
    for in_one_go in (False, True):
        for roster in (False, True):
            for hurried in (False, True):
                how = {"in_one_go": in_one_go, "roster": roster, "hurried": hurried}
                plain = report(election, ONE, sheet, **how)
                assert plain.desk.filed
                for key in range(plain.pressed):
                    yield plain, report(election, ONE, sheet, doubled=key, **how)


@pytest.mark.parametrize("sheet", CAUCUS)
def test_a_caucus_with_one_key_heard_twice(sheet):
    unfiled = calls = 0
    for plain, call in doubled_calls(small_election(), {"president": CAUCUS[sheet]}):
        calls += 1
        unfiled += not call.desk.filed
        assert figures_of(call) in ([], figures_of(plain)), call.heard
    assert unfiled <= calls / 50


def test_a_primary_with_one_key_heard_twice():
    calls = list(doubled_calls(small_election("plurality"), BALLOTS))
    assert len(calls) > 200
    for plain, call in calls:
        assert figures_of(call) in ([], figures_of(plain)), call.heard
