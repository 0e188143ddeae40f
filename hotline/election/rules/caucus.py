"""The arithmetic of a caucus: who is viable, and which awards of delegates the rules admit.

The paragraph numbers are those of the party's arithmetic as rules.md states it. Everything is
exact: sizes and delegates are whole numbers, shares are fractions, nothing is rounded but where a
rule rounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

from hotline.election.model import Unit, UnitKind

USUAL_VIABILITY = Fraction(15, 100)
VIABILITY = {3: Fraction(1, 6), 2: Fraction(1, 4)}  # share of the attendance, by delegates
PLACES = 10_000  # values that are equal to four decimals tie (rules.md, 5)
SITE_SIZES = (20, 40, 60, 80, 100)  # people; a satellite of up to so many elects 4, 5, 6, 7, 8
SITE_LEAST = 4

Award = tuple[int, ...]


def threshold(attendance: int, delegates: int) -> int:
    """Smallest viable group, in people, rounded up (rules.md, 1).

    A unit of one delegate has no threshold: any group will do, so it is 1.
    """
    if delegates == 1:
        return 1
    return ceil(VIABILITY.get(delegates, USUAL_VIABILITY) * attendance)


def satellite_delegates(attendance: int) -> int:
    """Delegates that a satellite site elects (rules.md, 8); none where nobody came."""
    if attendance < 1:
        return 0
    return SITE_LEAST + sum(attendance > size for size in SITE_SIZES)


def delegates_due(unit: Unit, attendance: int) -> int:
    """Delegates that a unit has to award: allotted to a precinct, by attendance at a satellite."""
    if unit.kind is UnitKind.SATELLITE:
        return satellite_delegates(attendance)
    return unit.delegates


def is_viable(size: int, voters: int, delegates: int) -> bool:
    """Whether a group of `size` people reaches the threshold. Nobody is never a group."""
    return size > 0 and size >= threshold(voters, delegates)


@dataclass(frozen=True, slots=True)
class Apportionment:
    """What the rules award, by group: all of `certain`, and `drawn` delegates more by lot.

    Each of the `drawn` winners is another of the groups `tied` (indices) and gets one delegate.
    Without a tie `drawn` is 0. This says in a few words what `admissible_awards` spells out.
    """

    certain: Award
    tied: tuple[int, ...] = ()
    drawn: int = 0

    @property
    def total(self) -> int:
        """Delegates awarded, the same in every admissible award."""
        return sum(self.certain) + self.drawn

    def admits(self, award: Sequence[int]) -> bool:
        """Whether `award`, delegates by group, is one of the admissible ones."""
        if len(award) != len(self.certain) or sum(award) != self.total:
            return False
        tied = set(self.tied)
        return all(
            won - sure in ((0, 1) if group in tied else (0,))
            for group, (won, sure) in enumerate(zip(award, self.certain, strict=True))
        )

    def awards(self) -> Iterator[Award]:
        """Every admissible award, once. They are C(len(tied), drawn) in number."""
        for winners in combinations(self.tied, self.drawn):
            yield tuple(sure + (group in winners) for group, sure in enumerate(self.certain))


def apportion(
    delegates: int, voters: int, sizes: Sequence[int], *, is_capped: bool
) -> Apportionment | None:
    """Delegates by group, as the rules award them (rules.md, 1 and 3 to 6).

    `is_capped`: of more viable groups than delegates, the largest have one each (Iowa).

    `sizes` are people at the final alignment, in any order; `voters` is N, everybody who counted
    in the first one. None where no group is viable: no award follows from the rules then. Takes a
    moment whatever is keyed, also where the groups outnumber those who came.
    """
    if min(delegates, voters, *sizes, 0) < 0:
        raise ValueError("people and delegates are counted from zero")
    viable = [group for group, size in enumerate(sizes) if is_viable(size, voters, delegates)]
    if not viable or not voters or not delegates:
        return None
    if (is_capped or delegates == 1) and len(viable) > delegates:
        return _one_each_for_the_largest(sizes, viable, delegates)
    return _by_share(sizes, viable, delegates, voters)


def admissible_awards(
    delegates: int, voters: int, sizes: Sequence[int], *, is_capped: bool
) -> frozenset[Award]:
    """All awards that the rules admit, aligned with `sizes`; more than one means a tie.

    Empty where no group is viable. Groups that add up to those who came leave a few dozen at the
    most, fourteen equal groups some three thousand; `apportion` holds the same without listing.
    """
    apportionment = apportion(delegates, voters, sizes, is_capped=is_capped)
    return frozenset(apportionment.awards() if apportionment else ())


def _one_each_for_the_largest(
    sizes: Sequence[int], viable: Sequence[int], delegates: int
) -> Apportionment:
    """The group cap (rules.md, 3), and the plurality that elects a single delegate (1)."""
    last_in = sorted((sizes[group] for group in viable), reverse=True)[delegates - 1]
    safe = {group for group in viable if sizes[group] > last_in}
    at_the_cut = [group for group in viable if sizes[group] == last_in]
    certain = [int(group in safe) for group in range(len(sizes))]
    return _draw(certain, at_the_cut, delegates - len(safe))


def _by_share(
    sizes: Sequence[int], viable: Sequence[int], delegates: int, voters: int
) -> Apportionment:
    """Rounded shares (rules.md, 4), mended until they add up (5)."""
    raw = {group: Fraction(sizes[group] * delegates, voters) for group in viable}
    awards = [0] * len(sizes)
    for group in viable:
        awards[group] = max(1, _half_up(raw[group]))
    shares = {group: _half_up(PLACES * raw[group]) for group in viable}
    if sum(awards) > delegates:
        return _take_away(awards, shares, sum(awards) - delegates)
    return _add(awards, shares, delegates - sum(awards))


def _take_away(awards: list[int], shares: dict[int, int], too_many: int) -> Apportionment:
    """One at a time from the group furthest above its share (in 1/PLACES), never its only one."""
    while losing := [group for group in shares if awards[group] >= 2]:
        # All of them stand within one delegate of each other, so that whole rounds change nothing
        # but the level: without this, absurd counts would take a step for each surplus delegate.
        rounds = min(too_many // len(losing), min(awards[group] for group in losing) - 1) - 1
        if rounds > 0:
            for group in losing:
                awards[group] -= rounds
            too_many -= rounds * len(losing)
        above = {group: awards[group] * PLACES - shares[group] for group in losing}
        furthest = [group for group in losing if above[group] == max(above.values())]
        for group in furthest:
            awards[group] -= 1
        if too_many <= len(furthest):
            return _draw(awards, furthest, len(furthest) - too_many)
        too_many -= len(furthest)
    # Only delegates that a group cannot lose are left over: Nevada lets the excess stand.
    return _draw(awards, [], 0)


def _add(awards: list[int], shares: dict[int, int], too_few: int) -> Apportionment:
    """One at a time to the group that stays closest to its share; a group may gain twice."""
    while too_few:
        above = {group: (awards[group] + 1) * PLACES - shares[group] for group in shares}
        closest = [group for group in shares if above[group] == min(above.values())]
        if too_few <= len(closest):
            return _draw(awards, closest, too_few)
        for group in closest:
            awards[group] += 1
        too_few -= len(closest)
    return _draw(awards, [], 0)


def _draw(certain: list[int], tied: Sequence[int], drawn: int) -> Apportionment:
    """`drawn` delegates among the tied groups; where there is one for each, there is no tie."""
    if drawn == len(tied):
        for group in tied:
            certain[group] += 1
        tied, drawn = (), 0
    return Apportionment(tuple(certain), tuple(tied) if drawn else (), drawn)


def _half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))
