"""Who is signed in, and for how long: a session ends by itself, at the latest after some hours."""

from __future__ import annotations

import secrets
from typing import cast

from flask import Flask, g, session

from config.settings import Settings
from hotline.operations.accounts import signing_in
from hotline.operations.accounts.accounts import needs_second_factor
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import Account
from hotline.store.database import reading
from hotline.web.console.services import context

PENDING_SECONDS = 300
"""How long the second factor may take, once the password was right."""

NOTED_EVERY = 30
"""Seconds; a session is not written anew for each thing that its owner does."""


def configure(app: Flask, settings: Settings) -> None:
    """The cookie that holds a session: signed, out of reach of scripts, and only over HTTPS."""
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME=cookie_name(settings, "hotline"),
        SESSION_COOKIE_SECURE=not settings.sandbox,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )


def cookie_name(settings: Settings, name: str) -> str:
    """With the prefix by which a browser holds a cookie to this host, and to HTTPS."""
    return name if settings.sandbox else f"__Host-{name}"


def begin(account: Account, *, second: bool) -> None:
    """Signs in; whatever the browser's session held before is gone. `second`: a code was given."""
    session.clear()
    g.pop("account", None)
    now = _now()
    session.update(
        account=account.uniquifier, key=secrets.token_hex(16), began=now, used=now, second=second
    )
    signing_in.used(context(), account, session["key"])


def end() -> None:
    """Signs out, also whoever has a copy of the cookie."""
    account = signed_in()
    if account is not None:
        signing_in.signed_out(context(), account, session["key"])
    forget()


def forget() -> None:
    session.clear()
    g.pop("account", None)


def has_second_factor() -> bool:
    """Whether this session gave a code."""
    return bool(session.get("second"))


def signed_in(*, is_use: bool = True) -> Account | None:
    """The account of this session, while it lasts; read once a request.

    `is_use` is False for what a page fetches by itself, which keeps no session alive.
    """
    if "account" not in g:
        g.account = _read()
    if g.account is not None and is_use:
        now = _now()
        if now - session["used"] >= NOTED_EVERY:
            session["used"] = now
            signing_in.used(context(), g.account, session["key"])
    return cast("Account | None", g.account)


def _read() -> Account | None:
    if "account" not in session:
        return None
    account = _active(session["account"], session.get("key", "")) if _lasts() else None
    if account is None or (needs_second_factor(account) and not has_second_factor()):
        forget()
        return None
    return account


def _active(uniquifier: str, key: str = "") -> Account | None:
    """The account that a session names, unless it is disabled, or the session was signed out."""
    with reading(context().engine) as connection:
        found = accounts.by_uniquifier(connection, uniquifier)
        ended = bool(key) and signing_in.has_ended(connection, key)
    return found if found is not None and found.active and not ended else None


def _lasts() -> bool:
    settings, now = context().settings, _now()
    began, used = session.get("began", 0.0), session.get("used", 0.0)
    young = now - began < settings.session_hours * 3600
    return bool(young and now - used < settings.idle_minutes * 60)


def pend(account: Account, onward: str) -> None:
    """The password was right, and the second factor is still to come."""
    session.clear()
    session["pending"] = {"id": account.uniquifier, "at": _now(), "next": onward}


def pending() -> tuple[Account, str] | None:
    """Whose second factor is to come, and where to go then; None if it took too long."""
    found = session.get("pending")
    if not found or not 0 <= _now() - found["at"] < PENDING_SECONDS:
        session.pop("pending", None)
        return None
    account = _active(found["id"])
    return None if account is None else (account, found["next"])


def _now() -> float:
    return context().now().timestamp()
