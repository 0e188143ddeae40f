"""The people who have an account: who is signed in, what each may do, and a new account."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request
from werkzeug.wrappers import Response

from hotline.operations.accounts import accounts
from hotline.operations.accounts import people as operation
from hotline.operations.accounts.account_guard import AccountError
from hotline.operations.accounts.passwords import PasswordError
from hotline.operations.desk.board import DeskServices
from hotline.store.enums import Role
from hotline.web.account.person import chosen_password, told_once
from hotline.web.account.proving import given
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import sentence
from hotline.web.console.services import context, services

Answer = str | Response | tuple[str, int]

ROLES: Mapping[Role, str] = {
    Role.OBSERVER: "looks, and changes nothing",
    Role.STAFF: "takes calls",
    Role.SUPERVISOR: "joins the calls of others, agrees to exceptions",
    Role.ADMIN: "runs the line: this control room",
}


@admin.get("/people")
@open_to(Who.ADMIN)
def people() -> Answer:
    board = services().board
    return _page(board, {})


@admin.post("/people")
@open_to(Who.ADMIN)
def add_account() -> Answer:
    """What is to be told the new person is shown in the answer, and kept nowhere."""
    board = services().board
    parts = context()
    password, problem = chosen_password()
    role = request.form.get("role", "")
    if problem:
        return _page(board, {"password": problem}), 422
    if role not in [each.value for each in Role]:
        return _page(board, {"role": "Choose what the account may do."}), 422
    try:
        issued = accounts.add_account(parts, given("name"), Role(role), password, current_actor())
    except AccountError as error:
        return _page(board, {"name": sentence(str(error))}), 422
    except PasswordError as error:
        return _page(board, {"password": str(error)}), 422
    return told_once(f"{issued.name} has an account", issued, password)


def _page(board: DeskServices, errors: Mapping[str, str]) -> str:
    return render_template(
        "account/people.html",
        people=operation.everybody(board),
        roles=ROLES,
        errors=errors,
        name=given("name"),
        role=request.form.get("role", Role.STAFF.value),
    )
