"""A whole desk for tests: the application, the sandbox network, and telephones at both ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from app import create_app
from config.settings import Settings
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.sandbox.calls.call import Call
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.rest.api import rest_blueprint
from hotline.sandbox.rest.network import Network
from hotline.store.enums import Role
from tests.served import served

ACCOUNT, TOKEN = "AC" + "0" * 32, "0123456789abcdef"
LINE, CHAIR, STRANGER, STAFF_LINE = (f"+1515555010{n}" for n in (0, 1, 2, 8))
ANN, BO, SUE = (
    Actor(1, "ann", Role.STAFF),
    Actor(2, "bo", Role.STAFF),
    Actor(3, "sue", Role.SUPERVISOR),
)
PHONES = {"ann": "+15155550111", "bo": "+15155550112", "sue": "+15155550113"}


class Later:
    """An application that is known once its port is."""

    app: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        return self.app(*arguments)


class Desk:
    """What a test acts with."""

    def __init__(
        self, parts: AppContext, board: DeskServices, exchange: Exchange, network: Network
    ) -> None:
        self.parts, self.board = parts, board
        self.exchange, self.network = exchange, network

    def dial(self, from_: str = CHAIR, to: str = LINE) -> Call:
        return self.exchange.dial(from_, to)

    def begin(self, actor: Actor) -> Call:
        """The desk calls the actor's telephone, who presses 1. Returns their end of it."""
        from hotline.operations.desk import shift

        phone = PHONES[actor.name]
        shift.call_me(self.board, actor, phone)
        (ringing,) = self.network.ringing(phone)
        leg = self.network.answer(ringing.sid)
        leg.press("1")
        return leg


@contextmanager
def desk(parts: AppContext) -> Iterator[Desk]:
    """The desk over these parts, whose settings are replaced by those of a whole system."""
    web, carrier = Later(), Later()
    with served(web) as web_port, served(carrier) as rest_port:
        settings = parts.settings.model_copy(
            update={
                "public_url": f"http://127.0.0.1:{web_port}",
                "api_base": f"http://127.0.0.1:{rest_port}",
            }
        )
        whole = AppContext(settings, parts.engine, parts.redis, parts.now)
        web.app = create_app(parts=whole)
        exchange = Exchange(
            f"{settings.url}/voice/answer",
            f"{settings.url}/voice/status",
            text_url=f"{settings.url}/sms/answer",
            auth_token=TOKEN,
            account_sid=ACCOUNT,
            now=parts.now,
        )
        network = Network(exchange, ACCOUNT, now=parts.now, media_base=settings.api)
        rest = Flask("rest")
        rest.register_blueprint(rest_blueprint(network, {ACCOUNT: TOKEN}))
        carrier.app = rest
        board = DeskServices(whole)
        yield Desk(whole, board, exchange, network)
        exchange.close()
        board.carrier.close()


def settings_of(tmp_path: Any, pepper: str) -> Settings:
    return Settings(
        var=tmp_path,
        pin_pepper=pepper,
        secret_key="s",
        signing_key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        auth_token=TOKEN,
        account_sid=ACCOUNT,
        staff_line=STAFF_LINE,
    )
