"""A roster as a file: first what it would change, then, if that is wanted, the change."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.roster.roster_edit import RosterEditError
from hotline.operations.roster.roster_file import RosterFile, examine_roster
from hotline.store.database import reading, transact
from hotline.store.enums import Role
from hotline.store.roster import roster, roster_edits
from hotline.store.roster.roster import Chair
from hotline.tables.problems import FileNote, FileProblem
from hotline.tables.sources import file_name

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RosterDifference:
    """What a roster would change of another one; chairs are told apart by unit and name."""

    added: Sequence[Chair]
    removed: Sequence[Chair]
    changed: Sequence[tuple[Chair, Chair]]  # other phones: before, after
    same: int

    @property
    def in_words(self) -> str:
        counts = (len(self.added), len(self.removed), len(self.changed))
        return "chairs added: {}, taken out: {}, with other phones: {}".format(*counts)

    @property
    def is_none(self) -> bool:
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """What a file would do. `problems`: the lines that are wrong, which are left out of it.

    `notes`: what was mended, or left out. `is_readable`: the file was read to its end. `stamp`
    tells the roster it was compared with.
    """

    difference: RosterDifference
    problems: Sequence[FileProblem]
    notes: Sequence[FileNote]
    is_readable: bool
    stamp: str


def preview(parts: AppContext, by: Actor, content: bytes, name: str) -> RosterPreview:
    """Compares a file (CSV or .xlsx, called `name`) with the roster; changes nothing."""
    require(by, Role.ADMIN)
    election = parts.election().election
    read = _read(parts, content, name)
    with reading(parts.engine) as connection:
        there = roster_edits.everybody(connection, election.id)
    return RosterPreview(
        difference(there, read.chairs), read.problems, read.notes, read.is_readable, stamp_of(there)
    )


def apply(
    parts: AppContext,
    by: Actor,
    content: bytes,
    name: str,
    stamp: str,
    *,
    without_bad: bool = False,
) -> RosterDifference:
    """Makes the file the roster, as it was previewed; `without_bad`: without its bad lines.

    Raises RosterEditError: a line is wrong, or the roster is another one than was compared.
    """
    require(by, Role.ADMIN)
    election_id = parts.election().election.id
    read = _read(parts, content, name)
    chairs, problems = read.chairs, read.problems
    if not read.is_readable or (problems and not without_bad):
        raise RosterEditError("lines of the file are wrong: nothing was changed")

    def work(connection: Connection) -> RosterDifference:
        roster_edits.lock_roster(connection, election_id)
        there = roster_edits.everybody(connection, election_id)
        if stamp_of(there) != stamp:
            raise RosterEditError(
                "the roster was changed by somebody else meanwhile: look at the difference again"
            )
        change = difference(there, chairs)
        roster.replace_roster(connection, election_id, chairs)
        note = f"from a file: {change.in_words}"
        note += f"; {len(problems)} bad lines were left out" if problems else ""
        log_activity(connection, parts, by, ActivityKind.ROSTER_LOADED, note=note)
        return change

    change = transact(parts.engine, work)
    parts.invalidate()
    log.info("the roster is replaced by %s", by.name)
    return change


def difference(before: Sequence[Chair], after: Sequence[Chair]) -> RosterDifference:
    """In the order of the units."""
    old = {(chair.unit_code, chair.name): chair for chair in before}
    new = {(chair.unit_code, chair.name): chair for chair in after}
    both = sorted(old.keys() & new.keys())
    changed = [(old[who], new[who]) for who in both if set(old[who].phones) != set(new[who].phones)]
    return RosterDifference(
        added=[new[who] for who in sorted(new.keys() - old.keys())],
        removed=[old[who] for who in sorted(old.keys() - new.keys())],
        changed=changed,
        same=len(both) - len(changed),
    )


def stamp_of(chairs: Sequence[Chair]) -> str:
    """Equal for equal rosters only."""
    said = sorted((chair.unit_code, chair.name, sorted(chair.phones)) for chair in chairs)
    return sha256(repr(said).encode()).hexdigest()[:16]


def _read(parts: AppContext, content: bytes, name: str) -> RosterFile:
    """Through a file that only we may read, and that is gone at once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name(name)
        path.write_bytes(content)
        return examine_roster(path, parts.election().election)
