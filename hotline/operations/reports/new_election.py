"""An election folder made out of a party's own lists; and the codes of one, for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hotline.election.folder.folder import PRECINCTS
from hotline.election.folder.new_folder import MadeFolder, NewElection, make_folder
from hotline.tables.headings import Headings
from hotline.tables.problems import FileNote, FolderError, Problems
from hotline.tables.reader import rows

CODES = Headings(("code", "name"), ("id", "county"), tolerates=True)


class NewElectionError(FolderError):
    """No folder is made; says why as an election folder does."""


@dataclass(frozen=True, slots=True)
class NewFolder:
    """A folder that was made, and what was mended in the lists that it was made of."""

    made: MadeFolder
    notes: Sequence[FileNote]


@dataclass(frozen=True, slots=True)
class PrecinctCode:
    """What a precinct is called by the party, and what its chair keys."""

    id: str
    code: str
    county: str
    name: str


def make_election(wanted: NewElection, today: date) -> NewFolder:
    """Makes the folder; what is there already is never written over.

    Raises NewElectionError with everything that is wrong, and has made nothing then.
    """
    problems = Problems()
    if wanted.directory.exists() and any(wanted.directory.iterdir()):
        problems.add(
            str(wanted.directory), None, "is there already", "choose another name: nothing is lost"
        )
    made = make_folder(wanted, today, problems)
    if problems.found or made is None:
        raise NewElectionError(list(dict.fromkeys(problems.found)))
    parent = wanted.directory.resolve().parent
    parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: the folder gets its name when all of it is there.
    with TemporaryDirectory(dir=parent) as draft:
        folder = Path(draft) / wanted.id
        folder.mkdir()
        for name, text in made.files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        folder.replace(wanted.directory)
    return NewFolder(made, problems.notes)


def list_codes(directory: Path) -> list[PrecinctCode]:
    """In the order of the folder. Raises FolderError."""
    problems = Problems()
    found = [
        PrecinctCode(row.text("id"), row.filled("code"), row.text("county"), row.filled("name"))
        for row in rows(directory / PRECINCTS, CODES, problems)
    ]
    problems.refuse_if_any()
    return found
