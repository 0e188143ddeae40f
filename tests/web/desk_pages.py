"""The desk's pages for tests: an application with nothing else, and whoever is wanted signed in."""

from __future__ import annotations

from flask import Flask

from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.overview import Floor
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import NewAccount
from hotline.store.database import writing
from hotline.store.desk.waiting import Class, PersonRequest
from hotline.store.enums import Role
from hotline.web.console.protection import protect
from hotline.web.console.services import provide
from hotline.web.desk.pages import add_desk_pages
from tests.web.entrance import add_entrance

ANN = Actor(1, "ann", Role.STAFF)
BO = Actor(2, "bo", Role.STAFF)
SUE = Actor(3, "sue", Role.SUPERVISOR)
OTTO = Actor(4, "otto", Role.OBSERVER)
PHONE = "+15155550101"
UNIT = "10001"


def desk_app(board: DeskServices, floor: Floor) -> Flask:
    """The desk alone, with what protects it, and a way in that asks for no password."""
    parts = board.parts
    with writing(parts.engine) as connection:
        there = {account.name for account in accounts.listed(connection)}
        for actor in (one for one in (ANN, BO, SUE, OTTO) if one.name not in there):
            known = ("no hash", "u-" + actor.name, f"{4000 + (actor.account_id or 0)}", "none")
            new = NewAccount(actor.name, actor.role, *known, parts.now(), "test")
            assert accounts.insert_account(connection, new) == actor.account_id
    app = Flask("tests.desk")
    protect(app, parts)
    provide(app, board, floor=floor)
    add_desk_pages(app)

    add_entrance(app, parts)
    return app


class Telephones:
    """The carrier, as far as the desk's pages need it: it does what it is told, and notes it."""

    def __init__(self) -> None:
        self.did: list[tuple[str, ...]] = []

    def redirect(self, call_sid: str, url: str) -> None:
        self.did.append(("redirect", call_sid, url))

    def hang_up(self, call_sid: str) -> None:
        self.did.append(("hang up", call_sid))

    def hold(self, room: str, call_sid: str, on: bool) -> None:
        self.did.append(("hold" if on else "resume", call_sid))

    def call(self, from_: str, to: str, twiml: str = "", **told: str) -> str:
        self.did.append(("call", to))
        return "CAout"


class Desks:
    """One application, and a browser in which whoever is named is signed in."""

    def __init__(self, parts: AppContext) -> None:
        self.telephones = Telephones()
        self.board = DeskServices(parts, self.telephones)  # type: ignore[arg-type]
        self.floor = Floor(self.board)
        self.app = desk_app(self.board, self.floor)
        self.client = self.app.test_client()
        self.actor = ANN

    @property
    def actor(self) -> Actor:
        return self._actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        self._actor = actor
        assert self.client.get(f"/enter/{actor.name}").status_code == 200

    @property
    def token(self) -> str:
        """What our own pages send with a form."""
        return self.client.get("/token").text

    def waits(self, sid: str, rank: Class = Class.ROSTER, **given: str) -> None:
        usual = {"caller": "key" + sid, "last4": "0101", "number": PHONE, "unit": UNIT}
        asking = PersonRequest(
            rank=rank,
            standing="roster",
            reason="pressed 0",
            language="en",
            step=3,
            line="+15155550100",
            **usual | given,
        )
        self.board.waiting.join(sid, asking, self.board.parts.now())
        self.floor.look(anew=True)

    def begins(self, actor: Actor) -> None:
        """A telephone is connected for this one."""
        assert actor.account_id is not None
        leg, room = f"CAleg{actor.account_id}", f"desk-{actor.account_id}"
        self.board.staff.begin_shift(
            actor.account_id, actor.name, leg, room, self.board.parts.now()
        )
        self.floor.look(anew=True)

    def page(self, path: str = "/desk/", status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def form(self, **fields: str) -> dict[str, str]:
        return {"back": "/desk/", "csrf_token": self.token, **fields}

    def does(self, path: str, **form: str) -> str:
        """An action, and the page that is shown after it."""
        answer = self.client.post(path, data=self.form(**form), follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text
