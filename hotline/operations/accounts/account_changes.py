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
        found = account_guard.of_name(everybody, plain_name(name), stamp)
        if found.role is role:
            raise AccountError(f"{found.name} is {role} already")
        if not role.may(found.role):
            account_guard.refuse(account_guard.why_not_lowered(everybody, found, by.account_id))
        _change(connection, found, role=role.value)
        before = {"role": found.role.value}
        note = f"{found.name}: {found.role} before, {role} now"
        log_about(
            connection,
            parts,
            by,
            ActivityKind.ROLE_CHANGED,
            found,
            before=before,
            note=note,
            role=role.value,
        )
        return found

    found = transact(parts.engine, work)
    log.warning("account %s is made %s by %s", found.name, role, by.name)
    return found


def remove_second_factor(
    parts: AppContext, name: str, by: Actor, *, stamp: str | None = None
) -> Account:
    """For who has lost it: who needs one sets up a new one at the next sign-in. The password stays.

    Raises AccountError.
    """

    def work(connection: Connection) -> Account:
        everybody = account_guard.lock_accounts(connection, by)
        found = account_guard.of_name(everybody, plain_name(name), stamp)
        account_guard.refuse(account_guard.why_not_reset(found, by.account_id))
        if not found.has_second_factor:
            raise AccountError(f"{found.name} has no second factor")
        _change(connection, found, **no_second_factor())
        kind = ActivityKind.SECOND_FACTOR_CHANGED
        log_about(connection, parts, by, kind, found, note=f"{found.name}: removed")
        return found

    found = transact(parts.engine, work)
    log.warning("the second factor of %s is removed by %s", found.name, by.name)
    return found


def sign_out_everywhere(
    parts: AppContext, name: str, by: Actor, *, stamp: str | None = None
) -> Account:
    """All sessions of the account end. Raises AccountError."""

    def work(connection: Connection) -> Account:
        everybody = account_guard.lock_accounts(connection, by)
        found = account_guard.of_name(everybody, plain_name(name), stamp)
        _change(connection, found)
        note = f"{found.name}: signed out everywhere"
        log_about(connection, parts, by, ActivityKind.SESSIONS_ENDED, found, note=note)
        return found

    found = transact(parts.engine, work)
    log.warning("%s is signed out everywhere by %s", found.name, by.name)
    return found


def _change(connection: Connection, found: Account, **values: Any) -> None:
    accounts.change(connection, found.id, uniquifier=new_uniquifier(), **values)
