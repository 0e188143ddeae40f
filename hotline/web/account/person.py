"""One person: what the account may do, its sessions and passwords; and what he or she has done."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.accounts import (
    account_changes,
    account_guard,
    accounts,
    devices,
    passwords,
    people,
)
from hotline.operations.accounts.account_guard import AccountError
from hotline.operations.accounts.accounts import Issued
from hotline.operations.accounts.passwords import PasswordError
from hotline.operations.accounts.people import PersonRow
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.words import DONE as DID
from hotline.store.enums import ActivityKind, Role
from hotline.web.account.known_browsers import KNOWN_DAYS
from hotline.web.account.proving import given
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import acting, sentence
from hotline.web.console.services import context, services

Answer = str | Response | tuple[str, int]

SHOWN = 50
"""Calls and shifts that the page of a person shows."""


@admin.get("/people/<int:number>")
@open_to(Who.ADMIN)
def person(number: int) -> Answer:
    board = services().board
    return _page(board, number)


@admin.post("/people/<int:number>/role")
@open_to(Who.ADMIN)
@acting("admin.people", AccountError)
def change_role(number: int) -> str:
    board = services().board
    parts = context()
    name, role = _name(board, number), request.form.get("role", "")
    if role not in [each.value for each in Role]:
        raise AccountError("choose one of the roles")
    account_changes.change_role(parts, name, Role(role), current_actor(), stamp=_stamp())
    return f"{name} is {role} from now on, and has to sign in again"


@admin.post("/people/<int:number>/sign-out")
@open_to(Who.ADMIN)
@acting("admin.people", AccountError)
def end_sessions(number: int) -> str:
    board = services().board
    parts = context()
    name = _name(board, number)
    account_changes.sign_out_everywhere(parts, name, current_actor(), stamp=_stamp())
    return f"{name} is signed out everywhere"


@admin.post("/people/<int:number>/disable")
@open_to(Who.ADMIN)
@acting("admin.people", AccountError)
def disable_account(number: int) -> str:
    board = services().board
    parts = context()
    name = _name(board, number)
    accounts.disable(parts, name, current_actor(), stamp=_stamp())
    return f"{name} is disabled, and signed out everywhere"


@admin.post("/people/<int:number>/second-factor")
@open_to(Who.ADMIN)
@acting("admin.people", AccountError)
def remove_second_factor(number: int) -> str:
    board = services().board
    parts = context()
    name = _name(board, number)
    account_changes.remove_second_factor(parts, name, current_actor(), stamp=_stamp())
    return f"{name} has no second factor any more, and is signed out everywhere"


@admin.post("/people/<int:number>/reset")
@open_to(Who.ADMIN)
def reset_account(number: int) -> Answer:
    """A new password and PIN, told once in the answer; a disabled account becomes active."""
    board = services().board
    name = _name(board, number)
    password, problem = chosen_password()
    if problem:
        return _page(board, number, problem), 422
    actor, stamp = current_actor(), _stamp()
    try:
        issued = accounts.reset(board.parts, name, password, actor, enable=True, stamp=stamp)
    except (AccountError, PasswordError) as error:
        return _page(board, number, sentence(str(error))), 422
    return told_once(f"{name} can sign in again", issued, password)


@admin.post("/people/<int:number>/device")
@open_to(Who.ADMIN)
def make_device_code(number: int) -> Answer:
    """The code is shown in the answer, and kept nowhere."""
    board = services().board
    name = _name(board, number)
    try:
        code = devices.make_device_code(board.parts, name, current_actor())
    except AccountError as error:
        return _page(board, number, sentence(str(error))), 422
    return render_template(
        "account/device_code.html",
        name=name,
        number=number,
        code=code,
        address=f"{board.parts.settings.url}{url_for('devices.page')}",
        hours=int(devices.LASTS.total_seconds() // 3600),
        days=KNOWN_DAYS,
    )


def chosen_password() -> tuple[str, str]:
    """The password that was typed twice, or a random one where none was; and what is wrong."""
    password, again = given("password"), given("again")
    if password != again:
        return "", "The two passwords are not the same."
    return password or passwords.make_readable(), ""


def told_once(title: str, issued: Issued, password: str) -> str:
    """The page with what is told the person. A password that was typed is not shown."""
    return render_template(
        "account/person_told.html",
        title=title,
        issued=issued,
        password="" if given("password") else password,
    )


def in_words(kind: ActivityKind) -> str:
    return DID.get(kind, kind.value.replace("-", " "))


def _page(board: DeskServices, number: int, problem: str = "") -> str:
    one, silent = _person(board, number)
    work = people.work_of(board.parts, number)
    actor = current_actor()
    return render_template(
        "account/person.html",
        person=one,
        silent=silent,
        is_own=actor.account_id == number,
        stamp=account_guard.stamp_of(one.account),
        roles=list(Role),
        work=work,
        shown=SHOWN,
        newest=people.newest_of(board.parts, number),
        in_words=in_words,
        problem=problem,
    )


def _person(board: DeskServices, number: int) -> tuple[PersonRow, bool]:
    return people.person(board, number) or abort(404)


def _name(board: DeskServices, number: int) -> str:
    return _person(board, number)[0].account.name


def _stamp() -> str:
    """What the form was made from."""
    return request.form.get("stamp", "")
