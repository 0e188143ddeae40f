"""What is at stake at a unit: never less than what any decision on it does to the lead."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election import tally
from hotline.election.model import Candidate, Contest, Election, Figures, Unit
from hotline.election.review.priority import Race, Stake, stakes
from hotline.election.rules.caucus import apportion, delegates_due
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from hotline.election.sums import Key, Sums
from tests.towns import CANDIDATES, CODES, PRESIDENT, UNITS, caucus, town

TOWN = town()
IDS = tuple(candidate.id for candidate in CANDIDATES)
Report = Mapping[str, Figures]

SIZES = st.lists(st.integers(0, 40), min_size=3, max_size=3)
WON = st.lists(st.integers(0, 6), min_size=3, max_size=3)
AS_FILED = st.builds(
    lambda sizes, won: caucus(*sizes, won=dict(zip(IDS, won, strict=True))), SIZES, WON
)


def admissible(unit: Unit, sizes: tuple[int, int, int]) -> Report:
    """Figures of these sizes with an award that the rules admit, where they admit any."""
    figures = caucus(*sizes)[PRESIDENT]
    assert isinstance(figures, CaucusFigures)
    due = delegates_due(unit, figures.voters)
    found = apportion(due, figures.voters, sizes, is_capped=True)
    won = next(found.awards()) if found else (0, 0, 0)
    return caucus(*sizes, won=dict(zip(IDS, won, strict=True)))


def lead(election: Election, sums: Sums, leader: str) -> Fraction:
    contest = election.contests[0]
    standing = tally.standings(election, contest, sums)
    others = [Fraction(value) for id, value in standing.items() if id != leader]
    return Fraction(standing[leader]) - max(others)


def stake_of(
    election: Election, reports: Mapping[str, Report], code: str, held: list[Report]
) -> tuple[Stake, dict[str, dict[Key, int]]]:
    units = election.units
    sums = tally.recount(election, [(units[unit], figures) for unit, figures in reports.items()])
    race = Race(election, election.contests[0], sums)
    return race.stake(units[code], reports.get(code), held), sums


@given(
    reports=st.dictionaries(st.sampled_from(CODES), AS_FILED, max_size=6),
    code=st.sampled_from(CODES),
    held=st.lists(AS_FILED, max_size=2),
    sizes=st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)),
    choice=st.integers(0, 3),
)
def test_no_decision_moves_the_lead_further_than_its_bound(
    reports: dict[str, Report],
    code: str,
    held: list[Report],
    sizes: tuple[int, int, int],
    choice: int,
) -> None:
    filed = [*([reports[code]] if code in reports else []), *held]
    largest = max((one[PRESIDENT].voters for one in filed), default=0)  # type: ignore[union-attr]
    new = sizes if sum(sizes) <= largest else (largest, 0, 0)
    stake, sums = stake_of(TOWN, reports, code, held)
    leader = stake.leader or IDS[0]

    decided = {unit: figures for unit, figures in reports.items() if unit != code}
    if choice == 0 and held:
        decided[code] = held[0]
    elif choice == 1 and held:
        decided[code] = held[-1]
    elif choice == 2:
        decided[code] = admissible(TOWN.units[code], new)
    after = tally.recount(TOWN, [(TOWN.units[unit], one) for unit, one in decided.items()])

    moved = abs(lead(TOWN, after, leader) - lead(TOWN, sums, leader))
    assert moved <= stake.most
    if not stake.could_change_leader:
        assert lead(TOWN, after, leader) > 0


def test_a_held_precinct_is_worth_all_its_delegates() -> None:
    reports = {CODES[0]: caucus(30, 10, won={"ash": 3, "birch": 1})}
    held = [caucus(10, 20, won={"ash": 2, "birch": 3})]

    stake, _ = stake_of(TOWN, reports, CODES[1], held)

    assert (stake.leader, stake.next, stake.measure) == ("ash", "birch", "sde")
    assert stake.lead == Fraction(2 * 3, 9)
    assert stake.most == Fraction(5 * 3, 9)
    assert stake.could_change_leader


def test_what_counts_may_be_taken_away_and_given_to_another() -> None:
    reports = {CODES[0]: caucus(40, 0, won={"ash": 4})}

    stake, _ = stake_of(TOWN, reports, CODES[0], [])

    assert stake.most == Fraction(2 * 4 * 3, 9)


def test_a_report_that_claims_more_than_its_unit_elects_is_bound_by_what_it_claims() -> None:
    reports = {CODES[0]: caucus(30, 10, won={"ash": 3, "birch": 1})}

    stake, _ = stake_of(TOWN, reports, CODES[2], [caucus(0, 20, won={"birch": 9})])

    assert stake.most == Fraction(9 * 2, 5)


def test_nothing_is_led_while_nothing_counts() -> None:
    stake, _ = stake_of(TOWN, {}, CODES[0], [caucus(30, 10, won={"ash": 3, "birch": 1})])

    assert (stake.leader, stake.next, stake.lead) == ("", "", 0)
    assert stake.most == Fraction(4 * 3, 9)


def test_a_contest_of_one_candidate_has_nothing_at_stake() -> None:
    only = Contest(PRESIDENT, "President", "iowa-caucus-2020", CANDIDATES[:1])
    alone = Election("one", "One", TOWN.date, "UTC", ("en",), (only,), TOWN.units, TOWN.counties)

    stake, _ = stake_of(alone, {}, CODES[0], [caucus(9, won={"ash": 4})])

    assert (stake.most, stake.lead) == (0, 0)


@given(
    votes=st.tuples(st.integers(0, 50), st.integers(0, 50)),
    held=st.tuples(st.integers(0, 50), st.integers(0, 50)),
    new=st.tuples(st.integers(0, 50), st.integers(0, 50)),
)
def test_a_plurality_is_bound_by_its_ballots(
    votes: tuple[int, int], held: tuple[int, int], new: tuple[int, int]
) -> None:
    contest = Contest("mayor", "Mayor", "plurality", CANDIDATES[:2])
    units = {unit.code: unit for unit in UNITS[:2]}
    primary = Election("p", "Primary", TOWN.date, "UTC", ("en",), (contest,), units)

    def sheet(pair: tuple[int, int]) -> Report:
        return {"mayor": PluralityFigures(sum(pair), {"ash": pair[0], "birch": pair[1]})}

    reports = {CODES[0]: sheet(votes)}
    stake, sums = stake_of(primary, reports, CODES[1], [sheet(held)])
    leader = stake.leader or "ash"
    scale = sum(held)
    decided = new if sum(new) <= scale else (scale, 0)
    after = tally.recount(
        primary, [(units[CODES[0]], sheet(votes)), (units[CODES[1]], sheet(decided))]
    )

    assert stake.most == scale
    assert abs(lead(primary, after, leader) - lead(primary, sums, leader)) <= stake.most


def test_the_contest_with_most_at_stake_comes_first() -> None:
    first = Contest(
        "first", "First", "plurality", (Candidate(1, "a", "A", "A"), Candidate(2, "b", "B", "B"))
    )
    second = Contest("second", "Second", "plurality", first.candidates)
    unit = UNITS[0]
    primary = Election("p", "P", TOWN.date, "UTC", ("en",), (first, second), {unit.code: unit})
    sums = {unit.scope: {("first", "votes", "a"): 100, ("second", "votes", "b"): 5}}
    races = [Race(primary, contest, sums) for contest in primary.contests]
    held: list[Report] = [{name: PluralityFigures(10, {"a": 10}) for name in ("first", "second")}]

    found = stakes(primary, races, unit, None, held)

    assert [(one.contest, one.most) for one in found] == [("second", 10), ("first", 10)]
    assert [one.could_change_leader for one in found] == [True, False]


@pytest.mark.parametrize("code", CODES)
def test_what_is_tied_comes_before_any_lead(code: str) -> None:
    tied, _ = stake_of(TOWN, {}, code, [caucus(9, won={"ash": 4})])
    ahead, _ = stake_of(TOWN, {CODES[0]: caucus(9, won={"ash": 4})}, CODES[0], [])

    assert tied.weight > ahead.weight
