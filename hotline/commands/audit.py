"""hotline audit"""

from __future__ import annotations

import re

import click

from hotline.commands import environment
from hotline.operations.audit import activity
from hotline.store.activity_chain import Head

HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@click.group("audit")
def command() -> None:
    """Whether what is kept is still what was written."""


def _heads(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> list[Head]:
    found = [HEAD.fullmatch(each) for each in given]
    if not all(found):
        raise click.BadParameter("a head is a number, a colon, and 64 hexadecimal digits")
    return [Head(int(match[1]), match[2]) for match in found if match]


@command.command()
@click.option(
    "--activity-head",
    "heads",
    metavar="NUMBER:DIGEST",
    multiple=True,
    callback=_heads,
    help="What the end of the log of activity was once; may be given often.",
)
def verify(heads: list[Head]) -> None:
    """Read everything anew, and name what was altered, removed or put in.

    Prints the end of the log of activity as well: note it where nobody who can write into the
    database can, and give it to a later check.
    """
    parts = environment.parts()
    findings = activity.verify(parts, heads)
    click.echo(f"The log of activity ends at {activity.head(parts)}")
    for finding in findings:
        click.echo(finding)
    if findings:
        raise click.ClickException(f"{len(findings)} things are not as they were written")
    click.echo("Everything is as it was written.")
