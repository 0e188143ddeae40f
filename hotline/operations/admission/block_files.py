"""Blocks as a file (CSV `pattern,reason,until,second`): written for one line, read for another."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from hotline.guard.blocking import BlockingError, as_written, read_moment
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, named
from hotline.operations.admission import denylist
from hotline.operations.admission.blocks import Added, Register, WantedBlock, listed
from hotline.operations.admission.suggestions import LOOKED_BACK
from hotline.operations.context import AppContext
from hotline.store.admission import callers
from hotline.store.database import transact
from hotline.tables.headings import Headings
from hotline.tables.problems import FileNote, FileProblem, FolderError, Problems
from hotline.tables.reader import TableRow, rows
from hotline.tables.sources import file_name
from hotline.tables.writer import TableFile
from hotline.telephones import hidden

log = logging.getLogger(__name__)

REQUIRED = ("pattern", "reason")
OPTIONAL = ("until", "second")
HEADINGS = Headings(
    REQUIRED,
    OPTIONAL,
    {
        **dict.fromkeys(("number", "phone", "phone number", "telephone", "caller"), "pattern"),
        **dict.fromkeys(("why", "note", "comment"), "reason"),
    },
    moments=frozenset({"until"}),
    rest="reason",
)


class BlockFileError(FolderError):
    """A file of blocks is refused, with every row that is wrong, and nothing of it is blocked."""


WantedRow = tuple[TableRow, WantedBlock]


@dataclass(frozen=True, slots=True)
class Imported:
    """`skipped`: what was wrong with the rows that were left out."""

    added: int
    skipped: tuple[FileProblem, ...]


@dataclass(frozen=True, slots=True)
class ForeseenBlock:
    """A row of a file, and whom a block of it would be of: telephones of the roster, and those
    that called lately."""

    line: int
    pattern: str
    reason: str
    until: datetime  # UTC
    roster: int
    lately: int


@dataclass(frozen=True, slots=True)
class BlockFile:
    """What a file would do: its rows that could be blocked, what is wrong with the others, and
    what was read otherwise than it is written."""

    rows: Sequence[ForeseenBlock]
    problems: Sequence[FileProblem]
    notes: Sequence[FileNote]

    @property
    def is_readable(self) -> bool:
        return not any(problem.is_of_the_file for problem in self.problems)


def import_blocks(
    parts: AppContext, path: Path, by: Actor | str, *, skip_bad: bool = False, believed: bool = True
) -> Imported:
    """Makes a block of each row of the file; all of them in one transaction.

    Raises BlockFileError with every wrong row; with `skip_bad` those are left out. `believed`:
    whether the second person of the file counts, as at the command line; where people have
    accounts, a name in a file agrees to nothing.
    """
    problems = Problems()
    wanted = read_blocks(path, problems, believed, parts.country)
    if unreadable := [problem for problem in problems.found if problem.is_of_the_file]:
        raise BlockFileError(unreadable)
    actor, at = named(by), parts.now()

    def work(connection: Connection) -> Imported:
        register = Register(parts, connection, actor.name, at)
        added, refused = _try_each(register, wanted, problems.found)
        if refused and not skip_bad:
            raise BlockFileError(refused)
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.BLOCKS_IMPORTED,
            after={"made": len(added), "left out": len(refused)},
        )
        return Imported(len(added), tuple(refused))

    imported = transact(parts.engine, work)
    log.info("%d blocks are made by %s out of a file", imported.added, actor.name)
    denylist.pass_on(parts)
    return imported


class _OnlyTried(Exception):
    """Carries what a trial found past the end of its transaction."""

    def __init__(self, found: BlockFile) -> None:
        self.found = found


def foresee_blocks(
    parts: AppContext, path: Path, by: Actor | str, *, believed: bool = True
) -> BlockFile:
    """What `import_blocks` would do with this file; nothing is blocked, and nothing written."""
    problems = Problems()
    wanted = read_blocks(path, problems, believed, parts.country)
    actor, at = named(by), parts.now()

    def work(connection: Connection) -> BlockFile:
        register = Register(parts, connection, actor.name, at)
        added, refused = _try_each(register, wanted, problems.found)
        called = [
            call.number for call in callers.lately(connection, at - LOOKED_BACK) if call.number
        ]
        rows = [
            ForeseenBlock(
                row.line,
                str(block.pattern),
                row.text("reason"),
                block.until,
                block.roster_phones,
                sum(map(block.pattern.covers, called)),
            )
            for row, block in added
        ]
        raise _OnlyTried(BlockFile(rows, refused, problems.notes))

    try:
        return transact(parts.engine, work)
    except _OnlyTried as tried:
        return tried.found


def _try_each(
    register: Register, wanted: Sequence[WantedRow], problems: Sequence[FileProblem]
) -> tuple[list[tuple[TableRow, Added]], list[FileProblem]]:
    """The blocks that are made, and everything that is wrong with the other rows."""
    refused, added = list(problems), list[tuple[TableRow, Added]]()
    for row, each in wanted:
        try:
            added.append((row, register.add(each)))
        except BlockingError as error:
            refused.append(FileProblem(row.file, row.line, str(error), "pattern"))
    return added, sorted(refused, key=lambda problem: problem.line or 0)


def sent_file(content: bytes, name: str, folder: str) -> Path:
    """What somebody has sent, as a file that only we may read, in a folder that is gone at once."""
    path = Path(folder) / file_name(name)
    path.write_bytes(content)
    return path


def export_blocks(parts: AppContext, by: Actor | str) -> TableFile:
    """The blocks in force, as the text of a file. Those of rules are left out: they are short."""
    blocks = [block for block in listed(parts) if not block.by_rule]
    transact(
        parts.engine,
        lambda connection: log_activity(
            connection,
            parts,
            named(by),
            ActivityKind.BLOCKS_EXPORTED,
            after={"blocks": len(blocks)},
        ),
    )
    rows = (
        (str(block.pattern), block.reason, block.until.isoformat(), block.second)
        for block in blocks
    )
    return TableFile((*REQUIRED, *OPTIONAL), rows)


def read_blocks(
    path: Path, problems: Problems, believed: bool, country: str
) -> list[tuple[TableRow, WantedBlock]]:
    """What the rows ask for that nothing is wrong with so far."""
    read: list[tuple[TableRow, WantedBlock]] = []
    lines: dict[str, int] = {}
    for row in rows(path, HEADINGS, problems):
        pattern, reason = _pattern(row, country), row.filled("reason")
        first = lines.setdefault(pattern, row.line)
        if pattern and first != row.line:
            row.refuse(f"this is in the file already, on line {first}", "pattern")
        second = row.text("second") if believed else ""
        read.append((row, WantedBlock(pattern, reason, _until(row), second)))
    wrong = {problem.line for problem in problems.found}
    return [(row, wanted) for row, wanted in read if row.line not in wrong]


def _pattern(row: TableRow, country: str) -> str:
    """The pattern in one spelling; as it is written where it is none, which is said later."""
    written = row.filled("pattern")
    try:
        pattern = str(as_written(written, country)) if written else ""
    except BlockingError:
        return written
    if pattern != written:
        row.problems.note(row.file, row.line, f"{hidden(written)} is read as {hidden(pattern)}")
    return pattern


def _until(row: TableRow) -> datetime | None:
    if not (text := row.text("until")):
        return None
    try:
        return read_moment(text)
    except BlockingError as error:
        row.refuse(str(error))
        return None
