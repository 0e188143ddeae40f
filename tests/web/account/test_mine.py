"""What one changes of one's own account, as a browser does it."""

from __future__ import annotations

import pytest
from flask import Flask

from app import create_app
from hotline.operations.accounts import accounts
from hotline.operations.context import AppContext
from hotline.store.enums import Role
from tests.conftest import Clock
from tests.web.signing_in import PASSWORD, Browser, code, equip, make

NEW = "an entirely new one"


@pytest.fixture
def app(parts: AppContext) -> Flask:
    return create_app(parts=parts)


@pytest.fixture
def ann(parts: AppContext, app: Flask) -> Browser:
    """A member of staff, signed in."""
    make(parts, "ann")
    browser = Browser(app)
    browser.sign_in("ann")
    return browser


def change(browser: Browser, **form: str) -> int:
    browser.get("/account/password")
    return browser.post("/account/password", **form).status_code


def test_a_new_password_ends_all_other_sessions(app: Flask, ann: Browser) -> None:
    other = Browser(app)
    other.sign_in("ann")

    assert change(ann, password=PASSWORD, new=NEW, again=NEW) == 303

    assert ann.is_signed_in()
    assert not other.is_signed_in()
    assert other.sign_in("ann").status_code == 422
    assert other.sign_in("ann", NEW).status_code == 303


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"password": "wrong", "new": NEW, "again": NEW}, "password", "not your password"),
        ({"password": "", "new": NEW, "again": NEW}, "password", "Enter your password"),
        ({"password": PASSWORD, "new": NEW, "again": "other"}, "again", "not the same"),
        ({"password": PASSWORD, "new": "short", "again": "short"}, "new", "12 characters or more"),
        ({"password": PASSWORD, "new": "annann" * 3, "again": "annann" * 3}, "new", "easy"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    app: Flask, ann: Browser, given: dict[str, str], field: str, says: str
) -> None:
    assert change(ann, **given) == 422

    assert says in ann.shown(rf'id="{field}-problem">([^<]+)<')
    assert NEW not in (ann.last.text if ann.last else "")
    assert Browser(app).sign_in("ann").status_code == 303  # by the old one, still


def test_guessing_the_password_of_a_screen_left_alone_has_to_wait(ann: Browser) -> None:
    for _ in range(6):
        change(ann, password="a guess", new=NEW, again=NEW)
    change(ann, password=PASSWORD, new=NEW, again=NEW)

    assert "Too many attempts" in ann.shown(r'id="password-problem">([^<]+)<')


def set_up(parts: AppContext, browser: Browser, password: str = PASSWORD) -> int:
    browser.get("/account/second-factor")
    with browser.client.session_transaction() as session:
        secret = session["enrolling"]
    shown = code(parts, secret)
    return browser.post("/account/second-factor", password=password, code=shown).status_code


def test_staff_may_have_a_second_factor_and_give_it_up(
    parts: AppContext, app: Flask, ann: Browser
) -> None:
    other = Browser(app)
    other.sign_in("ann")
    assert set_up(parts, ann, "wrong") == 422
    assert set_up(parts, ann) == 200
    assert ann.is_signed_in()
    assert not other.is_signed_in()  # it had given no code
    assert other.sign_in("ann").location == "/sign-in/code"

    ann.get("/account/second-factor/remove")
    assert ann.post("/account/second-factor/remove", password=PASSWORD).status_code == 303

    assert ann.is_signed_in()
    assert other.sign_in("ann").location == "/account/"


def test_a_supervisor_may_move_the_second_factor_and_not_give_it_up(
    parts: AppContext, app: Flask, clock: Clock
) -> None:
    make(parts, "sue", Role.SUPERVISOR)
    old = equip(parts, "sue")
    sue = Browser(app)
    sue.sign_in("sue")
    sue.get("/sign-in/code")
    sue.post("/sign-in/code", code=code(parts, old))

    assert sue.get("/account/second-factor/remove").location == "/account/"
    sue.get("/account/password")
    sue.post("/account/second-factor/remove", password=PASSWORD)
    kept = accounts.find_account(parts, "sue")
    assert kept is not None
    assert kept.totp_secret == old
    assert set_up(parts, sue) == 200
    assert sue.is_signed_in()
    moved = accounts.find_account(parts, "sue")
    assert moved is not None
    assert moved.totp_secret != old


def test_new_recovery_codes_void_the_old_ones(parts: AppContext, app: Flask, ann: Browser) -> None:
    set_up(parts, ann)
    old = ann.shown(r"<li>([^<]+)</li>")
    ann.get("/account/recovery-codes")
    ann.post("/account/recovery-codes", password=PASSWORD)
    new = ann.shown(r"<li>([^<]+)</li>")

    for given, status in ((old, 422), (new, 303)):
        browser = Browser(app)
        browser.sign_in("ann")
        browser.get("/sign-in/code")
        assert browser.post("/sign-in/code", code=given).status_code == status


def test_a_new_pin_for_dialling_in_voids_the_old_one(parts: AppContext, ann: Browser) -> None:
    account = accounts.find_account(parts, "ann")
    assert account is not None
    pins = []
    for _ in range(2):
        ann.get("/account/phone-pin")
        assert ann.post("/account/phone-pin", password=PASSWORD).status_code == 200
        pins.append(ann.shown(r'PIN</dt><dd class="key">(\d{6})<'))

    assert accounts.verify_phone_pin(parts, account.extension, pins[0]) is None
    found = accounts.verify_phone_pin(parts, account.extension, pins[1])
    assert found is not None
    assert found.name == "ann"
    ann.get("/account/phone-pin")
    assert ann.post("/account/phone-pin", password="wrong").status_code == 422
    assert accounts.verify_phone_pin(parts, account.extension, pins[1]) is not None
