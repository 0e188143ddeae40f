"""Settled is only said when nothing that is out can change who leads."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.election import tally
from hotline.election.model import Contest, County, Election, Policy, Pool, Unit, UnitKind
from hotline.election.publication.outlook import (
    DoubtedUnit,
    Outlook,
    OutlookState,
    outlook,
    outlook_by,
)
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from hotline.election.sums import Contribution
from tests.election.rooms import CAUCUS, PRIMARY, TREES, counts, election, precinct, room

CONTEST = replace(CAUCUS, candidates=TREES[:3])
PRECINCTS = [
    Unit(f"1000{n}", f"Precinct {n}", county=county, delegates=delegates)
    for n, (county, delegates) in enumerate([("Adair", 2), ("Adair", 3), ("Bow", 4), ("Bow", 1)])
]
SITES = [Unit(f"2000{n}", f"Site {n}", UnitKind.SATELLITE, pool="CD1") for n in range(2)]
STATE = replace(
    election(CONTEST, units=(*PRECINCTS, *SITES)),
    counties={"Adair": County("Adair", 5, 4), "Bow": County("Bow", 5, 7)},
    pools={"CD1": Pool("CD1", 2, "Sites")},
)
Report = tuple[Unit, dict[str, CaucusFigures]]


def awarded(unit: Unit, *delegates: int) -> Report:
    won = counts(*delegates)
    return unit, {"president": room({"ash": 30}, None, won)}


def of(contribution_of: Report, *claims: Report) -> DoubtedUnit:
    """A unit that counts this report and is doubted; `claims`: rivals of it that are held."""
    unit, figures = contribution_of
    return DoubtedUnit(unit, adds(unit, figures), tuple(adds(*claim) for claim in claims))


def held(*claims: Report) -> DoubtedUnit:
    unit = claims[0][0]
    return DoubtedUnit(unit, {}, tuple(adds(*claim) for claim in claims))


def adds(unit: Unit, figures: Mapping[str, CaucusFigures]) -> Contribution:
    return tally.contribution(STATE, unit, figures)


def test_nothing_counted() -> None:
    found = outlook(STATE, CONTEST, {}, PRECINCTS, ())

    assert (found.measure, found.leader) == ("sde", None)
    assert found.state is OutlookState.NOTHING_COUNTED
    assert not found.settled


def test_a_tie_has_no_leader_and_is_not_settled() -> None:
    sums = tally.recount(STATE, [awarded(PRECINCTS[0], 1, 1)])
    found = outlook(STATE, CONTEST, sums, (), ())

    assert (found.leader, found.state, found.challengers) == (None, OutlookState.TIED, ())


LEADING = awarded(PRECINCTS[2], 4)


@pytest.mark.parametrize(
    ("outstanding", "doubted", "state"),
    [
        ([], [], OutlookState.SETTLED),
        # Bow's four delegates are 28/5; Adair's three are 12/5, its two 8/5; the pool is 2.
        ([PRECINCTS[1]], [], OutlookState.SETTLED),
        ([PRECINCTS[1], PRECINCTS[0]], [], OutlookState.SETTLED),
        ([PRECINCTS[1], PRECINCTS[0], PRECINCTS[3]], [], OutlookState.SETTLED),
        ([PRECINCTS[1], PRECINCTS[0], SITES[0]], [], OutlookState.NOT_SETTLED),
        ([], [held(awarded(PRECINCTS[1], 0, 3))], OutlookState.SETTLED),
        ([], [held(awarded(PRECINCTS[1], 0, 7))], OutlookState.TOO_CLOSE),  # as it was filed: 28/5
        ([], [of(LEADING)], OutlookState.TOO_CLOSE),
        ([], [of(awarded(PRECINCTS[1], 3), awarded(PRECINCTS[1], 0, 0, 3))], OutlookState.SETTLED),
        # Eight ahead; 24/5 and the pool's two are less, and with the precinct's 8/5 more.
        ([], [of(awarded(PRECINCTS[1], 3)), held(awarded(SITES[0], 4))], OutlookState.SETTLED),
        (
            [PRECINCTS[0]],
            [of(awarded(PRECINCTS[1], 3)), held(awarded(SITES[0], 4))],
            OutlookState.TOO_CLOSE,
        ),
        # A site that elects five claims fifteen for birch: three times what its pool has.
        (
            [],
            [of(awarded(PRECINCTS[1], 3)), held(awarded(SITES[0], 0, 15))],
            OutlookState.TOO_CLOSE,
        ),
    ],
)
def test_a_caucus(outstanding: list[Unit], doubted: list[DoubtedUnit], state: OutlookState) -> None:
    counted = [LEADING, *((d.unit, _filed_for(d)) for d in doubted if d.counted)]
    sums = tally.recount(STATE, dict(counted).items())
    found = outlook(STATE, CONTEST, sums, outstanding, doubted)

    assert (found.leader, found.state) == ("ash", state)


def _filed_for(doubted: DoubtedUnit) -> dict[str, CaucusFigures]:
    won = [doubted.counted.get(("president", "delegates", id), 0) for id in ("ash", "birch")]
    return awarded(doubted.unit, *won)[1]


def test_what_a_challenger_needs_is_exact() -> None:
    sums = tally.recount(STATE, [LEADING])
    out = [PRECINCTS[1], PRECINCTS[0], SITES[0]]

    birch, cedar = outlook(STATE, CONTEST, sums, out, ()).challengers

    assert birch.behind == Fraction(28, 5)
    assert birch.most_gain == Fraction(12 + 8, 5) + 2
    assert birch.needs == Fraction(28, 30)
    assert (birch.could_lead, cedar.could_lead) == (True, True)


def test_the_band_of_doubted_units_is_the_wider_one() -> None:
    doubted = of(awarded(PRECINCTS[1], 2, 1))
    sums = tally.recount(STATE, [LEADING, awarded(PRECINCTS[1], 2, 1)])

    birch = outlook(STATE, CONTEST, sums, [PRECINCTS[0]], [doubted]).challengers[0]

    assert birch.behind == Fraction(28 + 4, 5)
    assert birch.most_gain == Fraction(8, 5)
    # Its margin of one delegate goes, and all three come: four fifths each.
    assert birch.most_gain_wider == Fraction(8 + 4 + 12, 5)
    assert not birch.could_lead_wider


def test_the_worst_is_exact_a_draw_does_not_settle() -> None:
    small = replace(STATE, counties={}, pools={})
    sums = tally.recount(small, [awarded(PRECINCTS[1], 3)])
    three = replace(PRECINCTS[0], delegates=3)
    found = outlook(small, CONTEST, sums, [PRECINCTS[0]], ())

    assert (found.measure, found.leader, found.state) == ("delegates", "ash", OutlookState.SETTLED)
    assert outlook(small, CONTEST, sums, [three], ()).state is OutlookState.NOT_SETTLED


def test_what_an_open_pool_holds_is_not_safe() -> None:
    # All that ash leads by comes from the pool, which another site can empty.
    sums = tally.recount(STATE, [awarded(SITES[0], 5)])
    assert outlook(STATE, CONTEST, sums, [], ()).settled
    assert outlook(STATE, CONTEST, sums, [SITES[1]], ()).state is OutlookState.NOT_SETTLED
    sums = tally.recount(STATE, [awarded(SITES[0], 5), awarded(PRECINCTS[0], 2)])
    assert outlook(STATE, CONTEST, sums, [SITES[1]], ()).state is OutlookState.NOT_SETTLED
    assert (
        outlook(STATE, CONTEST, sums, [], [held(awarded(SITES[1], 1))]).state
        is OutlookState.TOO_CLOSE
    )


class TestPeople:
    """Nobody knows how many came to a room that has not reported."""

    def test_without_an_assumption_there_is_no_bound(self) -> None:
        sums = tally.recount(STATE, [LEADING])
        found = outlook_by(STATE, CONTEST, "first", sums, [PRECINCTS[0]], [])

        assert found.state is OutlookState.NOT_SETTLED
        assert found.people_per_delegate is None
        assert [one.most_gain for one in found.challengers] == [None, None]
        assert [one.needs for one in found.challengers] == [None, None]

    def test_with_one_it_is_the_bound_and_is_said(self) -> None:
        expecting = replace(STATE, policy=Policy(attendance_per_delegate_max=7))
        sums = tally.recount(expecting, [LEADING])

        found = outlook_by(expecting, CONTEST, "first", sums, [PRECINCTS[0], SITES[0]], [])

        assert found.people_per_delegate == 7
        assert found.challengers[0].behind == 30
        assert found.challengers[0].most_gain == 7 * (2 + 9)  # a site elects nine at most

    def test_a_doubted_room_has_its_own_people(self) -> None:
        sums = tally.recount(STATE, [LEADING, awarded(PRECINCTS[1], 3)])
        doubted = of(awarded(PRECINCTS[1], 3))

        birch = outlook_by(STATE, CONTEST, "first", sums, [], [doubted]).challengers[0]

        assert (birch.behind, birch.most_gain, birch.most_gain_wider) == (60, 0, 60)
        assert birch.could_lead_wider


class TestPlurality:
    ELECTION = election(PRIMARY)
    COUNTED = precinct(0), {"council": PluralityFigures(50, counts(40, 30, 20, 10))}

    def outlook(self, outstanding: list[Unit], doubted: list[DoubtedUnit], *more: Any) -> Outlook:
        sums = tally.recount(self.ELECTION, [self.COUNTED, *more])
        return outlook(self.ELECTION, PRIMARY, sums, outstanding, doubted)

    def test_nobody_knows_how_many_ballots_are_out(self) -> None:
        found = self.outlook([precinct(0, "00030")], [])

        assert (found.leader, found.state) == ("ash", OutlookState.NOT_SETTLED)
        assert [one.id for one in found.challengers] == ["cedar", "elm"]  # two seats are taken

    def test_a_doubted_place_has_its_own_ballots(self) -> None:
        unit, figures = precinct(0, "00030"), {"council": PluralityFigures(4, counts(4, 0, 0, 4))}
        doubted = DoubtedUnit(unit, tally.contribution(self.ELECTION, unit, figures), ())

        cedar, elm = self.outlook([], [doubted], (unit, figures)).challengers

        assert (cedar.behind, cedar.most_gain, cedar.most_gain_wider) == (10, 0, 4)
        assert (elm.behind, elm.most_gain_wider) == (16, 0)
        assert not elm.could_lead_wider

    def test_whoever_has_a_seat_may_lose_it_where_it_is_nearest(self) -> None:
        # Ash, who is further ahead, holds all that is doubted: 38 of 40 votes may go to cedar.
        unit, figures = precinct(0, "00030"), {"council": PluralityFigures(38, counts(38))}
        doubted = DoubtedUnit(unit, tally.contribution(self.ELECTION, unit, figures), ())

        cedar = self.outlook([], [doubted], (unit, figures)).challengers[0]

        assert cedar.behind == 10
        assert cedar.most_gain_wider == 38  # against birch; against ash it is 76 less 48
        assert cedar.could_lead_wider

    def test_it_is_settled_when_nothing_is_open(self) -> None:
        assert self.outlook([], []).settled

    def test_a_tie_for_the_last_seat_is_not_settled(self) -> None:
        sums = tally.recount(
            self.ELECTION, [(precinct(0), {"council": PluralityFigures(50, counts(40, 30, 30))})]
        )
        found = outlook(self.ELECTION, PRIMARY, sums, (), ())

        assert (found.leader, found.state) == ("ash", OutlookState.TIED)


def test_the_only_candidate_is_settled_once_somebody_came() -> None:
    alone: Contest = replace(CONTEST, candidates=TREES[:1])
    state: Election = replace(STATE, contests=(alone,))
    sums = tally.recount(state, [awarded(PRECINCTS[0], 2)])
    assert outlook(state, alone, sums, PRECINCTS[1:], ()).settled


def filed(unit: Unit, leaning: str) -> st.SearchStrategy[Report]:
    """A report that awards what the unit elects, mostly to one group."""

    def report(people: int, favourite: str, one: str) -> Report:
        due = unit.delegates or 4 + sum(people > size for size in (20, 40, 60, 80, 100))
        won = {favourite: due - 1}
        won[one] = won.get(one, 0) + 1
        return unit, {"president": room({"ash": people}, None, won)}

    anybody = st.sampled_from(["ash", "birch", "cedar"])
    return st.builds(report, st.integers(1, 110), st.just(leaning) | anybody, anybody)


def claims_of(unit: Unit) -> st.SearchStrategy[Report]:
    """A report that may award any number of delegates, as one that is held may."""
    won = st.lists(st.integers(0, 9), min_size=3, max_size=3)
    return won.map(lambda delegates: awarded(unit, *delegates))


@given(st.data())
def test_settled_is_never_wrong(data: st.DataObject) -> None:
    fates = {
        unit: data.draw(st.sampled_from(["counted"] * 8 + ["contested", "held", "out"]))
        for unit in (*PRECINCTS, *SITES)
    }
    counted = [unit for unit, fate in fates.items() if fate in ("counted", "contested")]
    now = {unit: data.draw(filed(unit, "ash")) for unit in counted}
    sums = tally.recount(STATE, now.values())
    by_fate = {fate: [u for u in fates if fates[u] == fate] for fate in fates.values()}
    claimed = {
        unit: data.draw(st.lists(filed(unit, "birch") | claims_of(unit), max_size=2))
        for unit, fate in fates.items()
        if fate in ("held", "contested")
    }
    doubted = [
        DoubtedUnit(unit, adds(*now[unit]) if unit in now else {}, tuple(adds(*c) for c in claims))
        for unit, claims in claimed.items()
    ]
    found = outlook(STATE, CONTEST, sums, by_fate.get("out", []), doubted)
    assume(found.settled)
    # Whatever staff decide and the open units report, or if they never do.
    later = dict(now)
    for unit, fate in fates.items():
        if fate != "counted" and data.draw(st.booleans()):
            claims = [st.just(claim) for claim in claimed.get(unit, ())]
            later[unit] = data.draw(st.one_of(filed(unit, "birch"), *claims))
        elif fate == "contested" and data.draw(st.booleans()):
            del later[unit]
    final = tally.standing(STATE, CONTEST, "sde", tally.recount(STATE, later.values()))
    ahead = final.pop(str(found.leader))
    assert ahead > max(final.values())
