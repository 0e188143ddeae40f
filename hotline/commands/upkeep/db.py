"""hotline db"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.store.schema import migration


@click.group("db")
def command() -> None:
    """The database at DATABASE_URL."""


@command.command()
def upgrade() -> None:
    """Create the schema, or bring it to this version. Safe to repeat."""
    migration.upgrade(environment.connect(environment.settings()))
    click.echo("The database is up to date.")
