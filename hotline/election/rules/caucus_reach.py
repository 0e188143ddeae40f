"""How far what is open of a caucus can move a margin: delegates, pools, people expected.

- An outstanding precinct gives all its delegates to the challenger.
- A pool with an open or doubted site goes to the challenger as a whole: another site moves what
  every site of the pool is worth (rules.md, 8). A held report that claims more than its site elects
  takes as many times the pool.
- Nobody knows how many people are in a room that has not reported. Where the election says how many
  to expect at most, alignments are bounded by it, and the assumption is said; else they have no
  bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from hotline.election.model import Unit, UnitKind
from hotline.election.rules.caucus_tally import (
    ATTENDANCE,
    DELEGATES,
    SDE,
    SHARE,
    SHARE_UNIT,
    sde_of_scope,
    worth,
)
from hotline.election.rules.reach import NOTHING, DoubtedUnit, Open, Reach

SITE_DELEGATES = 9  # the most that a satellite site elects (rules.md, 8)


class CaucusReach(Reach):
    """By delegates, by state delegates, or by people in an alignment."""

    def __init__(self, given: Open) -> None:
        super().__init__(given, ATTENDANCE)
        self._by_delegates = given.measure in (SDE, DELEGATES)
        self._pools: dict[str, dict[str, Fraction]] = {}
        if given.measure == SDE:
            units = (*given.outstanding, *(one.unit for one in given.doubted))
            self._pools = {
                scope: sde_of_scope(given.election, given.contest, scope, given.sums.get(scope, {}))
                for scope in {unit.scope for unit in units if unit.kind is UnitKind.SATELLITE}
            }
        self._open = {unit.scope for unit in given.outstanding} & self._pools.keys()
        most = given.election.policy.attendance_per_delegate_max
        self._expected = None if self._by_delegates else most
        self.assumed = self._expected if given.outstanding or given.doubted else None

    def gains(self, challenger: str, other: str) -> tuple[Fraction | None, Fraction | None]:
        """From what is outstanding, and from what is doubted besides; None: no bound."""
        if self._from_outstanding is None:
            return None, None
        gain = self._from_outstanding + self._whole_pools(self._open, challenger, other)
        doubted_pools = {d.unit.scope for d in self._doubted} & self._pools.keys() - self._open
        wider = gain + self._whole_pools(doubted_pools, challenger, other)
        for one in self._doubted:
            if one.unit.scope not in self._pools:
                wider += self._moved(one, challenger, other)
        return gain, wider

    def _all_of(self, units: Sequence[Unit]) -> Fraction | None:
        return super()._all_of([unit for unit in units if unit.scope not in self._pools])

    def _delegates(self, unit: Unit) -> int:
        return SITE_DELEGATES if unit.kind is UnitKind.SATELLITE else unit.delegates

    def _most_of(self, county: str, delegates: int) -> Fraction | None:
        if self._by_delegates:
            return self._worth(county) * delegates
        return None if self._expected is None else Fraction(self._expected * delegates)

    def _worth(self, county: str) -> Fraction:
        return worth(self._election, county) if self._measure == SDE else Fraction(1)

    @property
    def _kept(self) -> str:
        return DELEGATES if self._measure == SDE else self._measure

    def _whole_pools(self, scopes: Iterable[str], challenger: str, other: str) -> Fraction:
        found = NOTHING
        for scope in scopes:
            whole = self._election.pools[scope.partition(":")[2]].state_delegates
            claimed = whole * self._claimed_of_pool(scope, challenger)
            found += claimed + self._pools[scope][other] - self._pools[scope][challenger]
        return found

    def _claimed_of_pool(self, scope: str, challenger: str) -> Fraction:
        """1, or more where a held report of a site gives the challenger more than it elects."""
        contest = self._contest.id
        shares = (
            Fraction(
                claim.get((contest, SHARE, challenger), 0),
                SHARE_UNIT * claim.get((contest, ATTENDANCE, ""), 0) or 1,
            )
            for doubted in self._doubted
            if doubted.unit.scope == scope
            for claim in doubted.claims
        )
        return max((Fraction(1), *shares))

    def _replaced(self, doubted: DoubtedUnit) -> Fraction:
        if self._by_delegates:
            return self._most_of(doubted.unit.county, self._delegates(doubted.unit)) or NOTHING
        return super()._replaced(doubted)
