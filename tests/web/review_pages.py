"""The review and the observers' pages for tests: reports in every state, and whoever is wanted."""

from __future__ import annotations

import re

from flask import Flask

from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import NewAccount
from hotline.store.database import writing
from hotline.store.enums import Role
from hotline.web.console.protection import protect
from hotline.web.console.services import provide
from hotline.web.review.pages import add_review_pages
from tests.web.entrance import add_entrance

ANN = Actor(1, "ann", Role.STAFF)
SUE = Actor(2, "sue", Role.SUPERVISOR)
TED = Actor(3, "ted", Role.SUPERVISOR)
OTTO = Actor(4, "otto", Role.OBSERVER)
OLGA = Actor(5, "olga", Role.OBSERVER)
EVERYBODY = (ANN, SUE, TED, OTTO, OLGA)


def make_accounts(parts: AppContext) -> None:
    """Accounts with the numbers of the actors above."""
    with writing(parts.engine) as connection:
        for actor in EVERYBODY:
            known = ("no hash", "u-" + actor.name, f"{4000 + (actor.account_id or 0)}", "none")
            new = NewAccount(actor.name, actor.role, *known, parts.now(), "test")
            assert accounts.insert_account(connection, new) == actor.account_id


def review_app(parts: AppContext) -> Flask:
    """Review and observers alone, and a way in that asks for no password."""
    make_accounts(parts)
    app = Flask("tests.review")
    protect(app, parts)
    provide(app, DeskServices(parts))
    add_review_pages(app)

    add_entrance(app, parts)
    return app


class Reviewers:
    """One application, and a browser in which whoever is named is signed in."""

    def __init__(self, parts: AppContext) -> None:
        self.parts = parts
        self.app = review_app(parts)
        self.client = self.app.test_client()
        self.actor = SUE

    @property
    def actor(self) -> Actor:
        return self._actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        self._actor = actor
        assert self.client.get(f"/enter/{actor.name}").status_code == 200

    def page(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return without_tokens(answer.text)

    def does(self, path: str, status: int = 200, **form: str) -> str:
        """Sends a form, and gives the page that is shown after it."""
        token = self.client.get("/token").text
        answer = self.client.post(path, data={"csrf_token": token, **form}, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return without_tokens(answer.text)


def without_tokens(page: str) -> str:
    """A page without what is random in it."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def seen_on(page: str) -> str:
    """What a page says that has been seen, to be sent back."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found, page
    return found[1]
