"""A filed award beside what the rule admits for the same groups, and by how much they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.election.model import Contest
from hotline.election.rules.sheet import Award


@dataclass(frozen=True, slots=True)
class FiledAward:
    """Delegates by candidate, without zeros. `admitted` is None where the rule admits no award.

    `too_many` is what was filed beyond the admissible award nearest to it; below zero, what is
    missing from it.
    """

    filed: Mapping[str, int]
    admitted: Mapping[str, int] | None
    drawn: int  # delegates that go by lot, one each, on top of `admitted`
    tied: tuple[str, ...]  # among these
    too_many: Mapping[str, int]

    @property
    def misplaced(self) -> int:
        """Delegates that stand where no admissible award has them, or are missing from it."""
        over = sum(n for n in self.too_many.values() if n > 0)
        return max(over, over - sum(self.too_many.values()))


def held_against(contest: Contest, award: Award | None, won: Mapping[str, int]) -> FiledAward:
    """What was awarded (`won`), held against what the rule awards."""
    filed = {id: won[id] for id in contest.by_id if won.get(id)}
    if award is None:
        return FiledAward(filed, None, 0, (), filed)
    nearest = _nearest(award, filed)
    apart = {id: filed.get(id, 0) - nearest.get(id, 0) for id in contest.by_id}
    return FiledAward(
        filed, award.certain, award.drawn, award.tied, {id: n for id, n in apart.items() if n}
    )


def _nearest(award: Award, won: Mapping[str, int]) -> dict[str, int]:
    """The admissible award nearest to what was filed: whoever has more than is sure won the lot."""
    nearest = {**award.certain}
    by_surplus = sorted(award.tied, key=lambda id: nearest.get(id, 0) - won.get(id, 0))
    for id in by_surplus[: award.drawn]:
        nearest[id] = nearest.get(id, 0) + 1
    return nearest
