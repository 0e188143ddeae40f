"""Loading the roster: who chairs which unit, and from which phones they call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult

from hotline.election.model import Election
from hotline.election.table import FolderError, Problems, Row, quoted, rows
from hotline.guard.caller import E164, WITHHELD_AS_DIGITS, last_four
from hotline.operations.parts import Parts
from hotline.store.database import transact
from hotline.store.roster import Chair, replace_roster

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
    units_without_phone: tuple[str, ...]  # of those with a chair; they will call as strangers


def load_roster(parts: Parts, path: Path) -> RosterLoaded:
    """Makes the file (CSV `code,name,phones`) the roster of the active election.

    Raises NoElectionError, or RosterError with every problem; then the old roster stays.
    """
    election = parts.election().election
    chairs = read_roster(path, election)
    transact(parts.engine, lambda connection: replace_roster(connection, election.id, chairs))
    parts.announce()
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
    problems = Problems()
    reader = _Reader(election)
    for row in rows(path, COLUMNS, (), problems):
        reader.read(row)
    if problems.found:
        raise RosterError(problems.found)
    return [Chair(code, name, tuple(phones)) for (code, name), phones in reader.chairs.items()]


class _Reader:
    """Gathers the chairs of one roster. The same phone is checked once, however often it comes."""

    def __init__(self, election: Election) -> None:
        self.chairs: dict[tuple[str, str], list[str]] = {}
        self._election = election
        self._checked: dict[str, str] = {}

    def read(self, row: Row) -> None:
        code, name = row.filled("code"), row.filled("name")
        if code and code not in self._election.units:
            row.refuse(f"no unit has the code {quoted(code)}")
        phones = self.chairs.setdefault((code, name), [])
        for phone in map(str.strip, row.text("phones").split(BETWEEN_PHONES)):
            if not phone:
                continue
            if reason := self._wrong_with(phone):
                row.refuse(f"the phone ending in {quoted(last_four(phone))} {reason}")
            elif phone not in phones:
                phones.append(phone)

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
