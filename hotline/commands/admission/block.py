"""hotline block"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hotline.commands import columns, environment
from hotline.commands.refusal import CommandRefusal
from hotline.guard.blocking import read_duration, read_moment
from hotline.operations.admission import block_files, blocks
from hotline.operations.admission.blocks import Added, Removed, StoredBlock, WantedBlock
from hotline.operations.context import AppContext
from hotline.tables.writer import MARK, content

REASON = click.option("--reason", required=True, help="Why; kept with the block.")


@click.group("block")
def command() -> None:
    """Numbers, and ranges of numbers, that are turned away.

    A number is written +15155550142; a range by what its numbers begin with, and an asterisk, in
    quotes: '+1515555*'. A range never turns away a telephone of the roster, nor one from which a
    PIN was proved.
    """


@command.command()
@click.argument("pattern")
@REASON
@click.option("--for", "duration", metavar="TIME", help="How long: 30m, 2h, 7d.  [default: 24h]")
@click.option("--until", metavar="MOMENT", help="Or until when: 2020-02-04T03:00Z.")
@click.option("--second", default="", metavar="NAME", help="Who agreed, for numbers on the roster.")
@click.option("--replace", is_flag=True, help="Lift the block that there is already.")
def add(
    pattern: str,
    reason: str,
    duration: str | None,
    until: str | None,
    second: str,
    replace: bool,
) -> None:
    """Block a number or a range from the next call on."""
    if duration and until:
        raise click.UsageError("Say either --for or --until.")
    parts = environment.parts()
    wanted = WantedBlock(pattern, reason, _end(parts, duration, until), second)
    added = blocks.add_block(parts, wanted, environment.user(), replace=replace)
    click.echo(f"Blocked {added.pattern} until {_moment(added.until)} (block {added.id}).")
    _remark(added)


@command.command()
@click.argument("pattern")
@REASON
def remove(pattern: str, reason: str) -> None:
    """Lift a block. What the number was turned away for by itself is forgotten too."""
    removed = blocks.remove_block(environment.parts(), pattern, environment.user(), reason)
    click.echo(_said_of(removed))


@command.command("list")
@click.option("--all", "ended", is_flag=True, help="Those too that have ended or were lifted.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(ended: bool, as_json: bool) -> None:
    """List the blocks in force."""
    parts = environment.parts()
    found = blocks.listed(parts, ended=ended)
    if as_json:
        click.echo(json.dumps([_document(block) for block in found], indent=2, ensure_ascii=False))
        return
    for block in found:
        click.echo(_line(block, parts.now()))
    if not found:
        click.echo("Nothing was ever blocked." if ended else "Nothing is blocked.")


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out the rows that are wrong.")
@click.option("--check", "only_check", is_flag=True, help="Say whom it would hit; block nothing.")
def take_in(file: Path, skip_bad: bool, only_check: bool) -> None:
    """Block what FILE says: .xlsx or CSV with pattern and reason, and maybe until and second.

    If a row is wrong, nothing is blocked, and every wrong row is named.
    """
    if only_check:
        _foresee(file)
        return
    imported = block_files.import_blocks(
        environment.parts(), file, environment.user(), skip_bad=skip_bad
    )
    for problem in imported.skipped:
        click.echo(f"Left out: {problem}", err=True)
    click.echo(f"Made {imported.added} blocks, left out {len(imported.skipped)} rows.")


def _foresee(file: Path) -> None:
    found = block_files.foresee_blocks(environment.parts(), file, environment.user())
    columns.show_notes(found.notes)
    for one in found.rows:
        hit = f"{one.roster} telephones of the roster, {one.lately} that called lately"
        click.echo(f"{one.pattern}  until {_moment(one.until)}  {one.reason}  ({hit})")
    if found.problems:
        raise block_files.BlockFileError(found.problems)
    click.echo(f"Would make {len(found.rows)} blocks.")


@command.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def give_out(file: Path | None) -> None:
    """Write the blocks in force as a table that import reads: to FILE (CSV, or .xlsx), or as CSV to
    standard output.

    Those that the line made by itself are left out. Only its owner can read FILE.
    """
    table = block_files.export_blocks(environment.parts(), environment.user())
    if file is None:
        click.echo("".join(table.csv()).removeprefix(MARK), nl=False)
        return
    blocks = list(table.rows)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(descriptor, 0o600)  # it may have been there before
        out.write(content(file.name, table.head, blocks))
    click.echo(f"Wrote {len(blocks)} blocks to {file}.")


def _end(parts: AppContext, duration: str | None, until: str | None) -> datetime | None:
    if duration:
        return parts.now() + read_duration(duration)
    return read_moment(until) if until else None


def _remark(added: Added) -> None:
    if added.pattern.is_prefix and added.roster_phones:
        click.echo(
            f"It holds {added.roster_phones} telephones of the roster; they still get through."
        )
    elif added.roster_phones:
        click.echo("It is on the roster: its chair is turned away.")


def _said_of(removed: Removed) -> str:
    if removed.lifted:
        return f"{removed.pattern} is no longer blocked."
    if removed.forgotten:
        return f"{removed.pattern} was not blocked; its earlier calls are forgotten."
    raise CommandRefusal("this number is not blocked")


def _line(block: StoredBlock, now: datetime) -> str:
    agreed = f" and {block.second}" if block.second else ""
    hits = f"{block.hits} hits" + (f", last {_moment(block.hit_at)}" if block.hit_at else "")
    return (
        f"{block.pattern!s:17} {_state(block, now)}, since {_moment(block.made_at)} "
        f"by {block.author}{agreed}; {hits}: {block.reason}"
    )


def _state(block: StoredBlock, now: datetime) -> str:
    if block.lifted_at is not None:
        return f"lifted {_moment(block.lifted_at)} by {block.lifted_by} ({block.lifted_why})"
    verb = "until" if block.is_in_force(now) else "ended"
    return f"{verb} {_moment(block.until)}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _document(block: StoredBlock) -> dict[str, Any]:
    fields = {**asdict(block), "pattern": str(block.pattern)}
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in fields.items()}
