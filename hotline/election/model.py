"""What is counted: an election, its units, and the figures that a chair files for one of them.

Everything here is immutable. Counts are whole numbers of people, votes or delegates; a candidate
without an entry in a mapping has zero.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from hotline.election.naming import Name, Names
from hotline.telephones import country_of, country_of_zone


class UnitKind(StrEnum):
    """What reports: the smallest place that files figures of its own."""

    PRECINCT = "precinct"  # belongs to a county; its delegates are allotted beforehand
    SATELLITE = "satellite"  # belongs to a pool; its delegates follow from its attendance


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the choices of a contest, in the order in which it is asked (`number`, from 1)."""

    number: int
    id: str
    name: str
    surname: str
    spoken: str = ""  # how the voice should say the surname, where it would get it wrong
    rare: bool = False  # the election expects next to no one here (RARE_CANDIDATE_HIGH)

    @property
    def said(self) -> str:
        return self.spoken or self.surname


@dataclass(frozen=True, slots=True)
class County:
    """County delegates elected at its precincts, and the state delegates they elect in turn."""

    name: str
    county_delegates: int
    state_delegates: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Satellite sites that share a fixed number of state delegates."""

    id: str
    state_delegates: int
    covers: str


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a county stands on a grid that is roughly the map: row and column from 1 at the top
    left, and how many of each it takes up."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1

    @property
    def places(self) -> list[tuple[int, int]]:
        """Row and column of every square that it covers."""
        return [
            (self.row + down, self.column + right)
            for down in range(self.rows)
            for right in range(self.columns)
        ]


@dataclass(frozen=True, slots=True)
class Unit:
    """A precinct or a satellite site. `code` is what the chair keys: four digits and a check."""

    code: str
    name: str
    kind: UnitKind = UnitKind.PRECINCT
    county: str = ""
    pool: str = ""
    delegates: int = 0  # allotted; 0 where they follow from attendance, or there are none
    spoken: str = ""
    id: str = ""  # what the party itself calls it by, if it has a name for it

    @property
    def scope(self) -> str:
        """Where its figures are added up: `county:Adair` or `pool:CD1`."""
        return f"pool:{self.pool}" if self.kind is UnitKind.SATELLITE else f"county:{self.county}"

    def is_called(self, wanted: str) -> bool:
        """Whether this is its code, or words that are all in its county and name."""
        words = wanted.casefold().split()
        place = f"{self.county} {self.name}".casefold()
        return wanted in (self.code, self.id) or all(word in place for word in words)


@dataclass(frozen=True)
class Contest:
    """One question put to the voters: its rule, and its candidates in the order of asking."""

    id: str
    title: str
    rule: str  # the name of a rule set (election/rules)
    candidates: tuple[Candidate, ...]
    seats: int = 1

    @cached_property
    def by_id(self) -> Mapping[str, Candidate]:
        return {c.id: c for c in self.candidates}

    @cached_property
    def by_number(self) -> Mapping[int, Candidate]:
        return {c.number: c for c in self.candidates}


@dataclass(frozen=True)
class Election:
    """Everything that is known before the doors open, as its folder says it."""

    id: str
    title: str
    date: date
    timezone: str
    languages: tuple[str, ...]  # ISO 639-1, the first one is spoken unless the caller asks
    contests: tuple[Contest, ...]
    units: Mapping[str, Unit]  # by code
    counties: Mapping[str, County] = field(default_factory=dict)  # by name
    pools: Mapping[str, Pool] = field(default_factory=dict)  # by id
    policy: Policy = field(default_factory=lambda: Policy())
    chairs_line: str = ""  # E.164
    help_line: str = ""  # E.164; whom a chair calls who has lost the PIN, from any telephone
    public_line: str = ""  # E.164
    source: str = ""  # where its facts come from, in a sentence
    greeting: str = ""  # how the line names itself, shorter than the title
    tiles: Mapping[str, Tile] = field(default_factory=dict)  # by county; empty without a map
    names: Mapping[str, Names] = field(default_factory=dict)  # by language, where it has its own

    def in_language(self, code: str) -> Election:
        """The same election with all names as this language (ISO 639-1) has them."""
        names = self.names.get(code)
        if names is None:
            return self
        if code not in self._in_languages:
            self._in_languages[code] = _renamed(self, names)
        return self._in_languages[code]

    @cached_property
    def _in_languages(self) -> dict[str, Election]:
        return {}

    def find_units(self, wanted: str) -> list[Unit]:
        """The unit of this code, or else those whose county and name have all these words."""
        wanted = wanted.strip()
        if not wanted:
            return []
        if wanted in self.units:
            return [self.units[wanted]]
        return [unit for unit in self.units.values() if unit.is_called(wanted)]

    def area_of(self, unit: Unit) -> str:
        """As people call it: a precinct's county, or what the pool of a site covers."""
        pool = self.pools.get(unit.pool)
        return unit.county or (pool.covers or pool.id if pool else unit.pool)

    @cached_property
    def by_contest(self) -> Mapping[str, Contest]:
        return {c.id: c for c in self.contests}

    @cached_property
    def code_digits(self) -> int:
        """How many digits a unit's code has, its check digit among them: five, or for an election
        of more than 10,000 units as many as its folder uses."""
        return len(next(iter(self.units), "")) or 5

    @cached_property
    def country(self) -> str:
        """The country (ISO 3166) in whose spelling telephones are written: that of its lines, or
        of its time zone. Empty where neither says one."""
        lines = (self.chairs_line, self.help_line, self.public_line)
        countries = (country_of(line) for line in lines if line)
        return next(filter(None, countries), "") or country_of_zone(self.timezone)

    @property
    def own_lines(self) -> frozenset[str]:
        """The election's own telephone numbers (E.164)."""
        return frozenset({self.chairs_line, self.help_line, self.public_line} - {""})

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _renamed(election: Election, names: Names) -> Election:
    own = names.election
    return replace(
        election,
        title=own.label or election.title,
        greeting=own.said or election.greeting,
        contests=tuple(_renamed_contest(contest, names) for contest in election.contests),
        units={
            code: _renamed_unit(unit, names.units[code]) if code in names.units else unit
            for code, unit in election.units.items()
        },
    )


