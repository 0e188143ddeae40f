"""Changing the roster of one unit: a chair is added, mended, or taken out.

Each change names the roster that its author has seen (`stamp`): whoever comes second is told, and
nothing of what the first has done is lost. From the commit on the front door follows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.guard.caller import last_four
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.store.database import reading, transact
from hotline.store.enums import Role
from hotline.store.roster import roster, roster_edits
from hotline.store.roster.roster import Chair
from hotline.telephones import TelephoneError, hidden, read_telephones

log = logging.getLogger(__name__)

LONGEST_NAME = 100  # characters
MOST_PHONES = 10

Chairs = Sequence[tuple[int, Chair]]


class RosterEditError(ValueError):
    """The roster stays as it is; the message says why, for a person."""


class RosterMovedError(RosterEditError):
    """Somebody else has changed the same unit's roster meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "somebody has changed the chairs of this precinct meanwhile: nothing was changed now; "
            "look at what stands there, and change it again if it is still wrong"
        )


@dataclass(frozen=True, slots=True)
class UnitRoster:
    """The chairs of a unit, each with its id, and what tells this roster from any other."""

    chairs: Chairs
    stamp: str


def unit_roster(parts: AppContext, code: str) -> UnitRoster:
    """The chairs of a unit, with their phones in full."""
    with reading(parts.engine) as connection:
        found = roster.chairs_of_unit(connection, parts.election().election.id, code)
    return UnitRoster(found, stamp_of(found))


def stamp_of(chairs: Chairs) -> str:
    """Equal for equal rosters only."""
    said = [(id_, chair.name, chair.phones) for id_, chair in chairs]
    return sha256(repr(said).encode()).hexdigest()[:16]


def add_chair(parts: AppContext, by: Actor, code: str, name: str, phones: str, stamp: str) -> Chair:
    """A further chair of the unit. Raises RosterEditError, NotAllowedError."""
    election = _election(parts, code)
    new = Chair(code, _name(name), _phones(election, phones))

    def work(connection: Connection, there: Chairs) -> str:
        _require_new_name(there, new.name)
        roster_edits.add_chair(connection, election.id, new)
        return f"{new.name} added"

    _edit(parts, by, code, stamp, work)
    return new


def change_chair(
    parts: AppContext, by: Actor, code: str, chair_id: int, name: str, phones: str, stamp: str
) -> Chair:
    """Another name or other phones. Raises RosterEditError, NotAllowedError."""
    election = _election(parts, code)
    new = Chair(code, _name(name), _phones(election, phones))

    def work(connection: Connection, there: Chairs) -> str:
        before = dict(there).get(chair_id)
        if before is None:
            raise RosterMovedError
        if (before.name, set(before.phones)) == (new.name, set(new.phones)):
            raise RosterEditError("that is what the roster says already")
        _require_new_name([one for one in there if one[0] != chair_id], new.name)
        roster_edits.change(connection, chair_id, new.name, new.phones)
        return f"{new.name} changed"

    _edit(parts, by, code, stamp, work)
    return new


def remove_chair(parts: AppContext, by: Actor, code: str, chair_id: int, stamp: str) -> Chair:
    """Takes a chair out; gives who it was. Raises RosterEditError, NotAllowedError."""
    _election(parts, code)
    gone: list[Chair] = []

    def work(connection: Connection, there: Chairs) -> str:
        found = dict(there).get(chair_id)
        if found is None:
            raise RosterMovedError
        gone[:] = [found]
        roster_edits.remove(connection, chair_id)
        return f"{found.name} taken out"

    _edit(parts, by, code, stamp, work)
    return gone[0]


def _edit(
    parts: AppContext,
    by: Actor,
    code: str,
    stamp: str,
    work: Callable[[Connection, Chairs], str],
) -> None:
    """One change in one transaction, with its entry in the log; then everybody is told.

    `work` makes it, and gives a note of it.
    """
    require(by, Role.ADMIN)
    election_id = parts.election().election.id

    def whole(connection: Connection) -> None:
        roster_edits.lock_roster(connection, election_id)
        before = roster.chairs_of_unit(connection, election_id, code)
        if stamp_of(before) != stamp:
            raise RosterMovedError
        note = work(connection, before)
        after = roster.chairs_of_unit(connection, election_id, code)
        log_activity(
            connection,
            parts,
            by,
            ActivityKind.ROSTER_EDITED,
            unit=code,
            before=_for_the_log(before),
            after=_for_the_log(after),
            note=note,
        )

    transact(parts.engine, whole)
    parts.invalidate()
    log.info("the roster of precinct %s is changed by %s", code, by.name)


def _for_the_log(chairs: Chairs) -> Mapping[str, Any]:
    """Of the phones only the ends."""
    return {
        "chairs": [
            {"name": chair.name, "phones": [last_four(phone) for phone in chair.phones]}
            for _, chair in chairs
        ]
    }


def _election(parts: AppContext, code: str) -> Election:
    election = parts.election().election
    if code not in election.units:
        raise RosterEditError(f"no precinct has the code {code}")
    return election


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name:
        raise RosterEditError("write the chair's name")
    if len(name) > LONGEST_NAME:
        raise RosterEditError(f"a name has {LONGEST_NAME} characters at most")
    if not name.isprintable():
        raise RosterEditError("the name holds a character that cannot be printed")
    return name


def _require_new_name(there: Chairs, name: str) -> None:
    if any(chair.name == name for _, chair in there):
        raise RosterEditError(f"{name} is a chair of this precinct already: change it there")


def _phones(election: Election, given: str) -> tuple[str, ...]:
    """The phones (E.164) of a field in which each stands on a line of its own."""
    try:
        found = {phone.number for phone in read_telephones(given, election.country)}
    except TelephoneError as error:
        raise RosterEditError(f"the phone {hidden(error.written)} {error}") from None
    if found & election.own_lines:
        raise RosterEditError("this is the number of our own line")
    if len(found) > MOST_PHONES:
        raise RosterEditError(f"a chair has {MOST_PHONES} phones at most")
    return tuple(sorted(found))
