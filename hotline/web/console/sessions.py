"""Who is signed in, and for how long: a session ends by itself, at the latest after some hours."""

from __future__ import annotations

import secrets
from typing import cast

from flask import current_app, g, session
from flask_login import current_user
from flask_security import login_user

from hotline.operations.accounts import signing_in
from hotline.operations.accounts.accounts import needs_second_factor
from hotline.operations.context import Parts
from hotline.store.accounts.accounts import Account
from hotline.web.console.security import Codes, User

PENDING_SECONDS = 300
"""How long the second factor may take, once the password was right."""

NOTED_EVERY = 30
"""Seconds; a session is not written anew for each thing that its owner does."""


def parts() -> Parts:
    return cast(Parts, current_app.extensions["hotline"])


def codes() -> Codes:
    return cast(Codes, current_app.extensions["security"].totp_factory)


def begin(account: Account, *, second: bool) -> None:
    """Signs in; whatever the browser's session held before is gone. `second`: a code was given."""
    session.clear()
    g.pop("account", None)
    login_user(User(account), remember=False)
    now = _now()
    session.update(key=secrets.token_hex(16), began=now, used=now, second=second)
    signing_in.used(parts(), account, session["key"])


def end() -> None:
    """Signs out, also whoever has a copy of the cookie."""
    account = signed_in()
    if account is not None:
        signing_in.signed_out(parts(), account, session["key"])
    forget()


def forget() -> None:
    session.clear()
    g.pop("account", None)
    g.pop("_login_user", None)


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
            signing_in.used(parts(), g.account, session["key"])
    return cast("Account | None", g.account)


def _read() -> Account | None:
    if "_user_id" not in session:
        return None
    if not _lasts() or not current_user.is_authenticated:
        forget()
        return None
    account: Account = current_user.account
    if needs_second_factor(account) and not has_second_factor():
        forget()
        return None
    return account


def _lasts() -> bool:
    settings, now = parts().settings, _now()
    began, used = session.get("began", 0.0), session.get("used", 0.0)
    return (
        now - began < settings.session_hours * 3600
        and now - used < settings.idle_minutes * 60
        and not signing_in.is_signed_out(parts(), session.get("key", ""))
    )


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
    user = current_app.extensions["security"].datastore.find_user(fs_uniquifier=found["id"])
    return (user.account, found["next"]) if user is not None and user.active else None


def _now() -> float:
    return parts().now().timestamp()
