"""The account's telephone numbers by REST: Twilio's IncomingPhoneNumbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from hashlib import md5

from hotline.sandbox.office import Routing
from hotline.sandbox.rest.refusals import bad_request
from hotline.sandbox.rest.resources import Json, account_uri
from hotline.sandbox.wire.parameters import API_VERSION

URLS = {
    "VoiceUrl": "voice",
    "VoiceFallbackUrl": "fallback",
    "StatusCallback": "status",
    "SmsUrl": "text",
}
IN_THEIR_PLACE = ("VoiceApplicationSid", "SmsApplicationSid", "TrunkSid")


@dataclass(frozen=True, slots=True)
class OwnedNumber:
    """One number of the account. `sid` follows from the number."""

    number: str
    routing: Routing
    since: datetime

    @property
    def sid(self) -> str:
        return "PN" + md5(self.number.encode(), usedforsecurity=False).hexdigest()

    def as_json(self, account_sid: str) -> Json:
        at, routing = format_datetime(self.since), self.routing
        return {
            "account_sid": account_sid,
            "address_requirements": "none",
            "address_sid": None,
            "api_version": API_VERSION,
            "beta": False,
            "bundle_sid": None,
            "capabilities": {"fax": False, "mms": True, "sms": True, "voice": True},
            "date_created": at,
            "date_updated": at,
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "emergency_status": "Inactive",
            "friendly_name": self.number,
            "identity_sid": None,
            "origin": "twilio",
            "phone_number": self.number,
            "sid": self.sid,
            "sms_application_sid": None,
            "sms_fallback_method": "POST",
            "sms_fallback_url": "",
            "sms_method": "POST",
            "sms_url": routing.text,
            "status": "in-use",
            "status_callback": routing.status,
            "status_callback_method": "POST",
            "trunk_sid": None,
            "type": "local",
            "uri": account_uri(account_sid, f"IncomingPhoneNumbers/{self.sid}.json"),
            "voice_application_sid": None,
            "voice_caller_id_lookup": False,
            "voice_fallback_method": "POST",
            "voice_fallback_url": routing.fallback,
            "voice_method": "POST",
            "voice_receive_mode": "voice",
            "voice_url": routing.voice,
        }


def rerouted(routing: Routing, form: Mapping[str, str]) -> Routing:
    """The routing as a form of Twilio's changes it. Raises ApiError for what is not played here."""
    for name in IN_THEIR_PLACE:
        if form.get(name):
            raise bad_request(20001, f"{name} is not known here")
    for name, value in form.items():
        if name.endswith("Method") and value != "POST":
            raise bad_request(21403, f"{name}: only POST is known here")
    changed = {field: form[name] for name, field in URLS.items() if name in form}
    for url in filter(None, changed.values()):
        if not url.startswith(("http://", "https://")):
            raise bad_request(21402, f"Invalid Url: {url}")
    return replace(routing, **changed)


def list_numbers(
    owned: Iterable[str], routing: Callable[[str], Routing], since: datetime
) -> list[OwnedNumber]:
    """The account's numbers, in order."""
    return [OwnedNumber(number, routing(number), since) for number in sorted(set(owned))]
