"""A roster as a file: who chairs which precinct, and from which phones they call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline.election.folder.unit_codes import SYNONYMS, read_code
from hotline.election.model import Election
from hotline.store.roster.roster import Chair
from hotline.tables.headings import Headings
from hotline.tables.problems import FileNote, FileProblem, FolderError, Problems
from hotline.tables.reader import NO_MAPPING, TableRow, rows
from hotline.telephones import TelephoneError, hidden, read_telephones

COLUMNS = ("code", "name", "phones")
PARTS_OF_NAME = ("first_name", "last_name")
_NAME = ("chair", "precinct chair", "chair name", "chairperson", "caucus chair", "full name",
         "contact", "nombre", "presidente")  # fmt: skip
_PHONES = ("phone", "phone number", "phone numbers", "telephone", "telephones", "telephone number",
           "cell", "cell phone", "cellphone", "mobile", "mobile phone", "home", "home phone",
           "work phone", "other phone", "phone 1", "phone 2", "phone 3", "teléfono", "teléfonos",
           "celular")  # fmt: skip
_PARTS = {"first": "first_name", "given name": "first_name", "last": "last_name",
          "surname": "last_name", "family name": "last_name"}  # fmt: skip
HEADINGS = Headings(
    required=("code", "phones"),
    optional=("name", *PARTS_OF_NAME),
    synonyms={
        **SYNONYMS,
        **dict.fromkeys(_NAME, "name"),
        **dict.fromkeys(_PHONES, "phones"),
        **_PARTS,
    },
    several=frozenset({"phones"}),
    tolerates=True,
)


class RosterError(FolderError):
    """A roster is refused, and nothing of it is stored. Says why as an election folder does."""


@dataclass(frozen=True, slots=True)
class RosterFile:
    """The chairs of the lines in which nothing is wrong, what is wrong with the others, and what
    was read otherwise than it is written.

    Where a problem is of the file as a whole, lines may be missing that were never read.
    """

    chairs: list[Chair]
    problems: list[FileProblem]
    notes: list[FileNote]

    @property
    def is_readable(self) -> bool:
        """Whether the file was read to its end."""
        return not any(problem.is_of_the_file for problem in self.problems)


def read_roster(
    path: Path, election: Election, mapping: Mapping[str, str] = NO_MAPPING
) -> list[Chair]:
    """The chairs that the file names. Lines of the same unit and name are one chair's.

    Raises RosterError with every problem.
    """
    found = examine_roster(path, election, mapping)
    if found.problems:
        raise RosterError(found.problems)
    return found.chairs


def examine_roster(
    path: Path, election: Election, mapping: Mapping[str, str] = NO_MAPPING
) -> RosterFile:
    """`mapping`: a heading of the file to `code`, `name` or `phones`."""
    problems = Problems()
    reader = _RosterReader(election)
    for row in rows(path, HEADINGS, problems, mapping):
        reader.read(row)
    found = list(dict.fromkeys(problems.found))  # a cell that is read twice is wrong twice
    return RosterFile(reader.chairs({problem.line for problem in found}), found, problems.notes)


def template(election: Election) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows of a table with every precinct, for the party to write the chairs into."""
    head = ("code", "id", "county", "precinct name", *COLUMNS[1:])
    units = sorted(election.units.values(), key=lambda unit: (election.area_of(unit), unit.code))
    return head, [(unit.code, unit.id, election.area_of(unit), unit.name, "", "") for unit in units]


class _RosterReader:
    """Gathers the lines of one roster. The same cell of phones is read once."""

    def __init__(self, election: Election) -> None:
        self._lines: list[tuple[int, str, str, list[str]]] = []
        self._election = election
        self._read: dict[str, tuple[list[str], str, bool]] = {}

    def read(self, row: TableRow) -> None:
        code = read_code(row, self._election)
        if code and not any(map(row.text, (*COLUMNS[1:], *PARTS_OF_NAME))):
            row.problems.note(row.file, row.line, f"{code} has no chair yet")
            return
        name = row.text("name") or " ".join(filter(None, map(row.text, PARTS_OF_NAME)))
        if not name:
            row.refuse("name is empty", "name", "write the chair's name")
        self._lines.append((row.line, code, name, self._phones(row)))

    def chairs(self, without: Collection[int | None]) -> list[Chair]:
        """Whom the lines name, `without` these. Lines of the same unit and name are one chair's."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for line, code, name, phones in self._lines:
            if line not in without:
                found.setdefault((code, name), {}).update(dict.fromkeys(phones))
        return [Chair(code, name, tuple(phones)) for (code, name), phones in found.items()]

    def _phones(self, row: TableRow) -> list[str]:
        cell = row.text("phones")
        if cell not in self._read:
            self._read[cell] = self._phones_of(cell)
        phones, reason, is_mended = self._read[cell]
        if reason:
            row.refuse(reason, "phones")
        if is_mended:
            ends = ", ".join(f"{phone[:-10]} … {phone[-4:]}" for phone in phones)
            row.problems.note(row.file, row.line, f"phones are read as {ends}")
        return phones

    def _phones_of(self, cell: str) -> tuple[list[str], str, bool]:
        """The phones of a cell, what is wrong with one of them, and whether one was mended."""
        try:
            found = read_telephones(cell, self._election.country)
        except TelephoneError as error:
            return [], f"the phone {hidden(error.written)} {error}", False
        phones = [phone.number for phone in found]
        if own := self._election.own_lines.intersection(phones):
            return [], f"the phone {hidden(min(own))} is the number of this line itself", False
        return phones, "", any(phone.is_mended for phone in found)
