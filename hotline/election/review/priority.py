"""How much a report that is held or doubted could move the lead: what is looked at first.

The lead is the leader's margin over whoever is next, in the deciding measure. A bound is worked out
exactly, by putting the worst that could be filed for the unit in place of what it counts, and
adding up its county or pool anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from hotline.election.model import (
    CaucusFigures,
    Contest,
    Election,
    Figures,
    PluralityFigures,
    Unit,
    UnitKind,
)
from hotline.election.rules.caucus import delegates_due
from hotline.election.tally import (
    DELEGATES,
    SDE,
    VOTES,
    Contribution,
    Key,
    Sums,
    add,
    contribution,
    deciding_measure,
    of_scope,
    sde_by_scope,
    standings,
)

Standing = Mapping[str, Fraction] | Mapping[str, int]  # by candidate


@dataclass(frozen=True, slots=True)
class Stake:
    """What is at stake in one contest: the lead, and the most by which it could move.

    In state delegate equivalents, delegates or votes, as `measure` says. `leader` and `next` are
    empty where nothing is counted yet.
    """

    contest: str
    measure: str
    leader: str
    next: str
    lead: Fraction
    most: Fraction

    @property
    def weight(self) -> Fraction:
        """The most by which the lead could move, as a share of the lead; for putting in order."""
        return self.most / self.lead if self.lead else self.most * _TIED

    @property
    def could_change_leader(self) -> bool:
        return self.most >= self.lead


_TIED = Fraction(1_000_000)
"""What weighs on a tie comes before what weighs on any lead."""


@dataclass(frozen=True)
class Race:
    """One contest as it counts now."""

    election: Election
    contest: Contest
    sums: Sums

    @cached_property
    def measure(self) -> str:
        return deciding_measure(self.election, self.contest)

    @cached_property
    def order(self) -> tuple[tuple[str, Fraction], ...]:
        """Candidates and what they have, most first; the order of the sheet where they are even."""
        values = standings(self.election, self.contest, self.sums)
        return tuple(
            (id, Fraction(value)) for id, value in sorted(values.items(), key=lambda one: -one[1])
        )

    def stake(
        self, unit: Unit, counted: Mapping[str, Figures] | None, others: Iterable[_Report]
    ) -> Stake:
        """The most by which deciding on this unit could move the lead.

        `counted`: the report that counts, by contest, or None; `others`: those that are held. What
        is decided may be any of these: that one of the others counts, that none does, or that a
        new version does, with any admissible award. Of a new version it is assumed that as many
        people came, or ballots were cast, as the largest of the reports says; nothing bounds what
        a version could say that awards more delegates than the unit elects.
        """
        now = self._standing_of(unit, self.sums.get(unit.scope, {}))
        counting = {} if counted is None else contribution(self.election, unit, counted)
        filed = [one for one in ([counted] if counted else []) + [*others] if one]
        worst = max(
            (
                self._moved(now, self._standing_of(unit, self._with(unit, counting, instead)))
                for instead in self._possible(unit, filed)
            ),
            default=Fraction(0),
        )
        led = bool(self.order) and self.order[0][1] > 0
        return Stake(
            self.contest.id,
            self.measure,
            self.order[0][0] if led else "",
            self.order[1][0] if led and len(self.order) > 1 else "",
            self.order[0][1] - self.order[1][1] if len(self.order) > 1 else Fraction(0),
            worst * self._worth(unit),
        )

    def _possible(self, unit: Unit, filed: list[_Report]) -> Iterator[Contribution]:
        """What may count once it is decided: nothing, each as filed, or everything to one.

        Between everything to one candidate and everything to another lies every other award, and
        the standing of a scope moves steadily between them: no other award moves the lead further.
        """
        yield {}
        for report in filed:
            yield contribution(self.election, unit, report)
        size = max((_size(report.get(self.contest.id)) for report in filed), default=0)
        for candidate in self.contest.by_id:
            alone = self._all_to(unit, candidate, size)
            yield contribution(self.election, unit, {self.contest.id: alone})

    def _all_to(self, unit: Unit, candidate: str, size: int) -> Figures:
        if not self.contest.is_caucus:
            return PluralityFigures(size, {candidate: size})
        everybody = {candidate: size}
        due = {candidate: delegates_due(unit, size)}
        return CaucusFigures(size, everybody, everybody, due)

    def _with(self, unit: Unit, counting: Contribution, instead: Contribution) -> Contribution:
        """The sums of the unit's scope with another report of the unit, or none."""
        sums: dict[str, dict[Key, int]] = {unit.scope: dict(self.sums.get(unit.scope, {}))}
        add(sums, unit.scope, counting, -1)
        add(sums, unit.scope, instead)
        return sums.get(unit.scope, {})

    def _standing_of(self, unit: Unit, in_scope: Contribution) -> Standing:
        """What each candidate has in the unit's scope, in units of `_worth`."""
        if self._is_open(unit):
            found = sde_by_scope(self.election, self.contest, {unit.scope: in_scope})
            return found[unit.scope]
        return of_scope(self.contest, VOTES if self.measure == VOTES else DELEGATES, in_scope)

    def _worth(self, unit: Unit) -> Fraction:
        """What one in the standing of the unit's scope is worth in the deciding measure."""
        if self._is_open(unit) or self.measure != SDE:
            return Fraction(1)
        first = self.contest.candidates[0].id
        one = {unit.scope: {(self.contest.id, DELEGATES, first): 1}}
        return sde_by_scope(self.election, self.contest, one)[unit.scope][first]

    def _is_open(self, unit: Unit) -> bool:
        """Whether another site of its pool moves what the unit is worth, so that nothing but the
        pool as a whole can be compared. Elsewhere whole numbers can, which is much faster."""
        return self.measure == SDE and unit.kind is UnitKind.SATELLITE

    def _moved(self, before: Standing, after: Standing) -> Fraction:
        """How far the margin over any challenger moves; over whoever is next it is no further."""
        if len(self.order) < 2:
            return Fraction(0)
        (leader, _), *challengers = self.order
        gained = after[leader] - before[leader]
        others = [after[challenger] - before[challenger] for challenger, _ in challengers]
        return Fraction(max(gained - min(others), max(others) - gained))


_Report = Mapping[str, Figures]  # by contest


def _size(figures: Figures | None) -> int:
    """People, or ballots."""
    if figures is None:
        return 0
    return figures.ballots if isinstance(figures, PluralityFigures) else figures.voters


def stakes(
    election: Election,
    races: Iterable[Race],
    unit: Unit,
    counted: Mapping[str, Figures] | None,
    others: Iterable[Mapping[str, Figures]],
) -> list[Stake]:
    """What is at stake at a unit in every contest, the weightiest first."""
    held = list(others)
    found = [race.stake(unit, counted, held) for race in races]
    return sorted(found, key=lambda stake: -stake.weight)
