"""What the worksheet of a contest is made of on paper, as values that are drawn elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Printed:
    """An English text that is printed, with what fills its braces; its key in the catalogues.

    `one|many` counts `n`. `context` tells it from the same English that is said otherwise there.
    Values that are texts themselves are put into the same language.
    """

    value: str
    values: Mapping[str, int | str | Printed] = field(default_factory=dict)
    context: str = ""


Parts = tuple[Printed | str, ...]
"""A line of print: texts, and what is the same in every language, one after the other."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The worksheet of a contest, from top to bottom, under its title.

    `is_wide`: it has the width of the page to itself; others stand in pairs, with the boxes and
    the foot, and nothing else besides their table.
    """

    boxes: tuple[Printed, ...]  # each with room for a number
    columns: tuple[Printed, ...]
    is_wide: bool = False
    corner: Printed | None = None  # beside the title
    rules: tuple[Parts, ...] = ()  # what decides, in bold
    notes: tuple[Printed, ...] = ()
    examples: tuple[Printed, ...] = ()  # beside the boxes, where there is room
    foot: Printed | None = None  # below the table
    to_write: Printed | None = None  # a question below the table, with a line to answer it on
