"""The pages of people, with a real sign-in."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from app import create_app
from hotline.operations.accounts import account_changes, accounts
from hotline.operations.context import AppContext
from hotline.store.accounts.accounts import Account
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from tests.web.signing_in import PASSWORD, ROOT, Browser, code, equip, make

NEW = "an entirely new one"


@pytest.fixture
def app(parts: AppContext) -> Flask:
    return create_app(parts=parts)


@pytest.fixture
def ada(parts: AppContext, app: Flask) -> Browser:
    """An administrator, signed in with a code. Cy of the staff has an account as well."""
    make(parts, "ada", Role.ADMIN)
    secret = equip(parts, "ada")
    make(parts, "cy")
    browser = Browser(app)
    browser.sign_in("ada")
    browser.get("/sign-in/code")
    assert browser.post("/sign-in/code", code=code(parts, secret)).status_code == 303
    return browser


@pytest.fixture
def cy(app: Flask, ada: Browser) -> Browser:
    browser = Browser(app)
    browser.sign_in("cy")
    assert browser.is_signed_in()
    return browser


def of(parts: AppContext, name: str) -> Account:
    found = accounts.find_account(parts, name)
    assert found is not None
    return found


def look(browser: Browser, path: str = "") -> str:
    answer = browser.get(f"/admin/people{path}")
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def does(browser: Browser, path: str, **form: str) -> str:
    """Sends a form of the page on the screen; gives the page that comes after it."""
    assert browser.last is not None
    stamp = re.search(r'name="stamp" value="(\w+)"', browser.last.text)
    if stamp:
        form = {"stamp": stamp[1], "back": browser.last.request.path, **form}
    answer = browser.post(f"/admin/people{path}", **form)
    if answer.status_code == 303:
        answer = browser.get(answer.location or "")
    return unescape(answer.text)


def test_everybody_is_listed_with_who_is_signed_in(
    ada: Browser, cy: Browser, parts: AppContext
) -> None:
    page = look(ada)
    assert "2 of 2 are signed in." in page
    assert re.search(r">cy</a></th>\s*<td>staff</td>\s*<td>signed in", page)
    cy.get("/account/")
    cy.post("/sign-out")
    assert "1 of 2 are signed in." in look(ada)


def test_an_account_is_made_and_what_is_to_be_told_is_shown_once(
    ada: Browser, app: Flask, parts: AppContext
) -> None:
    look(ada)
    form = {"name": " Bo ", "role": "staff", "password": "", "again": ""}
    page = does(ada, "", **form)
    assert "bo has an account" in page
    password = re.search(r'Password</dt><dd class="key">([\w-]+)<', page)
    pin = re.search(r'PIN for dialling in</dt><dd class="key">(\d{6})<', page)
    assert password
    assert pin
    assert ada.last is not None
    assert ada.last.headers["Cache-Control"] == "no-store"
    assert accounts.verify_phone_pin(parts, of(parts, "bo").extension, pin[1]) is not None
    bo = Browser(app)
    bo.sign_in("bo", password[1])
    assert bo.is_signed_in()

    look(ada)
    page = does(ada, "", **form)  # a reload sends the form again
    assert "There is an account bo already." in page
    assert pin[1] not in page
    assert password[1] not in page
    with reading(parts.engine) as connection:
        assert password[1] not in repr(activity.latest(connection, 20))


def test_what_will_not_do_is_said_beside_its_field_and_the_name_is_kept(ada: Browser) -> None:
    for form, says in (
        ({"name": "Bo Smith", "role": "staff"}, "A name has 2 to 32 letters"),
        ({"name": "bo", "role": "boss"}, "Choose what the account may do."),
        ({"name": "bo", "role": "staff", "password": "x"}, "not the same"),
        ({"name": "bo", "role": "staff", "password": "x", "again": "x"}, "12 characters or more"),
    ):
        look(ada)
        page = does(ada, "", **form)
        assert says in page
        assert f'value="{form["name"]}"' in page


def test_another_role_ends_the_sessions_and_holds_at_once(
    ada: Browser, cy: Browser, parts: AppContext
) -> None:
    number = of(parts, "cy").id
    look(ada, f"/{number}")
    page = does(ada, f"/{number}/role", role="observer")
    assert "Cy is observer from now on" in page
    assert not cy.is_signed_in()
    assert of(parts, "cy").role is Role.OBSERVER


def test_signing_somebody_out_everywhere(ada: Browser, cy: Browser, parts: AppContext) -> None:
    number = of(parts, "cy").id
    look(ada, f"/{number}")
    assert "Cy is signed out everywhere." in does(ada, f"/{number}/sign-out")
    assert not cy.is_signed_in()
    assert ada.is_signed_in()


def test_an_account_is_disabled_and_enabled_with_a_new_password(
    ada: Browser, cy: Browser, parts: AppContext
) -> None:
    number = of(parts, "cy").id
    look(ada, f"/{number}")
    assert "Cy is disabled" in does(ada, f"/{number}/disable")
    assert not cy.is_signed_in()
    assert cy.sign_in("cy").status_code == 403

    page = look(ada, f"/{number}")
    assert "Enable, with a new password" in page
    page = does(ada, f"/{number}/reset", password=NEW, again=NEW)
    assert "cy can sign in again" in page
    assert "as you typed it" in page
    assert NEW not in page
    assert cy.sign_in("cy", NEW).status_code == 303


def test_an_administrator_cannot_lock_himself_out(ada: Browser, parts: AppContext) -> None:
    number = of(parts, "ada").id
    page = look(ada, f"/{number}")
    assert "This is you." in page
    assert f"/admin/people/{number}/disable" not in page
    for path, says in (
        ("disable", "You would lock yourself out"),
        ("role", "You would lock yourself out"),
        ("second-factor", "under your name"),
        ("reset", "under your name"),
    ):
        look(ada, f"/{number}")
        assert says in does(ada, f"/{number}/{path}", role="staff")
    assert of(parts, "ada").active
    assert ada.is_signed_in()


def test_the_later_of_two_is_told(ada: Browser, parts: AppContext) -> None:
    number = of(parts, "cy").id
    look(ada, f"/{number}")
    account_changes.change_role(parts, "cy", Role.SUPERVISOR, ROOT)

    page = does(ada, f"/{number}/role", role="observer")

    assert "Cy was changed by somebody else meanwhile" in page
    assert of(parts, "cy").role is Role.SUPERVISOR


def test_the_page_of_a_person_says_what_he_did(
    ada: Browser, cy: Browser, parts: AppContext
) -> None:
    number = of(parts, "cy").id
    cy.get("/account/password")
    cy.post("/account/password", password=PASSWORD, new=NEW, again=NEW)

    page = look(ada, f"/{number}")
    assert "password changed" in page
    assert "0 taken, 0 reports entered." in page
    page = unescape(ada.get("/admin/activity?who=cy&kind=signed-in").text)
    assert '/admin/activity?who=cy">All that cy did' in look(ada, f"/{number}")
    assert 'scope="row">Signed in<' in page
    assert 'scope="row">Password changed<' not in page


def test_somebody_who_has_no_account_has_no_page(ada: Browser) -> None:
    look(ada)
    assert ada.get("/admin/people/777").status_code == 404
    look(ada)
    for path in ("role", "sign-out", "disable", "second-factor", "reset"):
        assert ada.post(f"/admin/people/777/{path}").status_code == 404
        look(ada)


def test_each_change_is_in_the_log(ada: Browser, parts: AppContext) -> None:
    number = of(parts, "cy").id
    for path, form in (
        ("role", {"role": "supervisor"}),
        ("sign-out", {}),
        ("reset", {}),
        ("disable", {}),
    ):
        look(ada, f"/{number}")
        does(ada, f"/{number}/{path}", **form)
    with reading(parts.engine) as connection:
        done = [(one.kind, one.who) for one in activity.latest(connection, 4)]
    assert done == [
        (ActivityKind.ACCOUNT_DISABLED, "ada"),
        (ActivityKind.ACCOUNT_RESET, "ada"),
        (ActivityKind.SESSIONS_ENDED, "ada"),
        (ActivityKind.ROLE_CHANGED, "ada"),
    ]
