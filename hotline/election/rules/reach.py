"""How far what is open can move the margin between two candidates, at most.

The most is reached when everything open goes to one of them:

- An outstanding unit gives all that it can give to the challenger, where anything bounds that.
- A doubted one is replaced by such a report, or one of its held reports is released as it stands,
  whichever moves more. What counts of it now is taken out.

What no bound covers: a report that nobody has filed yet and that gives away more than its unit
has. A lot is drawn in the room and filed with its report, so none is undecided in a ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from hotline.election.model import Contest, Election, Unit
from hotline.election.sums import Contribution, Sums, of_scope

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class DoubtedUnit:
    """A unit that is held or contested."""

    unit: Unit
    counted: Contribution = field(default_factory=dict)  # what it adds to the sums now
    claims: tuple[Contribution, ...] = ()  # what each of its held reports would add


@dataclass(frozen=True)
class Open:
    """What is open of a contest, and how it is measured."""

    election: Election
    contest: Contest
    measure: str
    sums: Sums
    outstanding: Sequence[Unit]
    doubted: Sequence[DoubtedUnit]


class Reach:
    """Of votes: nobody knows how many there are where nothing has been reported.

    `present`: the measure that says how many there are at most, once something has been.
    """

    assumed: int | None = None
    """People per delegate, where the bounds rest on such an assumption."""

    def __init__(self, given: Open, present: str) -> None:
        self._election, self._contest = given.election, given.contest
        self._measure, self._present = given.measure, present
        self._sums = given.sums
        self._outstanding, self._doubted = given.outstanding, given.doubted

    def gains(self, challenger: str, other: str) -> tuple[Fraction | None, Fraction | None]:
        """From what is outstanding, and from what is doubted besides; None: no bound."""
        gain = self._from_outstanding
        if gain is None:
            return None, None
        return gain, gain + sum(
            (self._moved(one, challenger, other) for one in self._doubted), NOTHING
        )

    @cached_property
    def _from_outstanding(self) -> Fraction | None:
        return self._all_of(self._outstanding)

    def _all_of(self, units: Sequence[Unit]) -> Fraction | None:
        """What outstanding units give at most, all to one candidate."""
        alike = Counter((unit.county, self._delegates(unit)) for unit in units)
        found = NOTHING
        for (county, delegates), times in alike.items():
            most = self._most_of(county, delegates)
            if most is None:
                return None
            found += times * most
        return found

    def _delegates(self, unit: Unit) -> int:
        return unit.delegates

    def _most_of(self, county: str, delegates: int) -> Fraction | None:
        """What such a unit can give to one candidate at most, whoever came; None: no bound."""
        return None

    def _worth(self, county: str) -> Fraction:
        """Of one of what is kept, in what is measured."""
        return Fraction(1)

    @property
    def _kept(self) -> str:
        """What is kept of the measure, in whole numbers."""
        return self._measure

    def _moved(self, doubted: DoubtedUnit, challenger: str, other: str) -> Fraction:
        """By how much a doubted unit can move the margin; it may also stay as it is."""
        worth = self._worth(doubted.unit.county)

        def ahead(contributed: Contribution) -> Fraction:
            found = of_scope(self._contest, self._kept, contributed)
            return worth * (found[challenger] - found[other])

        now = ahead(doubted.counted)
        most = max((self._replaced(doubted), *map(ahead, doubted.claims)))
        return max(most - now, NOTHING)

    def _replaced(self, doubted: DoubtedUnit) -> Fraction:
        """The most that a report in place of a unit's own would give to one candidate.

        As many as the largest of its reports has, or as are expected.
        """
        expected = self._most_of(doubted.unit.county, self._delegates(doubted.unit)) or NOTHING
        key = (self._contest.id, self._present, "")
        versions = (doubted.counted, *doubted.claims)
        return max(expected, *(Fraction(version.get(key, 0)) for version in versions))
