"""Telephone numbers that belong to nobody: 555-0100 to 555-0199 in every area code.

Honest callers who borrow a phone and nuisance callers draw from different halves, so that no
rehearsal ever turns an honest caller away for what a nuisance caller of an earlier one did.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import product
from random import Random

AREA_CODES = tuple(str(code) for code in range(200, 1000) if code % 100 != 11)
HONEST = range(150, 200)
NUISANCES = range(100, 150)


def invented(lines: Sequence[int], chance: Random, but: Container[str] = ()) -> Iterator[str]:
    """All of them once in a random order, none twice, and none that is in `but`."""
    numbers = [f"+1{area}5550{line}" for area, line in product(AREA_CODES, lines)]
    chance.shuffle(numbers)
    return (number for number in numbers if number not in but)
