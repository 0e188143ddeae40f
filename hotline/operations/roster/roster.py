"""Loading the roster: who chairs which unit, and from which phones they call."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult
from sqlalchemy import Connection

from hotline.election.folder.table import FileProblem, FolderError, Problems, TableRow, quoted, rows
from hotline.election.model import Election
from hotline.guard.caller import E164, WITHHELD_AS_DIGITS, last_four
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import COMMAND_LINE, Actor
from hotline.operations.context import AppContext
from hotline.store.database import transact
from hotline.store.roster.roster import Chair, replace_roster

COLUMNS = ("code", "name", "phones")
BETWEEN_PHONES = ";"
EXAMPLE = "+15155550100"
WRONG_LENGTH = {
    ValidationResult.TOO_SHORT: "is too short",
    ValidationResult.TOO_LONG: "is too long",
    ValidationResult.INVALID_LENGTH: "has a wrong number of digits",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "lacks its area code",
}


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
        self._checked: dict[str, str] = {}

    def read(self, row: TableRow) -> None:
        code, name = row.filled("code"), row.filled("name")
        if code and code not in self._election.units:
            row.refuse(f"no unit has the code {quoted(code)}")
        phones = [phone.strip() for phone in row.text("phones").split(BETWEEN_PHONES)]
        phones = [phone for phone in phones if phone]
        for phone in phones:
            if reason := self._wrong_with(phone):
                row.refuse(f"the phone ending in {quoted(last_four(phone))} {reason}")
        self._lines.append((row.line, code, name, phones))

    def chairs(self, without: Collection[int | None]) -> list[Chair]:
        """Whom the lines name, `without` these. Lines of the same unit and name are one chair's."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for line, code, name, phones in self._lines:
            if line not in without:
                found.setdefault((code, name), {}).update(dict.fromkeys(phones))
        return [Chair(code, name, tuple(phones)) for (code, name), phones in found.items()]

    def _wrong_with(self, phone: str) -> str:
        if phone not in self._checked:
            own = (self._election.chairs_line, self._election.public_line)
            self._checked[phone] = (
                "is the number of this line itself" if phone in own else wrong_with_phone(phone)
            )
        return self._checked[phone]


def wrong_with_phone(phone: str) -> str:
    """Why this cannot be a chair's phone, as the end of a sentence; empty where it can.

    Asks whether the number is possible, not whether it is given out: areas and exchanges change.
    """
    if phone in WITHHELD_AS_DIGITS:
        return "is what a withheld number looks like"
    if not E164.fullmatch(phone):
        return f"is not in international form, such as {EXAMPLE}"
    try:
        length = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(phone))
    except NumberParseException:
        return "begins with no country's code"
    return "" if length == ValidationResult.IS_POSSIBLE else WRONG_LENGTH.get(length, "is wrong")
