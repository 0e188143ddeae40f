from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.rest import Client

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.rest.api import rest_blueprint
from hotline.sandbox.rest.network import Network
from tests.sandbox.rest.stand_in import KEY, SECRET, Clock, Elsewhere, basic
from tests.sandbox.webhook import ACCOUNT, LINE, TOKEN
from tests.served import served

DESCRIPTION = Path(__file__).parents[4] / "shared/data/twilio/twilio_api_v2010.json"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def network(make_exchange: Callable[..., Exchange], clock: Clock) -> Network:
    return Network(make_exchange(numbers=[LINE]), ACCOUNT, seed=3, now=clock)


@pytest.fixture
def app(network: Network) -> Flask:
    app = Flask("rest")
    app.register_blueprint(rest_blueprint(network, {ACCOUNT: TOKEN, KEY: SECRET}))
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = basic(ACCOUNT, TOKEN)
    return client


@pytest.fixture
def twilio(app: Flask) -> Iterator[Callable[[str, str], Client]]:
    """Twilio's library, pointed at the stand-in, with credentials of one's choice."""
    made: list[Elsewhere] = []
    with served(app) as port:

        def client(user: str, password: str) -> Client:
            http = Elsewhere(f"http://127.0.0.1:{port}")
            made.append(http)
            return Client(user, password, ACCOUNT, http_client=http)

        yield client
        for http in made:
            assert http.session is not None
            http.session.close()


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    if not DESCRIPTION.exists():
        pytest.skip(f"Twilio's API description is not there ({DESCRIPTION.name} in ../shared)")
    return _null_allowed(json.loads(DESCRIPTION.read_text()))


def _null_allowed(node: Any) -> Any:
    """OpenAPI's `nullable` as JSON Schema says it."""
    if isinstance(node, list):
        return [_null_allowed(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {name: _null_allowed(part) for name, part in node.items()}
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made
