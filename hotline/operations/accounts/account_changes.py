"""What administrators change of other people's accounts: role, second factor, open sessions.

Each change names the account as its author has seen it (`stamp`): whoever comes second is told.
All sessions of the account end with it.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Connection

from hotline.operations.accounts import account_guard
from hotline.operations.accounts.account_guard import AccountError
from hotline.operations.accounts.accounts import (
    log_about,
    new_uniquifier,
    no_second_factor,
    plain_name,
)
from hotline.operations.activity import ActivityKind
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import Account
from hotline.store.database import transact
from hotline.store.enums import Role

log = logging.getLogger(__name__)


def change_role(
    parts: AppContext, name: str, role: Role, by: Actor, *, stamp: str | None = None
) -> Account:
    """Another role; gives the account as it was. Raises AccountError."""

    def work(connection: Connection) -> Account:
        everybody = account_guard.lock_accounts(connection, by)
        account = account_guard.of_name(everybody, plain_name(name), stamp)
        if account.role is role:
            raise AccountError(f"{account.name} is {role} already")
        if not role.may(account.role):
            account_guard.refuse(account_guard.why_not_lowered(everybody, account, by.account_id))
        _change(connection, account, role=role.value)
        before = {"role": account.role.value}
        note = f"{account.name}: {account.role} before, {role} now"
        log_about(
            connection,
            parts,
            by,
            ActivityKind.ROLE_CHANGED,
            account,
            before=before,
            note=note,
            role=role.value,
        )
        return account

    account = transact(parts.engine, work)
    log.warning("account %s is made %s by %s", account.name, role, by.name)
    return account


def remove_second_factor(
    parts: AppContext, name: str, by: Actor, *, stamp: str | None = None
) -> Account:
    """For who has lost it: who needs one sets up a new one at the next sign-in. The password stays.

    Raises AccountError.
    """

    def work(connection: Connection) -> Account:
        everybody = account_guard.lock_accounts(connection, by)
        account = account_guard.of_name(everybody, plain_name(name), stamp)
        account_guard.refuse(account_guard.why_not_reset(account, by.account_id))
        if not account.has_second_factor:
            raise AccountError(f"{account.name} has no second factor")
        _change(connection, account, **no_second_factor())
        kind = ActivityKind.SECOND_FACTOR_CHANGED
        log_about(connection, parts, by, kind, account, note=f"{account.name}: removed")
        return account

    account = transact(parts.engine, work)
    log.warning("the second factor of %s is removed by %s", account.name, by.name)
    return account


def sign_out_everywhere(
    parts: AppContext, name: str, by: Actor, *, stamp: str | None = None
) -> Account:
    """All sessions of the account end. Raises AccountError."""

    def work(connection: Connection) -> Account:
        everybody = account_guard.lock_accounts(connection, by)
        account = account_guard.of_name(everybody, plain_name(name), stamp)
        _change(connection, account)
        note = f"{account.name}: signed out everywhere"
        log_about(connection, parts, by, ActivityKind.SESSIONS_ENDED, account, note=note)
        return account

    account = transact(parts.engine, work)
    log.warning("%s is signed out everywhere by %s", account.name, by.name)
    return account


def _change(connection: Connection, account: Account, **values: Any) -> None:
    accounts.change(connection, account.id, uniquifier=new_uniquifier(), **values)
