"""A list of candidates as people write it: with headings or without, one office or several."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline.election.rules import registry
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems, quoted
from hotline.tables.reader import rows
from hotline.tables.sources import UnreadableTable, sheets_of

_SYNONYMS = {
    **dict.fromkeys(("candidate", "candidate name", "full name", "nombre", "candidato"), "name"),
    **dict.fromkeys(("office", "race", "contest name", "for", "cargo"), "contest"),
    **dict.fromkeys(("last name", "family name", "apellido"), "surname"),
}
HEADINGS = Headings(("name",), ("contest", "surname"), _SYNONYMS, tolerates=True)
_WRITE_INS = re.compile(r"(?:all )?write[- ]?ins?(?: votes)?:?", re.IGNORECASE)
_SUFFIX = re.compile(r",? (?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_REMARK = re.compile(r"\s*\([^)]*\)$")


@dataclass(frozen=True, slots=True)
class Nominee:
    """A candidate of a contest (its title; empty where there is only one)."""

    contest: str
    name: str
    surname: str
    id: str


def read_nominees(path: Path, rule: str, problems: Problems) -> list[Nominee]:
    """The candidates of a list, in its order; what is wrong with it goes into `problems`."""
    found: list[tuple[str, str, str]] = []
    for line, contest, name, surname in _entries(path, problems):
        if _WRITE_INS.fullmatch(name) and _counts_write_ins(rule):
            problems.note(path.name, line, f"{quoted(name)}: write-ins are counted by the rule")
            continue
        said = surname or _surname(name)
        if any((contest, name) == (other, same) for other, same, _ in found):
            problems.add(path.name, line, f"{quoted(name)} is there twice", "leave one of them")
        found.append((contest, name, said))
    if not found and not problems.found:
        problems.add(path.name, None, "names nobody")
    return _with_ids(found)


def _entries(path: Path, problems: Problems) -> list[tuple[int, str, str, str]]:
    """Line, contest, name and surname of each row."""
    plain = _plain_list(path, problems)
    if plain or problems.found:
        return [(line, "", _turned(name), "") for line, name in plain]
    return [
        (row.line, row.text("contest"), _turned(row.filled("name")), row.text("surname"))
        for row in rows(path, HEADINGS, problems)
    ]


def _plain_list(path: Path, problems: Problems) -> list[tuple[int, str]]:
    """The names of a file of one column that has no header; none where it has one, or more."""
    tried = Problems()
    sheets = sheets_of(path, tried)
    problems.found += tried.found
    for sheet in sheets[:1]:
        try:
            filled = [
                (line, [cell.strip() for cell in cells if cell.strip()])
                for line, cells in sheet.records()
                if any(map(str.strip, cells))
            ]
        except UnreadableTable:
            return []
        known = {*HEADINGS.known, *_SYNONYMS}
        is_headed = bool(filled) and any(cell.casefold() in known for cell in filled[0][1])
        if filled and not is_headed and all(len(cells) == 1 for _, cells in filled):
            problems.notes += tried.notes
            return [(line, " ".join(cells[0].split())) for line, cells in filled]
    return []


def _counts_write_ins(rule: str) -> bool:
    return any("write" in other for other in registry.named(rule).table.others)


def _turned(name: str) -> str:
    """`Alvarez, Maria` as it is said."""
    if _SUFFIX.search(name) or name.count(",") != 1:
        return name
    last, first = (part.strip() for part in name.split(","))
    return f"{first} {last}" if first and last else name


def _surname(name: str) -> str:
    bare = _SUFFIX.sub("", _REMARK.sub("", name))
    return bare.split()[-1] if bare.split() else name


def _with_ids(found: Sequence[tuple[str, str, str]]) -> list[Nominee]:
    """Each with an id; two who are called alike are said with their whole names."""
    said = Counter((contest, surname.casefold()) for contest, _, surname in found)
    nominees: list[Nominee] = []
    taken: set[tuple[str, str]] = set()
    for contest, name, surname in found:
        whole = said[contest, surname.casefold()] > 1
        id = _id(name if whole else surname)
        number = 2
        while (contest, id) in taken or id in _reserved():
            id, number = f"{_id(name)}-{number}", number + 1
        taken.add((contest, id))
        nominees.append(Nominee(contest, name, name if whole else surname, id))
    return nominees


def _id(text: str) -> str:
    return slug(text) or "candidate"


def slug(text: str) -> str:
    """A text as an id: lower-case letters, digits and hyphens; empty where it has none of them."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _reserved() -> set[str]:
    return {choice for rule in registry.all_rules() for choice in rule.table.others}
