"""Who may change whose account: nobody locks himself out, and somebody is always left to help."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection

from hotline.operations.actors import Actor
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import Account
from hotline.store.database import exclusive
from hotline.store.enums import Role


class AccountError(ValueError):
    """The account stays as it is; the message says why."""


def why_not_lowered(everybody: Sequence[Account], target: Account, by: int | None) -> str:
    """Why this account may not be disabled, nor be given a role below admin; empty if it may.

    `by`: the account that wants it; None for somebody at the machine itself, who can make another.
    """
    if target.id == by:
        return "you would lock yourself out: ask another administrator to do it"
    if not (target.active and target.role is Role.ADMIN):
        return ""
    others = [
        one for one in everybody if one.id != target.id and one.active and one.role is Role.ADMIN
    ]
    if not others:
        return f"{target.name} is the last administrator: make another one first"
    if can_sign_in(target) and not any(map(can_sign_in, others)):
        return (
            f"no other administrator has signed in so far: {target.name} has to stay until one has"
        )
    return ""


def why_not_reset(target: Account, by: int | None) -> str:
    """Why this one may not take the password or second factor of an account; empty if he may."""
    if target.id == by:
        return "change your own password and second factor under your name, at the top of the page"
    return ""


def can_sign_in(account: Account) -> bool:
    """Whether an account that needs a second factor has one: it has signed in at least once."""
    return account.active and account.has_second_factor


def stamp_of(account: Account) -> str:
    """Another one after each change by which sessions end. It tells nothing of the account."""
    return sha256(f"stamp of {account.uniquifier}".encode()).hexdigest()[:16]


def lock_accounts(connection: Connection, by: Actor) -> Sequence[Account]:
    """All accounts, which nobody else changes the roles of until the transaction ends.

    Raises AccountError where whoever wants to change something has been disabled meanwhile, or is
    no admin any more.
    """
    exclusive(connection, "accounts")
    everybody = accounts.listed(connection)
    if by.account_id is not None:
        own = next((one for one in everybody if one.id == by.account_id), None)
        if own is None or not own.active or own.role is not Role.ADMIN:
            raise AccountError("you are no administrator any more")
    return everybody


def of_name(everybody: Sequence[Account], name: str, stamp: str | None = None) -> Account:
    """The account of this name. `stamp`: as somebody has seen it, and may have decided too late.

    Raises AccountError.
    """
    found = next((one for one in everybody if one.name == name), None)
    if found is None:
        raise AccountError(f"there is no account {name}")
    if stamp is not None and stamp != stamp_of(found):
        raise AccountError(
            f"{name} was changed by somebody else meanwhile, or this was sent twice: "
            "look at what stands there now"
        )
    return found


def refuse(why: str) -> None:
    """Raises AccountError unless `why` is empty."""
    if why:
        raise AccountError(why)
