"""The control room's pages for tests: an application with nothing else, and its administrators."""

from __future__ import annotations

from flask import Flask

from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.lookout import Lookout
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import NewAccount
from hotline.store.database import writing
from hotline.store.enums import Role
from hotline.web.admin.pages import add_admin_pages
from hotline.web.console.protection import protect
from hotline.web.console.services import provide
from tests.web.entrance import add_entrance

ADA = Actor(1, "ada", Role.ADMIN)
BEN = Actor(2, "ben", Role.ADMIN)
SUE = Actor(3, "sue", Role.SUPERVISOR)


class Control:
    """One application, and a browser in which whoever is named is signed in."""

    def __init__(self, parts: AppContext, lookout: Lookout | None = None) -> None:
        self.parts = parts
        self.lookout = lookout or Lookout(DeskServices(parts))
        with writing(parts.engine) as connection:
            for actor in (ADA, BEN, SUE):
                known = ("no hash", "u-" + actor.name, f"{4000 + (actor.account_id or 0)}", "none")
                new = NewAccount(actor.name, actor.role, *known, parts.now(), "test")
                assert accounts.insert_account(connection, new) == actor.account_id
        self.app = _app(parts, self.lookout)
        self.client = self.app.test_client()
        self.actor = ADA

    @property
    def actor(self) -> Actor:
        return self._actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        self._actor = actor
        assert self.client.get(f"/enter/{actor.name}").status_code == 200

    def page(self, path: str, status: int = 200) -> str:
        answer = self.client.get(f"/admin/{path}")
        assert answer.status_code == status, answer.text
        return answer.text

    def does(self, path: str, *, back: str = "", **form: object) -> str:
        """An action, and the page that is shown after it."""
        token = self.client.get("/token").text
        fields = {"back": back, "csrf_token": token, **form}
        answer = self.client.post(f"/admin/{path}", data=fields, follow_redirects=True)
        assert answer.status_code in (200, 422), answer.text
        return answer.text


def _app(parts: AppContext, lookout: Lookout) -> Flask:
    app = Flask("tests.control")
    protect(app, parts)
    provide(app, DeskServices(parts), lookout=lookout)
    add_admin_pages(app)

    add_entrance(app, parts)
    return app
