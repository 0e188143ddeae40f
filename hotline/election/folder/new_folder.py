"""A party's own lists made into an election folder: its precincts with codes, its candidates.

Codes are computed here, and typed by nobody. Whatever is not known is filled in as far as it can
be, and named as what is left to do.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from hotline.election.folder.codes import DIGITS, check_digit
from hotline.election.folder.description import FILE, IDENTIFIER
from hotline.election.folder.folder import CANDIDATES, PRECINCTS
from hotline.election.folder.own_candidates import Nominee, read_nominees, slug
from hotline.election.rules import registry
from hotline.election.rules.registry import DEFAULT_RULE
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems, quoted
from hotline.tables.reader import NO_MAPPING, TableRow, rows

TIMEZONE = "America/Chicago"
ALL = "All precincts"  # the county of precincts whose list names none

_NAME = ("precinct name", "site", "site name", "caucus site", "polling place", "location",
         "nombre", "nombre del precinto")  # fmt: skip
_ID = ("precinct id", "precinct number", "precinct no", "precinct code", "number", "no", "pct",
       "code", "vtd", "geoid", "fips", "clave")  # fmt: skip
_COUNTY = ("county name", "city", "town", "township", "parish", "jurisdiction", "district",
           "condado")  # fmt: skip
_DELEGATES = ("delegate", "county delegates", "number of delegates", "delegados")
_SYNONYMS = {
    **dict.fromkeys(_NAME, "name"),
    **dict.fromkeys(_ID, "id"),
    **dict.fromkeys(_COUNTY, "county"),
    **dict.fromkeys(_DELEGATES, "delegates"),
}


@dataclass(frozen=True, slots=True)
class OwnPrecinct:
    """A precinct as the party has it; `code` is what its chair will key."""

    code: str
    id: str
    county: str
    name: str
    delegates: int


@dataclass(frozen=True)
class NewElection:
    """What somebody has said about an election that is to be made."""

    directory: Path
    precincts: Path
    rule: str = DEFAULT_RULE
    title: str = ""
    date: date | None = None
    timezone: str = ""
    mapping: Mapping[str, str] = field(default_factory=lambda: NO_MAPPING)
    candidates: Path | None = None

    @property
    def id(self) -> str:
        return self.directory.resolve().name


@dataclass(frozen=True, slots=True)
class MadeFolder:
    """The files of a folder by name, as text, and what is left for people to fill in."""

    files: Mapping[str, str]
    precincts: Sequence[OwnPrecinct]
    candidates: int
    next: Sequence[str]


def make_folder(wanted: NewElection, today: date, problems: Problems) -> MadeFolder | None:
    """The files of the folder; nothing is written. None, and `problems`, if anything is wrong."""
    if not IDENTIFIER.fullmatch(wanted.id):
        problems.add(
            wanted.id,
            None,
            "the folder's name is the election's id, and is not lower-case letters, digits and "
            "hyphens",
            "call it story-county-2028",
        )
    if wanted.rule not in registry.names():
        known = ", ".join(registry.names())
        problems.add(wanted.rule, None, "is no rule", f"known are {known}")
        return None
    precincts = _read_precincts(wanted, problems)
    nominees = read_nominees(wanted.candidates, wanted.rule, problems) if wanted.candidates else []
    if problems.found:
        return None
    return MadeFolder(
        {
            FILE: _toml(wanted, nominees, today),
            PRECINCTS: _precincts_csv(precincts, wanted.rule),
            CANDIDATES: _candidates_csv(nominees),
        },
        precincts,
        len(nominees),
        _left_to_do(wanted, nominees),
    )


# --- Precincts


def _read_precincts(wanted: NewElection, problems: Problems) -> list[OwnPrecinct]:
    elects = registry.named(wanted.rule).elects_delegates
    found: list[TableRow] = []
    for row in _rows(wanted, elects, problems):
        if not (row.text("id") or row.text("name")):
            said = ", ".join(filter(None, row.cells.values()))
            problems.note(row.file, row.line, f"names no precinct, and is left out: {said}")
            continue
        row.filled("name")
        found.append(row)
    if not elects and any(row.text("delegates") for row in found):
        reason = f"delegates are not kept: {wanted.rule} knows none"
        problems.note(wanted.precincts.name, None, reason)
    _require_different(found)
    if not found and not problems.found:
        problems.add(wanted.precincts.name, None, "has no precincts")
    digits = max(DIGITS - 1, len(str(len(found))))
    return [
        OwnPrecinct(
            _code(number, digits),
            row.text("id"),
            row.text("county") or ALL,
            row.text("name"),
            row.number("delegates", least=1) if elects else 0,
        )
        for number, row in enumerate(found, 1)
    ]


def _rows(wanted: NewElection, elects: bool, problems: Problems) -> list[TableRow]:
    """The rows of the list. `Precinct` heads its numbers where names have a column of their own."""
    required = ("name", "delegates") if elects else ("name",)
    tried = Problems()
    for column in ("id", "name"):
        tried = Problems()
        headings = Headings(
            required,
            ("id", "county", "delegates"),
            {**_SYNONYMS, "precinct": column},
            tolerates=True,
        )
        found = list(rows(wanted.precincts, headings, tried, wanted.mapping))
        if not any(problem.is_of_the_file for problem in tried.found):
            break
    problems.found += tried.found
    problems.notes += tried.notes
    for row in found:
        row.problems = problems
    return found


def _require_different(found: Iterable[TableRow]) -> None:
    """Two that nobody could tell apart are refused."""
    ids: dict[str, int] = {}
    names: dict[tuple[str, str], int] = {}
    for row in found:
        id, place = row.text("id"), (row.text("county"), row.text("name"))
        if id and ids.setdefault(id, row.line) != row.line:
            row.refuse(f"id {quoted(id)} is there twice, first on line {ids[id]}", "id")
        elif not id and names.setdefault(place, row.line) != row.line:
            reason = f"{quoted(place[1])} is there twice, first on line {names[place]}"
            row.refuse(reason, "name", "give each an id or a name of its own")


def _code(number: int, digits: int) -> str:
    body = f"{number:0{digits}d}"
    return body + check_digit(body)


# --- Files


def _precincts_csv(precincts: Sequence[OwnPrecinct], rule: str) -> str:
    if registry.named(rule).elects_delegates:
        head = ("code", "id", "county", "name", "kind", "delegates", "pool")
        lines = [(p.code, p.id, p.county, p.name, "precinct", p.delegates, "") for p in precincts]
        return _csv(head, lines)
    return _csv(
        ("code", "id", "county", "name"), [(p.code, p.id, p.county, p.name) for p in precincts]
    )


def _candidates_csv(nominees: Sequence[Nominee]) -> str:
    numbers: dict[str, int] = {}
    lines = []
    for one in nominees:
        numbers[one.contest] = numbers.get(one.contest, 0) + 1
        lines.append(
            (numbers[one.contest], one.id, one.name, one.surname, slug(one.contest) or "contest")
        )
    return _csv(("number", "id", "name", "surname", "contest"), lines)


def _csv(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """With a byte order mark where there are accents, which spreadsheets lose without it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([head, *lines])
    text = out.getvalue()
    return text if text.isascii() else f"\ufeff{text}"


