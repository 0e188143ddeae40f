"""Setting up the second factor: the secret is shown as a picture, and proved by a first code."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, session

from hotline.operations.accounts import passwords
from hotline.store.accounts.accounts import Account
from hotline.web.console import sessions

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
    if "enrolling" not in session:
        session["enrolling"] = passwords.make_totp_secret(sessions.parts().settings)
    codes, secret = sessions.codes(), session["enrolling"]
    page = render_template(
        "account/set_up.html",
        action=action,
        account=account,
        picture=codes.generate_qrcode(account.name, secret),
        key=codes.get_totp_pretty_key(secret),
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
    step = sessions.codes().step_of(code, session["enrolling"], None, sessions.parts().now())
    return WRONG if step is None else step
