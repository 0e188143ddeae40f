"""hotline user"""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from hotline.commands import environment
from hotline.commands.refusal import CommandRefusal
from hotline.operations.accounts import account_changes, accounts, authenticator
from hotline.operations.accounts.accounts import Issued
from hotline.operations.actors import Actor
from hotline.store.accounts.accounts import Account
from hotline.store.enums import Role

NAME = click.argument("name")
FROM_INPUT = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group("user")
def command() -> None:
    """Accounts for the desk: who may sign in, and as what."""


@command.command()
@NAME
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="observer looks; staff take calls; each may what the ones before it may.",
)
@FROM_INPUT
def add(name: str, role: str, password_stdin: bool) -> None:
    """Make an account. Prints once how to dial in with it.

    Supervisors and admins set up a second factor when they first sign in.
    """
    parts = environment.parts()
    issued = accounts.add_account(parts, name, Role(role), _password(password_stdin), _by())
    click.echo(f"Made {issued.name}, {role}.")
    _say(issued)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(as_json: bool) -> None:
    """List the accounts."""
    listed = accounts.listed(environment.parts())
    if as_json:
        click.echo(
            json.dumps([_document(account) for account in listed], indent=2, ensure_ascii=False)
        )
        return
    for account in listed:
        click.echo(_line(account))
    if not listed:
        click.echo("There are no accounts: hotline user add NAME --role admin")


@command.command()
@NAME
@click.argument("role", type=click.Choice([role.value for role in Role]))
def role(name: str, role: str) -> None:
    """Give an account another role; end its sessions."""
    before = account_changes.change_role(environment.parts(), name, Role(role), _by())
    click.echo(f"{before.name} is {role} now, instead of {before.role}; signed out everywhere.")


@command.command()
@NAME
def disable(name: str) -> None:
    """Let an account neither sign in nor dial in; end its sessions."""
    accounts.disable(environment.parts(), name, _by())
    click.echo(f"{accounts.plain_name(name)} is disabled, and signed out everywhere.")


@command.command()
@NAME
@FROM_INPUT
@click.option("--enable", is_flag=True, help="Make a disabled account active again.")
def reset(name: str, password_stdin: bool, enable: bool) -> None:
    """Give an account a new password and phone PIN; remove its second factor; end its sessions."""
    parts = environment.parts()
    issued = accounts.reset(parts, name, _password(password_stdin), _by(), enable=enable)
    click.echo(f"{issued.name} has a new password, and is signed out everywhere.")
    _say(issued)


@command.command()
@NAME
def code(name: str) -> None:
    """Show, in the sandbox only, the code that an authenticator would show for an account."""
    parts = environment.parts()
    if not parts.settings.sandbox:
        raise CommandRefusal("codes are shown in the sandbox only")
    account = accounts.find_account(parts, name)
    if account is None or account.totp_secret is None:
        raise CommandRefusal(f"{accounts.plain_name(name)} has no second factor")
    click.echo(authenticator.current_code(parts.settings, account.totp_secret, parts.now()))


def _password(from_input: bool) -> str:
    if from_input:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    else:
        raise CommandRefusal("there is no terminal to ask for the password: use --password-stdin")
    return password


def _say(issued: Issued) -> None:
    click.echo(f"  Dialling in: extension {issued.extension}, PIN {issued.phone_pin}")
    click.echo("  The PIN is shown this once. Whoever has lost it gets a new one at /account.")


def _by() -> Actor:
    return Actor(None, environment.user(), Role.ADMIN)


def _line(account: Account) -> str:
    state = "" if account.active else "  DISABLED"
    factor = "second factor" if account.has_second_factor else "no second factor"
    seen = f"{account.signed_in_at:%Y-%m-%d %H:%M} UTC" if account.signed_in_at else "never"
    who = f"{account.name:16} {account.role:10}  ext {account.extension}"
    return f"{who}  {factor}; signed in {seen}{state}"


def _document(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "role": account.role.value,
        "active": account.active,
        "second_factor": account.has_second_factor,
        "extension": account.extension,
        "made_at": account.made_at.isoformat(),
        "made_by": account.made_by,
        "signed_in_at": account.signed_in_at.isoformat() if account.signed_in_at else None,
    }