def _toml(wanted: NewElection, nominees: Sequence[Nominee], today: date) -> str:
    title = wanted.title or wanted.id.replace("-", " ").title()
    contests = dict.fromkeys(one.contest for one in nominees) or {"": None}
    lines = [
        "# What each key means: docs/election-folder.md",
        f"id = {_quoted(wanted.id)}",
        f"title = {_quoted(title)}",
        f"date = {(wanted.date or today).isoformat()}",
        f"timezone = {_quoted(wanted.timezone or TIMEZONE)}",
        'languages = ["en"]',
        "",
        "# The telephone numbers of the lines, as you would dial them:",
        "# [lines]",
        '# chairs = "+15155550100"',
        '# public = "+15155550101"',
        '# help = "+15155550105"',
    ]
    for contest in contests:
        lines += [
            "",
            "[[contests]]",
            f"id = {_quoted(slug(contest) or 'contest')}",
            f"title = {_quoted(contest or title)}",
            f"rule = {_quoted(wanted.rule)}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _left_to_do(wanted: NewElection, nominees: Sequence[Nominee]) -> list[str]:
    left = []
    if not wanted.title:
        left.append(f"title in {FILE}: how the election is called")
    if wanted.date is None:
        left.append(f"date in {FILE}: today's stands there now")
    if not wanted.timezone:
        left.append(f"timezone in {FILE}: {TIMEZONE} stands there now")
    left.append(f"[lines] in {FILE}: the telephone numbers, once you have them")
    if not nominees:
        left.append(f"{CANDIDATES}: nobody is in it yet; or begin anew with --candidates FILE")
    return left
