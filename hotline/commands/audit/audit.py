"""hotline audit"""

from __future__ import annotations

import re

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hotline.commands import environment
from hotline.commands.audit import audit_ledger
from hotline.operations.audit import activity
from hotline.operations.audit.publications import activity_heads
from hotline.store.audit.activity_chain import ActivityHead

HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@click.group("audit")
def command() -> None:
    """Whether what is kept is still what was written."""


def _heads(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> list[ActivityHead]:
    found = [HEAD.fullmatch(each) for each in given]
    if not all(found):
        raise click.BadParameter("a head is a number, a colon, and 64 hexadecimal digits")
    return [ActivityHead(int(match[1]), match[2]) for match in found if match]


@command.command()
@click.option(
    "--activity-head",
    "heads",
    metavar="NUMBER:DIGEST",
    multiple=True,
    callback=_heads,
    help="What the end of the log of activity was once; may be given often.",
)
@click.option("--ledger", "number", type=int, help="This ledger, not the one in use.")
@click.option(
    "--publication",
    "only",
    type=int,
    multiple=True,
    help="Compare the figures of this publication only; may be given often.",
)
@click.option(
    "--key",
    "known",
    type=audit_ledger.FILE,
    multiple=True,
    callback=audit_ledger.keys,
    help="A public key (PEM) of earlier times; may be given often.",
)
def verify(
    heads: list[ActivityHead],
    number: int | None,
    only: tuple[int, ...],
    known: list[Ed25519PublicKey],
) -> None:
    """Read everything anew, and name what was altered, removed or put in.

    The ledger is counted again from its reports and compared with every publication; signatures
    are checked. Prints the end of the log of activity as well: note it where nobody who can write
    into the database can, and give it to a later check.
    """
    parts = environment.parts()
    findings = activity.verify(parts, [*heads, *activity_heads(parts)])
    findings += audit_ledger.verify(parts, number, known, only)
    click.echo(f"The log of activity ends at {activity.head(parts)}")
    audit_ledger.report(findings, "Everything is as it was written.")


command.add_command(audit_ledger.export)
command.add_command(audit_ledger.check)
