"""What two people keyed from one paper, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.election.model import LOTS, Contest, Election
from hotline.election.rules.registry import rule_of
from hotline.operations.desk.entry.filling import count_fields, entries_of
from hotline.operations.desk.words import line_name, number_label

Figures = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Pair:
    """One number of the worksheet, as each of the two has it."""

    what: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        return self.first != self.second


@dataclass(frozen=True, slots=True)
class ComparedBlock:
    """A column of the worksheet, or the numbers before the first, of one contest."""

    title: str
    pairs: tuple[Pair, ...]


def side_by_side(election: Election, first: Figures, second: Figures) -> list[ComparedBlock]:
    """Every number in the order of the worksheet; a count that nobody keyed is 0."""
    ours, theirs = entries_of(election, first), entries_of(election, second)
    return [
        block
        for contest in election.contests
        for block in _blocks(election, contest, ours, theirs)
        if block.pairs
    ]


def differing(blocks: list[ComparedBlock]) -> int:
    """How many numbers differ."""
    return sum(pair.differs for block in blocks for pair in block.pairs)


def _blocks(
    election: Election, contest: Contest, ours: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[ComparedBlock]:
    many = len(election.contests) > 1
    rule = rule_of(contest)
    columns: dict[str, list[Pair]] = {"": [], **{column.key: [] for column in rule.columns}}
    for name in count_fields(election, contest):
        _, column, line = [*name.split("."), ""][:3]
        what = line_name(election, line) if line else number_label(column)
        pair = Pair(what, ours.get(name, "0"), theirs.get(name, "0"))
        columns[column if line else ""].append(pair)
    columns[LOTS] = [*_tosses(election, contest, ours, theirs)]
    titles = {"": "How many", LOTS: f"Who won the {rule.lot}"}
    titles |= {column.key: column.label for column in rule.columns}
    for column, pairs in columns.items():
        title = f"{contest.title}: {titles[column].lower()}" if many else titles[column]
        yield ComparedBlock(title, tuple(pairs))


def _tosses(
    election: Election, contest: Contest, ours: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[Pair]:
    here = f"{contest.id}.{LOTS}."
    for name in sorted({*ours, *theirs}):
        if name.startswith(here):
            number = int(name.removeprefix(here)) + 1
            won = [
                line_name(election, keyed[name]) if name in keyed else "none"
                for keyed in (ours, theirs)
            ]
            yield Pair(f"Tie {number}", *won)
