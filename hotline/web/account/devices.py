"""Enrolling a browser with a code that an administrator has made: the way to a sign-in, not one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.accounts import devices
from hotline.operations.accounts.account_guard import AccountError
from hotline.web.account.known_browsers import KNOWN_DAYS, remember
from hotline.web.account.proving import given
from hotline.web.console.access import Who, open_to
from hotline.web.console.pages import sentence
from hotline.web.console.services import context

Answer = str | Response | tuple[str, int]


blueprint = Blueprint("devices", __name__, template_folder="../templates")
"""The route at /sign-in/device."""


@blueprint.after_request
def keep_no_copy(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/sign-in/device", methods=["GET", "POST"])
@open_to(Who.PUBLIC)
def page() -> Answer:
    return _enroll() if request.method == "POST" else render_template("account/device.html")


def _enroll() -> Answer:
    code = given("code")
    if not code:
        return _wrong("Enter the code that an administrator gave you.")
    try:
        account = devices.enroll_device(context(), code)
    except AccountError as error:
        return _wrong(sentence(str(error)))
    flash(f"This browser is known for {account.name} now, for {KNOWN_DAYS} days.")
    response = redirect(url_for("sign_in.page"), 303)
    remember(response, account.name)
    return response


def _wrong(why: str) -> Answer:
    return render_template("account/device.html", errors={"code": why}), 422