def _renamed_contest(contest: Contest, names: Names) -> Contest:
    return replace(
        contest,
        title=names.contests.get(contest.id, Name()).label or contest.title,
        candidates=tuple(
            _renamed_candidate(candidate, names.candidates.get((contest.id, candidate.id), Name()))
            for candidate in contest.candidates
        ),
    )


def _renamed_candidate(candidate: Candidate, name: Name) -> Candidate:
    return replace(
        candidate,
        name=name.label or candidate.name,
        surname=name.label or candidate.surname,
        spoken=name.said or candidate.spoken,
    )


def _renamed_unit(unit: Unit, name: Name) -> Unit:
    return replace(unit, name=name.label or unit.name, spoken=name.said or unit.spoken)


@dataclass(frozen=True, slots=True)
class Policy:
    """What an election's folder may set otherwise than we would."""

    attendance_per_delegate_max: int | None = None  # people; TURNOUT_OUTLIER above it
    attendance_max: int = 9_999  # people; nothing above it can be keyed


class Figures(ABC):
    """What a unit reports in one contest. Every rule set has a kind of its own; all immutable.

    Mappings go from candidate id to a count; zeros may be left out.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def numbers(self) -> Mapping[str, int]:
        """The single numbers: how many came, and lines of the sheet below the candidates."""

    @property
    @abstractmethod
    def columns(self) -> Mapping[str, Mapping[str, int]]:
        """The columns of the sheet as they were keyed."""

    @property
    @abstractmethod
    def people(self) -> int:
        """How many people's votes or preferences are in it."""

    @property
    @abstractmethod
    def counted(self) -> Mapping[str, int]:
        """What counts in the end, by candidate, in votes or people."""

    @property
    def lots(self) -> tuple[str, ...]:
        """Who won the lots that were drawn in the room, in the order in which they fell."""
        return ()

    def with_lots(self, lots: tuple[str, ...]) -> Figures:
        """The same with other winners of lots; kinds that know of none stay as they are."""
        return self

    @abstractmethod
    def to_document(self) -> dict[str, Any]:
        """As JSON has it, counts without zeros: the form in which the ledger keeps figures.

        Numbers and columns stand under their own names; the winners of lots under `toss`.
        """


LOTS = "toss"
"""Where a document of figures has the winners of lots."""


def add_columns(*columns: Mapping[str, int]) -> dict[str, int]:
    """The columns added up by candidate, without zeros."""
    total: dict[str, int] = {}
    for column in columns:
        for candidate, count in column.items():
            total[candidate] = total.get(candidate, 0) + count
    return {candidate: count for candidate, count in total.items() if count}
