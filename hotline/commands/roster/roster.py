"""hotline roster"""

from __future__ import annotations

from pathlib import Path

import click

from hotline.commands import environment
from hotline.operations.actors import named
from hotline.operations.roster.roster import load_roster

NAMED = 5
"""How many units a remark names."""


@click.group("roster")
def command() -> None:
    """The chairs, and the phones that they call from."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def load(file: str) -> None:
    """Make FILE the roster: CSV with the columns code, name and phones.

    Phones are in E.164 with ; between them, and may repeat from precinct to precinct. A file
    with anything wrong in it is refused, and the roster that was there before stays.
    """
    loaded = load_roster(environment.parts(), Path(file), named(environment.user()))
    click.echo(f"Loaded {loaded.chairs} chairs with {loaded.phones} phones.")
    _remark("without a chair", loaded.units_without_chair)
    _remark("whose chair has no phone", loaded.units_without_phone)


def _remark(what: str, codes: tuple[str, ...]) -> None:
    if codes:
        more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
        click.echo(f"Precincts {what}: {len(codes)} ({', '.join(codes[:NAMED])}{more}).")
