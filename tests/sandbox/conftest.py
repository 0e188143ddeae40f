from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hotline.sandbox.exchange import Exchange
from tests.sandbox.webhook import ACCOUNT, TOKEN, Reply, Webhook


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    server.script["/voice/status"] = Reply(status=204, body="", content_type=None)
    yield server
    server.close()
    assert all(r.genuine for r in server.received), "a request was not signed as Twilio signs"


@pytest.fixture
def make_exchange(webhook: Webhook) -> Iterator[Callable[..., Exchange]]:
    """Builds exchanges that call the scripted webhook; each with a fixed seed unless told."""
    made: list[Exchange] = []

    def make(**options: object) -> Exchange:
        settings = {
            "voice_url": f"{webhook.url}/voice/answer",
            "status_url": f"{webhook.url}/voice/status",
            "auth_token": TOKEN,
            "account_sid": ACCOUNT,
            "seed": 1,
        } | options
        exchange = Exchange(**settings)
        made.append(exchange)
        return exchange

    yield make
    for exchange in made:
        exchange.close()


@pytest.fixture
def exchange(make_exchange: Callable[..., Exchange]) -> Exchange:
    return make_exchange()
