"""Loading the roster: who chairs which unit, and from which phones they call."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from hotline.election.folder.table import FileProblem, FolderError, Problems, TableRow, quoted, rows
from hotline.election.model import Election
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import COMMAND_LINE, Actor
from hotline.operations.context import AppContext
from hotline.store.database import transact
from hotline.store.roster.roster import Chair, replace_roster
from hotline.telephones import TelephoneError, hidden, read_telephones

COLUMNS = ("code", "name", "phones")


class RosterError(FolderError):
    """A roster is refused, and nothing of it is stored. Says why as an election folder does."""


@dataclass(frozen=True, slots=True)
class RosterLoaded:
    """What a roster brought."""

    chairs: int
    phones: int  # different ones
    units_without_chair: tuple[str, ...]  # codes, in order
    units_without_phone: tuple[str, ...]  # of those with a chair; they will call as unknown callers


def load_roster(parts: AppContext, path: Path, by: Actor = COMMAND_LINE) -> RosterLoaded:
    """Makes the file (CSV `code,name,phones`) the roster of the active election.

    Raises NoElectionError, or RosterError with every problem; then the old roster stays.
    """
    election = parts.election().election
    chairs = read_roster(path, election)

    def work(connection: Connection) -> None:
        replace_roster(connection, election.id, chairs)
        after = {"chairs": len(chairs), "phones": len({p for c in chairs for p in c.phones})}
        log_activity(connection, parts, by, ActivityKind.ROSTER_LOADED, after=after)

    transact(parts.engine, work)
    parts.invalidate()
    with_chair = {chair.unit_code for chair in chairs}
    with_phone = {chair.unit_code for chair in chairs if chair.phones}
    return RosterLoaded(
        chairs=len(chairs),
        phones=len({phone for chair in chairs for phone in chair.phones}),
        units_without_chair=tuple(sorted(election.units.keys() - with_chair)),
        units_without_phone=tuple(sorted(with_chair - with_phone)),
    )


def read_roster(path: Path, election: Election) -> list[Chair]:
    """The chairs that the file names. Lines of the same unit and name are one chair's.

    Raises RosterError with every problem.
    """
    chairs, problems = examine_roster(path, election)
    if problems:
        raise RosterError(problems)
    return chairs


def examine_roster(path: Path, election: Election) -> tuple[list[Chair], list[FileProblem]]:
    """The chairs of those lines in which nothing is wrong, and what is wrong with the others.

    Where a problem is of the file as a whole, lines may be missing that were never read.
    """
    problems = Problems()
    reader = _RosterReader(election)
    for row in rows(path, COLUMNS, (), problems):
        reader.read(row)
    found = list(dict.fromkeys(problems.found))  # a cell that is read twice is wrong twice
    return reader.chairs({problem.line for problem in found}), found


class _RosterReader:
    """Gathers the lines of one roster. The same phone is checked once, however often it comes."""

    def __init__(self, election: Election) -> None:
        self._lines: list[tuple[int, str, str, list[str]]] = []
        self._election = election
        self._read: dict[str, tuple[list[str], str]] = {}

    def read(self, row: TableRow) -> None:
        code, name = row.filled("code"), row.filled("name")
        if code and code not in self._election.units:
            row.refuse(f"no precinct has the code {quoted(code)}")
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
        phones, reason = self._read[cell]
        if reason:
            row.refuse(reason)
        return phones

    def _phones_of(self, cell: str) -> tuple[list[str], str]:
        """The phones of a cell, or what is wrong with one of them."""
        try:
            phones = [phone.number for phone in read_telephones(cell, self._election.country)]
        except TelephoneError as error:
            return [], f"the phone {hidden(error.written)} {error}"
        if own := self._election.own_lines.intersection(phones):
            return [], f"the phone {hidden(min(own))} is the number of this line itself"
        return phones, ""
