"""Contributions, sums, and what they come to."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election import tally
from hotline.election.model import Election, Figures, Unit, UnitKind
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from hotline.election.rules.registry import rule_of
from hotline.election.sums import add_to_sums, four_places
from tests.election.rooms import CAUCUS, NAMES, PRIMARY, SITE, counts, election, precinct, room

PRESIDENT = "president"


def test_a_precinct_contributes_its_columns() -> None:
    figures = room(counts(9, 11, 2), counts(9, 13), counts(1, 1))
    assert tally.contribution(election(), precinct(2), {PRESIDENT: figures}) == {
        (PRESIDENT, "attendance", ""): 22,
        (PRESIDENT, "first", "ash"): 9,
        (PRESIDENT, "first", "birch"): 11,
        (PRESIDENT, "first", "cedar"): 2,
        (PRESIDENT, "final", "ash"): 9,
        (PRESIDENT, "final", "birch"): 13,
        (PRESIDENT, "delegates", "ash"): 1,
        (PRESIDENT, "delegates", "birch"): 1,
    }


def test_a_site_contributes_its_share_of_the_pool_too() -> None:
    figures = room(counts(20, 10), None, counts(3, 2))
    found = tally.contribution(election(), SITE, {PRESIDENT: figures})
    # 30 people elect 5: each delegate carries 6 of them.
    assert found[PRESIDENT, "share", "ash"] == 3 * 6 * 2520
    assert found[PRESIDENT, "share", "birch"] == 2 * 6 * 2520
    one_too_many = replace(figures, delegates=counts(4, 2))
    found = tally.contribution(election(), SITE, {PRESIDENT: one_too_many})
    assert found[PRESIDENT, "share", "ash"] == 4 * 6 * 2520


def test_nobody_contributes_nothing() -> None:
    assert tally.contribution(election(), SITE, {PRESIDENT: room({}, attendance=0)}) == {}
    assert tally.contribution(election(), precinct(3), {}) == {}


def test_early_votes_are_counted_in() -> None:
    figures = CaucusFigures(5, counts(5), counts(5), counts(2, 1), 7, counts(0, 7), counts(0, 7))
    found = tally.contribution(election(), precinct(3), {PRESIDENT: figures})
    assert found[PRESIDENT, "attendance", ""] == 12
    assert found[PRESIDENT, "first", "birch"] == 7
    assert found[PRESIDENT, "final", "birch"] == 7


def test_a_sheet_contributes_its_lines() -> None:
    sheet = PluralityFigures(50, counts(40, 30, 20), 2, 6, 2)
    assert tally.contribution(election(PRIMARY), precinct(0), {"council": sheet}) == {
        ("council", "votes", "ash"): 40,
        ("council", "votes", "birch"): 30,
        ("council", "votes", "cedar"): 20,
        ("council", "votes", "write-ins"): 2,
        ("council", "votes", "undervotes"): 6,
        ("council", "votes", "overvotes"): 2,
        ("council", "ballots", ""): 50,
    }


def test_sde_of_a_county() -> None:
    # rules.md, 7: Adair has 4 for 51, so 2 delegates are 0.1569.
    figures = room(counts(9, 11), None, counts(2, 6))
    sums = tally.recount(election(), [(precinct(8), {PRESIDENT: figures})])
    equivalents = tally.standing(election(), CAUCUS, "sde", sums)
    assert equivalents["ash"] == Fraction(8, 51)
    assert four_places(equivalents["ash"]) == "0.1569"
    assert list(equivalents) == list(NAMES)
    assert equivalents["oak"] == 0


def test_every_site_of_a_pool_moves_when_another_reports() -> None:
    # rules.md, 8: the pool's 6 state delegates go by attendance, then by site delegates.
    other = Unit("16803", "School", UnitKind.SATELLITE, pool="CD1")
    first = (SITE, {PRESIDENT: room(counts(20, 10), None, counts(3, 2))})
    second = (other, {PRESIDENT: room(counts(0, 0, 90), None, counts(0, 0, 8))})
    alone = tally.standing(election(), CAUCUS, "sde", tally.recount(election(), [first]))
    assert alone["ash"] == Fraction(6 * 3, 5)
    both = tally.standing(election(), CAUCUS, "sde", tally.recount(election(), [first, second]))
    assert both["ash"] == Fraction(6 * 30, 120) * Fraction(3, 5)
    assert both["cedar"] == Fraction(6 * 90, 120)
    assert sum(both.values()) == 6


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(0), "0.0000"),
        (Fraction(8, 51), "0.1569"),
        (Fraction(1, 20_000), "0.0001"),
        (Fraction(1, 20_001), "0.0000"),
        (Fraction(99_999_5, 100_000_0), "1.0000"),
        (Fraction(564), "564.0000"),
    ],
)
def test_four_places_round_half_up(number: Fraction, text: str) -> None:
    assert four_places(number) == text


def test_totals_have_the_published_shape() -> None:
    sums = tally.recount(
        election(), [(precinct(8), {PRESIDENT: room(counts(9, 11), None, counts(2, 6))})]
    )
    assert tally.summarise(election(), sums) == {
        PRESIDENT: {
            "first": {"ash": 9, "birch": 11, "cedar": 0, "elm": 0, "oak": 0, "other": 0},
            "final": {"ash": 9, "birch": 11, "cedar": 0, "elm": 0, "oak": 0, "other": 0},
            "sde": {
                "ash": "0.1569",
                "birch": "0.4706",
                "cedar": "0.0000",
                "elm": "0.0000",
                "oak": "0.0000",
                "other": "0.0000",
            },
        }
    }


def test_totals_of_nothing_name_everybody() -> None:
    both = election(CAUCUS, PRIMARY)
    totals = tally.summarise(both, {})
    assert totals[PRESIDENT]["sde"] == dict.fromkeys(NAMES, "0.0000")
    assert totals["council"] == {
        "votes": {
            **dict.fromkeys(NAMES[:4], 0),
            "write-ins": 0,
            "undervotes": 0,
            "overvotes": 0,
        },
        "ballots": 0,
    }


def test_without_counties_a_caucus_is_decided_by_delegates() -> None:
    small = replace(election(), counties={}, pools={})
    sums = tally.recount(
        small, [(precinct(8), {PRESIDENT: room(counts(9, 11), None, counts(2, 6))})]
    )
    assert tally.deciding_measure(small, CAUCUS) == "delegates"
    assert set(tally.summarise(small, sums)[PRESIDENT]) == {"first", "final", "delegates"}
    delegates = {**dict.fromkeys(NAMES, 0), "ash": 2, "birch": 6}
    assert tally.summarise(small, sums)[PRESIDENT]["delegates"] == delegates
    assert tally.deciding_measure(election(), CAUCUS) == "sde"
    assert tally.deciding_measure(election(PRIMARY), PRIMARY) == "votes"


# --- In any order, in and out

BOTH: Election = election(CAUCUS, PRIMARY)
UNITS = (precinct(6), precinct(3, "00024"), SITE, replace(SITE, code="16803"))
columns = st.lists(st.integers(0, 40), min_size=6, max_size=6).map(lambda n: counts(*n))
rooms = st.builds(CaucusFigures, st.integers(0, 200), columns, columns, columns)
sheets = st.builds(PluralityFigures, st.integers(0, 99), columns, *[st.integers(0, 9)] * 3)
reports = st.lists(
    st.tuples(st.sampled_from(UNITS), st.fixed_dictionaries({PRESIDENT: rooms, "council": sheets})),
    max_size=8,
)
Report = tuple[Unit, Mapping[str, Figures]]


@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter(filed: list[Report], chance: Random) -> None:
    shuffled = list(filed)
    chance.shuffle(shuffled)
    assert tally.recount(BOTH, shuffled) == tally.recount(BOTH, filed)


@given(reports, reports)
def test_what_is_taken_out_again_leaves_no_trace(stays: list[Report], goes: list[Report]) -> None:
    expected = tally.recount(BOTH, stays)
    sums = tally.recount(BOTH, [*goes, *stays])
    for unit, figures in reversed(goes):
        add_to_sums(sums, unit.scope, tally.contribution(BOTH, unit, figures), sign=-1)
    assert sums == expected


@given(reports)
def test_sums_are_whole_and_scopes_add_up_to_the_state(filed: list[Report]) -> None:
    sums = tally.recount(BOTH, filed)
    assert all(isinstance(n, int) for scope in sums.values() for n in scope.values())
    rule = rule_of(CAUCUS)
    by_scope = {
        scope: rule.amounts(BOTH, CAUCUS, "sde", scope, kept) for scope, kept in sums.items()
    }
    state = tally.standing(BOTH, CAUCUS, "sde", sums)
    for candidate in NAMES:
        assert sum(scope[candidate] for scope in by_scope.values()) == state[candidate]
