"""The versions of a unit's report side by side: every number, and which of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.election.model import LOTS, Contest, Election
from hotline.election.rules.registry import decode, rule_of
from hotline.election.rules.sheet import Award
from hotline.operations.desk.entry.filling import count_fields, entries_of
from hotline.operations.desk.words import column_label, line_name, number_label
from hotline.store.reports.reports import Report

Figures = Mapping[str, Mapping[str, Any]]  # by contest, as JSON has them

ADMITTED = "By the rules"
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A number of the worksheet as each version has it. `marked`: these are out of line."""

    what: str
    values: tuple[str, ...]
    marked: tuple[bool, ...]

    @property
    def differs(self) -> bool:
        return any(self.marked)


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A column of the worksheet, or the numbers before the first, of one contest."""

    title: str
    lines: tuple[FigureLine, ...]

    @property
    def differing(self) -> int:
        return sum(line.differs for line in self.lines)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A number that one version has otherwise than the one before it."""

    where: str
    what: str
    before: str
    after: str


def compared(election: Election, versions: Sequence[Report]) -> list[FigureBlock]:
    """Every number that any of the versions has, in the order of the worksheet.

    A number is marked where it is not that of the first version. The delegates that the rules
    admit for each version's own groups stand below what it awards, and are marked where the award
    is none of them.
    """
    entries = [entries_of(election, version.figures) for version in versions]
    return [
        block
        for contest in election.contests
        for block in _blocks(election, contest, versions, entries)
        if block.lines
    ]


def changes(election: Election, before: Figures, after: Figures) -> list[FigureChange]:
    """What a version has otherwise than the one before it."""
    ours, theirs = entries_of(election, before), entries_of(election, after)
    many = len(election.contests) > 1
    found = []
    for contest in election.contests:
        for name in [*count_fields(election, contest), *_tosses(contest, [ours, theirs])]:
            was, is_now = (_shown(election, name, one) for one in (ours, theirs))
            if was != is_now:
                where, what = _title(election, contest, name)
                where = f"{contest.title}: {where.lower()}" if many else where
                found.append(FigureChange(where, what, was, is_now))
    return found


def _blocks(
    election: Election,
    contest: Contest,
    versions: Sequence[Report],
    entries: Sequence[Mapping[str, str]],
) -> Iterator[FigureBlock]:
    many = len(election.contests) > 1
    grouped: dict[str, list[FigureLine]] = {}
    for name in [*count_fields(election, contest), *_tosses(contest, entries)]:
        where, what = _title(election, contest, name)
        values = tuple(_shown(election, name, one) for one in entries)
        is_number = name.count(".") == 1
        if is_number or any(value not in ("0", NOTHING) for value in values):
            line = FigureLine(what, values, tuple(value != values[0] for value in values))
            grouped.setdefault(where, []).append(line)
    for where, lines in grouped.items():
        yield FigureBlock(f"{contest.title}: {where.lower()}" if many else where, tuple(lines))
        awarded = rule_of(contest).awarded
        if awarded and where == awarded.label:
            yield FigureBlock(ADMITTED, tuple(_admitted(election, contest, versions)))


def _title(election: Election, contest: Contest, name: str) -> tuple[str, str]:
    """The column of the worksheet, and the line in it."""
    _, column, line = [*name.split("."), ""][:3]
    if column == LOTS:
        return f"Who won the {rule_of(contest).lot}", f"Tie {int(line) + 1}"
    if not line:
        return "How many", number_label(column)
    return column_label(column), line_name(election, line)


def _tosses(contest: Contest, entries: Sequence[Mapping[str, str]]) -> list[str]:
    here = f"{contest.id}.{LOTS}."
    return sorted({name for one in entries for name in one if name.startswith(here)})


def _shown(election: Election, name: str, entries: Mapping[str, str]) -> str:
    if f".{LOTS}." in name:
        return line_name(election, entries[name]) if name in entries else NOTHING
    return entries.get(name, "0")


def _admitted(
    election: Election, contest: Contest, versions: Sequence[Report]
) -> Iterator[FigureLine]:
    """What the rules award for each version's own groups; a tie gives two answers."""
    found = [_award(election, contest, version) for version in versions]
    for candidate in contest.candidates:
        values = tuple(_said(award, candidate.id) for _, award in found)
        if any(value not in ("0", NOTHING) for value in values):
            marked = tuple(
                award is not None and not award.admits_for(candidate.id, won.get(candidate.id, 0))
                for won, award in found
            )
            yield FigureLine(candidate.name, values, marked)


def _award(
    election: Election, contest: Contest, version: Report
) -> tuple[Mapping[str, int], Award | None]:
    """What a version awards, and what the rules award; None where nothing follows from them."""
    document, rule = version.figures.get(contest.id), rule_of(contest)
    if document is None or rule.awarded is None:
        return {}, None
    figures = decode(document)
    award = rule.award(contest, election.units[version.unit_code], figures)
    return figures.columns[rule.awarded.key], award


def _said(award: Award | None, candidate: str) -> str:
    if award is None:
        return NOTHING
    sure = award.certain.get(candidate, 0)
    return f"{sure} or {sure + 1}" if candidate in award.tied else str(sure)
