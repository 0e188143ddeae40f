"""Signing in and out, as a browser does it: real hashes, real codes, real Redis and SQL."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from config.settings import Settings, load
from hotline.operations.accounts import accounts
from hotline.operations.accounts.hashing_turn import TURN
from hotline.operations.context import AppContext, connect_redis
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from hotline.store.schema.desk_tables import account as account_table
from tests.conftest import Clock
from tests.web.signing_in import PASSWORD, ROOT, Browser, code, equip, make


@pytest.fixture
def app(parts: AppContext) -> Flask:
    return create_app(parts=parts)


@pytest.fixture
def ann(parts: AppContext, app: Flask) -> Browser:
    """A member of staff, who needs no second factor."""
    make(parts, "ann")
    return Browser(app)


@pytest.fixture
def sue(parts: AppContext, app: Flask) -> Browser:
    """A supervisor, who has set up none yet."""
    make(parts, "sue", Role.SUPERVISOR)
    return Browser(app)


def kinds(parts: AppContext) -> list[ActivityKind]:
    with reading(parts.engine) as connection:
        return [entry.kind for entry in reversed(activity.latest(connection, 50))]


def test_the_right_password_leads_where_one_wanted_to_go(ann: Browser) -> None:
    asked = ann.get("/account/phone-pin")
    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=/account/phone-pin"

    ann.get(asked.location)
    entered = ann.post("/sign-in", name="Ann ", password=PASSWORD, next="/account/phone-pin")

    assert (entered.status_code, entered.location) == (303, "/account/phone-pin")
    assert ann.get("/account/phone-pin").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "/\tx",
        "javascript:x",
        "",
    ],
)
def test_nobody_is_led_elsewhere(ann: Browser, elsewhere: str) -> None:
    assert ann.sign_in("ann", onward=elsewhere).location == "/desk/"


@pytest.mark.parametrize("wanted", ["", "/desk/", "https://evil.example"])
def test_an_observer_lands_among_the_units(parts: AppContext, app: Flask, wanted: str) -> None:
    make(parts, "otto", Role.OBSERVER)
    assert Browser(app).sign_in("otto", onward=wanted).location == "/observe/"


def test_a_wrong_password_and_a_wrong_name_look_the_same(ann: Browser) -> None:
    wrong_password = ann.sign_in("ann", "something else long")
    first = ann.shown(r'(?s)role="alert">(.*?)</p>')
    wrong_name = ann.sign_in("nobody", "something else long")

    assert (wrong_password.status_code, wrong_name.status_code) == (422, 422)
    assert ann.shown(r'(?s)role="alert">(.*?)</p>') == first
    assert not ann.is_signed_in()


def test_what_is_missing_is_said_at_its_field(ann: Browser) -> None:
    answer = ann.sign_in("", "")

    assert answer.status_code == 422
    assert 'id="name-problem">Enter your name.' in answer.text
    assert 'id="password-problem">Enter your password.' in answer.text
    assert 'aria-describedby="password-problem"' in answer.text


def test_a_name_that_was_mistyped_is_kept_and_a_password_never_is(ann: Browser) -> None:
    answer = ann.sign_in("anne", "something else long")

    assert 'value="anne"' in answer.text
    assert "something else long" not in answer.text


def test_a_disabled_account_is_let_in_nowhere(parts: AppContext, ann: Browser) -> None:
    ann.sign_in("ann")
    assert ann.is_signed_in()

    accounts.disable(parts, "ann", ROOT)

    assert not ann.is_signed_in()
    assert "disabled" in ann.sign_in("ann").text
    assert not ann.is_signed_in()


def test_what_happened_is_written_down_without_what_was_typed(
    parts: AppContext, ann: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ann.sign_in("ann", "my secret pass phrase")
    ann.sign_in("my secret pass phrase", "ann")
    ann.sign_in("ann")
    ann.get("/account/")
    ann.post("/sign-out")

    assert kinds(parts) == [
        ActivityKind.ACCOUNT_MADE,
        ActivityKind.SIGN_IN_FAILED,
        ActivityKind.SIGNED_IN,
        ActivityKind.SIGNED_OUT,
    ]
    assert "my secret" not in caplog.text
    assert PASSWORD not in caplog.text
    assert "a sign-in as ann failed" in caplog.text


# --- Attempts


def test_too_many_attempts_have_to_wait_and_then_may_go_on(ann: Browser, clock: Clock) -> None:
    answers = [ann.sign_in("ann", "wrong wrong wrong").status_code for _ in range(8)]
    assert answers == [422] * 6 + [429] * 2
    assert ann.sign_in("ann").status_code == 429  # the right one has to wait as well
    assert "Wait 2 seconds" in ann.shown(r'role="alert">(.*?)</p>')

    clock.advance(2)

    assert ann.sign_in("ann").status_code == 303


def test_the_wait_grows_to_a_minute_and_no_further(ann: Browser, clock: Clock) -> None:
    waits = []
    for _ in range(12):
        ann.sign_in("ann", "wrong wrong wrong")
        if ann.sign_in("ann", "wrong wrong wrong").status_code == 429:
            waits.append(int(ann.shown(r"Wait (\d+) seconds")))
            clock.advance(waits[-1])

    assert waits[:5] == [2, 4, 8, 16, 32]
    assert max(waits) == 60
    assert ann.sign_in("ann").status_code == 303


def test_a_stranger_who_tries_a_name_does_not_make_its_owner_wait(app: Flask, ann: Browser) -> None:
    ann.sign_in("ann")
    ann.get("/account/")
    ann.post("/sign-out")
    stranger = Browser(app, "203.0.113.9")
    for _ in range(9):
        stranger.sign_in("ann", "wrong wrong wrong")
    assert stranger.last is not None
    assert stranger.last.status_code == 429

    assert ann.sign_in("ann").status_code == 303


def test_an_attempt_while_one_has_to_wait_does_not_prolong_it(ann: Browser, clock: Clock) -> None:
    for _ in range(6):
        ann.sign_in("ann", "wrong wrong wrong")
    clock.advance(1)
    assert ann.sign_in("ann").status_code == 429
    clock.advance(1)
    assert ann.sign_in("ann").status_code == 303


def test_a_browser_is_known_for_each_who_has_signed_in_there(
    parts: AppContext, app: Flask, ann: Browser
) -> None:
    make(parts, "bo")
    for name in ("ann", "bo"):
        ann.sign_in(name)
        ann.client.delete_cookie("hotline")
    other = Browser(app, "192.0.2.9")
    for name in ("ann", "bo"):
        for _ in range(6):
            other.sign_in(name, "wrong wrong wrong")
    assert other.sign_in("ann").status_code == 429
    assert other.sign_in("bo").status_code == 429

    for name in ("ann", "bo"):
        assert ann.sign_in(name).status_code == 303
        ann.client.delete_cookie("hotline")


def test_trying_one_name_after_the_other_makes_an_address_wait(
    app: Flask, parts: AppContext
) -> None:
    stranger = Browser(app, "203.0.113.9")
    answers = [stranger.sign_in(f"name{n}", "wrong wrong wrong").status_code for n in range(23)]

    assert answers[-1] == 429
    assert answers[:21] == [422] * 21
    make(parts, "ann")
    assert Browser(app, "203.0.113.10").sign_in("ann").status_code == 303


def test_an_address_of_ipv6_counts_as_its_network(app: Flask) -> None:
    answers = [
        Browser(app, f"2001:db8::{n:x}").sign_in(f"name{n}", "wrong wrong wrong").status_code
        for n in range(23)
    ]

    assert answers[-1] == 429


def test_beside_another_password_one_is_told_to_come_again(ann: Browser) -> None:
    with TURN.taken(waits=False):
        answers = [ann.sign_in("ann") for _ in range(10)]

    assert [answer.status_code for answer in answers] == [503] * 10
    assert answers[0].headers["Retry-After"] == "2"
    assert "Nothing was wrong: try again in a few seconds." in answers[0].text
    assert ann.sign_in("ann").status_code == 303  # none of them was counted


def test_while_redis_is_silent_nobody_signs_in_uncounted(
    settings: Settings, parts: AppContext, ann: Browser, clock: Clock
) -> None:
    ann.sign_in("ann")
    cookie = ann.client.get_cookie("hotline")
    with connect_redis("redis://127.0.0.1:1/0") as nowhere:
        app = create_app(parts=AppContext(settings, parts.engine, nowhere, clock))
        browser = Browser(app)
        refused = browser.sign_in("ann")
        assert refused.status_code == 503
        assert "Nobody can sign in at the moment" in refused.text
        assert not browser.is_signed_in()

        browser.client.set_cookie("hotline", cookie.value)
        assert browser.is_signed_in(), "who was signed in before stays so"


def test_a_signed_out_cookie_stays_void_whatever_becomes_of_redis(
    settings: Settings, parts: AppContext, ann: Browser, clock: Clock
) -> None:
    ann.sign_in("ann")
    ann.get("/account/")
    copy = ann.client.get_cookie("hotline").value
    assert ann.post("/sign-out").status_code == 303

    parts.redis.flushall()
    ann.client.set_cookie("hotline", copy)
    assert not ann.is_signed_in()
    with connect_redis("redis://127.0.0.1:1/0") as nowhere:
        browser = Browser(create_app(parts=AppContext(settings, parts.engine, nowhere, clock)))
        browser.client.set_cookie("hotline", copy)
        assert not browser.is_signed_in()


# --- The second factor


def test_a_supervisor_sets_up_a_second_factor_before_anything_else(
    parts: AppContext, sue: Browser
) -> None:
    entered = sue.sign_in("sue")
    assert entered.location == "/sign-in/set-up"
    assert not sue.is_signed_in()

    page = sue.get("/sign-in/set-up")
    assert 'src="data:image/svg+xml;base64,' in page.text
    with sue.client.session_transaction() as session:
        secret = session["enrolling"]
    assert sue.post("/sign-in/set-up", code="000000").status_code == 422
    assert not sue.is_signed_in()
    sue.get("/sign-in/set-up")
    done = sue.post("/sign-in/set-up", code=code(parts, secret))

    assert done.status_code == 200
    assert done.text.count("<li>") == 8
    assert done.headers["Cache-Control"] == "no-store"
    assert sue.is_signed_in()
    stored = accounts.find_account(parts, "sue")
    assert stored is not None
    assert stored.totp_secret not in (None, "")
    assert sue.last is not None
    assert sue.shown(r"(set up; 8 recovery codes left)")


def test_from_then_on_the_password_is_not_enough(
    parts: AppContext, sue: Browser, clock: Clock
) -> None:
    secret = equip(parts, "sue")

    assert sue.sign_in("sue").location == "/sign-in/code"
    assert not sue.is_signed_in()
    assert sue.get("/sign-in/set-up").location == "/sign-in"  # no other one can be put in its place
    sue.get("/sign-in/code")
    assert sue.post("/sign-in/code", code="000000").status_code == 422
    assert not sue.is_signed_in()
    sue.get("/sign-in/code")
    shown = code(parts, secret)
    assert sue.post("/sign-in/code", code=f"{shown[:3]} {shown[3:]}").location == "/account/"
    assert sue.is_signed_in()


def test_a_code_works_once(parts: AppContext, app: Flask, sue: Browser, clock: Clock) -> None:
    secret = equip(parts, "sue")
    sue.sign_in("sue")
    sue.get("/sign-in/code")
    shown = code(parts, secret)
    assert sue.post("/sign-in/code", code=shown).status_code == 303

    onlooker = Browser(app)
    onlooker.sign_in("sue")
    onlooker.get("/sign-in/code")
    assert onlooker.post("/sign-in/code", code=shown).status_code == 422

    clock.advance(30)
    assert onlooker.post("/sign-in/code", code=code(parts, secret)).status_code == 303


def test_an_old_code_is_no_code(parts: AppContext, sue: Browser, clock: Clock) -> None:
    secret = equip(parts, "sue")
    old = code(parts, secret)
    clock.advance(90)
    sue.sign_in("sue")
    sue.get("/sign-in/code")

    assert sue.post("/sign-in/code", code=old).status_code == 422


def test_a_recovery_code_works_once(parts: AppContext, app: Flask, sue: Browser) -> None:
    make(parts, "ada", Role.ADMIN)
    account = accounts.find_account(parts, "ada")
    assert account is not None
    _, codes = accounts.set_second_factor(parts, account, "x", 1)
    for expected in (303, 422):
        browser = Browser(app)
        browser.sign_in("ada")
        browser.get("/sign-in/code")
        written = codes[0].upper().replace("-", " ")
        assert browser.post("/sign-in/code", code=written).status_code == expected

    left = accounts.find_account(parts, "ada")
    assert left is not None
    assert len(left.recovery_codes) == 7


def test_guessing_codes_has_to_wait(parts: AppContext, sue: Browser) -> None:
    equip(parts, "sue")
    sue.sign_in("sue")
    answers = []
    for n in range(8):
        sue.get("/sign-in/code")
        answers.append(sue.post("/sign-in/code", code=f"{n:06d}").status_code)

    assert answers == [422] * 6 + [429] * 2


def test_the_second_factor_has_to_come_soon(parts: AppContext, sue: Browser, clock: Clock) -> None:
    secret = equip(parts, "sue")
    sue.sign_in("sue")
    sue.get("/sign-in/code")
    clock.advance(301)

    assert sue.post("/sign-in/code", code=code(parts, secret)).location == "/sign-in"
    assert not sue.is_signed_in()


def test_a_code_without_a_password_is_nothing(parts: AppContext, app: Flask, sue: Browser) -> None:
    secret = equip(parts, "sue")
    sue.get("/sign-in")

    assert sue.post("/sign-in/code", code=code(parts, secret)).location == "/sign-in"
    assert not sue.is_signed_in()


def test_nothing_that_proves_somebody_is_kept_in_the_clear(parts: AppContext, sue: Browser) -> None:
    sue.sign_in("sue")
    sue.get("/sign-in/set-up")
    key = sue.shown(r'class="key">([^<]+)<').replace("-", "").replace(" ", "")
    with sue.client.session_transaction() as session:
        secret = session["enrolling"]
    done = sue.post("/sign-in/set-up", code=code(parts, secret)).text
    with reading(parts.engine) as connection:
        kept = str(connection.execute(select(account_table)).all())

    assert PASSWORD not in kept
    assert "$argon2id$" in kept
    assert key not in kept
    assert key not in secret  # which is in the browser's cookie
    for line in done.split("<li>")[1:]:
        assert line.partition("<")[0] not in kept


# --- Sessions


def test_a_session_ends_when_nothing_is_done(ann: Browser, clock: Clock) -> None:
    ann.sign_in("ann")
    for _ in range(3):
        clock.advance(29 * 60)
        assert ann.is_signed_in()

    clock.advance(31 * 60)
    assert not ann.is_signed_in()


def test_what_a_page_fetches_by_itself_keeps_nobody_signed_in(ann: Browser, clock: Clock) -> None:
    ann.sign_in("ann")
    for _ in range(10):
        clock.advance(200)
        ann.get("/desk/state")

    assert not ann.is_signed_in()


def test_a_session_ends_after_some_hours_whatever_is_done(ann: Browser, clock: Clock) -> None:
    ann.sign_in("ann")
    for _ in range(12 * 3 - 1):
        clock.advance(20 * 60)
        assert ann.is_signed_in()

    clock.advance(20 * 60)
    assert not ann.is_signed_in()


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(app: Flask, ann: Browser) -> None:
    ann.sign_in("ann")
    thief = Browser(app)
    cookie = ann.client.get_cookie("hotline")
    assert cookie is not None
    thief.client.set_cookie("hotline", cookie.value)
    assert thief.is_signed_in()

    ann.get("/account/")
    ann.post("/sign-out")

    assert not thief.is_signed_in()


def test_signing_out_everywhere_ends_all_sessions(app: Flask, ann: Browser) -> None:
    other = Browser(app)
    for browser in (ann, other):
        browser.sign_in("ann")
        assert browser.is_signed_in()

    ann.post("/account/sign-out-everywhere")

    assert not ann.is_signed_in()
    assert not other.is_signed_in()


def test_a_reset_ends_all_sessions_and_takes_the_second_factor_away(
    parts: AppContext, sue: Browser
) -> None:
    secret = equip(parts, "sue")
    sue.sign_in("sue")
    sue.get("/sign-in/code")
    sue.post("/sign-in/code", code=code(parts, secret))
    assert sue.is_signed_in()

    accounts.reset(parts, "sue", "another long password", ROOT)

    assert not sue.is_signed_in()
    assert sue.sign_in("sue").status_code == 422
    assert sue.sign_in("sue", "another long password").location == "/sign-in/set-up"


def test_signing_in_begins_a_new_session(ann: Browser) -> None:
    ann.get("/sign-in")
    with ann.client.session_transaction() as session:
        session["left behind"] = "by somebody else"
        before = session["csrf_token"]
    ann.sign_in("ann")

    with ann.client.session_transaction() as session:
        assert "left behind" not in session
        assert session.get("csrf_token") != before


# --- Protection


def test_cookies_are_out_of_reach_of_scripts(ann: Browser) -> None:
    answer = ann.sign_in("ann")

    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert len(answer.headers.getlist("Set-Cookie")) == 2


def test_outside_the_sandbox_cookies_keep_to_https(parts: AppContext, clock: Clock) -> None:
    production = Settings(
        **parts.settings.model_dump() | {"carrier": "twilio", "public_url": "https://h.example"}
    )
    make(parts, "ann")
    app = create_app(parts=AppContext(production, parts.engine, parts.redis, clock))
    answer = app.test_client().get("/sign-in", base_url="https://h.example")

    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-hotline=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("path", ["/sign-in", "/account/password", "/sign-out"])
def test_a_forged_request_is_refused(ann: Browser, path: str) -> None:
    ann.sign_in("ann")
    answer = ann.post(path, token=False, name="ann", password=PASSWORD, new="x" * 12)

    assert answer.status_code == 400
    assert "Nothing was done" in answer.text
    assert ann.is_signed_in()


def test_pages_run_no_script_that_stands_in_them(ann: Browser) -> None:
    ann.sign_in("ann")
    for path in ("/sign-in/code", "/account/", "/account/password", "/account/second-factor"):
        page = ann.get(path)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Cache-Control"] == "no-store"
        assert " style=" not in page.text
        assert "<script>" not in page.text


def test_public_pages_know_nobody(ann: Browser) -> None:
    ann.sign_in("ann")
    for path in ("/results", "/results.json", "/healthz"):
        answer = ann.get(path)
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Set-Cookie" not in answer.headers


def test_behind_a_proxy_the_address_is_the_one_that_it_saw(parts: AppContext, clock: Clock) -> None:
    settings = load(**parts.settings.model_dump() | {"proxies": 1})
    app = create_app(parts=AppContext(settings, parts.engine, parts.redis, clock))
    make(parts, "ann")
    client = app.test_client()
    for n in range(23):
        page = client.get("/sign-in").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        answer = client.post(
            "/sign-in",
            data={"csrf_token": token, "name": f"n{n}", "password": "wrong wrong wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.9"},
        )
    assert answer.status_code == 429
    assert Browser(app).sign_in("ann").status_code == 303
