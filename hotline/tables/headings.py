"""Which column of a file is which of ours: by its name, by a known synonym, or as it was told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

from hotline.tables.problems import quoted


@dataclass(frozen=True)
class Headings:
    """The columns of a kind of table.

    `synonyms`: other words for a column, as people head it. `several`: columns of which a file may
    have more than one; their cells are joined by semicolons. `moments`: those that may hold a date.
    `rest`: a column of free text, to which cells beyond it belong where it is the last one.
    `tolerates`: columns of other names are left out and named; without it they refuse the file.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    several: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    rest: str = ""
    tolerates: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """What a header means: for each of its cells our column, empty where it is none of ours.

    `wrong`: why the header is refused, and what would be right, each.
    """

    columns: tuple[str, ...]
    names: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]

    @property
    def found(self) -> int:
        return len(set(self.columns) - {""})


def map_header(
    cells: Sequence[str], headings: Headings, mapping: Mapping[str, str] = MappingProxyType({})
) -> HeaderMap:
    """`mapping`: a file's heading to our column, before any other reading of it."""
    names = tuple(" ".join(cell.split()) for cell in cells)
    told = {as_key(theirs): ours for theirs, ours in mapping.items()}
    exact = {as_key(column): column for column in headings.known}
    synonyms = {as_key(theirs): ours for theirs, ours in headings.synonyms.items()}
    columns = [
        told.get(key) or ("" if key in told else exact.get(key) or "") for key in map(as_key, names)
    ]
    taken = set(columns)
    for place, key in enumerate(map(as_key, names)):
        ours = synonyms.get(key, "")
        # A column of our own name goes before one that is only called alike.
        is_free = ours not in taken or ours in headings.several
        if not columns[place] and key not in told and ours in headings.known and is_free:
            columns[place] = ours
    wrong = [*_missing(columns, names, headings), *_repeated(columns, headings)]
    others = [name for column, name in zip(columns, names, strict=True) if name and not column]
    strange = [name for name in others if not headings.tolerates or _slip(name, headings)]
    wrong += [_unknown(name, headings) for name in strange]
    left = tuple(name for name in others if name not in strange)
    return HeaderMap(tuple(columns), names, tuple(wrong), left)


def as_key(heading: str) -> str:
    """A heading without what does not tell it from another: case, accents, signs and plural."""
    text = unicodedata.normalize("NFKD", heading.casefold().replace("(s)", ""))
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("#", " number ")
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def _missing(
    columns: Sequence[str], names: Sequence[str], headings: Headings
) -> list[tuple[str, str]]:
    there = ", ".join(filter(None, names)) or "nothing"
    return [
        (
            f"the header misses column {quoted(column)}",
            f"it has {there[:200]}: name the column so, or map it with THEIRS={column}",
        )
        for column in headings.required
        if column not in columns
    ]


def _repeated(columns: Sequence[str], headings: Headings) -> list[tuple[str, str]]:
    twice = {c for c in columns if c and columns.count(c) > 1} - headings.several
    right = "rename the one that is not meant"
    return [(f"the header repeats column {quoted(column)}", right) for column in sorted(twice)]


def _unknown(name: str, headings: Headings) -> tuple[str, str]:
    slip = _slip(name, headings)
    right = f"is {slip} meant?" if slip else f"known are {', '.join(headings.known)}"
    return (f"the header has an unknown column {quoted(name)}", right)


def _slip(name: str, headings: Headings) -> str:
    """The column that this may be a misspelling of."""
    close = get_close_matches(as_key(name), map(as_key, headings.known), 1, 0.74)
    return next((c for c in headings.known if close and as_key(c) == close[0]), "")
