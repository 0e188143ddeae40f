"""What Twilio's REST interface keeps and does: text messages and calls of our own.

Shapes and errors follow Twilio's API description of 2010-04-01; a refused request is an ApiError
with Twilio's status and code.
"""

from __future__ import annotations

import itertools
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from hotline.sandbox.calls.call import Call
from hotline.sandbox.chance import Chance
from hotline.sandbox.exchange import Exchange, utc_now
from hotline.sandbox.office import is_number
from hotline.sandbox.rest.numbers import OwnedNumber, list_numbers, rerouted
from hotline.sandbox.rest.refusals import ApiError, not_found, not_in_progress, too_many_requests
from hotline.sandbox.rest.resources import Json, call_as_json
from hotline.sandbox.switchboard.orders import HangUpOrder, RedirectOrder
from hotline.sandbox.switchboard.switchboard import Switchboard
from hotline.sandbox.texting import Attachment, Picture, TextResult, count_segments
from hotline.sandbox.wire.parameters import API_VERSION, CallStatus

KEPT_MESSAGES = 10_000
KEPT_CALLS = 1_000
KEPT_MEDIA = 50  # pictures, a few megabytes each
MAX_BODY = 1600  # characters of a text message
EVENTS = {
    "initiated": CallStatus.INITIATED,
    "ringing": CallStatus.RINGING,
    "answered": CallStatus.IN_PROGRESS,
    "completed": CallStatus.COMPLETED,
}


