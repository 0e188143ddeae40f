"""hotline limit"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.guard.limits import find_limit, read_value
from hotline.operations.actors import named
from hotline.operations.admission import limits
from hotline.operations.admission.limits import LimitChanged, LimitState

NAME = click.argument("name")
WHY = click.option("--why", required=True, help="Why; kept, and shown to whoever asks.")


@click.group("limit")
def command() -> None:
    """The numbers of the front door and of alerts, which may change while the line is open."""


@command.command("list")
def show() -> None:
    """List all limits: how each stands, since when, by whom and why."""
    for one in limits.standing(environment.parts()):
        click.echo(_line(one))


@command.command("set")
@NAME
@click.argument("value")
@WHY
def change(name: str, value: str, why: str) -> None:
    """Set a limit, from the next call on."""
    new = read_value(find_limit(name), value)
    parts = environment.parts()
    for remark in limits.preview(parts, name, value).remarks:
        click.echo(f"Mind: {remark}.", err=True)
    _say(limits.change(parts, name, new, named(environment.user()), why))


@command.command()
@NAME
@click.option("--why", default="taken back", help="Why.  [default: taken back]")
def undo(name: str, why: str) -> None:
    """Take the last change of a limit back."""
    _say(limits.undo(environment.parts(), name, named(environment.user()), why))


def _say(changed: LimitChanged) -> None:
    limit = changed.limit
    click.echo(f"{limit.title}: {limit.say(changed.after)}, instead of {changed.before}.")


def _line(one: LimitState) -> str:
    limit = one.limit
    line = f"{limit.name:26} {limit.say(one.value):14} {limit.title}"
    if one.change is None:
        return line
    change = one.change
    return f"{line}; by {change.who} at {change.at:%Y-%m-%d %H:%M} UTC: {change.why}"
