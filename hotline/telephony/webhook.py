"""Twilio's requests: is the signature right, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from twilio.request_validator import RequestValidator

from hotline.calls.turns import DialEnded, Digits
from hotline.guard.caller import Caller, read_caller, read_number

LONGEST_SID = 64
LONGEST_DURATION = 6  # digits
MOST_MEDIA = 10  # of one message
LONGEST_URL = 500


class Signatures:
    """Checks X-Twilio-Signature over the public URL; a second token is accepted in rotation."""

    def __init__(self, tokens: tuple[str, ...], public_url: str) -> None:
        self._validators = [RequestValidator(token) for token in tokens]
        self._public_url = public_url

    def valid(self, path: str, query: str, form: Mapping[str, str], signature: str | None) -> bool:
        """Whether Twilio signed this POST. `path` begins with a slash; `query` has no `?`."""
        if not signature:
            return False
        url = f"{self._public_url}{path}{'?' + query if query else ''}"
        return any(v.validate(url, form, signature) for v in self._validators)


@dataclass(frozen=True, slots=True)
class Ring:
    """Who calls which line. `sid` is empty when the request has no usable CallSid."""

    sid: str
    caller: Caller
    line_called: str


def read_ring(form: Mapping[str, str]) -> Ring:
    """The call that a webhook belongs to; never raises, whatever is missing."""
    caller = read_caller(form.get("From"), form.get("StirVerstat"))
    line_called = read_number(form.get("To")) or ""
    return Ring(_usable(form.get("CallSid", "")), caller, line_called)


@dataclass(frozen=True, slots=True)
class Text:
    """A text message to one of our lines. `sid` is empty when it has no usable MessageSid."""

    sid: str
    caller: Caller
    line_called: str
    body: str
    media: tuple[str, ...] = ()  # the addresses of what came with it


def read_text(form: Mapping[str, str]) -> Text:
    """The text message of a webhook; never raises, whatever is missing."""
    caller = read_caller(form.get("From"), form.get("StirVerstat"))
    line_called = read_number(form.get("To")) or ""
    sid, body = _usable(form.get("MessageSid", "")), form.get("Body", "")
    return Text(sid, caller, line_called, body, _media(form))


def _media(form: Mapping[str, str]) -> tuple[str, ...]:
    said = form.get("NumMedia", "0")
    count = int(said) if said.isascii() and said.isdigit() and len(said) <= 2 else 0
    urls = (form.get(f"MediaUrl{n}", "") for n in range(min(count, MOST_MEDIA)))
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


def read_wait(form: Mapping[str, str]) -> tuple[str, int]:
    """A key pressed in the queue, or none, and the seconds that the network has counted there."""
    seconds = form.get("QueueTime", "")
    known = seconds.isascii() and seconds.isdigit() and len(seconds) <= LONGEST_DURATION
    return form.get("Digits", ""), int(seconds) if known else 0


class Dequeued(StrEnum):
    """What the end of the waiting means for the caller."""

    ON = "on"  # goes on by keypad
    ELSEWHERE = "elsewhere"  # somebody at the desk has him, or nobody any more
    REFUSED = "refused"  # the network's queue did not take him


def read_dequeued(form: Mapping[str, str]) -> Dequeued:
    """How the waiting ended; without a word of it, the desk has sent the caller on."""
    result = form.get("QueueResult", "leave")
    if has_ended(form) or result in ("bridged", "redirected", "redirected-from-bridged", "hangup"):
        return Dequeued.ELSEWHERE
    return Dequeued.ON if result == "leave" else Dequeued.REFUSED


ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def has_ended(form: Mapping[str, str]) -> bool:
    """Whether a status callback says that the call is over."""
    return form.get("CallStatus") in ENDED


def read_ending(form: Mapping[str, str]) -> tuple[str, str]:
    """How a call ended, and how many seconds it took: digits, or empty where nobody says."""
    seconds = form.get("CallDuration", "")
    known = seconds.isascii() and seconds.isdigit() and len(seconds) <= LONGEST_DURATION
    return form.get("CallStatus", ""), seconds if known else ""
