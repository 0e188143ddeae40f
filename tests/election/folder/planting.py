"""Slips of reading and keying, planted in what a caucus reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from hotline.election.model import Contest
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.mistakes import ErrorKind

Slip = Callable[[Random, Contest, CaucusFigures], CaucusFigures]
COLUMNS = ("first", "final", "delegates")


def column(contest: Contest, figures: CaucusFigures, name: str) -> list[int]:
    """A column in the order of asking, zeros too."""
    return [getattr(figures, name).get(id, 0) for id in contest.by_id]


def with_column(
    contest: Contest, figures: CaucusFigures, name: str, counts: list[int]
) -> CaucusFigures:
    counted = {id: n for id, n in zip(contest.by_id, counts, strict=True) if n}
    return replace(figures, **{name: counted})


def shifted(random: Random, contest: Contest, figures: CaucusFigures) -> CaucusFigures:
    """From some line on, everything stands a line further down, in the whole row of the sheet."""
    start = random.randrange(len(contest.candidates) - 1)
    for name in COLUMNS:
        counts = column(contest, figures, name)
        figures = with_column(contest, figures, name, [*counts[:start], 0, *counts[start:-1]])
    return figures


def shifted_in_one(random: Random, contest: Contest, figures: CaucusFigures) -> CaucusFigures:
    """One alignment alone stands a line further up from some line on."""
    name = random.choice(("first", "final"))
    counts = column(contest, figures, name)
    start = random.randrange(1, len(counts))
    return with_column(contest, figures, name, [*counts[: start - 1], *counts[start:], 0])


def swapped(random: Random, contest: Contest, figures: CaucusFigures) -> CaucusFigures:
    """Two candidates have each other's counts in every column."""
    one, other = random.sample(range(len(contest.candidates)), 2)
    for name in COLUMNS:
        counts = column(contest, figures, name)
        counts[one], counts[other] = counts[other], counts[one]
        figures = with_column(contest, figures, name, counts)
    return figures


def alignments_swapped(_: Random, __: Contest, figures: CaucusFigures) -> CaucusFigures:
    return replace(figures, first=figures.final, final=figures.first)


def final_over_first(_: Random, __: Contest, figures: CaucusFigures) -> CaucusFigures:
    return replace(figures, first=figures.final)


def first_over_final(_: Random, __: Contest, figures: CaucusFigures) -> CaucusFigures:
    return replace(figures, final=figures.first)


def _in_digits(change: Callable[[Random, str], str]) -> Slip:
    def slip(random: Random, contest: Contest, figures: CaucusFigures) -> CaucusFigures:
        name = random.choice(("first", "final"))
        counts = column(contest, figures, name)
        place = random.choice([n for n, count in enumerate(counts) if count] or [0])
        counts[place] = int(change(random, str(counts[place])) or "0")
        return with_column(contest, figures, name, counts)

    return slip


def _lost(random: Random, digits: str) -> str:
    place = random.randrange(len(digits))
    return digits[:place] + digits[place + 1 :]


def _added(random: Random, digits: str) -> str:
    place = random.randrange(len(digits) + 1)
    return digits[:place] + str(random.randrange(1, 10)) + digits[place:]


def _transposed(random: Random, digits: str) -> str:
    if len(digits) < 2:
        return digits
    place = random.randrange(len(digits) - 1)
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def _changed(random: Random, digits: str) -> str:
    place = random.randrange(len(digits))
    other = random.choice([d for d in "123456789" if d != digits[place]])
    return digits[:place] + other + digits[place + 1 :]


def award(random: Random, contest: Contest, figures: CaucusFigures) -> CaucusFigures:
    """A delegate goes to another candidate."""
    counts = column(contest, figures, "delegates")
    having = [n for n, count in enumerate(counts) if count]
    if not having:
        return figures
    giver = random.choice(having)
    taker = random.choice([n for n in range(len(counts)) if n != giver])
    counts[giver] -= 1
    counts[taker] += 1
    return with_column(contest, figures, "delegates", counts)


def attendance(random: Random, _: Contest, figures: CaucusFigures) -> CaucusFigures:
    return replace(figures, attendance=figures.attendance + random.randint(1, 20))


SLIPS: tuple[tuple[ErrorKind, Slip], ...] = (
    (ErrorKind.COLUMN_SHIFT, shifted),
    (ErrorKind.COLUMN_SHIFT, shifted_in_one),
    (ErrorKind.SWAPPED, swapped),
    (ErrorKind.ALIGNMENTS_SWAPPED, alignments_swapped),
    (ErrorKind.ALIGNMENT_COPIED, final_over_first),
    (ErrorKind.ALIGNMENT_COPIED, first_over_final),
    (ErrorKind.DIGIT_LOST, _in_digits(_lost)),
    (ErrorKind.DIGIT_ADDED, _in_digits(_added)),
    (ErrorKind.DIGITS_TRANSPOSED, _in_digits(_transposed)),
    (ErrorKind.DIGIT_CHANGED, _in_digits(_changed)),
    (ErrorKind.AWARD, award),
    (ErrorKind.ATTENDANCE, attendance),
)


def planted(
    random: Random, contest: Contest, rooms: dict[str, CaucusFigures], many: int
) -> Iterator[tuple[str, ErrorKind, CaucusFigures]]:
    """As many units with one slip each, every kind in turn: code, kind, what was reported.

    A slip that changes nothing in a unit (its alignments are the same) is made in another one.
    """
    codes = random.sample(sorted(rooms), len(rooms))
    for n in range(many):
        kind, slip = SLIPS[n % len(SLIPS)]
        while True:
            code = codes.pop()
            reported = slip(random, contest, rooms[code])
            if reported != rooms[code]:
                yield code, kind, reported
                break
