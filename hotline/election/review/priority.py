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

from hotline.election.model import Contest, Election, Figures, Unit
from hotline.election.rules.registry import rule_of
from hotline.election.rules.rule import Rule
from hotline.election.sums import Contribution, Key, Sums, add_to_sums, of_scope
from hotline.election.tally import contribution, deciding_measure, standings

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
    def rule(self) -> Rule:
        return rule_of(self.contest)

    @cached_property
    def measure(self) -> str:
        return deciding_measure(self.election, self.contest)

    @cached_property
    def order(self) -> tuple[tuple[str, Fraction], ...]:
        """Candidates and what they have, most first; the order of the sheet where they are even."""
        exact = standings(self.election, self.contest, self.sums)
        values = [(id, Fraction(value)) for id, value in exact.items()]
        return tuple(sorted(values, key=lambda one: -one[1]))

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
        own = (report.get(self.contest.id) for report in filed)
        size = max((figures.people for figures in own if figures is not None), default=0)
        for candidate in self.contest.by_id:
            alone = self.rule.all_to(unit, candidate, size)
            yield contribution(self.election, unit, {self.contest.id: alone})

    def _with(self, unit: Unit, counting: Contribution, instead: Contribution) -> Contribution:
        """The sums of the unit's scope with another report of the unit, or none."""
        sums: dict[str, dict[Key, int]] = {unit.scope: dict(self.sums.get(unit.scope, {}))}
        add_to_sums(sums, unit.scope, counting, -1)
        add_to_sums(sums, unit.scope, instead)
        return sums.get(unit.scope, {})

    def _standing_of(self, unit: Unit, in_scope: Contribution) -> Standing:
        """What each candidate has in the unit's scope, in units of `_worth`.

        Whole numbers where they can be compared, which is much faster.
        """
        kept = self.rule.kept_as(self.election, unit, self.measure)
        if kept is None:
            return self.rule.amounts(
                self.election, self.contest, self.measure, unit.scope, in_scope
            )
        return of_scope(self.contest, kept[0], in_scope)

    def _worth(self, unit: Unit) -> Fraction:
        """What one in the standing of the unit's scope is worth in the deciding measure."""
        kept = self.rule.kept_as(self.election, unit, self.measure)
        return Fraction(1) if kept is None else kept[1]

    def _moved(self, before: Standing, after: Standing) -> Fraction:
        """How far the margin over any challenger moves; over whoever is next it is no further."""
        if len(self.order) < 2:
            return Fraction(0)
        (leader, _), *challengers = self.order
        gained = after[leader] - before[leader]
        others = [after[challenger] - before[challenger] for challenger, _ in challengers]
        return Fraction(max(gained - min(others), max(others) - gained))


_Report = Mapping[str, Figures]  # by contest


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
