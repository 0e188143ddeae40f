"""The arithmetic of an ordinary contest: the sums of its sheet, and who wins (rules.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.election.model import Contest, PluralityFigures

BALLOTS = "ballots"
WRITE_INS = "write-ins"
UNDERVOTES = "undervotes"
OVERVOTES = "overvotes"
OTHER_LINES = (WRITE_INS, UNDERVOTES, OVERVOTES)
"""Lines of the sheet below the candidates; a candidate's id is never one of these."""


def votes_due(contest: Contest, ballots: int) -> int:
    """Votes that the lines of the sheet have to add up to: one for each ballot and seat."""
    return ballots * contest.seats


def votes_found(figures: PluralityFigures) -> int:
    """What the lines do add up to: candidates, write-ins, undervotes and overvotes."""
    below = figures.write_ins + figures.undervotes + figures.overvotes
    return sum(figures.votes.values()) + below


def adds_up(contest: Contest, figures: PluralityFigures) -> bool:
    """Whether candidates + write-ins + undervotes + overvotes = ballots x seats."""
    return votes_found(figures) == votes_due(contest, figures.ballots)


@dataclass(frozen=True, slots=True)
class Winners:
    """Candidates in front, by votes. A tie for the last seats is told, never broken.

    `seats_tied` of the candidates in `tied` are elected too, which ones no count can say. A
    candidate without a single vote wins nothing.
    """

    elected: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    seats_tied: int = 0


def winners(contest: Contest, votes: Mapping[str, int]) -> Winners:
    """Who has most votes, as many as there are seats; in the order of votes, then of the ballot.

    Only candidates of the contest are looked at: write-ins, counted together, are not a person.
    """
    running = [c.id for c in contest.candidates if votes.get(c.id, 0) > 0]
    ranked = sorted(running, key=lambda candidate: -votes[candidate])
    if len(ranked) <= contest.seats:
        return Winners(tuple(ranked))
    last_in = votes[ranked[contest.seats - 1]]
    level = tuple(candidate for candidate in ranked if votes[candidate] == last_in)
    ahead = tuple(candidate for candidate in ranked if votes[candidate] > last_in)
    if len(ahead) + len(level) == contest.seats:
        return Winners(ahead + level)
    return Winners(ahead, level, contest.seats - len(ahead))