@dataclass(frozen=True, slots=True)
class Message:
    """A text message as it was sent; `at` is UTC."""

    sid: str
    from_: str
    to: str
    body: str
    at: datetime

    def as_json(self, account_sid: str, status: str) -> Json:
        uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{self.sid}"
        at = format_datetime(self.at)
        return {
            "account_sid": account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": at,
            "date_sent": None if status == "queued" else at,
            "date_updated": at,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": self.from_,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(count_segments(self.body)),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call of ours: what it will play, and when it was asked for."""

    call: Call
    url: str
    method: str
    twiml: str
    at: datetime
    ring_seconds: int

    def as_json(self, account_sid: str) -> Json:
        return call_as_json(self.call, account_sid)


class Network:
    """Keeps messages and outgoing calls in memory, the newest ones only; safe between threads.

    `media_base` is where the REST interface is served, if pictures may be sent: they are fetched
    there. `owned` gives the account's numbers, those of the exchange if it is not given. Where the
    exchange has numbers, only they may be a From. An outgoing call is queued until somebody
    who holds the telephone looks (`ringing`): from then on it rings, and `answer` or `decline` ends
    that; its status callbacks are sent from there, never from within the request that made it.
    """

    def __init__(
        self,
        exchange: Exchange,
        account_sid: str,
        *,
        seed: int | None = None,
        now: Callable[[], datetime] = utc_now,
        media_base: str = "",
        owned: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.since = now()
        self._owned = owned or (lambda: exchange.numbers)
        self.media: dict[tuple[str, str], Picture] = {}  # by the message's and its own id
        self._media_base = media_base.rstrip("/")
        self.messages: deque[Message] = deque(maxlen=KEPT_MESSAGES)
        self._exchange = exchange
        self._now = now
        self._chance = Chance(secrets.randbits(64) if seed is None else seed)
        self._outgoing: dict[str, Outgoing] = {}
        self._refusals: deque[ApiError] = deque()
        self._late_media = 0
        self._lock = threading.RLock()

    @property
    def switchboard(self) -> Switchboard:
        return self._exchange.switchboard

    # What the program asks for

    def send(self, form: Mapping[str, str]) -> Message:
        """Takes a text message (POST Messages.json). Raises ApiError."""
        self.refuse_if_told()
        to, from_, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
        if not to:
            raise ApiError(400, 21604, "A 'To' phone number is required.")
        if not from_:
            raise ApiError(400, 21603, "A 'From' phone number is required.")
        _require_number("To", to)
        self._require_ours(from_, 21606)
        if not body:
            raise ApiError(400, 21602, "Message body is required.")
        if len(body) > MAX_BODY:
            what = f"The concatenated message body exceeds the {MAX_BODY} character limit"
            raise ApiError(400, 21617, what)
        with self._lock:
            message = Message(self._chance.sid("SM"), from_, to, body, self._now())
            self.messages.append(message)
        return message

    def find_messages(self, *, to: str = "", from_: str = "") -> list[Message]:
        """Newest first, of one telephone or of all."""
        with self._lock:
            kept = reversed(list(self.messages))
        return [m for m in kept if (not to or m.to == to) and (not from_ or m.from_ == from_)]

    def create_call(self, form: Mapping[str, str], events: Sequence[str] = ()) -> Outgoing:
        """Takes an outgoing call (POST Calls.json), to be queued. Raises ApiError."""
        self.refuse_if_told()
        to, from_ = form.get("To", ""), form.get("From", "")
        if not to:
            raise ApiError(400, 21201, "No 'To' number is specified")
        if not from_:
            raise ApiError(400, 21213, "No 'From' number is specified")
        _require_number("To", to)
        self._require_ours(from_, 21210)
        if not form.get("Url") and not form.get("Twiml"):
            raise ApiError(400, 21205, "Url parameter is required.")
        timeout = form.get("Timeout", "60")
        if not (timeout.isascii() and timeout.isdecimal()):
            raise ApiError(400, 21208, "Invalid Timeout")
        with self._lock:
            call = self._exchange.call_out(
                self._chance.sid("CA"),
                from_,
                to,
                status_url=form.get("StatusCallback", ""),
                status_events=tuple(EVENTS[e] for e in events if e in EVENTS)
                or (CallStatus.COMPLETED,),
            )
            outgoing = Outgoing(
                call,
                form.get("Url", ""),
                form.get("Method", "POST"),
                form.get("Twiml", ""),
                self._now(),
                int(timeout),
            )
            self._outgoing[call.sid] = outgoing
            self._drop_oldest()
        return outgoing

    def find_outgoing(self, sid: str) -> Outgoing | None:
        self._let_ring_out()
        return self._outgoing.get(sid)

    def find_call(self, sid: str) -> Call | None:
        """Any call of the account, whoever called whom, unless it is long over."""
        self._let_ring_out()
        outgoing = self._outgoing.get(sid)
        return outgoing.call if outgoing else self._exchange.find_call(sid)

    def change_call(self, sid: str, form: Mapping[str, str]) -> Call:
        """Redirects or ends a call (POST Calls/{sid}.json). Raises ApiError.

        What it sets off happens soon after; nobody waits for it here.
        """
        self.refuse_if_told()
        call = self.find_call(sid)
        if call is None:
            raise not_found(f"/Calls/{sid}")
        status = form.get("Status", "")
        if status and status not in ("canceled", "completed"):
            raise ApiError(400, 21218, "Invalid Status")
        if status:
            self._end(call, cancel_only=status == "canceled")
        elif form.get("Url") or form.get("Twiml"):
            if call.state is not CallStatus.IN_PROGRESS:
                raise not_in_progress()
            call.order(redirect_order(form))
        return call

    def _end(self, call: Call, *, cancel_only: bool) -> None:
        """A call that is not answered yet is canceled; one in progress ends, if that is meant."""
        if call.ended:
            raise not_in_progress()
        if call.state in _UNANSWERED:
            self._exchange.run_soon(call.sid, lambda: call.decline(CallStatus.CANCELED))
        elif not cancel_only:
            call.order(HangUpOrder())

    # The account's numbers

    def owned_numbers(self) -> list[OwnedNumber]:
        """The account's numbers, in order."""
        return list_numbers(self._owned(), self._exchange.routing_of, self.since)

    def reroute_number(self, sid: str, form: Mapping[str, str]) -> OwnedNumber:
        """Leads a number elsewhere (POST IncomingPhoneNumbers/{sid}.json). Raises ApiError."""
        self.refuse_if_told()
        for one in self.owned_numbers():
            if one.sid == sid:
                routing = rerouted(one.routing, form)
                self._exchange.route_number(one.number, routing)
                return OwnedNumber(one.number, routing, one.since)
        raise not_found(f"/IncomingPhoneNumbers/{sid}")

    # What the telephones do

    def text(self, from_: str, to: str, body: str, media: Sequence[Picture] = ()) -> TextResult:
        """Sends a text message to one of our lines; what is answered comes to the telephone.

        Pictures in `media` are kept for whoever fetches them with the account's credentials.
        Raises ValueError as `Exchange.text` does.
        """
        sid, attached = self._attach(media) if media else ("", ())
        texted = self._exchange.text(from_, to, body, attached, sid)
        with self._lock:
            self.messages.extend(
                Message(self._chance.sid("SM"), to, from_, reply, self._now())
                for reply in texted.replies
            )
        return texted

    def _attach(self, media: Sequence[Picture]) -> tuple[str, Sequence[Attachment]]:
        """A message with pictures: its id, and where they are."""
        if not self._media_base:
            raise ValueError("this network keeps no pictures")
        with self._lock:
            sid = self._chance.sid("MM")
            names = [self._chance.sid("ME") for _ in media]
            self.media.update(zip(((sid, name) for name in names), media, strict=True))
            while len(self.media) > KEPT_MEDIA:
                self.media.pop(next(iter(self.media)))
        base = f"{self._media_base}/{API_VERSION}/Accounts/{self.account_sid}/Messages/{sid}/Media"
        return sid, [
            Attachment(one.content_type, f"{base}/{name}")
            for name, one in zip(names, media, strict=True)
        ]

    def find_media(self, message_sid: str, name: str) -> Picture | None:
        """A picture that is kept; None where there is none (yet)."""
        with self._lock:
            if self._late_media:
                self._late_media -= 1
                return None
        return self.media.get((message_sid, name))

    def ringing(self, phone: str) -> list[Call]:
        """The calls of ours that ring at a telephone; looking is what makes them ring."""
        self._let_ring_out()
        with self._lock:
            here = [o.call for o in self._outgoing.values() if o.call.leg.to == phone]
        for call in here:
            if call.state is CallStatus.QUEUED:
                call.ring()
        return [call for call in here if call.state is CallStatus.RINGING]

    def answer(self, sid: str) -> Call:
        """Picks up. Raises KeyError for a call that is not ringing."""
        outgoing = self._outgoing[sid]
        if outgoing.call.state is CallStatus.QUEUED:
            outgoing.call.ring()
        if outgoing.call.state is not CallStatus.RINGING:
            raise KeyError(sid)
        if outgoing.twiml:
            return outgoing.call.obey(outgoing.twiml)
        return outgoing.call.place(outgoing.url, outgoing.method)

    def decline(self, sid: str) -> Call:
        return self._outgoing[sid].call.decline()

    # Accidents

    def refuse_next(self, count: int = 1, error: ApiError | None = None) -> None:
        """The next requests to do something are refused: 429 with 20429 unless told."""
        self._refusals.extend(itertools.repeat(error or too_many_requests(), count))

    def store_media_late(self, looks: int) -> None:
        """The next looks at pictures find none: messages are told of before they are stored."""
        self._late_media = looks

    def refuse_if_told(self) -> None:
        """Raises the next of the refusals that were asked for."""
        try:
            error = self._refusals.popleft()
        except IndexError:
            return
        raise error

    def _require_ours(self, from_: str, code: int) -> None:
        if not is_number(from_):
            raise ApiError(400, 21212, f"The 'From' number {from_} is not a valid phone number.")
        if self._exchange.numbers and from_ not in self._exchange.numbers:
            raise ApiError(400, code, f"The 'From' number {from_} is not one of your numbers.")

    def _let_ring_out(self) -> None:
        """Whoever has not been answered in its time ends as no-answer."""
        with self._lock:
            waiting = [o for o in self._outgoing.values() if o.call.state in _UNANSWERED]
        for outgoing in waiting:
            if self._now() - outgoing.at > timedelta(seconds=outgoing.ring_seconds):
                outgoing.call.decline(CallStatus.NO_ANSWER)

    def _drop_oldest(self) -> None:
        for sid in list(self._outgoing)[: max(len(self._outgoing) - KEPT_CALLS, 0)]:
            del self._outgoing[sid]


def redirect_order(form: Mapping[str, str]) -> RedirectOrder:
    """Url or Twiml, as REST has them. Raises ApiError."""
    url, twiml, method = form.get("Url", ""), form.get("Twiml", ""), form.get("Method", "POST")
    if not twiml and not url.startswith(("http://", "https://")):
        raise ApiError(400, 21205, "Url parameter is not a valid URL")
    if method not in ("GET", "POST"):
        raise ApiError(400, 21403, "Invalid Method")
    return RedirectOrder(url, method, twiml)


_UNANSWERED = frozenset({CallStatus.QUEUED, CallStatus.RINGING})


def _require_number(name: str, number: str) -> None:
    if not is_number(number):
        raise ApiError(400, 21211, f"The '{name}' number {number} is not a valid phone number.")
