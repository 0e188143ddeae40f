"""When chairs call: the arrival curve of a real caucus night. Pure.

Iowa's Republican precincts phoned their results in by touch-tone in 2008. Of 1,765 such calls half
were in before the first hour was over, 1,062 in the busiest hour, 36 in the busiest minute; the
rest came in a long tail (lessons.md).
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import sqrt

from hotline.sandbox.chance import Chance

CURVE = (
    (0, 5.0),
    (12, 9.5),
    (30, 15.0),
    (44, 23.0),
    (52, 30.0),
    (58, 28.0),
    (66, 18.5),
    (80, 12.0),
    (100, 6.5),
    (125, 4.0),
    (165, 2.4),
    (230, 1.0),
    (300, 0.0),
)
"""Minutes since the first call, and how many calls come a minute: weights, straight in between."""


def arrivals(n: int, seed: int) -> list[float]:
    """When `n` calls come, in seconds of the real night, in their order."""
    chance = Chance(seed)
    return sorted(quantile(chance.random()) for _ in range(n))


def quantile(share: float) -> float:
    """The second by which this share (0 to 1) of all calls has come, on the whole."""
    wanted = share * _SUMS[-1]
    place = next((i for i, reached in enumerate(_SUMS[1:]) if wanted <= reached), len(_SUMS) - 2)
    (begin, low), (end, high) = CURVE[place], CURVE[place + 1]
    return 60 * (begin + _within(wanted - _SUMS[place], end - begin, low, high))


def _within(area: float, length: float, low: float, high: float) -> float:
    """How far along a line from `low` to `high` this area lies: low t + (high - low) t² / 2."""
    bend = (high - low) / length
    if bend == 0:
        return area / low
    root = sqrt(max(low * low + 2 * bend * area, 0.0))
    return min((root - low) / bend, length)


_SUMS = (
    0.0,
    *accumulate((end - begin) * (a + b) / 2 for (begin, a), (end, b) in pairwise(CURVE)),
)
NIGHT = 60.0 * CURVE[-1][0]
"""Seconds of the whole night."""
