"""Setting up the second factor: the secret is shown as a picture, and proved by a first code."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Mapping

import qrcode
from flask import render_template, session
from qrcode.image.svg import SvgImage

from hotline.operations.accounts import authenticator
from hotline.store.accounts.accounts import Account
from hotline.web.console.services import context

WRONG = "This code is not right. Check that the clock of the telephone or computer is."


def offer(
    account: Account,
    action: str,
    errors: Mapping[str, str],
    status: int,
    *,
    asks_password: bool = False,
) -> tuple[str, int]:
    """The page with the picture; the same secret until it is proved. The code goes to `action`."""
    settings = context().settings
    if "enrolling" not in session:
        session["enrolling"] = authenticator.make_secret(settings)
    secret = session["enrolling"]
    page = render_template(
        "account/set_up.html",
        action=action,
        account=account,
        picture=_picture(authenticator.uri(settings, secret, account.name)),
        key=authenticator.readable_key(settings, secret),
        errors=errors,
        asks_password=asks_password,
    )
    return page, status


def take(given: str) -> int | str:
    """The time step of the code that proves the offered secret; or what is wrong with it."""
    code = given.replace(" ", "")
    if not code:
        return "Enter the code that the application shows."
    if "enrolling" not in session:
        return "Scan the picture first."
    parts = context()
    step = authenticator.step_of(parts.settings, session["enrolling"], code, parts.now(), None)
    return WRONG if step is None else step


def _picture(text: str) -> str:
    """A QR code, as the address of an image that needs no request."""
    with io.BytesIO() as file:
        qrcode.make(text, image_factory=SvgImage).save(file)
        return f"data:image/svg+xml;base64,{b64encode(file.getvalue()).decode('ascii')}"
