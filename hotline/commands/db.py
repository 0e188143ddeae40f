"""hotline db"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.store import schema


@click.group("db")
def command() -> None:
    """The database at DATABASE_URL."""


@command.command()
def upgrade() -> None:
    """Create the schema, or bring it to this version. Safe to repeat."""
    schema.upgrade(environment.connect(environment.settings()))
    click.echo("The database is up to date.")
