"""Every route of the application against every role and nobody, out of the route table itself."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.routing import Rule

from app import create_app
from hotline.election.model import Election
from hotline.operations.accounts.accounts import NEEDS_SECOND_FACTOR
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import NewAccount
from hotline.store.database import reading, writing
from hotline.store.enums import Role
from hotline.web.console import sessions
from hotline.web.console.access import UNNAMED, Who, open_to, stated

VALUES = {"int": "1", "path": "x", "default": "x"}
"""What stands for a part of an address, by its converter."""

PART = re.compile(r"<((?P<kind>\w+)(\((?P<words>[^)]*)\))?:)?(?P<name>\w+)>")
"""A part of an address in a rule: `<name>`, `<int:name>`, `<any(one, other):name>`."""


@pytest.fixture
def app(parts: AppContext) -> Flask:
    """The whole application, and a way into it that asks for no password."""
    with writing(parts.engine) as connection:
        for n, role in enumerate(Role):
            known = ("no hash", f"uniquifier of {role}", f"{1000 + n}", "none")
            accounts.insert_account(
                connection, NewAccount(role.value, role, *known, parts.now(), "test")
            )
    app = create_app(parts=parts)

    @app.get("/enter/<role>/<int:second>")
    @open_to(Who.PUBLIC)
    def enter(role: str, second: int) -> str:
        with reading(parts.engine) as connection:
            account = accounts.by_name(connection, role)
        assert account is not None
        sessions.begin(account, second=bool(second))
        return generate_csrf()

    @app.get("/token")
    @open_to(Who.PUBLIC)
    def token() -> str:
        return generate_csrf()

    return app


def browser(app: Flask, role: Role | None, *, second: bool = True) -> FlaskClient:
    """With a token against forged requests that is right, so that nothing but the role decides."""
    client = app.test_client()
    token = client.get(f"/enter/{role}/{int(second)}" if role else "/token").text
    client.environ_base["HTTP_X_CSRFTOKEN"] = token
    return client


def named_routes(app: Flask) -> Iterator[tuple[str, str, Role]]:
    """Method, address and needed role of each route for which somebody has to be signed in."""
    for rule in app.url_map.iter_rules():
        who = stated(app, rule.endpoint)
        if who is not None and who not in UNNAMED:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, address(rule), Role(who)


def address(rule: Rule) -> str:
    values = {name: one_of(rule, name) or VALUES[kind] for kind, name in converters(rule)}
    built = rule.build({name: int(v) if v.isdigit() else v for name, v in values.items()})
    assert built is not None
    return built[1]


def one_of(rule: Rule, name: str) -> str:
    """The first of the words that a part of an address is one of; empty where it may be others."""
    words = {part["name"]: part["words"] for part in PART.finditer(rule.rule)}[name]
    return min(words.split(",")).strip() if words else ""


def converters(rule: Rule) -> Iterator[tuple[str, str]]:
    for part in PART.finditer(rule.rule):
        yield part["kind"] or "default", part["name"]


def test_there_are_routes_for_each_role_but_those_of_the_administrators(app: Flask) -> None:
    needed = {role for _, _, role in named_routes(app)}

    assert {Role.OBSERVER, Role.STAFF, Role.SUPERVISOR} <= needed
    assert len(list(named_routes(app))) > 30


def test_nobody_gets_in_without_signing_in(app: Flask) -> None:
    client = browser(app, None)
    for method, path, _ in named_routes(app):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in"), path
        asked = client.open(path, method=method, headers={"Accept": "application/json"})
        assert (asked.status_code, asked.json) == (401, {"error": "nobody is signed in"}), path


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_what_it_may_and_nothing_else(app: Flask, role: Role) -> None:
    for method, path, needed in named_routes(app):
        client = browser(app, role)  # anew: some routes end the session
        answer = client.open(path, method=method)
        let_in = not (answer.status_code == 403 and "This needs the role" in answer.text) and not (
            answer.location or ""
        ).startswith("/sign-in?")
        assert let_in is role.may(needed), f"{method} {path} for {role}: {answer.status}"


@pytest.mark.parametrize("role", Role)
def test_every_place_that_is_offered_is_open_and_every_console_that_is_open_is_offered(
    app: Flask, role: Role, parts: AppContext, town: Election
) -> None:
    load_election(parts, town, "test")
    client = browser(app, role)
    seen, ahead = set(), ["/observe/"]
    while ahead:
        page = client.get(ahead.pop(), follow_redirects=True)
        assert page.status_code == 200, page.request.path
        seen.add(page.request.path)
        for nav in re.findall(r"<nav aria-label.*?</nav>|<nav class=.*?</nav>", page.text, re.S):
            links = {link.partition("?")[0] for link in re.findall(r'href="(/[^"#]*)"', nav)}
            ahead += links - seen - set(ahead)

    offered = {path.split("/")[1] for path in seen}
    assert ("admin" in offered) is role.may(Role.SUPERVISOR)
    assert ("desk" in offered, "review" in offered) == (role.may(Role.STAFF),) * 2
    assert {"/admin/blocks/asked", "/admin/publication"} <= seen or role is not Role.SUPERVISOR


@pytest.mark.parametrize("role", sorted(NEEDS_SECOND_FACTOR))
def test_a_session_without_the_second_factor_opens_nothing(app: Flask, role: Role) -> None:
    for method, path, _ in named_routes(app):
        answer = browser(app, role, second=False).open(path, method=method)
        assert answer.status_code in (303, 400), path  # 400: the token went with the session
        assert (answer.location or "/sign-in").startswith("/sign-in"), path


def test_a_program_is_told_that_the_role_is_not_enough(app: Flask) -> None:
    denied = [(method, path) for method, path, role in named_routes(app) if role is Role.SUPERVISOR]
    client = browser(app, Role.OBSERVER)
    for method, path in denied:
        answer = client.open(path, method=method, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json) == (403, {"error": "this is for a supervisor"})


def test_every_change_needs_a_token_against_forged_requests(app: Flask) -> None:
    client = browser(app, Role.ADMIN)
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    changing = itertools.chain(
        ((method, path) for method, path, _ in named_routes(app) if method != "GET"),
        [("POST", "/sign-in"), ("POST", "/sign-in/code"), ("POST", "/sign-out")],
    )
    for method, path in changing:
        assert client.open(path, method=method).status_code == 400, path


def test_the_telephone_network_needs_a_signature_and_no_token(app: Flask) -> None:
    client = app.test_client()
    signed = [
        (method, address(rule))
        for rule in app.url_map.iter_rules()
        if stated(app, rule.endpoint) is Who.SIGNED
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert len(signed) > 10
    for method, path in signed:
        assert client.open(path, method=method).status_code == 403, path
