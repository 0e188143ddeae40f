"""Blocks as a file (CSV `pattern,reason,until,second`): written for one line, read for another."""

from __future__ import annotations

import csv
import io
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from hotline.election.folder.table import FileProblem, FolderError, Problems, TableRow, rows
from hotline.guard.blocking import BlockingError, read_moment
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, named
from hotline.operations.admission import denylist
from hotline.operations.admission.blocks import Register, WantedBlock, listed
from hotline.operations.context import AppContext
from hotline.store.database import transact

log = logging.getLogger(__name__)

REQUIRED = ("pattern", "reason")
OPTIONAL = ("until", "second")
FORMULA = ("=", "+", "-", "@")  # how a spreadsheet tells one


class BlockFileError(FolderError):
    """A file of blocks is refused, with every row that is wrong, and nothing of it is blocked."""


@dataclass(frozen=True, slots=True)
class Imported:
    """`skipped`: what was wrong with the rows that were left out."""

    added: int
    skipped: tuple[FileProblem, ...]


def import_blocks(
    parts: AppContext, path: Path, by: Actor | str, *, skip_bad: bool = False, believed: bool = True
) -> Imported:
    """Makes a block of each row of the file; all of them in one transaction.

    Raises BlockFileError with every wrong row; with `skip_bad` those are left out. `believed`:
    whether the second person of the file counts, as at the command line; where people have
    accounts, a name in a file agrees to nothing.
    """
    problems = Problems()
    wanted = _read(path, problems, believed)
    if unreadable := [problem for problem in problems.found if problem.is_of_the_file]:
        raise BlockFileError(unreadable)
    actor, at = named(by), parts.now()

    def work(connection: Connection) -> Imported:
        register = Register(parts, connection, actor.name, at)
        found = list(problems.found)
        added = 0
        for row, each in wanted:
            try:
                register.add(each)
            except BlockingError as error:
                found.append(FileProblem(row.file, row.line, str(error)))
            else:
                added += 1
        found.sort(key=lambda problem: problem.line or 0)
        if found and not skip_bad:
            raise BlockFileError(found)
        log_activity(
            connection,
            parts,
            actor,
            ActivityKind.BLOCKS_IMPORTED,
            after={"made": added, "left out": len(found)},
        )
        return Imported(added, tuple(found))

    imported = transact(parts.engine, work)
    log.info("%d blocks are made by %s out of a file", imported.added, actor.name)
    denylist.pass_on(parts)
    return imported


def import_text(parts: AppContext, text: str, actor: Actor, *, skip_bad: bool = False) -> Imported:
    """The same out of the text of a file that somebody with an account has sent."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blocks.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return import_blocks(parts, path, actor, skip_bad=skip_bad, believed=False)


def export_blocks(parts: AppContext, by: Actor | str) -> str:
    """The blocks in force, as the text of a file. Those of rules are left out: they are short."""
    found = [block for block in listed(parts) if not block.by_rule]
    transact(
        parts.engine,
        lambda connection: log_activity(
            connection,
            parts,
            named(by),
            ActivityKind.BLOCKS_EXPORTED,
            after={"blocks": len(found)},
        ),
    )
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*REQUIRED, *OPTIONAL])
    for block in found:
        until = block.until.isoformat()
        writer.writerow([str(block.pattern), _written(block.reason), until, _written(block.second)])
    return table.getvalue()


def _written(text: str) -> str:
    """A text that a spreadsheet does not take for a formula. Patterns are digits: it may those."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_said(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _read(path: Path, problems: Problems, believed: bool) -> list[tuple[TableRow, WantedBlock]]:
    """What the rows ask for that nothing is wrong with so far."""
    found: list[tuple[TableRow, WantedBlock]] = []
    lines: dict[str, int] = {}
    for row in rows(path, REQUIRED, OPTIONAL, problems):
        pattern, reason = row.filled("pattern"), row.filled("reason")
        first = lines.setdefault(pattern, row.line)
        if pattern and first != row.line:
            row.refuse(f"this is in the file already, on line {first}")
        second = _as_said(row.text("second")) if believed else ""
        found.append((row, WantedBlock(pattern, _as_said(reason), _until(row), second)))
    wrong = {problem.line for problem in problems.found}
    return [(row, wanted) for row, wanted in found if row.line not in wrong]


def _until(row: TableRow) -> datetime | None:
    if not (text := row.text("until")):
        return None
    try:
        return read_moment(text)
    except BlockingError as error:
        row.refuse(str(error))
        return None
