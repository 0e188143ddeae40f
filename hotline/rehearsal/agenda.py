"""Who calls when: chairs and nuisance callers, release by release. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from random import Random

from hotline.rehearsal.arrivals import arrivals
from hotline.rehearsal.invented import HONEST, NUISANCES, invented
from hotline.rehearsal.nuisances import Spell, deal
from hotline.rehearsal.plan import Assignment
from hotline.rehearsal.visits import Visit, visits

Due = tuple[float, Visit | Spell]
"""A second of the real night, and who calls then."""


def agenda(
    releases: Sequence[Sequence[Assignment]],
    roster: Collection[str],
    pranks: int,
    chance: Random,
    *,
    public: bool,
) -> list[list[Due]]:
    """The calls of each release in the order of their times, `pranks` nuisance calls among them.

    A release begins when all chairs of the one before have called. What nuisance callers do later
    than the last chair falls into the last release. `roster` holds all phones that the line knows;
    `public` says whether there is a public line.
    """
    borrowed = invented(HONEST, chance, roster)
    calls = [visits(given, roster, borrowed, chance) for given in releases]
    times = iter(arrivals(sum(map(len, calls)), chance.getrandbits(32)))
    fresh = invented(NUISANCES, chance, roster)
    spells = deal(pranks, chance, fresh, sorted(roster), public=public)
    found: list[list[Due]] = []
    for place, theirs in enumerate(calls):
        due: list[Due] = [(next(times), wanted) for wanted in theirs]
        last = place == len(calls) - 1
        ends = float("inf") if last else max((at for at, _ in due), default=0.0)
        while spells and spells[0].at <= ends:
            spell = spells.pop(0)
            due.append((spell.at, spell))
        found.append(sorted(due, key=lambda each: each[0]))
    return found
