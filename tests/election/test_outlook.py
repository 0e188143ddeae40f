"""Settled is only said when nothing that is out can change who leads."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.election import tally
from hotline.election.model import (
    CaucusFigures,
    Contest,
    County,
    Election,
    PluralityFigures,
    Pool,
    Unit,
    UnitKind,
)
from hotline.election.outlook import outlook
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


def test_nothing_counted() -> None:
    assert outlook(STATE, CONTEST, {}, PRECINCTS, (), ()) == {
        "measure": "sde",
        "leader": None,
        "settled": False,
    }


def test_a_tie_has_no_leader_and_is_not_settled() -> None:
    sums = tally.recount(STATE, [awarded(PRECINCTS[0], 1, 1)])
    assert outlook(STATE, CONTEST, sums, (), (), ())["leader"] is None
    assert outlook(STATE, CONTEST, sums, (), (), ())["settled"] is False


@pytest.mark.parametrize(
    ("outstanding", "held", "contested", "settled"),
    [
        ([], [], [], True),
        # Bow's four delegates are 28/5; Adair's three are 12/5, its two 8/5; the pool is 2.
        ([PRECINCTS[1]], [], [], True),
        ([PRECINCTS[1], PRECINCTS[0]], [], [], True),
        ([PRECINCTS[1], PRECINCTS[0], PRECINCTS[3]], [], [], True),
        ([PRECINCTS[1], PRECINCTS[0], SITES[0]], [], [], False),
        ([], [PRECINCTS[1]], [], True),
        ([], [PRECINCTS[1], PRECINCTS[0]], [], False),
        ([], [], [PRECINCTS[2]], False),
        ([PRECINCTS[1]], [], SITES, True),
        ([PRECINCTS[1], PRECINCTS[3]], [], SITES, False),
    ],
)
def test_a_caucus(
    outstanding: list[Unit], held: list[Unit], contested: list[Unit], settled: bool
) -> None:
    sums = tally.recount(STATE, [awarded(PRECINCTS[2], 4)])
    found = outlook(STATE, CONTEST, sums, outstanding, held, contested)
    assert found == {"measure": "sde", "leader": "ash", "settled": settled}


def test_the_worst_is_exact_a_draw_does_not_settle() -> None:
    small = replace(STATE, counties={}, pools={})
    sums = tally.recount(small, [awarded(PRECINCTS[1], 3)])
    three = replace(PRECINCTS[0], delegates=3)
    assert outlook(small, CONTEST, sums, [PRECINCTS[0]], (), ()) == {
        "measure": "delegates",
        "leader": "ash",
        "settled": True,
    }
    assert outlook(small, CONTEST, sums, [three], (), ())["settled"] is False


def test_what_an_open_pool_holds_is_not_safe() -> None:
    # All that ash leads by comes from the pool, which another site can empty.
    sums = tally.recount(STATE, [awarded(SITES[0], 5)])
    assert outlook(STATE, CONTEST, sums, [], (), ())["settled"] is True
    assert outlook(STATE, CONTEST, sums, [SITES[1]], (), ())["settled"] is False
    sums = tally.recount(STATE, [awarded(SITES[0], 5), awarded(PRECINCTS[0], 2)])
    assert outlook(STATE, CONTEST, sums, [SITES[1]], (), ())["settled"] is False


def test_a_plurality_is_settled_when_nothing_is_open() -> None:
    primary = election(PRIMARY)
    sums = tally.recount(
        primary, [(precinct(0), {"council": PluralityFigures(50, counts(40, 30, 20, 10))})]
    )
    nothing: list[Unit] = []
    for outstanding, held, contested in (
        ([precinct(0)], nothing, nothing),
        (nothing, [precinct(0)], nothing),
        (nothing, nothing, [precinct(0)]),
    ):
        found = outlook(primary, PRIMARY, sums, outstanding, held, contested)
        assert found == {"measure": "votes", "leader": "ash", "settled": False}
    assert outlook(primary, PRIMARY, sums, (), (), ())["settled"] is True


def test_a_tie_for_the_last_seat_is_not_settled() -> None:
    primary = election(PRIMARY)
    sums = tally.recount(
        primary, [(precinct(0), {"council": PluralityFigures(50, counts(40, 30, 30))})]
    )
    found = outlook(primary, PRIMARY, sums, (), (), ())
    assert found == {"measure": "votes", "leader": "ash", "settled": False}


def test_the_only_candidate_is_settled_once_somebody_came() -> None:
    alone: Contest = replace(CONTEST, candidates=TREES[:1])
    state: Election = replace(STATE, contests=(alone,))
    sums = tally.recount(state, [awarded(PRECINCTS[0], 2)])
    assert outlook(state, alone, sums, PRECINCTS[1:], (), ())["settled"] is True


def filed(unit: Unit, leaning: str) -> st.SearchStrategy[Report]:
    """A report that awards what the unit elects, mostly to one group."""

    def report(people: int, favourite: str, one: str) -> Report:
        due = unit.delegates or 4 + sum(people > size for size in (20, 40, 60, 80, 100))
        won = {favourite: due - 1}
        won[one] = won.get(one, 0) + 1
        return unit, {"president": room({"ash": people}, None, won)}

    anybody = st.sampled_from(["ash", "birch", "cedar"])
    return st.builds(report, st.integers(1, 110), st.just(leaning) | anybody, anybody)


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
    found = outlook(
        STATE,
        CONTEST,
        sums,
        by_fate.get("out", []),
        by_fate.get("held", []),
        by_fate.get("contested", []),
    )
    assume(found["settled"])
    # Whatever staff decide and the open units report, or if they never do.
    later = dict(now)
    for unit, fate in fates.items():
        if fate != "counted" and data.draw(st.booleans()):
            later[unit] = data.draw(filed(unit, "birch"))
        elif fate == "contested" and data.draw(st.booleans()):
            del later[unit]
    final = tally.sde(STATE, CONTEST, tally.recount(STATE, later.values()))
    ahead = final.pop(str(found["leader"]))
    assert ahead > max(final.values())
