"""What a caller keyed, read from the digits of one gather (call.md, Keys).

`#` ends a number and never reaches us except as the leftover of an entry that ended by itself;
`*` alone: hear it again; `**`: clear what I keyed, or one step back; `*0`: a person; numbers
separated by `*`: several counts in one go; a `*` after the last one, before the `#`: all the rest
are zero.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_ENTRY = 200  # keys; nobody keys more at once, but anyone can send more
LONGEST_NUMBER = 6  # digits: a PIN


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was keyed and time ran out."""


@dataclass(frozen=True, slots=True)
class BarePound:
    """`#` with nothing before it: zero on a count, or a late `#` of the entry before."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """`*`: say it again."""


@dataclass(frozen=True, slots=True)
class Clear:
    """`**`: with something keyed before it, forget that; alone, go one step back."""

    back: bool


@dataclass(frozen=True, slots=True)
class Person:
    """`*0`: a person, please."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number or more, as keyed: leading zeros matter in codes and PINs. Never empty.

    `afresh` says that `**` was keyed before them, so that whatever went before is forgotten;
    `rest`, that a `*` before the `#` said that all the rest are zero.
    """

    texts: tuple[str, ...]
    afresh: bool = False
    rest: bool = False

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(int(text) for text in self.texts)


@dataclass(frozen=True, slots=True)
class Nonsense:
    """Keys that mean nothing."""


Keyed = Silence | BarePound | Repeat | Clear | Person | Numbers | Nonsense


def read(digits: str, finished: bool) -> Keyed:
    """Reads one gather's `digits`; `finished` says that `#` ended it. Never raises."""
    if len(digits) > LONGEST_ENTRY:
        return Nonsense()
    keys = digits.lstrip("#")
    pound = finished or keys != digits
    if keys.endswith("#"):
        keys, finished = keys[:-1], True
    if not keys:
        return BarePound() if pound else Silence()
    if keys == "*0":
        return Person()
    if keys == "*":
        return Repeat()
    before, stars, rest = keys.rpartition("**")
    if stars and not rest:
        return Clear(back=not before.strip("*"))
    return _numbers(rest, afresh=bool(stars), finished=finished)


def _numbers(keys: str, *, afresh: bool, finished: bool) -> Keyed:
    is_rest = finished and keys.endswith("*")
    if is_rest:
        keys = keys[:-1]
    texts = tuple(keys.split("*"))
    if all(text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER for text in texts):
        return Numbers(texts, afresh, is_rest)
    return Nonsense()
