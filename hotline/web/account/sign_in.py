"""Signing in: name and password, then a code where the account asks for one. And out again."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from hotline.operations.accounts import accounts, passwords, signing_in
from hotline.operations.accounts.hashing_turn import RETRY_SECONDS, TURN, HashingBusy
from hotline.operations.accounts.signing_in import SignInAttempt, UncountedError
from hotline.store.accounts.accounts import Account
from hotline.store.enums import Role
from hotline.web.account.enrollment import offer, take
from hotline.web.account.known_browsers import attempt_of, remember
from hotline.web.account.proving import given, patience
from hotline.web.console import sessions
from hotline.web.console.access import Who, open_to
from hotline.web.console.services import context

DESK, UNITS = "/desk/", "/observe/"
"""Where people land: observers among the units, everybody else at the desk."""

WRONG = "The name or the password is wrong."

Answer = str | Response | tuple[str, int]


blueprint = Blueprint("sign_in", __name__, template_folder="../templates")
"""The routes under /sign-in, and /sign-out."""


@blueprint.after_request
def keep_no_copy(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(UncountedError)
def refuse(error: UncountedError) -> Answer:
    """Nobody is let in uncounted."""
    return _form({"form": str(error)}, 503)


@blueprint.get("/sign-in")
@open_to(Who.PUBLIC)
def page() -> Answer:
    account = sessions.signed_in()
    if account is not None:
        return redirect(_onward(request.args.get("next", ""), account.role), 303)
    return render_template("account/sign_in.html", next=request.args.get("next", ""))


@blueprint.post("/sign-in")
@open_to(Who.PUBLIC)
def enter() -> Answer:
    name, password = accounts.plain_name(given("name")), given("password")
    empty = {
        field: f"Enter your {field}."
        for field, value in (("name", name), ("password", password))
        if not value
    }
    if empty:
        return _form(empty, 422)
    parts = context()
    attempt = attempt_of(name)
    try:
        with TURN.taken(waits=attempt.is_known):
            if wait := signing_in.seconds_to_wait(parts, attempt):
                return _come_again(patience(wait), 429, wait)
            account = accounts.find_account(parts, name)
            right = signing_in.is_right(parts, account, password)
    except HashingBusy as busy:
        return _come_again(str(busy), 503, RETRY_SECONDS)
    if account is None or not right:
        signing_in.failed(parts, account, "wrong password")
        return _form({"form": WRONG}, 422)
    signing_in.forgive(parts, attempt)
    if not account.active:
        signing_in.failed(parts, account, "disabled")
        return _form({"form": "This account is disabled. Ask an administrator."}, 403)
    onward = _onward(given("next"), account.role)
    if not accounts.needs_second_factor(account):
        return _admit(account, "password", redirect(onward, 303), second=False)
    sessions.pend(account, onward)
    step = "sign_in.code" if account.has_second_factor else "sign_in.set_up"
    return redirect(url_for(step), 303)


@blueprint.get("/sign-in/address")
@open_to(Who.PUBLIC)
def address() -> Answer:
    """For the doctor: how many proxies said who asks, and how many of them are believed."""
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    named = len([name for name in forwarded.split(",") if name.strip()])
    return jsonify(named=named, believed=context().settings.proxies_before_pages)


@blueprint.get("/sign-in/code")
@open_to(Who.PUBLIC)
def code() -> Answer:
    if sessions.pending() is None:
        return _again()
    return render_template("account/code.html")


@blueprint.post("/sign-in/code")
@open_to(Who.PUBLIC)
def enter_code() -> Answer:
    found = sessions.pending()
    if found is None or not found[0].has_second_factor:
        return _again()
    account, onward = found
    typed = given("code")
    if not typed:
        return render_template("account/code.html", errors={"code": "Enter the code."}), 422
    parts, attempt = context(), SignInAttempt.of("code", account)
    if wait := signing_in.seconds_to_wait(parts, attempt):
        return render_template("account/code.html", errors={"form": patience(wait)}), 429
    how = _how_proved(account, typed)
    if how is None:
        signing_in.failed(parts, account, "wrong code")
        wrong = {"code": "This code is not right, or it was used before. Wait for the next one."}
        return render_template("account/code.html", errors=wrong), 422
    signing_in.forgive(parts, attempt)
    return _admit(account, how, redirect(onward, 303), second=True)


@blueprint.get("/sign-in/set-up")
@open_to(Who.PUBLIC)
def set_up() -> Answer:
    found = sessions.pending()
    if found is None or found[0].has_second_factor:
        return _again()
    return _offer(found[0], {}, 200)


@blueprint.post("/sign-in/set-up")
@open_to(Who.PUBLIC)
def finish_set_up() -> Answer:
    found = sessions.pending()
    if found is None or found[0].has_second_factor:
        return _again()
    account, onward = found
    parts, attempt = context(), SignInAttempt.of("code", account)
    if wait := signing_in.seconds_to_wait(parts, attempt):
        return _offer(account, {"form": patience(wait)}, 429)
    counter = take(given("code"))
    if isinstance(counter, str):
        return _offer(account, {"code": counter}, 422)
    signing_in.forgive(parts, attempt)
    secret = session["enrolling"]
    changed, codes = accounts.set_second_factor(parts, account, secret, counter)
    shown = render_template("account/recovery_codes.html", codes=codes, onward=onward)
    return _admit(changed, "password and code", make_response(shown), second=True)


@blueprint.post("/sign-out")
@open_to(Who.PUBLIC)  # to whoever was signed out meanwhile, too
def sign_out() -> Answer:
    sessions.end()
    return redirect(url_for("sign_in.page"), 303)


def _how_proved(account: Account, code: str) -> str | None:
    """By what the second factor is proved; None if it is not. What was accepted never is again."""
    parts = context()
    if (digits := code.replace(" ", "")).isdecimal():
        right = signing_in.accept_code(parts, account, digits)
        return "password and code" if right else None
    hash_ = passwords.hash_recovery_code(parts.settings, account.id, code)
    right = signing_in.spend_recovery_code(parts, account, hash_)
    return "password and recovery code" if right else None


def _offer(account: Account, errors: Mapping[str, str], status: int) -> Answer:
    return offer(account, url_for("sign_in.finish_set_up"), errors, status)


def _admit(account: Account, how: str, response: Response, *, second: bool) -> Response:
    """Signs in, and remembers the browser as one in which this account has been."""
    parts = context()
    sessions.begin(account, second=second)
    signing_in.signed_in(parts, account, how)
    remember(response, account.name)
    return response


def _form(errors: Mapping[str, str], status: int) -> Answer:
    page = render_template(
        "account/sign_in.html", errors=errors, name=given("name"), next=given("next")
    )
    return page, status


def _come_again(why: str, status: int, seconds: float) -> Response:
    answer = make_response(_form({"form": why}, status))
    answer.headers["Retry-After"] = str(ceil(seconds))
    return answer


def _again() -> Response:
    """The password was too long ago, or was never given."""
    return redirect(url_for("sign_in.page"), 303)


def _onward(wanted: str, role: Role) -> str:
    """Where somebody wanted to go, or else where people of this role land."""
    home = UNITS if role is Role.OBSERVER else DESK
    onward = _safe(wanted, home)
    return home if role is Role.OBSERVER and onward.startswith(DESK) else onward


def _safe(onward: str, home: str) -> str:
    """A path of ours; home for anything that might lead elsewhere."""
    parsed = urlsplit(onward)
    is_path = onward.startswith("/") and not onward.startswith("//") and "\\" not in onward
    return onward if is_path and not parsed.netloc and onward.isprintable() else home
