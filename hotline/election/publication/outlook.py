"""Whether what is still out, held or contested can change who leads: bounds, never a projection.

Two bands: what is outstanding, which is what nothing is counted or held of; and, wider, what is
held or contested besides. How far each can move the margin the contest's rule says
(`rules/reach.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from hotline.election.model import Contest, Election, Unit
from hotline.election.rules.reach import NOTHING, DoubtedUnit, Open, Reach
from hotline.election.rules.registry import rule_of
from hotline.election.sums import Sums
from hotline.election.tally import deciding_measure
from hotline.election.tally import standing as standing_of

__all__ = ["Challenger", "DoubtedUnit", "Outlook", "OutlookState", "outlook", "outlook_by"]


class OutlookState(StrEnum):
    """How sure it is who leads."""

    NOTHING_COUNTED = "nothing-counted"
    TIED = "tied"  # nobody leads, or the last seat is tied
    NOT_SETTLED = "not-settled"  # what is outstanding could change who leads
    TOO_CLOSE = "too-close"  # nothing outstanding can, but what is held or contested could
    SETTLED = "settled"  # nothing of it can


@dataclass(frozen=True, slots=True)
class Challenger:
    """A candidate who does not lead, against the one in front. None: there is no bound."""

    id: str
    behind: Fraction
    most_gain: Fraction | None  # net, from what is outstanding
    most_gain_wider: Fraction | None  # from what is held or contested besides

    @property
    def could_lead(self) -> bool:
        """Drawing level is enough: a draw does not settle who leads."""
        return self.most_gain is None or self.most_gain >= self.behind

    @property
    def could_lead_wider(self) -> bool:
        return self.most_gain_wider is None or self.most_gain_wider >= self.behind

    @property
    def needs(self) -> Fraction | None:
        """The net share of what is outstanding that would draw level; above 1 it cannot be had.

        None where nothing is outstanding that would count, or there is no bound.
        """
        return self.behind / self.most_gain if self.most_gain else None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who leads by a measure, and who still could. `challengers` in the order of the standing."""

    measure: str
    leader: str | None  # None on a tie, or with nothing counted
    state: OutlookState
    margin: Fraction  # over the next one
    challengers: tuple[Challenger, ...]
    people_per_delegate: int | None = None  # assumed at most, where the bounds rest on it

    @property
    def settled(self) -> bool:
        return self.state is OutlookState.SETTLED


def outlook(
    election: Election,
    contest: Contest,
    sums: Sums,
    outstanding: Iterable[Unit],
    doubted: Iterable[DoubtedUnit],
) -> Outlook:
    """The outlook by the measure that decides the contest.

    `sums` are what counts now: contested units are in it, outstanding and held ones are not. A
    unit that counts while a rival report of it is held belongs with the doubted ones.
    """
    return outlook_by(
        election,
        contest,
        deciding_measure(election, contest),
        sums,
        [*outstanding],
        [*doubted],
    )


def outlook_by(
    election: Election,
    contest: Contest,
    measure: str,
    sums: Sums,
    outstanding: Sequence[Unit],
    doubted: Sequence[DoubtedUnit],
) -> Outlook:
    """The same by any measure that the contest's rule shows."""
    exact = standing_of(election, contest, measure, sums)
    standing = {id: Fraction(value) for id, value in exact.items()}
    in_order = sorted(standing, key=lambda id: -standing[id])
    front = rule_of(contest).in_front(contest, standing)
    if not front:
        nothing = not any(standing.values())
        state = OutlookState.NOTHING_COUNTED if nothing else OutlookState.TIED
        return Outlook(measure, _leader(standing), state, NOTHING, ())
    given = Open(election, contest, measure, sums, outstanding, doubted)
    reach = rule_of(contest).reach(given)
    challengers = tuple(_challenger(id, front, standing, reach) for id in in_order[len(front) :])
    return Outlook(
        measure,
        in_order[0] if _leader(standing) else None,
        _state(challengers),
        min((one.behind for one in challengers), default=standing[in_order[0]]),
        challengers,
        reach.assumed,
    )


def _leader(standing: Mapping[str, Fraction]) -> str | None:
    most = max(standing.values(), default=NOTHING)
    ahead = [candidate for candidate, value in standing.items() if value == most]
    return ahead[0] if most > 0 and len(ahead) == 1 else None


def _challenger(
    id: str, front: Sequence[str], standing: Mapping[str, Fraction], reach: Reach
) -> Challenger:
    """Against the one in front who is easiest to draw level with, band by band."""
    behind = standing[front[-1]] - standing[id]
    gains = [(standing[one] - standing[id] - behind, *reach.gains(id, one)) for one in front]
    return Challenger(
        id,
        behind,
        _most((more, gain) for more, gain, _ in gains),
        _most((more, wider) for more, _, wider in gains),
    )


def _most(gains: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """The most of gains against different opponents, each less by how much further that one is."""
    found = [None if gain is None else gain - more for more, gain in gains]
    return None if None in found else max(gain for gain in found if gain is not None)


def _state(challengers: Iterable[Challenger]) -> OutlookState:
    challengers = tuple(challengers)
    if any(one.could_lead for one in challengers):
        return OutlookState.NOT_SETTLED
    if any(one.could_lead_wider for one in challengers):
        return OutlookState.TOO_CLOSE
    return OutlookState.SETTLED
