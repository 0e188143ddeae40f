"""Reading an election folder: `election.toml`, and tables of candidates, precincts and delegates.

Everything is checked here, once: whoever has an `Election` may rely on it. A folder with anything
wrong in it is refused as a whole, with the file, the line and the reason of each problem.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hotline.election.folder.codes import DIGITS, check_digit, is_well_formed
from hotline.election.folder.description import FILE, IDENTIFIER, ContestHead, Description, describe
from hotline.election.folder.document import from_document, to_document
from hotline.election.folder.returns import UnitReturns, read_results
from hotline.election.folder.tiles import read_tiles
from hotline.election.model import Candidate, Contest, County, Election, Pool, Unit, UnitKind
from hotline.election.naming import LABEL, SPOKEN, Name, Names
from hotline.election.rules.registry import all_rules, named
from hotline.tables.headings import Headings
from hotline.tables.problems import FileNote, FileProblem, FolderError, Problems, quoted
from hotline.tables.reader import TableRow, rows

__all__ = [
    "FileProblem",
    "FolderError",
    "UnitReturns",
    "examine_folder",
    "from_document",
    "read_folder",
    "read_results",
    "to_document",
]

CANDIDATES, PRECINCTS = "candidates.csv", "precincts.csv"
COUNTIES, POOLS = "counties.csv", "pools.csv"
COUNTY_HEADINGS = Headings(("county", "county_delegates", "state_delegates"))
POOL_HEADINGS = Headings(("pool", "state_delegates"), ("covers",))
MOST_CANDIDATES = 99  # their numbers are keyed in one or two digits
MOST_DIGITS = 9  # of a code
Key = TypeVar("Key")


def read_folder(directory: Path) -> Election:
    """The election of a folder. FolderError, with all that is wrong, if anything is."""
    election, _ = read_folder_with_notes(directory)
    return election


def read_folder_with_notes(directory: Path) -> tuple[Election, Sequence[FileNote]]:
    """The same, and what was read otherwise than it is written."""
    problems = Problems()
    election = examine_folder(directory, problems)
    problems.refuse_if_any()
    if election is None:
        raise AssertionError("no election, but nothing wrong with its folder")
    return election, problems.notes


def examine_folder(directory: Path, problems: Problems) -> Election | None:
    """The election of a folder; None, and `problems`, if anything is wrong with it.

    What was read otherwise than it is written is in their notes.
    """
    if not directory.is_dir():
        problems.add(str(directory), None, "is not a folder")
        return None
    description = describe(directory, problems)
    if description is None:
        return None  # without its contests and their rules, nothing can be said about the tables
    candidate_names: dict[str, dict[tuple[str, str], Name]] = {}
    unit_names: dict[str, dict[str, Name]] = {}
    candidates = _candidates(directory, description, candidate_names, problems)
    counties = _counties(directory, problems)
    pools = _pools(directory, problems)
    units = _units(directory, description, counties, pools, unit_names, problems)
    named = {unit.county for unit in units.values() if unit.county}
    tiles = read_tiles(directory, named | (counties or {}).keys(), problems)
    if problems.found:
        return None
    return Election(
        id=description.id,
        title=description.title,
        date=description.date,
        timezone=description.timezone,
        languages=description.languages,
        contests=tuple(
            Contest(head.id, head.title, head.rule, candidates[head.id], head.seats)
            for head in description.contests
        ),
        units=units,
        counties={name: found.county for name, found in (counties or {}).items()},
        pools=pools or {},
        policy=description.policy,
        chairs_line=description.chairs_line,
        help_line=description.help_line,
        public_line=description.public_line,
        source=description.source,
        greeting=description.greeting,
        tiles=tiles,
        names={
            code: Names(
                description.names.get(code, Name()),
                {head.id: head.names[code] for head in description.contests if code in head.names},
                candidate_names.get(code, {}),
                unit_names.get(code, {}),
            )
            for code in description.languages
        },
    )


def _name_columns(languages: Iterable[str]) -> tuple[str, ...]:
    """What a table may have beside its own columns: names in each language."""
    return tuple(key + code for code in languages for key in (LABEL, SPOKEN))


def _keep_names(
    row: TableRow, key: Key, names: dict[str, dict[Key, Name]], languages: Iterable[str]
) -> None:
    for code in languages:
        name = Name(row.text(LABEL + code), row.text(SPOKEN + code))
        if name.said:
            names.setdefault(code, {})[key] = name


# --- Candidates


def _candidates(
    directory: Path,
    description: Description,
    names: dict[str, dict[tuple[str, str], Name]],
    problems: Problems,
) -> dict[str, tuple[Candidate, ...]]:
    """Candidates by contest id, in the order in which they are asked; puts down their `names`."""
    heads = {head.id: head for head in description.contests}
    only = description.contests[0].id if len(heads) == 1 else None
    required = ("number", "id", "name", "surname", *(() if only else ("contest",)))
    lines: dict[str, list[tuple[Candidate, TableRow]]] = {contest: [] for contest in heads}
    optional = ("contest", "spoken", *_name_columns(description.languages))
    for row in rows(directory / CANDIDATES, Headings(required, optional), problems):
        contest = row.text("contest") or only
        if contest not in heads:
            row.refuse(f"contest is not in {FILE}: {quoted(contest or '')}")
            continue
        candidate = _candidate(row, heads[contest])
        lines[contest].append((candidate, row))
        _keep_names(row, (contest, candidate.id), names, description.languages)
    for head in description.contests:
        _check_candidates(head, lines[head.id], problems)
    return {
        contest: tuple(sorted((c for c, _ in found), key=lambda c: c.number))
        for contest, found in lines.items()
    }


def _candidate(row: TableRow, head: ContestHead) -> Candidate:
    number, name = row.number("number", least=1), row.filled("id")
    if number > MOST_CANDIDATES:
        row.refuse(f"number is more than {MOST_CANDIDATES}: {number}")
    if name and (not IDENTIFIER.fullmatch(name) or name in _reserved()):
        row.refuse(f"id is not lower-case letters, digits and hyphens, or reserved: {quoted(name)}")
    return Candidate(
        number,
        name,
        row.filled("name"),
        row.filled("surname"),
        row.text("spoken"),
        rare=name in head.rare,
    )


def _reserved() -> set[str]:
    """What tables call the other lines of a sheet, under whatever rule."""
    return {choice for rule in all_rules() for choice in rule.table.others}


def _check_candidates(
    head: ContestHead, found: list[tuple[Candidate, TableRow]], problems: Problems
) -> None:
    if not found:
        problems.add(CANDIDATES, None, f"contest {quoted(head.id)} has no candidates")
    seen: set[tuple[str, object]] = set()
    for candidate, row in found:
        # Two that sound alike could not be told apart on the telephone.
        marks = {
            "number": candidate.number,
            "id": candidate.id,
            "spoken name": candidate.said.casefold(),
        }
        for what, mark in marks.items():
            if (what, mark) in seen and mark:
                row.refuse(f"{what} {quoted(str(mark))} is there twice in {quoted(head.id)}")
            seen.add((what, mark))
    ids = {candidate.id for candidate, _ in found}
    for unknown in sorted(set(head.rare) - ids):
        problems.add(FILE, head.line, f"rare names no candidate: {quoted(unknown)}")


# --- Counties and pools


@dataclass(frozen=True, slots=True)
class _CountyRow:
    county: County
    row: TableRow


Counties = Mapping[str, _CountyRow]


def _counties(directory: Path, problems: Problems) -> Counties | None:
    """Counties by name; None where the folder has no such file."""
    path = directory / COUNTIES
    if not path.exists():
        return None
    counties: dict[str, _CountyRow] = {}
    for row in rows(path, COUNTY_HEADINGS, problems):
        name = row.filled("county")
        if name in counties:
            row.refuse(f"county {quoted(name)} is there twice")
        delegates = row.number("county_delegates", least=1)
        county = County(name, delegates, row.number("state_delegates"))
        counties[name] = _CountyRow(county, row)
    return counties


def _pools(directory: Path, problems: Problems) -> dict[str, Pool] | None:
    """Pools by id; None where the folder has no such file."""
    path = directory / POOLS
    if not path.exists():
        return None
    pools: dict[str, Pool] = {}
    for row in rows(path, POOL_HEADINGS, problems):
        name = row.filled("pool")
        if name in pools:
            row.refuse(f"pool {quoted(name)} is there twice")
        pools[name] = Pool(name, row.number("state_delegates"), row.text("covers"))
    return pools


# --- Units


def _units(
    directory: Path,
    description: Description,
    counties: Counties | None,
    pools: Mapping[str, Pool] | None,
    names: dict[str, dict[str, Name]],
    problems: Problems,
) -> dict[str, Unit]:
    """Units by code, in the order of the file; puts down their `names`."""
    elects = any(named(head.rule).elects_delegates for head in description.contests)
    if pools is not None and counties is None:
        problems.add(
            POOLS, None, f"needs {COUNTIES}: state delegates are for all precincts, or none"
        )
    more = ("kind", "delegates", "pool")
    required: tuple[str, ...] = ("code", "county", "name")
    optional: tuple[str, ...] = ("id", "spoken", *_name_columns(description.languages))
    if elects:
        required += more
    else:
        optional += more
    units: dict[str, Unit] = {}
    ids: dict[str, int] = {}
    elected = dict.fromkeys(counties or (), 0)
    before = len(problems.found)
    for row in rows(directory / PRECINCTS, Headings(required, optional), problems):
        digits = len(next(iter(units), "")) or None
        unit = _unit(row, elects, counties, pools or {})
        _check_code(row, unit.code, digits, units)
        if unit.id and ids.setdefault(unit.id, row.line) != row.line:
            row.refuse(f"id {quoted(unit.id)} is there twice, first on line {ids[unit.id]}", "id")
        units[unit.code] = unit
        _keep_names(row, unit.code, names, description.languages)
        if unit.county in elected:
            elected[unit.county] += unit.delegates
    if not units and len(problems.found) == before:
        problems.add(PRECINCTS, None, "has no precincts")
    if elects and not problems.found:
        _check_sums(elected, counties or {})
    return units


def _unit(row: TableRow, elects: bool, counties: Counties | None, pools: Container[str]) -> Unit:
    kind = row.text("kind") or UnitKind.PRECINCT.value
    if kind == UnitKind.SATELLITE and elects:
        _check_site(row, pools)
        return Unit(
            row.text("code"),
            row.filled("name"),
            UnitKind.SATELLITE,
            pool=row.text("pool"),
            spoken=row.text("spoken"),
            id=row.text("id"),
        )
    if kind != UnitKind.PRECINCT:
        known = "precinct, satellite" if elects else "precinct: no caucus, no satellite"
        row.refuse(f"kind is not known: {quoted(kind)}; known are {known}")
    county = row.filled("county")
    if counties is not None and county and county not in counties:
        row.refuse(f"county is not in {COUNTIES}: {quoted(county)}")
    if row.text("pool"):
        row.refuse("pool is for satellites: a precinct belongs to a county")
    return Unit(
        row.text("code"),
        row.filled("name"),
        county=county,
        delegates=row.number("delegates", least=1) if elects else row.number("delegates", 0, 0),
        spoken=row.text("spoken"),
        id=row.text("id"),
    )


def _check_site(row: TableRow, pools: Container[str]) -> None:
    pool = row.filled("pool")
    if pool and pool not in pools:
        row.refuse(f"pool is not in {POOLS}: {quoted(pool)}")
    if row.text("county"):
        row.refuse("county is for precincts: a satellite belongs to a pool")
    if row.text("delegates"):
        row.refuse("delegates of a satellite follow from its attendance: leave them empty")


def _check_code(row: TableRow, code: str, digits: int | None, units: Container[str]) -> None:
    """`digits`: how long the codes before it are, none before the first."""
    if not (code.isascii() and code.isdecimal() and DIGITS <= len(code) <= MOST_DIGITS):
        right = "hotline election new assigns codes"
        row.refuse(f"code is not {DIGITS} digits: {quoted(code)}", "code", right)
    elif not is_well_formed(code, len(code)):
        right = f"{code[:-1]}{check_digit(code[:-1])} is right"
        row.refuse(f"code has a wrong check digit: {code}", "code", right)
    elif digits and len(code) != digits:
        row.refuse(f"code is not as long as the others, {digits} digits: {code}")
    elif code in units:
        row.refuse(f"code {code} is there twice")


def _check_sums(elected: Mapping[str, int], counties: Counties) -> None:
    """What a county's precincts elect is what the county converts into state delegates."""
    for name, delegates in elected.items():
        due = counties[name].county.county_delegates
        if delegates != due:
            reason = f"{name} has {due} county delegates, but its precincts elect {delegates}"
            counties[name].row.refuse(reason)
