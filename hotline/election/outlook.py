"""Whether what is still out can change who leads. Settled is only ever said when it cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain, repeat

from hotline.election.model import Contest, Election, Unit, UnitKind
from hotline.election.plurality import winners
from hotline.election.tally import (
    DELEGATES,
    SDE,
    Sums,
    deciding_measure,
    everywhere,
    of_scope,
    sde_by_scope,
    standings,
)


def outlook(
    election: Election,
    contest: Contest,
    sums: Sums,
    outstanding: Iterable[Unit],
    held: Iterable[Unit],
    contested: Iterable[Unit],
) -> dict[str, str | bool | None]:
    """`measure`, `leader` (None on a tie, or with nothing counted) and `settled`.

    `sums` are what counts now: contested units are in it, outstanding and held ones are not. A
    unit that counts while a rival report of it is held belongs with the contested ones.

    A caucus is settled when the leader stays in front of everybody though the worst happens: each
    outstanding precinct gives all its delegates to the best challenger; each contested one takes
    all of them from the leader and gives them to the challenger, twice its weight; a held one
    weighs twice as well, because what is held may claim more than its unit elects; and a pool with
    any site open goes to the challenger as a whole, since another site moves what every site of
    the pool is worth. What that does not cover: staff releasing a report that gives one group more
    than twice what its unit elects, or one that was outstanding a moment ago more than once.

    Nobody knows how many ballots an open polling place has: a plurality is settled when nothing is
    open and no seat is tied.
    """
    open_units, disputed = [*outstanding], [*held, *contested]
    measure = deciding_measure(election, contest)
    leader = _leader(standings(election, contest, sums))
    if leader is None:
        settled = False
    elif contest.is_caucus:
        margin = _worst_margin(election, contest, sums, leader, open_units, disputed)
        settled = margin > 0
    else:
        tied = winners(contest, everywhere(contest, measure, sums)).tied
        settled = not open_units and not disputed and not tied
    return {"measure": measure, "leader": leader, "settled": settled}


def _leader(standing: dict[str, Fraction | int]) -> str | None:
    most = max(standing.values(), default=0)
    ahead = [candidate for candidate, value in standing.items() if value == most]
    return ahead[0] if most > 0 and len(ahead) == 1 else None


def _worst_margin(
    election: Election,
    contest: Contest,
    sums: Sums,
    leader: str,
    open_units: list[Unit],
    disputed: list[Unit],
) -> Fraction:
    """The leader's margin over the best challenger, in the deciding measure, at the worst."""
    challengers = [c.id for c in contest.candidates if c.id != leader]
    swings = _swings(election, open_units, disputed)
    pools = {scope for scope in swings if scope.startswith("pool:")}
    safe = [
        standing
        for scope, standing in _by_scope(election, contest, sums).items()
        if scope not in pools
    ]
    ahead = [
        sum((standing[leader] - standing[challenger] for standing in safe), Fraction(0))
        for challenger in challengers
    ]
    return min(ahead) - sum(swings.values(), Fraction(0)) if ahead else Fraction(1)


def _by_scope(election: Election, contest: Contest, sums: Sums) -> dict[str, dict[str, Fraction]]:
    if deciding_measure(election, contest) == SDE:
        return sde_by_scope(election, contest, sums)
    return {
        scope: {c: Fraction(n) for c, n in of_scope(contest, DELEGATES, in_scope).items()}
        for scope, in_scope in sums.items()
    }


def _swings(
    election: Election, open_units: list[Unit], disputed: list[Unit]
) -> dict[str, Fraction]:
    """By scope, how far its margin may move. An open pool moves as a whole, not site by site."""
    delegates: Counter[tuple[str, str]] = Counter()  # by scope and county
    swings: dict[str, Fraction] = {}
    for unit, times in chain(zip(open_units, repeat(1)), zip(disputed, repeat(2))):
        if unit.kind is UnitKind.PRECINCT:
            delegates[unit.scope, unit.county] += times * unit.delegates
        else:
            swings[unit.scope] = Fraction(election.pools[unit.pool].state_delegates)
    for (scope, name), count in delegates.items():
        county = election.counties.get(name)
        worth = Fraction(county.state_delegates, county.county_delegates) if county else 1
        swings[scope] = worth * Fraction(count)
    return swings
