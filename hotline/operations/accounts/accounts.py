"""Accounts of the desk: making, disabling and resetting them, and what each may change of its own.

Every change is in the activity log. A password, PIN or code is shown once, to whom it belongs, and
kept only as a hash.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hotline.guard.pins import hash_staff_pin, make_pin
from hotline.operations.accounts import account_guard, passwords
from hotline.operations.accounts.account_guard import AccountError as AccountError
from hotline.operations.accounts.hashing_turn import TURN
from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import Account, NewAccount
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import ActivityKind, Role

log = logging.getLogger(__name__)

NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
NEEDS_SECOND_FACTOR = frozenset({Role.SUPERVISOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Issued:
    """What is told once: how to dial in."""

    name: str
    extension: str
    phone_pin: str


def plain_name(name: str) -> str:
    """The name as it is kept, whatever the capitals it was typed with."""
    return name.strip().lower()


def needs_second_factor(account: Account) -> bool:
    """Whether nothing may be opened with the password alone."""
    return account.role in NEEDS_SECOND_FACTOR or account.has_second_factor


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.name, account.role)


def add_account(parts: AppContext, name: str, role: Role, password: str, by: Actor) -> Issued:
    """Makes an account. Raises AccountError, or PasswordError."""
    name = plain_name(name)
    if not NAME.fullmatch(name):
        raise AccountError(
            "a name has 2 to 32 letters, digits, dots, hyphens or underscores, a letter first"
        )
    passwords.check_password(name, password)
    hashed = _hash(parts, password)
    uniquifier = new_uniquifier()

    def work(connection: Connection) -> Issued:
        exclusive(connection, "accounts")
        if accounts.by_name(connection, name) is not None:
            raise AccountError(f"there is an account {name} already")
        extension = _free_extension(connection)
        pin, pin_hash = _phone_pin(parts, extension)
        new = NewAccount(name, role, hashed, uniquifier, extension, pin_hash, parts.now(), by.name)
        account_id = accounts.insert_account(connection, new)
        after = {"account": name, "role": role.value, "account_id": account_id}
        log_activity(connection, parts, by, ActivityKind.ACCOUNT_MADE, after=after)
        return Issued(name, extension, pin)

    issued = transact(parts.engine, work)
    log.info("account %s is made, %s, by %s", name, role, by.name)
    return issued


def listed(parts: AppContext) -> Sequence[Account]:
    with reading(parts.engine) as connection:
        return accounts.listed(connection)


def find_account(parts: AppContext, name: str) -> Account | None:
    with reading(parts.engine) as connection:
        return accounts.by_name(connection, plain_name(name))


def disable(parts: AppContext, name: str, by: Actor, *, stamp: str | None = None) -> None:
    """From now on it can neither sign in nor dial in, and its sessions have ended.

    `stamp`: as its author has seen it. Raises AccountError.
    """

    def work(connection: Connection) -> None:
        everybody = account_guard.lock_accounts(connection, by)
        account = account_guard.of_name(everybody, plain_name(name), stamp)
        if not account.active:
            raise AccountError(f"{account.name} is disabled already")
        account_guard.refuse(account_guard.why_not_lowered(everybody, account, by.account_id))
        accounts.change(connection, account.id, active=False, uniquifier=new_uniquifier())
        log_about(connection, parts, by, ActivityKind.ACCOUNT_DISABLED, account)

    transact(parts.engine, work)
    log.warning("account %s is disabled by %s", plain_name(name), by.name)


def reset(
    parts: AppContext,
    name: str,
    password: str,
    by: Actor,
    *,
    enable: bool = False,
    stamp: str | None = None,
) -> Issued:
    """A new password and phone PIN, no second factor any more; its sessions have ended.

    `enable` makes a disabled account active again; `stamp`: as its author has seen it. Raises
    AccountError, or PasswordError.
    """
    passwords.check_password(plain_name(name), password)
    hashed = _hash(parts, password)

    def work(connection: Connection) -> Issued:
        everybody = account_guard.lock_accounts(connection, by)
        account = account_guard.of_name(everybody, plain_name(name), stamp)
        account_guard.refuse(account_guard.why_not_reset(account, by.account_id))
        if not account.active and not enable:
            raise AccountError(f"{account.name} is disabled; with --enable it becomes active again")
        pin, pin_hash = _phone_pin(parts, account.extension)
        accounts.change(
            connection,
            account.id,
            active=True,
            password=hashed,
            phone_pin=pin_hash,
            uniquifier=new_uniquifier(),
            **no_second_factor(),
        )
        before = {"active": account.active, "second_factor": account.has_second_factor}
        log_about(connection, parts, by, ActivityKind.ACCOUNT_RESET, account, before=before)
        return Issued(account.name, account.extension, pin)

    issued = transact(parts.engine, work)
    log.warning("account %s is reset by %s", issued.name, by.name)
    return issued


def change_password(parts: AppContext, account: Account, password: str) -> Account:
    """A new password for oneself; all other sessions end. Raises PasswordError."""
    passwords.check_password(account.name, password)
    hashed = _hash(parts, password)
    return _change_own(parts, account, ActivityKind.PASSWORD_CHANGED, "", password=hashed)


def _hash(parts: AppContext, password: str) -> str:
    with TURN.taken(waits=True):
        return passwords.hash_password(parts.settings, password)


def end_sessions(parts: AppContext, account: Account) -> Account:
    """Signs the account out everywhere; its new state is what a new session can name."""
    return _change_own(parts, account, ActivityKind.SIGNED_OUT, "everywhere")


def set_second_factor(
    parts: AppContext, account: Account, encrypted: str, counter: int
) -> tuple[Account, list[str]]:
    """Asks for a code at every sign-in from now on; gives the recovery codes, shown once.

    `counter` is the time step of the code by which it was proved. All other sessions end.
    """
    codes = passwords.make_recovery_codes()
    changed = _change_own(
        parts,
        account,
        ActivityKind.SECOND_FACTOR_CHANGED,
        "set up",
        totp_secret=encrypted,
        totp_counter=counter,
        recovery_codes=passwords.hash_recovery_codes(parts.settings, account.id, codes),
    )
    return changed, codes


def remove_second_factor(parts: AppContext, account: Account) -> Account:
    """Raises AccountError for a role that needs one."""
    if account.role in NEEDS_SECOND_FACTOR:
        raise AccountError(f"a {account.role} needs a second factor")
    return _change_own(
        parts, account, ActivityKind.SECOND_FACTOR_CHANGED, "removed", **no_second_factor()
    )


def renew_recovery_codes(parts: AppContext, account: Account) -> list[str]:
    """New ones, shown once; the old ones are void."""
    codes = passwords.make_recovery_codes()
    hashes = passwords.hash_recovery_codes(parts.settings, account.id, codes)

    def work(connection: Connection) -> None:
        accounts.change(connection, account.id, recovery_codes=hashes)
        kind = ActivityKind.SECOND_FACTOR_CHANGED
        log_activity(connection, parts, actor_of(account), kind, note="new recovery codes")

    transact(parts.engine, work)
    return codes


def renew_phone_pin(parts: AppContext, account: Account) -> str:
    """A new PIN for dialling in, shown once; the old one is void."""
    pin, pin_hash = _phone_pin(parts, account.extension)

    def work(connection: Connection) -> None:
        accounts.change(connection, account.id, phone_pin=pin_hash)
        note = "new PIN for dialling in"
        log_activity(connection, parts, actor_of(account), ActivityKind.PIN_REISSUED, note=note)

    transact(parts.engine, work)
    return pin


def verify_phone_pin(parts: AppContext, extension: str, pin: str) -> Account | None:
    """The active account that dials in with this extension and PIN; None if either is wrong.

    The same work is done for an extension that nobody has. Attempts are the caller's to limit.
    """
    with reading(parts.engine) as connection:
        account = accounts.by_extension(connection, extension)
    given = hash_staff_pin(parts.settings.pin_pepper.get_secret_value(), extension, pin)
    stored = (account.phone_pin if account else None) or "0" * 64
    right = hmac.compare_digest(given, stored)
    return account if right and account is not None and account.active else None


def _change_own(
    parts: AppContext, account: Account, kind: ActivityKind, note: str, **values: Any
) -> Account:
    """Changes one's own account and ends all its sessions; gives it as it is then."""
    uniquifier = new_uniquifier()

    def work(connection: Connection) -> Account:
        accounts.change(connection, account.id, uniquifier=uniquifier, **values)
        log_activity(connection, parts, actor_of(account), kind, note=note)
        changed = accounts.by_id(connection, account.id)
        assert changed is not None  # noqa: S101 (accounts are never deleted)
        return changed

    changed = transact(parts.engine, work)
    log.info("account %s: %s %s", account.name, kind, note)
    return changed


def log_about(
    connection: Connection,
    parts: AppContext,
    by: Actor,
    kind: ActivityKind,
    of: Account,
    before: dict[str, Any] | None = None,
    note: str = "",
    **after: str,
) -> None:
    """An entry about somebody's account."""
    about = {"account": of.name, "account_id": of.id, **after}
    log_activity(connection, parts, by, kind, before=before, after=about, note=note)


def no_second_factor() -> dict[str, None]:
    """The columns of an account without one."""
    return {"totp_secret": None, "totp_counter": None, "recovery_codes": None}


def new_uniquifier() -> str:
    """What sessions name from now on; those that name another one have ended."""
    return secrets.token_hex(32)


def _free_extension(connection: Connection) -> str:
    taken = {account.extension for account in accounts.listed(connection)}
    free = [str(number) for number in range(1000, 10_000) if str(number) not in taken]
    if not free:
        raise AccountError("all extensions of four digits are taken")
    return secrets.choice(free)


def _phone_pin(parts: AppContext, extension: str) -> tuple[str, str]:
    """A PIN and its hash."""
    pin = make_pin(secrets.randbelow, extension)
    return pin, hash_staff_pin(parts.settings.pin_pepper.get_secret_value(), extension, pin)
