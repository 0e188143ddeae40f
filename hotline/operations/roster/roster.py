"""Loading the roster: who chairs which unit, and from which phones they call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import COMMAND_LINE, Actor
from hotline.operations.context import AppContext
from hotline.operations.roster.roster_file import RosterError, examine_roster
from hotline.store.database import transact
from hotline.store.roster.roster import Chair, replace_roster
from hotline.tables.problems import FileNote
from hotline.tables.reader import NO_MAPPING


@dataclass(frozen=True, slots=True)
class RosterLoaded:
    """What a roster brought."""

    chairs: int
    phones: int  # different ones
    units_without_chair: tuple[str, ...]  # codes, in order
    units_without_phone: tuple[str, ...]  # of those with a chair; they will call as unknown callers
    notes: tuple[FileNote, ...] = ()  # what was mended, or left out


def load_roster(
    parts: AppContext,
    path: Path,
    by: Actor = COMMAND_LINE,
    mapping: Mapping[str, str] = NO_MAPPING,
    *,
    only_check: bool = False,
) -> RosterLoaded:
    """Makes the file the roster of the active election; with `only_check` says what it would bring.

    `mapping`: a heading of the file to one of ours. Raises NoElectionError, or RosterError with
    every problem; then the old roster stays.
    """
    election = parts.election().election
    read = examine_roster(path, election, mapping)
    if read.problems:
        raise RosterError(read.problems)
    chairs = read.chairs

    def work(connection: Connection) -> None:
        replace_roster(connection, election.id, chairs)
        after = {"chairs": len(chairs), "phones": len({p for c in chairs for p in c.phones})}
        log_activity(connection, parts, by, ActivityKind.ROSTER_LOADED, after=after)

    if not only_check:
        transact(parts.engine, work)
        parts.invalidate()
    return _brought(chairs, election.units.keys(), read.notes)


def _brought(chairs: Sequence[Chair], units: Set[str], notes: Sequence[FileNote]) -> RosterLoaded:
    with_chair = {chair.unit_code for chair in chairs}
    with_phone = {chair.unit_code for chair in chairs if chair.phones}
    return RosterLoaded(
        chairs=len(chairs),
        phones=len({phone for chair in chairs for phone in chair.phones}),
        units_without_chair=tuple(sorted(units - with_chair)),
        units_without_phone=tuple(sorted(with_chair - with_phone)),
        notes=tuple(notes),
    )
