"""Twilio's REST interface: what goes out from us, and what becomes of calls that are up."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.base.version import Version
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hotline.telephony.network import (
    TIMEOUT,
    CarrierBusy,
    CarrierDenied,
    CarrierNotFound,
    CarrierRefused,
    CarrierThrottled,
    CarrierWords,
)
from hotline.telephony.numbers import CarrierAccount, Destinations, OwnNumber
from hotline.telephony.replies import Continuation, Destination, Reply
from hotline.telephony.twilio.numbers import as_update, read_number
from hotline.telephony.twilio.twiml import PLAIN, TwimlWriter

# It logs whole requests, with numbers and the account's name.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)

PAGE = 200  # numbers that are asked for at a time
TOO_MANY_REQUESTS = 20429
NOT_LET_IN = frozenset({401, 403})  # with these credentials nothing will work
REFUSALS = {401: CarrierDenied, 404: CarrierNotFound}
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
WORDS = CarrierWords(
    name="Twilio",
    account="TWILIO_ACCOUNT_SID",
    key="TWILIO_API_KEY and TWILIO_API_SECRET",
    signing="TWILIO_AUTH_TOKEN",
    all_settings="the four TWILIO_ variables",
    provision="hotline twilio provision",
)

Answer = TypeVar("Answer")


class _BasedElsewhere:
    """Twilio's own HTTP client, sent to a stand-in: the same requests to another address."""

    def __init__(self, http: TwilioHttpClient, base: str) -> None:
        self._http = http
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        parts = urlsplit(url)
        path = self._base.path.rstrip("/") + parts.path
        there = urlunsplit(
            (self._base.scheme, self._base.netloc, path, parts.query, parts.fragment)
        )
        return self._http.request(method, there, *args, **kwargs)


