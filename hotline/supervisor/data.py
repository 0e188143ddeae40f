"""What `hotline up` finds or makes before anything is started: an election, and who reports it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hotline.election.folder.folder import read_folder
from hotline.election.model import Election, Unit
from hotline.operations.actors import named
from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import dead_pins, issue_pins
from hotline.operations.roster.roster import load_roster
from hotline.store.database import reading
from hotline.store.roster import pins as stored_pins
from hotline.store.roster.phonebook import phonebook
from hotline.supervisor import demonstration
from hotline.supervisor.people import DemoPerson, people
from hotline.supervisor.telephones import ELECTIONS, PINS_FILE, read_pins, reports_of

ROSTER_FILE = "demonstration-roster.csv"
FIRST_ELECTION = "iowa-2020"
BY = "hotline up"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What to try. Without a phone or a PIN where those in use are not ours to show."""

    election: Election | None
    unit: Unit | None = None
    phone: str = ""  # E.164
    pin: str = ""
    people: Sequence[DemoPerson] = ()


def prepare(parts: AppContext, tell: Tell) -> Demonstration:
    """In the sandbox, fills what is empty: election, roster, PINs, accounts; else it only looks."""
    sandbox = parts.settings.sandbox
    election = _election(parts)
    if election is None and sandbox:
        election = load_election(parts, read_folder(ELECTIONS / FIRST_ELECTION), BY).election
        tell(f"loaded {election.title}: {len(election.units)} precincts")
    if election is None:
        tell("no election is loaded yet: hotline election load DIR")
        return Demonstration(None)
    if not sandbox:
        return Demonstration(election)
    unit = demonstration.unit_to_try(election, reports_of(election))
    _fill_roster(parts, election, unit, tell)
    _fill_pins(parts, election, tell)
    return replace(_demonstration(parts, election, unit), people=people(parts, tell))


def _election(parts: AppContext) -> Election | None:
    try:
        return parts.election().election
    except NoElectionError:
        return None


def _fill_roster(parts: AppContext, election: Election, unit: Unit, tell: Tell) -> None:
    with reading(parts.engine) as connection:
        if phonebook(connection, election.id):
            return
    path = parts.settings.var / ROSTER_FILE
    demonstration.write_roster(demonstration.roster(election, unit), path)
    loaded = load_roster(parts, path, named(BY))
    tell(f"loaded a roster of {loaded.chairs} invented chairs with {loaded.phones} phones")


def _fill_pins(parts: AppContext, election: Election, tell: Tell) -> None:
    """Only where no unit has one: PINs that somebody issued stay as they are."""
    with reading(parts.engine) as connection:
        if stored_pins.stored(connection, election.id, None):
            return
    path = parts.settings.var / PINS_FILE
    issued = issue_pins(parts, path, force=True, by=named(BY))
    tell(f"issued {issued} demonstration PINs; the handset knows them from {path}")


def _demonstration(parts: AppContext, election: Election, unit: Unit) -> Demonstration:
    with reading(parts.engine) as connection:
        phones = [e.phone for e in phonebook(connection, election.id) if e.unit_code == unit.code]
    pin = read_pins(parts.settings.var / PINS_FILE).get(unit.code, "")
    if pin and dead_pins(parts, {unit.code: pin}):  # another one was issued since
        pin = ""
    return Demonstration(election, unit, phones[0] if phones else "", pin)
