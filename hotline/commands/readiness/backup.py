"""hotline backup"""

from __future__ import annotations

from pathlib import Path

import click

from hotline.commands import environment
from hotline.operations.readiness.backup import back_up


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def command(file: Path | None) -> None:
    """Copy the SQLite database into FILE while everything goes on.

    Without FILE, into HOTLINE_BACKUP_DIR under a name that says when. The copy holds all that the
    database does: keep it as safe. PostgreSQL has pg_dump.
    """
    click.echo(f"Copied to {back_up(environment.parts(), file)}.")
