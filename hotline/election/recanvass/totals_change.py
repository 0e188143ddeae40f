"""What differences come to in the totals: by candidate and measure, exactly, and in the lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from hotline.election import tally
from hotline.election.model import Contest, Election, Unit
from hotline.election.recanvass.comparison import ByContest
from hotline.election.rules.registry import rule_of
from hotline.election.sums import Key, Sums, add_to_sums, of_line
from hotline.election.tally import contribution


@dataclass(frozen=True, slots=True)
class TotalChange:
    """One number of the totals before and after. State delegate equivalents are exact."""

    measure: str
    line: str
    before: Fraction
    after: Fraction

    @property
    def by(self) -> Fraction:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Lead:
    """Who is first in the deciding measure, and by how much; nobody where all are even."""

    leader: str
    next: str
    margin: Fraction


@dataclass(frozen=True, slots=True)
class TotalsChange:
    """What becomes of one contest's totals. `measure` is the deciding one."""

    contest: str
    measure: str
    numbers: tuple[TotalChange, ...]  # all of them, also those that stay
    before: Lead
    after: Lead

    @property
    def changed(self) -> tuple[TotalChange, ...]:
        return tuple(number for number in self.numbers if number.by)


Exchange = tuple[Unit, ByContest | None, ByContest | None]
"""A unit, what it counts now, and what it would count; None: nothing."""


def exchanged(election: Election, sums: Sums, exchanges: Iterable[Exchange]) -> Sums:
    """The sums (as `tally.recount` has them) with these units' figures in place of others."""
    found: dict[str, dict[Key, int]] = {scope: dict(own) for scope, own in sums.items()}
    for unit, now, then in exchanges:
        for figures, sign in ((now, -1), (then, 1)):
            if figures is not None:
                add_to_sums(found, unit.scope, contribution(election, unit, figures), sign)
    return found


def totals_change(election: Election, before: Sums, after: Sums) -> list[TotalsChange]:
    """What differs between two states of the sums, contest by contest."""
    return [_of_contest(election, contest, before, after) for contest in election.contests]


def _of_contest(election: Election, contest: Contest, before: Sums, after: Sums) -> TotalsChange:
    then = amounts(election, contest, after)
    numbers = tuple(
        TotalChange(measure, line, amount, then[measure][line])
        for measure, column in amounts(election, contest, before).items()
        for line, amount in column.items()
    )
    return TotalsChange(
        contest.id,
        tally.deciding_measure(election, contest),
        numbers,
        lead(election, contest, before),
        lead(election, contest, after),
    )


def amounts(election: Election, contest: Contest, sums: Sums) -> dict[str, dict[str, Fraction]]:
    """Every total of a contest, by measure and line."""
    found: dict[str, dict[str, Fraction]] = {}
    for measure, lines in rule_of(contest).accounts(election, contest).items():
        exact = tally.standing(election, contest, measure, sums)
        found[measure] = {
            line: Fraction(exact[line] if line in exact else of_line(contest, measure, line, sums))
            for line in lines
        }
    return found


def lead(election: Election, contest: Contest, sums: Sums) -> Lead:
    """The leader's margin over whoever is next, in the measure that decides."""
    standing = {id: Fraction(v) for id, v in tally.standings(election, contest, sums).items()}
    order = sorted(standing, key=lambda id: -standing[id])  # even ones stay in the sheet's order
    if len(order) < 2 or standing[order[0]] == standing[order[1]]:
        return Lead("", "", Fraction(0))
    return Lead(order[0], order[1], standing[order[0]] - standing[order[1]])


def moved(
    election: Election, contest: Contest, sums: Sums, exchange: Exchange
) -> dict[str, Fraction]:
    """What one unit's exchange gives and takes in the deciding measure, by candidate; no zeros."""
    scope = exchange[0].scope
    before = {scope: sums.get(scope, {})}
    then = tally.standings(election, contest, exchanged(election, before, [exchange]))
    now = tally.standings(election, contest, before)
    return {id: Fraction(then[id]) - now[id] for id in then if then[id] != now[id]}
