"""How far what is open can move the margin between two candidates, at most.

The most is reached when everything open goes to one of them:

- An outstanding precinct gives all its delegates to the challenger.
- A doubted one is replaced by such a report, or one of its held reports is released as it stands,
  whichever moves more. What counts of it now is taken out.
- A pool with an open or doubted site goes to the challenger as a whole: another site moves what
  every site of the pool is worth (rules.md, 8). A held report that claims more than its site elects
  takes as many times the pool.
- Nobody knows how many people are in a room that has not reported. Where the election says how many
  to expect at most, alignments are bounded by it, and the assumption is said; else they have no
  bound. Nor have the ballots of an open polling place.

What no bound covers: a report that nobody has filed yet and that gives away more than its unit
elects. A toss is decided in the room and filed with its report, so none is undecided in a ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from hotline.election.model import Contest, Election, Unit, UnitKind
from hotline.election.rules.plurality import BALLOTS
from hotline.election.tally import (
    ATTENDANCE,
    DELEGATES,
    FINAL,
    FIRST,
    SDE,
    SHARE,
    SHARE_UNIT,
    VOTES,
    Contribution,
    Sums,
    of_scope,
    sde_by_scope,
)

SITE_DELEGATES = 9  # the most that a satellite site elects (rules.md, 8)
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Doubted:
    """A unit that is held or contested."""

    unit: Unit
    counted: Contribution = field(default_factory=dict)  # what it adds to the sums now
    claims: tuple[Contribution, ...] = ()  # what each of its held reports would add


class Reach:
    """How far what is open can move the margin between two candidates, by one measure."""

    def __init__(
        self,
        election: Election,
        contest: Contest,
        measure: str,
        sums: Sums,
        outstanding: Sequence[Unit],
        doubted: Sequence[Doubted],
    ) -> None:
        self._election, self._contest, self._measure = election, contest, measure
        self._doubted = doubted
        self._pools: dict[str, dict[str, Fraction]] = {}
        if measure == SDE:
            pools = {unit.scope for unit in (*outstanding, *(d.unit for d in doubted))}
            in_pools = {s: sums.get(s, {}) for s in pools if s.startswith("pool:")}
            self._pools = sde_by_scope(election, contest, in_pools)
        self._open = {unit.scope for unit in outstanding} & self._pools.keys()
        alignment = measure in (FIRST, FINAL)
        self._expected = election.policy.attendance_per_delegate_max if alignment else None
        self._outstanding = self._all_of(outstanding)
        open_at_all = outstanding or doubted
        self.assumed = self._expected if open_at_all else None

    def gains(self, challenger: str, other: str) -> tuple[Fraction | None, Fraction | None]:
        """From what is outstanding, and from what is doubted besides; None: no bound."""
        if self._outstanding is None:
            return None, None
        gain = self._outstanding + self._whole_pools(self._open, challenger, other)
        doubted_pools = {d.unit.scope for d in self._doubted} & self._pools.keys() - self._open
        wider = gain + self._whole_pools(doubted_pools, challenger, other)
        for one in self._doubted:
            if one.unit.scope not in self._pools:
                wider += self._moved(one, challenger, other)
        return gain, wider

    def _all_of(self, units: Sequence[Unit]) -> Fraction | None:
        """What outstanding units give at most, all to one candidate; without the pools."""
        alike = Counter(
            (unit.county, _delegates(unit)) for unit in units if unit.scope not in self._pools
        )
        found = NOTHING
        for (county, delegates), times in alike.items():
            most = self._most_of(county, delegates)
            if most is None:
                return None
            found += times * most
        return found

    def _most_of(self, county: str, delegates: int) -> Fraction | None:
        """What a unit can give to one candidate at most, whoever came; None: no bound."""
        if self._measure == VOTES:
            return None
        if self._measure in (SDE, DELEGATES):
            return self._worth(county) * delegates
        return None if self._expected is None else Fraction(self._expected * delegates)

    def _worth(self, name: str) -> Fraction:
        """Of a delegate, in what is measured."""
        county = self._election.counties.get(name)
        if self._measure != SDE or county is None:
            return Fraction(1)
        return Fraction(county.state_delegates, county.county_delegates)

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

    def _moved(self, doubted: Doubted, challenger: str, other: str) -> Fraction:
        """By how much a doubted unit can move the margin; it may also stay as it is."""
        worth = self._worth(doubted.unit.county)
        kept = DELEGATES if self._measure == SDE else self._measure

        def ahead(contributed: Contribution) -> Fraction:
            found = of_scope(self._contest, kept, contributed)
            return worth * (found[challenger] - found[other])

        now = ahead(doubted.counted)
        most = max((self._replaced(doubted), *map(ahead, doubted.claims)))
        return max(most - now, NOTHING)

    def _replaced(self, doubted: Doubted) -> Fraction:
        """The most that a report in place of a unit's own would give to one candidate.

        Of people and ballots: as many as the largest of its reports has, or as are expected.
        """
        expected = self._most_of(doubted.unit.county, _delegates(doubted.unit)) or NOTHING
        if self._measure in (SDE, DELEGATES):
            return expected
        present = BALLOTS if self._measure == VOTES else ATTENDANCE
        key = (self._contest.id, present, "")
        versions = (doubted.counted, *doubted.claims)
        return max(expected, *(Fraction(version.get(key, 0)) for version in versions))


def _delegates(unit: Unit) -> int:
    return SITE_DELEGATES if unit.kind is UnitKind.SATELLITE else unit.delegates
