"""When calls come in a night: how many of all in each of its minutes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.tables.problems import quoted

EVEN = "even:"
LONGEST_NIGHT = 24 * 60
"""Minutes."""


@dataclass(frozen=True, slots=True)
class ArrivalCurve:
    """`by_minute`: for each minute of the night its share of all calls; they add up to 1."""

    name: str
    by_minute: tuple[float, ...]

    @classmethod
    def of_counts(cls, name: str, counts: Sequence[float], minutes: int = 1) -> ArrivalCurve:
        """`counts`: calls in one stretch of so many minutes after the other; not all of them 0."""
        whole = sum(counts) * minutes
        return cls(name, tuple(n / whole for n in counts for _ in range(minutes)))

    def calls(self, n: float) -> tuple[float, ...]:
        """Of `n` calls how many come in each minute, on the whole."""
        return tuple(share * n for share in self.by_minute)


_STRETCH = 5
_KEYED_IN_2008 = (
    *(10, 22, 47, 69, 96, 118, 108, 115, 83, 87, 101, 75, 78, 74, 57, 35, 38, 35, 39, 32, 44, 19),
    *(26, 26, 26, 25, 20, 9, 5, 2, 2, 4, 4, 5, 3, 4, 0, 1, 0, 1),
)
"""Reports that Iowa's Republican precincts keyed on 3 January 2008, in stretches of five minutes
from the first at 6:06 p.m.: 1,545 of the 1,546 (one came two hours after the others), 1,062 of them
in the busiest hour. Those that were entered by hand came later, as people got to them, and are left
out."""

NIGHT_OF_2008 = ArrivalCurve.of_counts("2008", _KEYED_IN_2008, _STRETCH)


def curve_named(text: str) -> ArrivalCurve:
    """`2008`, or `even:MINUTES` for as many calls in each of so many. ValueError for another."""
    if text == NIGHT_OF_2008.name:
        return NIGHT_OF_2008
    minutes = text.removeprefix(EVEN)
    if text.startswith(EVEN) and minutes.isascii() and minutes.isdecimal():
        if 1 <= int(minutes) <= LONGEST_NIGHT:
            return ArrivalCurve.of_counts(text, [1.0] * int(minutes))
        raise ValueError(f"a night has 1 to {LONGEST_NIGHT} minutes, not {minutes}")
    raise ValueError(f"there is no curve {quoted(text)}: choose 2008, or {EVEN}MINUTES")
