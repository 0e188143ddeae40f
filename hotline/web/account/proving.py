"""What every page asks alike where somebody has to prove who they are."""

from __future__ import annotations

from math import ceil

from flask import request

from hotline.operations.accounts import signing_in
from hotline.operations.accounts.hashing_turn import TURN, HashingBusy
from hotline.operations.accounts.signing_in import SignInAttempt, UncountedError
from hotline.store.accounts.accounts import Account
from hotline.web.console.services import context

LONGEST_INPUT = 1_000  # characters; nothing beyond is looked at


def given(field: str) -> str:
    return request.form.get(field, "")[:LONGEST_INPUT]


def problem_with_password(account: Account, password: str) -> str:
    """Why the password of somebody who is signed in already does not do; empty if it does."""
    if not password:
        return "Enter your password."
    parts, attempt = context(), SignInAttempt.of("own password", account)
    try:
        with TURN.taken(waits=True):
            if wait := signing_in.seconds_to_wait(parts, attempt):
                return patience(wait)
            right = signing_in.is_right(parts, account, password)
    except (HashingBusy, UncountedError) as refused:
        return str(refused)
    if not right:
        signing_in.failed(parts, account, "wrong password, while signed in")
        return "This is not your password."
    signing_in.forgive(parts, attempt)
    return ""


def patience(seconds: float) -> str:
    return (
        f"Too many attempts. Wait {ceil(seconds)} seconds, then try again. "
        "If you have lost your password, ask an administrator."
    )
