"""The browsers in which an account was signed in before, or that were enrolled for it.

A signed cookie names the accounts, each with a mark of its own: failures in a known browser are
counted by its mark, and nobody elsewhere can make it wait.
"""

from __future__ import annotations

import secrets

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from hotline.operations.accounts import passwords
from hotline.operations.accounts.signing_in import SignInAttempt
from hotline.web.console import sessions
from hotline.web.console.services import context

KNOWN_DAYS = 90
KNOWN_SECONDS = KNOWN_DAYS * 24 * 3600
ACCOUNTS_AT_MOST = 12
"""That one browser is known for: a desk has computers which several people use."""


def attempt_of(name: str) -> SignInAttempt:
    """Whose failures an attempt to sign in as `name` counts among."""
    mark = _marks().get(name)
    if mark is not None:
        return SignInAttempt.from_known(mark)
    return SignInAttempt.at(name, request.remote_addr)


def remember(response: Response, name: str) -> None:
    """From now on the browser is known for this account too."""
    others = [(known, mark) for known, mark in _marks().items() if known != name]
    marks = [(name, secrets.token_hex(8)), *others][:ACCOUNTS_AT_MOST]
    response.set_cookie(
        _cookie(),
        _serializer().dumps(marks),
        max_age=KNOWN_SECONDS,
        secure=not context().settings.sandbox,
        httponly=True,
        samesite="Lax",
    )


def _marks() -> dict[str, str]:
    """The mark for each account that the browser is known for, the latest first."""
    try:
        found = _serializer().loads(request.cookies.get(_cookie(), ""), max_age=KNOWN_SECONDS)
        return {str(name): str(mark) for name, mark in found}
    except (BadSignature, ValueError, TypeError):
        return {}


def _cookie() -> str:
    return sessions.cookie_name(context().settings, "hotline-known")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(passwords.derive(context().settings, "known browsers"))
