"""hotline roster"""

from __future__ import annotations

from pathlib import Path

import click

from hotline.commands import columns, environment
from hotline.commands.refusal import CommandRefusal
from hotline.operations.actors import named
from hotline.operations.roster.roster import load_roster
from hotline.operations.roster.roster_file import template
from hotline.tables.writer import content

NAMED = 5
"""How many units a remark names."""


@click.group("roster")
def command() -> None:
    """The chairs, and the phones that they call from."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@columns.option
@click.option("--check", "only_check", is_flag=True, help="Say what it would do; change nothing.")
def load(file: str, mapping: dict[str, str], only_check: bool) -> None:
    """Make FILE the roster: .xlsx or CSV with the columns code, name and phones.

    Telephones are written as people write them, several of a chair with ; between them, and may
    repeat from precinct to precinct. What is mended is said. A file with anything wrong in it is
    refused, and the roster that was there before stays.
    """
    by = named(environment.user())
    loaded = load_roster(environment.parts(), Path(file), by, mapping, only_check=only_check)
    columns.show_notes(loaded.notes)
    done = "Would load" if only_check else "Loaded"
    click.echo(f"{done} {loaded.chairs} chairs with {loaded.phones} phones.")
    _remark("without a chair", loaded.units_without_chair)
    _remark("whose chair has no phone", loaded.units_without_phone)


@command.command("template")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Although there is such a file.")
def write_template(out: Path, force: bool) -> None:
    """Write a table with every precinct filled in, for the party to complete: .xlsx or .csv."""
    if out.exists() and not force:
        raise CommandRefusal(f"{out} is there already: choose another name, or say --force")
    head, lines = template(environment.parts().election().election)
    out.write_bytes(content(out.name, head, lines))
    click.echo(f"Wrote {len(lines)} precincts to {out}. Then: hotline roster load {out}")


def _remark(what: str, codes: tuple[str, ...]) -> None:
    if codes:
        more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
        click.echo(f"Precincts {what}: {len(codes)} ({', '.join(codes[:NAMED])}{more}).")
