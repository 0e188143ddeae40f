"""The telephone numbers of our account at the carrier, and where calls to them lead."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag

HOW_TO_CONNECT = "#rc=2&ct=2000&rt=5000&rp=ct,rt,5xx"
"""Never sent: it tells the carrier how often to try, and how long to wait (docs/production.md)."""


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where a number leads: URLs, fetched by POST; another method stands before its URL.

    `instead`: what takes calls or text messages in place of these URLs; empty: nothing.
    """

    voice: str = ""
    fallback: str = ""
    status: str = ""
    text: str = ""
    instead: str = ""

    def differences(self, wanted: Destinations) -> dict[str, tuple[str, str]]:
        """What is otherwise than wanted, by field: as it is, as it should be."""
        pairs = {f.name: (getattr(self, f.name), getattr(wanted, f.name)) for f in fields(self)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def leads_to(self, wanted: Destinations) -> bool:
        """Whether everything arrives where it is wanted, however the carrier connects."""
        return self._bare() == wanted._bare()

    def _bare(self) -> list[str]:
        return [urldefrag(getattr(self, f.name)).url for f in fields(self)]


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number (E.164) of the account; `sid` is the carrier's name for it."""

    sid: str
    number: str
    leads: Destinations


@dataclass(frozen=True, slots=True)
class Account:
    """The account at the carrier. `status`: active, suspended or closed; `at`: the carrier's own
    clock, UTC, None where it did not say."""

    status: str
    at: datetime | None


def read_number(found: Any) -> OwnNumber:
    """A number as Twilio's library has it."""
    instead = {
        "application": found.voice_application_sid,
        "trunk": found.trunk_sid,
        "message application": found.sms_application_sid,
    }
    return OwnNumber(
        found.sid,
        found.phone_number,
        Destinations(
            voice=_fetched(found.voice_method, found.voice_url),
            fallback=_fetched(found.voice_fallback_method, found.voice_fallback_url),
            status=_fetched(found.status_callback_method, found.status_callback),
            text=_fetched(found.sms_method, found.sms_url),
            instead=", ".join(f"{what} {sid}" for what, sid in instead.items() if sid),
        ),
    )


def as_update(wanted: Destinations, instead: str = "") -> dict[str, str]:
    """What Twilio's library is to change so that a number leads there, and nowhere else.

    `instead`: what is in the place of the URLs so far, which is let go.
    """
    let_go = {"voice_application_sid": "", "sms_application_sid": "", "trunk_sid": ""}
    return (let_go if instead else {}) | {
        "voice_url": wanted.voice,
        "voice_method": "POST",
        "voice_fallback_url": wanted.fallback,
        "voice_fallback_method": "POST",
        "status_callback": wanted.status,
        "status_callback_method": "POST",
        "sms_url": wanted.text,
        "sms_method": "POST",
    }


def _fetched(method: str | None, url: str | None) -> str:
    if not url:
        return ""
    return url if method in (None, "POST") else f"{method} {url}"
