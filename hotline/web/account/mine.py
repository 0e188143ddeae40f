"""One's own account: password, second factor, recovery codes, the PIN for dialling in.

Whatever is changed here asks for the password again: a screen may have been left alone.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from hotline.operations.accounts import accounts
from hotline.operations.accounts.accounts import NEEDS_SECOND_FACTOR
from hotline.operations.accounts.passwords import PasswordError
from hotline.store.accounts.accounts import Account
from hotline.web.account.enrollment import offer, take
from hotline.web.account.proving import given, problem_with_password
from hotline.web.console import sessions
from hotline.web.console.access import Who, open_to
from hotline.web.console.services import context

Answer = str | Response | tuple[str, int]

CONFIRMED = {
    "recovery_codes": (
        "New recovery codes",
        "They are shown once. The ones that you have now will no longer work.",
        "Make new codes",
    ),
    "phone_pin": (
        "New PIN for dialling in",
        "It is shown once. The one that you have now will no longer work.",
        "Make a new PIN",
    ),
    "remove_second_factor": (
        "Remove the second factor",
        "Your password alone will then be enough to sign in.",
        "Remove it",
    ),
}
"""What is done once the password is given: title, what it means, the button."""


blueprint = Blueprint(
    "account",
    __name__,
    url_prefix="/account",
    template_folder="../templates",
    static_folder="../static",
    static_url_path="/static",
)
"""The routes under /account, for whoever is signed in."""


@blueprint.get("/")
@open_to(Who.OBSERVER)
def page() -> Answer:
    account = _own()
    needed = account.role in NEEDS_SECOND_FACTOR
    return render_template("account/account.html", account=account, needed=needed)


@blueprint.route("/password", methods=["GET", "POST"])
@open_to(Who.OBSERVER)
def password() -> Answer:
    return _change_password() if request.method == "POST" else _password_form({}, 200)


@blueprint.route("/second-factor", methods=["GET", "POST"])
@open_to(Who.OBSERVER)
def second_factor() -> Answer:
    return _set_second_factor() if request.method == "POST" else _offer({}, 200)


@blueprint.route("/second-factor/remove", methods=["GET", "POST"])
@open_to(Who.OBSERVER)
def remove_second_factor() -> Answer:
    if not _own().has_second_factor or _own().role in NEEDS_SECOND_FACTOR:
        return redirect(url_for("account.page"), 303)
    if (asked := _confirm("remove_second_factor")) is not None:
        return asked
    changed = accounts.remove_second_factor(context(), _own())
    return _go_on(changed, "The second factor is removed.", second=False)


@blueprint.route("/recovery-codes", methods=["GET", "POST"])
@open_to(Who.OBSERVER)
def recovery_codes() -> Answer:
    if not _own().has_second_factor:
        return redirect(url_for("account.second_factor"), 303)
    if (asked := _confirm("recovery_codes")) is not None:
        return asked
    codes = accounts.renew_recovery_codes(context(), _own())
    return render_template(
        "account/recovery_codes.html", codes=codes, onward=url_for("account.page")
    )


@blueprint.route("/phone-pin", methods=["GET", "POST"])
@open_to(Who.STAFF)
def phone_pin() -> Answer:
    if (asked := _confirm("phone_pin")) is not None:
        return asked
    pin = accounts.renew_phone_pin(context(), _own())
    return render_template("account/phone_pin.html", account=_own(), pin=pin)


@blueprint.post("/sign-out-everywhere")
@open_to(Who.OBSERVER)
def sign_out_everywhere() -> Answer:
    accounts.end_sessions(context(), _own())
    sessions.forget()
    return redirect(url_for("sign_in.page"), 303)


def _change_password() -> Answer:
    account, new = _own(), given("new")
    errors = {}
    if problem := problem_with_password(account, given("password")):
        errors["password"] = problem
    elif new != given("again"):
        errors["again"] = "This is not the same as the new password."
    else:
        try:
            changed = accounts.change_password(context(), account, new)
        except PasswordError as error:
            errors["new"] = str(error)
        else:
            said = "Your password is changed. All other sessions have ended."
            return _go_on(changed, said, second=sessions.has_second_factor())
    return _password_form(errors, 422)


def _password_form(errors: dict[str, str], status: int) -> Answer:
    return render_template("account/password.html", account=_own(), errors=errors), status


def _set_second_factor() -> Answer:
    account = _own()
    if problem := problem_with_password(account, given("password")):
        return _offer({"password": problem}, 422)
    counter = take(given("code"))
    if isinstance(counter, str):
        return _offer({"code": counter}, 422)
    secret = session["enrolling"]
    changed, codes = accounts.set_second_factor(context(), account, secret, counter)
    sessions.begin(changed, second=True)
    return render_template(
        "account/recovery_codes.html", codes=codes, onward=url_for("account.page")
    )


def _offer(errors: dict[str, str], status: int) -> Answer:
    action = url_for("account.second_factor")
    return offer(_own(), action, errors, status, asks_password=True)


def _confirm(what: str) -> Answer | None:
    """The form that asks for the password; None once it was given and is right."""
    problem = ""
    if request.method == "POST":
        problem = problem_with_password(_own(), given("password"))
        if not problem:
            return None
    title, meaning, button = CONFIRMED[what]
    page = render_template(
        "account/confirm.html",
        title=title,
        meaning=meaning,
        button=button,
        account=_own(),
        errors={"password": problem} if problem else {},
    )
    return page, 422 if problem else 200


def _go_on(changed: Account, said: str, *, second: bool) -> Response:
    """All sessions have ended by the change; this one goes on as a new one."""
    sessions.begin(changed, second=second)
    flash(said)
    return redirect(url_for("account.page"), 303)


def _own() -> Account:
    account = sessions.signed_in()
    if account is None:
        raise RuntimeError("nobody is signed in here")
    return account
