"""Who calls when: chairs and nuisance callers, release by release. Pure."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Sequence
from itertools import product
from random import Random

from hotline.rehearsal.arrivals import arrivals
from hotline.rehearsal.nuisances import Spell, deal
from hotline.rehearsal.plan import Assignment
from hotline.rehearsal.visits import Visit, visits

AREA_CODES = tuple(str(code) for code in range(200, 1000) if code % 100 != 11)
HONEST = range(150, 200)
NUISANCES = range(100, 150)


def invented(lines: Sequence[int], chance: Random, but: Container[str] = ()) -> Iterator[str]:
    """Telephone numbers that belong to nobody, each once, in a random order, and none in `but`.

    `lines` are last figures: HONEST for callers who borrow a phone, NUISANCES for the others, so
    that no rehearsal turns an honest caller away for what a nuisance caller of an earlier one did.
    """
    numbers = [f"+1{area}5550{line}" for area, line in product(AREA_CODES, lines)]
    chance.shuffle(numbers)
    return (number for number in numbers if number not in but)


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
