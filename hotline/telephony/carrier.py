"""The carrier's REST interface: the calls that go out from us."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

# It logs whole requests, with numbers and the account's name.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)

TIMEOUT = 10  # seconds; a text message is never worth a stuck worker
TOO_MANY_REQUESTS = 20429


class CarrierRefused(Exception):
    """The carrier will not do it, now or later; the message has its code and its reason."""


class CarrierBusy(Exception):
    """The carrier could not be reached or is too busy: nothing was done, try again later."""


class _BasedElsewhere:
    """Twilio's own HTTP client, sent to a stand-in: the same requests to another address."""

    def __init__(self, base: str) -> None:
        self._http = TwilioHttpClient(timeout=TIMEOUT)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        parts = urlsplit(url)
        there = urlunsplit(
            (self._base.scheme, self._base.netloc, parts.path, parts.query, parts.fragment)
        )
        return self._http.request(method, there, *args, **kwargs)


class Carrier:
    """Twilio, or what stands in for it at `api_base`.

    `user` and `password` are an API key and its secret; for the sandbox, the account and its token.
    """

    def __init__(self, account_sid: str, user: str, password: str, api_base: str = "") -> None:
        http = _BasedElsewhere(api_base) if api_base else TwilioHttpClient(timeout=TIMEOUT)
        self._client = Client(user, password, account_sid, http_client=http)

    def send_text(self, from_: str, to: str, body: str) -> str:
        """Sends a text message; numbers are E.164. Returns the message's id."""
        return self._do(lambda: self._client.messages.create(from_=from_, to=to, body=body).sid)

    def call(self, from_: str, to: str, twiml: str) -> str:
        """Calls a telephone and plays it a document; numbers are E.164. Returns the call's id."""
        return self._do(lambda: self._client.calls.create(from_=from_, to=to, twiml=twiml).sid)

    def _do(self, request: Callable[[], object]) -> str:
        try:
            return str(request())
        except TwilioRestException as error:
            reason = f"{error.status} {error.code}: {_without_numbers(str(error.msg))}"
            if error.status >= 500 or error.code == TOO_MANY_REQUESTS or error.status == 429:
                raise CarrierBusy(reason) from None
            raise CarrierRefused(reason) from None
        except (TwilioException, OSError) as error:
            raise CarrierBusy(type(error).__name__) from error


def _without_numbers(reason: str) -> str:
    """Twilio quotes the telephone number that it does not like; logs have its last four digits."""
    return re.sub(r"\+?\d{3,}(?=\d{4})", "…", reason)
