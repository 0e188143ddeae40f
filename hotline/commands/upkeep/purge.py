"""hotline purge"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.operations.upkeep.purge import purge


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
def command(dry_run: bool) -> None:
    """Delete what is kept of callers for too long.

    Full telephone numbers, blocks that have ended, and the records of calls, as
    HOTLINE_NUMBERS_HOURS and HOTLINE_CALLS_DAYS say. The workers do the same every hour.
    """
    parts = environment.parts()
    done = purge(parts, dry_run)
    verb = "to delete" if dry_run else "deleted"
    hours, days = parts.settings.numbers_hours, parts.settings.calls_days
    click.echo(f"Telephone numbers {verb}: {done.numbers} (kept for {hours} h)")
    click.echo(f"Calls and messages {verb}: {done.calls} (kept for {days} days)")
    click.echo(f"Events of calls {verb}: {done.events} (kept for {days} days)")
    click.echo(
        f"Ended blocks {verb}: {done.blocks} "
        f"(kept for {hours} h, those that a person made for {days} days)"
    )
