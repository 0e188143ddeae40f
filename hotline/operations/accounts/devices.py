"""Enrolling a browser before anybody has signed in with it.

Attempts to sign in are counted by name and address, so who only knows a name can make its owner
wait in a new browser. A browser that is enrolled counts for itself from the first attempt on.
"""

from __future__ import annotations

import hmac
import logging
from datetime import timedelta

from redis import RedisError

from hotline.operations.accounts import accounts, passwords
from hotline.operations.accounts.account_guard import AccountError
from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.accounts import accounts as stored_accounts
from hotline.store.accounts.accounts import Account
from hotline.store.accounts.devices import keep_device_code, spend_device_code
from hotline.store.database import reading, transact
from hotline.store.enums import ActivityKind

log = logging.getLogger(__name__)

LASTS = timedelta(hours=72)
"""A code is made when people get their devices, a day or two before the night."""

DOWN = "codes cannot be kept or looked up at the moment: Redis does not answer; try again"


def make_device_code(parts: AppContext, name: str, by: Actor) -> str:
    """A code that enrolls one browser, told once. Raises AccountError."""
    account = accounts.find_account(parts, name)
    if account is None or not account.active:
        raise AccountError(f"there is no active account {name}")
    code = passwords.make_readable()
    try:
        seconds = int(LASTS.total_seconds())
        keep_device_code(parts.redis, _digest(parts, code), account.id, seconds)
    except RedisError:
        raise AccountError(DOWN) from None
    _log(parts, by, ActivityKind.DEVICE_CODE_MADE, account)
    log.info("a code to enroll a device of %s is made by %s", account.name, by.name)
    return code


def enroll_device(parts: AppContext, code: str) -> Account:
    """Whose browser it is from now on; the code is spent. Raises AccountError."""
    try:
        account_id = spend_device_code(parts.redis, _digest(parts, code))
    except RedisError:
        raise AccountError(DOWN) from None
    account = None
    if account_id is not None:
        with reading(parts.engine) as connection:
            account = stored_accounts.by_id(connection, account_id)
    if account is None or not account.active:
        raise AccountError(
            "this code is not right, was used before, or is older than "
            f"{LASTS.total_seconds() / 3600:.0f} hours: ask an administrator for another one"
        )
    _log(parts, accounts.actor_of(account), ActivityKind.DEVICE_ENROLLED, account)
    log.info("a device of %s is enrolled", account.name)
    return account


def _log(parts: AppContext, by: Actor, kind: ActivityKind, account: Account) -> None:
    after = {"account": account.name, "account_id": account.id}
    transact(parts.engine, lambda c: log_activity(c, parts, by, kind, after=after))


def _digest(parts: AppContext, code: str) -> str:
    """However it is written: capital letters, spaces and hyphens make no difference."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    key = passwords.derive(parts.settings, "device codes").encode()
    return hmac.new(key, plain.encode(), "sha256").hexdigest()
