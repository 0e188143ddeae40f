"""hotline ledger"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.operations.audit import signing
from hotline.operations.reports.ledgers import open_ledger, reopen
from hotline.store.database import reading
from hotline.store.elections import ActiveElection
from hotline.store.reports.shelf import ShelvedLedger, all_ledgers

FORCE = click.option("--force", is_flag=True, help="Although the live one in use holds reports.")


@click.group("ledger")
def command() -> None:
    """Where reports are kept.

    Each run of an election has a ledger of its own: a rehearsal, and the real night.
    """


@command.command("open")
@click.option("--test", is_flag=True, help="For a rehearsal; its results are marked as test data.")
@click.option("--live", is_flag=True, help="For real reports.")
@FORCE
def open_fresh(test: bool, live: bool, force: bool) -> None:
    """Open a fresh ledger for the election. The one in use is shelved, and kept."""
    if test == live:
        raise click.UsageError("Say either --test or --live.")
    _say(open_ledger(environment.parts(), test, environment.user(), force))


@command.command("reopen")
@click.argument("number", type=int)
@FORCE
def go_on(number: int, force: bool) -> None:
    """Go on with the shelved ledger NUMBER. The one in use is shelved instead."""
    _say(reopen(environment.parts(), number, environment.user(), force))


@command.command("list")
def show() -> None:
    """List all ledgers. An arrow marks the one that reports go into."""
    with reading(environment.parts().engine) as connection:
        for ledger in all_ledgers(connection):
            click.echo(_line(ledger))


@command.command("key")
@click.option("--new", is_flag=True, help="Make another one, instead of showing the one in use.")
def key(new: bool) -> None:
    """Show the public half of the key that signs publications, for whoever wants to check."""
    if new:
        seed = signing.new_seed()
        click.echo(f"HOTLINE_SIGNING_KEY={seed}")
        signer = signing.signer_of(seed)
    else:
        signer = signing.signer(environment.settings())
    click.echo(f"Key {signer.key_id}", err=new)
    click.echo(signer.pem.decode(), nl=False, err=new)


def _say(active: ActiveElection) -> None:
    kind = "test" if active.is_test else "live"
    click.echo(f"Ledger {active.ledger_id} of {active.election.id} is in use ({kind}).")


def _line(ledger: ShelvedLedger) -> str:
    opened = f"opened {ledger.opened_at:%Y-%m-%d %H:%M} UTC by {ledger.opened_by}"
    closed = "" if ledger.closed_at is None else f", shelved {ledger.closed_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"{'->' if ledger.in_use else '  '} {ledger.id:4}  {'test' if ledger.is_test else 'live'}  "
        f"{ledger.election_id}  {ledger.reports} reports  {opened}{closed}"
    )
