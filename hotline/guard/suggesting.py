"""Which numbers and ranges of numbers look like nuisance, from who called lately. Pure.

A range is suggested by the longest beginning that still holds nearly all calls of a shorter one: a
suggestion is no wider than what was seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hotline.guard.blocking import Pattern
from hotline.guard.caller import SHORTEST_PREFIX

FEWEST_CALLS = 30
"""Calls without a PIN, in the time that is looked at, below which nothing is suggested."""
FEWEST_NUMBERS = 5
"""Telephones of a range; fewer are suggested one by one."""
NEARLY_ALL = 0.9
FEW = 3
"""Narrower ranges that are suggested in place of a wider one."""
MOST = 10
"""Suggestions, the most calls first."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pattern, its calls without a PIN, and the telephones that they came from."""

    pattern: Pattern
    calls: int
    numbers: int


def suggest(calls: Mapping[str, int]) -> list[Suggestion]:
    """From calls without a PIN by number (E.164), of telephones that have proved none."""
    found: list[Suggestion] = []
    by_beginning: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, count in calls.items():
        by_beginning[number[:SHORTEST_PREFIX]][number] = count
    for beginning, members in by_beginning.items():
        found += _within(beginning, members)
    found.sort(key=lambda one: (-one.calls, one.pattern.text))
    return found[:MOST]


def _within(beginning: str, members: Mapping[str, int]) -> Iterator[Suggestion]:
    """The suggestions among numbers that begin so."""
    total = sum(members.values())
    if total < FEWEST_CALLS:
        return
    if len(members) < FEWEST_NUMBERS:
        for number, count in members.items():
            if count >= FEWEST_CALLS:
                yield Suggestion(Pattern(number, is_prefix=False), count, 1)
        return
    narrower = _narrower(beginning, members)
    largest = sorted(narrower.values(), key=lambda one: -sum(one.values()))[:FEW]
    if sum(sum(one.values()) for one in largest) >= NEARLY_ALL * total and _are_ranges(largest):
        for longer, part in narrower.items():
            yield from _within(longer, part)
        return
    yield Suggestion(Pattern(beginning, is_prefix=True), total, len(members))


def _narrower(beginning: str, members: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """The numbers by one more digit."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, count in members.items():
        found[number[: len(beginning) + 1]][number] = count
    return dict(found)


def _are_ranges(largest: list[dict[str, int]]) -> bool:
    """Whether something is left to suggest of each: else the wider range says it better."""
    return all(
        len(part) >= FEWEST_NUMBERS or max(part.values()) >= FEWEST_CALLS for part in largest
    )
