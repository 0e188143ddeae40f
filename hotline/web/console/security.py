"""Flask-Security, over our own table of accounts: hashes of passwords, sessions, time-based codes.

Of its own routes none is opened: they are made for sign-in by e-mail, with registration, recovery
by mail and tokens for programs, none of which we want. The few pages that we do want are in
hotline/web/account.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from flask_login.utils import _user_context_processor
from flask_security import RoleMixin, Security, Totp, UserDatastore, UserMixin
from passlib.exc import TokenError

from config.settings import Settings
from hotline.operations.accounts import passwords
from hotline.operations.context import Parts
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import Account
from hotline.store.database import reading, transact

CODE_DRIFT = 30  # seconds by which the clock of an authenticator may be off


class User(UserMixin):
    """An account as Flask-Security knows it. Roles are ours to check (access.py)."""

    fs_uniquifier = ""  # the class is asked whether it has one

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id
        self.password = account.password
        self.active = account.active
        self.fs_uniquifier = account.uniquifier
        self.roles: list[Any] = []


class Accounts(UserDatastore):
    """Where Flask-Security finds accounts, and puts a password that it has hashed anew."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(User, RoleMixin)
        self._parts = parts

    def find_user(self, case_insensitive: bool = False, **wanted: str) -> User | None:
        """By `fs_uniquifier`, which is what a session names."""
        with reading(self._parts.engine) as connection:
            found = accounts.by_uniquifier(connection, wanted["fs_uniquifier"])
        return None if found is None else User(found)

    def put(self, user: User) -> User:
        transact(
            self._parts.engine,
            lambda connection: accounts.change(connection, user.id, password=user.password),
        )
        return user

    def commit(self) -> None:
        """Each change is a transaction of its own."""


class Codes(Totp):
    """Time-based codes, of which each works once."""

    def accept(self, parts: Parts, account: Account, code: str) -> bool:
        """Whether the code is the account's now. It works once, also if sent twice at once."""
        secret = account.totp_secret
        step = secret and self.step_of(code, secret, account.totp_counter, parts.now())
        return bool(step) and transact(
            parts.engine,
            lambda connection: accounts.accept_counter(connection, account.id, int(step or 0)),
        )

    def step_of(self, code: str, encrypted: str, last: int | None, at: datetime) -> int | None:
        """The time step of a code that is right, and later than the last one; None if it is not."""
        try:
            found = self._totp.verify(
                code, encrypted, time=at, window=CODE_DRIFT, last_counter=last
            )
        except TokenError:
            return None
        return int(found.counter)


def cookie_name(settings: Settings, name: str) -> str:
    """With the prefix by which a browser holds a cookie to this host, and to HTTPS."""
    return name if settings.sandbox else f"__Host-{name}"


def install_security(app: Flask, parts: Parts) -> None:
    """Hangs Flask-Security into the application. Nothing becomes reachable by it."""
    settings = parts.settings
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME=cookie_name(settings, "hotline"),
        SESSION_COOKIE_SECURE=not settings.sandbox,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SECURITY_PASSWORD_HASH=passwords.SCHEME,
        SECURITY_PASSWORD_SCHEMES=[passwords.SCHEME],
        SECURITY_PASSWORD_SALT=passwords.salt(settings),
        SECURITY_PASSWORD_NORMALIZE_FORM=passwords.NORMAL_FORM,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_SECRETS=passwords.totp_secrets(settings),
        SECURITY_TOTP_ISSUER=passwords.ISSUER,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
    )
    datastore = Accounts(parts)
    security = Security(app, datastore, register_blueprint=False, totp_cls=Codes)
    # Who is signed in is asked by the routes that are not public, and by no others: the telephone's
    # webhooks do not pay for it, and public pages may be kept by a cache.
    security.principal.identity_loaders.clear()
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)
    # No tokens instead of a session.
    security.login_manager.request_loader(lambda _request: None)
