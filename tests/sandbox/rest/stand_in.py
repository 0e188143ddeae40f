"""What the tests of the REST stand-in share: credentials, a clock, and Twilio's library on it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from tests.sandbox.webhook import ACCOUNT, CHAIR, LINE, Webhook

KEY, SECRET = "SK" + "1" * 32, "key-secret"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2020, 2, 4, 3, 14, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Elsewhere(TwilioHttpClient):
    """Twilio's own HTTP client, with another base URL."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, self.base + parts.path + query, *args, **more)


def place(client: FlaskClient, webhook: Webhook, **more: str) -> str:
    form = {
        "To": CHAIR,
        "From": LINE,
        "Url": f"{webhook.url}/voice/callback",
        "StatusCallback": f"{webhook.url}/voice/status",
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    } | more
    answer = client.post(CALLS, data=form)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.json["status"] == "queued"
    return str(answer.json["sid"])
