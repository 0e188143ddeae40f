"""The telephone numbers of our account at the carrier, and where calls to them lead."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from urllib.parse import urldefrag


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
class CarrierAccount:
    """The account at the carrier. `status`: active, suspended or closed; `at`: the carrier's own
    clock, UTC, None where it did not say."""

    status: str
    at: datetime | None
