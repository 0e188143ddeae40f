"""Twilio's requests: is the signature right, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from hotline.calls.turns import DialEnded, Digits
from hotline.guard.caller import read_caller, read_number
from hotline.telephony.events import NOT_REACHED, CallNews, IncomingCall, IncomingText, QueueResult
from hotline.telephony.network import Header, OwnRequest
from hotline.telephony.replies import Reply
from hotline.telephony.twilio.twiml import TwimlWriter, text_reply

SIGNATURE = "X-Twilio-Signature"
LONGEST_SID = 64
LONGEST_DURATION = 6  # digits
LONGEST_URL = 500
ANSWERED = frozenset(
    {
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"),
        *("start", "unstop", "yes"),
    }
)
"""Words by which people leave and join. Twilio answers them, and lets nobody else do so; HELP it
answers only for a messaging service, and says so (`OptOutType`)."""
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class Signatures:
    """Checks signatures over the public URL; a second token is accepted while it is rotated."""

    def __init__(self, tokens: tuple[str, ...], public_url: str) -> None:
        self._validators = [RequestValidator(token) for token in tokens]
        self._public_url = public_url

    def valid(self, path: str, query: str, form: Mapping[str, str], signature: str | None) -> bool:
        """Whether Twilio signed this POST. `path` begins with a slash; `query` has no `?`."""
        if not signature:
            return False
        url = f"{self._public_url}{path}{'?' + query if query else ''}"
        return any(v.validate(url, form, signature) for v in self._validators)

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        """The signature of a POST to `url`, by the token in use. Raises IndexError without one."""
        signed: str = self._validators[0].compute_signature(url, form)
        return signed


class TwilioWebhooks:
    """How Twilio asks us what to do, and how it wants to be told."""

    reply_types = ("text/xml", "application/xml")

    def __init__(
        self, signatures: Signatures, writer: TwimlWriter, signature_header: str = SIGNATURE
    ) -> None:
        self._signatures = signatures
        self._header = signature_header
        self._writer = writer

    def is_genuine(self, path: str, query: str, form: Mapping[str, str], header: Header) -> bool:
        return self._signatures.valid(path, query, form, header(self._header))

    def read_call(self, form: Mapping[str, str]) -> CallNews:
        is_over = has_ended(form)
        return CallNews(
            read_incoming(form),
            keys=read_digits(form),
            dial=read_dial(form) if "DialCallStatus" in form else NOT_REACHED,
            queue_seconds=read_queue_seconds(form) if "QueueTime" in form else 0,
            queue_result=read_queue_result(form),
            is_over=is_over,
            status=form.get("CallStatus", "") if is_over else "",
            seconds=read_duration(form) if is_over else "",
            error=read_error(form) if "ErrorCode" in form else "",
        )

    def read_text(self, form: Mapping[str, str]) -> IncomingText:
        return read_text(form)

    def write(self, reply: Reply) -> bytes:
        return self._writer.write(reply)

    def write_text(self, body: str | None) -> bytes:
        return text_reply(body)

    def nobodys(self, url: str, *, signed: bool = True) -> OwnRequest:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if signed:
            headers[self._header] = self._signatures.sign(url, NOBODYS)
        return OwnRequest(urlencode(NOBODYS).encode(), headers)


NOBODYS = {"CallStatus": "doctor"}
"""A form without a CallSid: it is no call's, and nothing is changed by it."""


def read_incoming(form: Mapping[str, str]) -> IncomingCall:
    """The call that a webhook belongs to."""
    caller = read_caller(form.get("From"), form.get("StirVerstat"))
    line_called = read_number(form.get("To")) or ""
    return IncomingCall(_usable(form.get("CallSid", "")), caller, line_called)


def read_text(form: Mapping[str, str]) -> IncomingText:
    """The text message of a webhook."""
    caller = read_caller(form.get("From"), form.get("StirVerstat"))
    line_called = read_number(form.get("To")) or ""
    sid, body = _usable(form.get("MessageSid", "")), form.get("Body", "")
    is_answered = bool(form.get("OptOutType")) or body.strip().casefold() in ANSWERED
    return IncomingText(sid, caller, line_called, body, _media(form), is_answered)


def _media(form: Mapping[str, str]) -> tuple[str, ...]:
    said = form.get("NumMedia", "0")
    count = int(said) if said.isascii() and said.isdigit() and len(said) <= 2 else 0
    urls = (form.get(f"MediaUrl{n}", "") for n in range(count))
    return tuple(url for url in urls if 0 < len(url) <= LONGEST_URL)


def _usable(sid: str) -> str:
    """An id as it came; empty if it is none."""
    usable = 0 < len(sid) <= LONGEST_SID and sid.isascii() and sid.isalnum()
    return sid if usable else ""


def read_digits(form: Mapping[str, str]) -> Digits:
    """The keys of a gather; no keys at all when the redirect after it led here."""
    return Digits(form.get("Digits", ""), form.get("FinishedOnKey") == "#")


def read_dial(form: Mapping[str, str]) -> DialEnded:
    """How the attempt to reach a person ended.

    A person who never pressed 1 was not bridged, though the call to them counts as completed.
    """
    completed = form.get("DialCallStatus") == "completed"
    return DialEnded(talked=completed and form.get("DialBridged", "true") != "false")


def read_queue_seconds(form: Mapping[str, str]) -> int:
    """The seconds that Twilio has counted in the queue."""
    return int(_seconds(form.get("QueueTime", "")) or 0)


def read_queue_result(form: Mapping[str, str]) -> QueueResult:
    """How the waiting ended; without a word of it, the desk has sent the caller on."""
    result = form.get("QueueResult", "leave")
    if has_ended(form) or result in ("bridged", "redirected", "redirected-from-bridged", "hangup"):
        return QueueResult.ELSEWHERE
    return QueueResult.ON if result == "leave" else QueueResult.REFUSED


def has_ended(form: Mapping[str, str]) -> bool:
    """Whether the call is over."""
    return form.get("CallStatus") in ENDED


def read_duration(form: Mapping[str, str]) -> str:
    """How many seconds a call took; empty where nobody says."""
    return _seconds(form.get("CallDuration", ""))


def read_error(form: Mapping[str, str]) -> str:
    """The number of what went wrong; empty if nothing did."""
    code = form.get("ErrorCode", "")
    return code if code.isdigit() else ""


def _seconds(said: str) -> str:
    """Digits, or empty."""
    return said if said.isascii() and said.isdigit() and len(said) <= LONGEST_DURATION else ""
