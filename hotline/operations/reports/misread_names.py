"""Names in an election's folder that a voice misreads: where they stand, what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hotline.calls.spelling import misread, spell
from hotline.election.folder.folder import CANDIDATES, PRECINCTS
from hotline.election.folder.unit_codes import read_code
from hotline.election.model import Candidate, Election, Unit
from hotline.election.naming import SPOKEN
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems
from hotline.tables.reader import rows

UNITS = Headings(("code",), tolerates=True)
CHOICES = Headings(("id",), ("contest",), tolerates=True)
"""What is looked up in tables that have been read without complaint."""


@dataclass(frozen=True, slots=True)
class MisreadName:
    """A name that the voice would not say as people do. `pieces`: what it stumbles over."""

    file: str
    line: int
    language: str  # ISO 639-1
    value: str
    pieces: tuple[str, ...]
    column: str  # where the `proposal` is to be written
    proposal: str

    def __str__(self) -> str:
        stumbled = ", ".join(f"“{piece}”" for piece in self.pieces)
        return (
            f"{self.file}, line {self.line}: a voice misreads “{self.value}” ({stumbled}): "
            f"write “{self.proposal}”, or better, in the column {self.column}"
        )


def find_misread_names(folder: Path, election: Election) -> list[MisreadName]:
    """All of them, in the order of the files; in each language that has a name of its own.

    `election` is what was read from the `folder`.
    """
    found: list[MisreadName] = []
    first = election.languages[0]
    for language in election.languages:
        named = election.in_language(language)
        for file, line, before, after in _names(folder, election, named):
            pieces = misread(after)
            if pieces and (language == first or after != before):
                column = "spoken" if language == first else SPOKEN + language
                right = spell(after, language)
                found.append(MisreadName(file, line, language, after, pieces, column, right))
    return sorted(found, key=lambda name: (name.file, name.line))


def _names(folder: Path, first: Election, named: Election) -> Iterator[tuple[str, int, str, str]]:
    """File, line, and what is said in the first language and in that of `named`."""
    for row in rows(folder / PRECINCTS, UNITS, Problems()):
        if code := read_code(row, first):
            yield PRECINCTS, row.line, _said(first.units[code]), _said(named.units[code])
    for row in rows(folder / CANDIDATES, CHOICES, Problems()):
        contest = row.text("contest") or first.contests[0].id
        before, after = (e.by_contest[contest].by_id[row.text("id")] for e in (first, named))
        yield CANDIDATES, row.line, _said(before), _said(after)


def _said(named: Unit | Candidate) -> str:
    return named.spoken or (named.name if isinstance(named, Unit) else named.surname)
