"""Enrolling a browser with a code, so that nobody else can make its owner wait there."""

from __future__ import annotations

import pytest
from flask import Flask

from app import create_app
from hotline.operations.accounts import accounts, devices
from hotline.operations.accounts.account_guard import AccountError
from hotline.operations.context import AppContext, connect_redis
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from tests.web.signing_in import ROOT, Browser, code, equip, make

WRONG = "wrong wrong wrong"


@pytest.fixture
def app(parts: AppContext) -> Flask:
    make(parts, "ann")
    return create_app(parts=parts)


@pytest.fixture
def ada(parts: AppContext, app: Flask) -> Browser:
    """An administrator, who is signed in."""
    make(parts, "ada", Role.ADMIN)
    secret = equip(parts, "ada")
    browser = Browser(app, "192.0.2.50")
    browser.sign_in("ada")
    browser.get("/sign-in/code")
    browser.post("/sign-in/code", code=code(parts, secret))
    return browser


def shown_code(parts: AppContext, ada: Browser) -> str:
    account = accounts.find_account(parts, "ann")
    assert account is not None
    ada.get(f"/admin/people/{account.id}")
    ada.post(f"/admin/people/{account.id}/device")
    return ada.shown(r"<dt>Code</dt><dd class=\"key\">([a-z0-9-]+)</dd>")


def keep_out(app: Flask) -> Browser:
    """Somebody who knows the name, and tries it again whenever that may be done."""
    other = Browser(app, "192.0.2.9")
    for _ in range(7):
        other.sign_in("ann", WRONG)
    assert other.sign_in("ann").status_code == 429
    return other


def test_an_enrolled_browser_never_waits_for_others(
    parts: AppContext, app: Flask, ada: Browser
) -> None:
    enrolled, new = Browser(app, "192.0.2.77"), Browser(app, "192.0.2.78")
    enrolled.get("/sign-in/device")
    assert enrolled.post("/sign-in/device", code=shown_code(parts, ada).upper()).status_code == 303

    keep_out(app)

    assert new.sign_in("ann").status_code == 429
    assert enrolled.sign_in("ann").status_code == 303
    assert enrolled.is_signed_in()


def test_a_code_works_once_and_proves_nothing_else(
    parts: AppContext, app: Flask, ada: Browser
) -> None:
    told, browser, second = shown_code(parts, ada), Browser(app), Browser(app)
    browser.get("/sign-in/device")
    browser.post("/sign-in/device", code=told)
    assert not browser.is_signed_in()
    assert browser.sign_in("ann", WRONG).status_code == 422

    second.get("/sign-in/device")
    again = second.post("/sign-in/device", code=told)
    assert again.status_code == 422
    assert "was used before" in again.text
    assert not second.client.get_cookie("hotline-known")


def test_a_code_ends_and_is_kept_nowhere(parts: AppContext, ada: Browser) -> None:
    told = shown_code(parts, ada)
    assert ada.last is not None
    assert ada.last.headers["Cache-Control"] == "no-store"
    (key,) = parts.redis.keys("hotline:device:*")

    assert 0 < parts.redis.ttl(key) <= devices.LASTS.total_seconds()
    assert told.replace("-", "").encode() not in key
    with reading(parts.engine) as connection:
        entries = activity.latest(connection, 5)
    assert ActivityKind.DEVICE_CODE_MADE in [entry.kind for entry in entries]
    assert not any(told in str(entry) for entry in entries)


def test_a_disabled_account_enrolls_nothing(parts: AppContext, ada: Browser) -> None:
    told = shown_code(parts, ada)
    accounts.disable(parts, "ann", ROOT)

    with pytest.raises(AccountError):
        devices.enroll_device(parts, told)
    with pytest.raises(AccountError, match="no active account"):
        devices.make_device_code(parts, "ann", ROOT)


def test_without_redis_it_is_said(parts: AppContext, app: Flask) -> None:
    with connect_redis("redis://127.0.0.1:1/0") as nowhere:
        cut_off = AppContext(parts.settings, parts.engine, nowhere, parts.now)
        with pytest.raises(AccountError, match="Redis does not answer"):
            devices.enroll_device(cut_off, "abcd-efgh-jkmn")
        with pytest.raises(AccountError, match="Redis does not answer"):
            devices.make_device_code(cut_off, "ann", ROOT)


def test_a_forged_cookie_makes_no_browser_known(app: Flask) -> None:
    keep_out(app)
    browser = Browser(app)
    browser.client.set_cookie("hotline-known", '[["ann","0"]].forged')

    assert browser.sign_in("ann").status_code == 429
