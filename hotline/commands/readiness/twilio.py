"""hotline twilio"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.operations.actors import Actor
from hotline.operations.readiness import provision
from hotline.operations.readiness.provision import NumberChange
from hotline.operations.reports.receipts import carrier_of
from hotline.store.enums import Role

WHAT = {
    "voice": "a call comes in",
    "fallback": "fallback",
    "status": "call status",
    "text": "a message comes in",
    "instead": "in their place",
}


@click.group("twilio")
def command() -> None:
    """The account at the carrier."""


@command.command("provision")
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option("--apply", "apply", is_flag=True, help="Do it; without, only say what would change.")
def point(numbers: tuple[str, ...], apply: bool) -> None:
    """Point our telephone numbers at PUBLIC_URL.

    These are the lines of the election and HOTLINE_STAFF_LINE, or only the NUMBERs of them that are
    given. Without --apply nothing is changed. Safe to repeat.
    """
    parts = environment.parts()
    carrier = carrier_of(parts)
    changes = provision.plan(parts, carrier, numbers)
    for change in changes:
        _show(change)
    if not any(change.differences for change in changes):
        click.echo("Nothing to change.")
    elif apply:
        by = Actor(None, environment.user(), Role.ADMIN)
        done = provision.apply(parts, carrier, changes, by)
        click.echo(f"Changed: {done} of {len(changes)} numbers.")
    else:
        click.echo("Nothing is changed yet. With --apply it is.")


def _show(change: NumberChange) -> None:
    click.echo(f"{change.number.number}  {change.what}")
    differences = change.differences
    if not differences:
        click.echo("  leads to us already")
    for name, (before, after) in differences.items():
        click.echo(f"  {WHAT[name]}: {before or 'nothing'} -> {after or 'nothing'}")
