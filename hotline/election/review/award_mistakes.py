"""A filed award beside what the rules admit for the same groups, and by how much they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.election.model import CaucusFigures, Contest, Unit
from hotline.election.rules.caucus import Apportionment, apportion, delegates_due


@dataclass(frozen=True, slots=True)
class Award:
    """Delegates by candidate, without zeros. `admitted` is None where the rules admit no award.

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


def award_of(contest: Contest, unit: Unit, figures: CaucusFigures) -> Award:
    """The award of a report of this caucus, held against the rules."""
    ids = [candidate.id for candidate in contest.candidates]
    sizes = [figures.final_total.get(id, 0) for id in ids]
    due = delegates_due(unit, figures.voters)
    won = [figures.delegates.get(id, 0) for id in ids]
    filed = _by_id(ids, won)
    found = apportion(contest.rule, due, figures.voters, sizes)
    if found is None:
        return Award(filed, None, 0, (), filed)
    nearest = _nearest(found, won)
    return Award(
        filed,
        _by_id(ids, found.certain),
        found.drawn,
        tuple(ids[place] for place in found.tied),
        _by_id(ids, [ours - theirs for ours, theirs in zip(won, nearest, strict=True)]),
    )


def _nearest(found: Apportionment, won: list[int]) -> list[int]:
    """The admissible award nearest to what was filed: whoever has more than is sure won the lot."""
    award = [*found.certain]
    by_surplus = sorted(found.tied, key=lambda group: award[group] - won[group])
    for group in by_surplus[: found.drawn]:
        award[group] += 1
    return award


def _by_id(ids: list[str], counts: list[int] | tuple[int, ...]) -> dict[str, int]:
    return {id: count for id, count in zip(ids, counts, strict=True) if count}