class TwilioCarrier:
    """Twilio, or what stands in for it at `api_base`.

    `user` and `password` are an API key and its secret; for the sandbox, the account and its token.
    `our_url` is where calls go on, our public address. The rest is as the port has it.
    """

    def __init__(
        self,
        account_sid: str,
        user: str,
        password: str,
        api_base: str = "",
        timeout: float = TIMEOUT,
        heard: Callable[[str], None] | None = None,
        *,
        our_url: str = "",
        writer: TwimlWriter = PLAIN,
        words: CarrierWords = WORDS,
    ) -> None:
        self._http = TwilioHttpClient(timeout=timeout)
        http = _BasedElsewhere(self._http, api_base) if api_base else self._http
        self._client = Client(user, password, account_sid, http_client=http)
        self._account_sid = account_sid
        self._heard = heard or (lambda _failure: None)
        self._our_url = our_url
        self._writer = writer
        self.words = words

    def close(self) -> None:
        """Lets the connections go."""
        if self._http.session is not None:
            self._http.session.close()

    def send_text(self, from_: str, to: str, body: str) -> str:
        """Sends a text message. Returns the message's id."""
        return self._do(lambda: self._client.messages.create(from_=from_, to=to, body=body).sid)

    def call(self, from_: str, to: str, first: Reply | Continuation) -> str:
        """Calls a telephone. Returns the call's id."""
        if isinstance(first, Continuation):
            told = self._url(Continuation(Destination.STATUS))
            what = {"url": self._url(first), "method": "POST", "status_callback": told}
        else:
            what = {"twiml": self._writer.write(first).decode()}
        return self._do(lambda: self._client.calls.create(from_=from_, to=to, **what).sid)

    def redirect(self, call_sid: str, to: Continuation) -> None:
        """What a call does now is broken off, and it goes on there."""
        url = self._url(to)
        self._do(lambda: self._client.calls(call_sid).update(url=url, method="POST").sid)

    def _url(self, to: Continuation) -> str:
        return f"{self._our_url}{to.path}"

    def hang_up(self, call_sid: str) -> None:
        """Ends a call. One that is over is left as it is."""
        try:
            self._do(lambda: self._client.calls(call_sid).update(status="completed").sid)
        except CarrierRefused:
            if not self.is_over(call_sid):
                raise

    def is_over(self, call_sid: str) -> bool:
        """Whether a call has ended, or the network does not know of it."""
        try:
            status = self._do(lambda: self._client.calls(call_sid).fetch().status)
        except CarrierNotFound:
            return True
        return status in OVER

    def hold(self, room: str, call_sid: str, on: bool) -> None:
        """A caller in a room hears music instead, or is back in it."""
        self._participant(room, call_sid, hold=on)

    def mute(self, room: str, call_sid: str, on: bool) -> None:
        """Somebody in a room is not heard, or is heard again."""
        self._participant(room, call_sid, muted=on)

    def _participant(self, room: str, call_sid: str, **how: Any) -> None:
        conference = self._do(lambda: self._conference_of(room))
        if not conference:
            raise CarrierNotFound("404: nobody is in that conference")
        member = self._client.conferences(conference).participants(call_sid)
        self._do(lambda: member.update(**how).call_sid)

    def _conference_of(self, room: str) -> str:
        """The id of the conference that goes on in a room; empty if there is none."""
        found = self._client.conferences.list(friendly_name=room, status="in-progress", limit=1)
        return str(found[0].sid) if found else ""

    # The account

    def account(self) -> CarrierAccount:
        """The account itself. A key that is good for all else may be refused this."""
        found = self._ask(
            lambda: self._client.api.accounts(self._account_sid).fetch_with_http_info()
        )
        return CarrierAccount(str(found.data.status), _date((found.headers or {}).get("Date")))

    def numbers(self) -> list[OwnNumber]:
        """Every telephone number of the account, and where it leads."""
        found = self._ask(lambda: self._client.incoming_phone_numbers.list(page_size=PAGE))
        return [read_number(one) for one in found]

    def lead(self, number: OwnNumber, to: Destinations) -> None:
        """Calls and text messages to one of our numbers lead there from now on."""
        resource = self._client.incoming_phone_numbers(number.sid)
        self._do(lambda: resource.update(**as_update(to, number.leads.instead)).sid)

    def _do(self, request: Callable[[], object]) -> str:
        return self._ask(lambda: str(request()))

    def _ask(self, request: Callable[[], Answer]) -> Answer:
        try:
            answer = request()
        except (TwilioException, OSError) as error:
            told = _told(error)
            if told is None:
                self._heard(type(error).__name__)
                raise CarrierBusy(type(error).__name__) from error
            ours = _as_ours(told)
            works = isinstance(ours, CarrierRefused) and told.status not in NOT_LET_IN
            self._heard("" if works else str(ours))
            raise ours from None
        self._heard("")
        return answer


def _told(error: Exception) -> TwilioRestException | None:
    """What the carrier answered; None where there was no answer. Where it refuses a list, the
    library says no more than that, and has the answer with it."""
    if isinstance(error, TwilioRestException):
        return error
    answer = next((one for one in error.args if isinstance(one, Response)), None)
    found = answer and Version.exception("GET", "", answer, "Unable to fetch page")
    return found if isinstance(found, TwilioRestException) else None


def _as_ours(error: TwilioRestException) -> CarrierRefused | CarrierBusy:
    reason = f"{error.status} {error.code}: {_without_numbers(str(error.msg))}"
    if error.code == TOO_MANY_REQUESTS or error.status == 429:
        return CarrierThrottled(reason)
    if error.status >= 500:
        return CarrierBusy(reason)
    return REFUSALS.get(error.status, CarrierRefused)(reason)


def _date(said: str | None) -> datetime | None:
    """The moment in a header; None where there is none that can be read."""
    try:
        return parsedate_to_datetime(said) if said else None
    except ValueError:
        return None


def _without_numbers(reason: str) -> str:
    """Twilio quotes the telephone number that it does not like; logs have its last four digits."""
    return re.sub(r"\+?\d{3,}(?=\d{4})", "…", reason)
