"""Which telephone an honest caller takes, and how many reports go into one call. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from hotline.guard.triage import CallerStanding
from hotline.rehearsal.plan import Assignment

BORROWED = 0.03  # of the chairs call from a phone that is on no roster
WITHHELD = 0.01  # from one whose number is withheld
IN_ONE_CALL = 0.6  # of the phones with several units report all of them in one call
NO_NUMBER = "anonymous"  # as the network says it


@dataclass(frozen=True)
class Visit:
    """One call of an honest caller: from where, as whom to be taken, what is reported."""

    phone: str  # as the network says it
    standing: CallerStanding
    given: tuple[Assignment, ...]


def visits(
    assignments: Sequence[Assignment],
    roster: Collection[str],
    borrowed: Iterator[str],
    chance: Random,
) -> list[Visit]:
    """The calls of these reports in a random order.

    A phone that reports several units does so in one call, or calls again for each: both happen.
    A unit without a phone on the roster is reported from a borrowed one.
    """
    by_phone: dict[str, list[Assignment]] = {}
    for given in assignments:
        by_phone.setdefault(given.phone, []).append(given)
    found: list[Visit] = []
    for phone, theirs in by_phone.items():
        if phone not in roster:
            found += [Visit(next(borrowed), CallerStanding.UNKNOWN, (each,)) for each in theirs]
        elif len(theirs) > 1 and chance.random() < IN_ONE_CALL:
            found.append(Visit(phone, CallerStanding.ROSTER, tuple(theirs)))
        else:
            found += [_alone(each, borrowed, chance) for each in theirs]
    chance.shuffle(found)
    return found


def _alone(given: Assignment, borrowed: Iterator[str], chance: Random) -> Visit:
    drawn = chance.random()
    if drawn < BORROWED:
        return Visit(next(borrowed), CallerStanding.UNKNOWN, (given,))
    if drawn < BORROWED + WITHHELD:
        return Visit(NO_NUMBER, CallerStanding.WITHHELD, (given,))
    return Visit(given.phone, CallerStanding.ROSTER, (given,))
