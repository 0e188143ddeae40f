"""An election is loaded anew, by its command's use case, while calls go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.election.model import Candidate
from hotline.operations.reports import filing
from hotline.operations.reports.load_election import load_election
from tests.web.telephone.network import CHAIR, ONE, kept_reports


@pytest.fixture
def acorn(election):
    """The election with a candidate more, put first."""
    (contest,) = election.contests
    others = tuple(replace(one, number=one.number + 1) for one in contest.candidates)
    acorn = Candidate(1, "acorn", "Ada Acorn", "Acorn")
    return replace(election, contests=(replace(contest, candidates=(acorn, *others)),))


def test_a_candidate_more(network, pins, parts, ledger, acorn):
    phone = network.dial().key(ONE, pins[ONE], "35#", "5#", "20#")
    load_election(parts, acorn, "test", force=True)
    phone.key("10#")
    assert phone.hears("The list has changed while you were reporting.")
    assert phone.hears("Acorn.")
    phone.key("#", "#", "#")
    assert phone.hears("Ash 5, Birch 20, Cedar 10. Total 35.")
    phone.key("1", "5*20*10#", "1", "1")
    (row,) = kept_reports(parts)
    assert row.figures["president"]["first"] == {"ash": 5, "birch": 20, "cedar": 10}


def test_a_draft_goes_on_after_the_load(network, pins, parts, ledger, acorn):
    network.dial(CHAIR).key(pins[ONE], "35#", "5#", "20#")
    load_election(parts, acorn, "test", force=True)
    again = network.dial(CHAIR, sid="CA02").key(pins[ONE], "1")
    assert again.hears("Acorn.")
    assert again.key("#").hears("Cedar.")


@pytest.mark.parametrize("kept", ["{", "[]", '{"step":"count"}', '{"contest":0,"at":4}'])
def test_a_malformed_state_is_a_fresh_question(network, pins, redis, kept):
    phone = network.dial().key(ONE, pins[ONE], "35#")
    redis.hset("hotline:call:CA01", "state", kept)
    phone.key("5#")
    assert phone.hears("Key your precinct code.")
    assert phone.key(ONE, pins[ONE]).hears("You had begun this report.")


@pytest.mark.parametrize("field", ["number", "ledger", "began", "answered", "a4"])
def test_a_malformed_record_of_a_call_is_a_fresh_question(network, pins, redis, field):
    phone = network.dial().key(ONE, pins[ONE], "35#")
    redis.hset("hotline:call:CA01", field, "x")
    assert phone.key("5#").hears(".")


@pytest.mark.parametrize("kept", ["{", "7", '{"step":"count","at":2,"contest":0}'])
def test_a_malformed_draft_is_said_to_be_lost(network, pins, redis, ledger, kept):
    network.dial().key(ONE, pins[ONE], "35#", "5#")
    redis.set(f"hotline:draft:{ledger}:{ONE}", kept)
    again = network.dial(sid="CA02").key(ONE, pins[ONE])
    assert again.hears("What you keyed before could not be kept.")
    again.key("35#", "20*10*5*0*0#", "1", "20*15*0#", "1", "1")
    assert again.hears("Filed.")


def test_a_draft_of_another_kind_does_not_stop_a_call(network, pins, redis, parts, ledger):
    phone = network.dial().key(ONE)
    redis.hset(f"hotline:draft:{ledger}:{ONE}", "x", "y")
    assert phone.key(pins[ONE]).hears("How many attend?")
    assert filing.standing(parts, ledger, ONE) is None
