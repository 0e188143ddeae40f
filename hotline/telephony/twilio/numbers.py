"""Numbers as Twilio has them, and where they should lead."""

from __future__ import annotations

from typing import Any

from config.settings import Settings
from hotline.telephony.numbers import Destinations, OwnNumber
from hotline.telephony.replies import TEXT_PATH, Continuation, Destination

HOW_TO_CONNECT = "#rc=2&ct=2000&rt=5000&rp=ct,rt,5xx"
"""Never sent: it tells Twilio how often to try, and how long to wait (docs/production.md)."""


def destinations(settings: Settings) -> Destinations:
    """Where every one of our numbers leads: which it is, the webhooks tell by the number called."""
    return Destinations(
        voice=f"{settings.url}{Continuation(Destination.ANSWER).path}{HOW_TO_CONNECT}",
        fallback=settings.fallback_address,
        status=f"{settings.url}{Continuation(Destination.STATUS).path}",
        text=f"{settings.url}{TEXT_PATH}",
    )


def read_number(found: Any) -> OwnNumber:
    """A number as the library has it."""
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
    """What the library is to change so that a number leads there, and nowhere else.

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
