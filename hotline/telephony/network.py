"""The port: what a telephone network does for us, and how it and we speak to each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hotline.telephony.events import CallNews, IncomingText
from hotline.telephony.numbers import CarrierAccount, Destinations, OwnNumber
from hotline.telephony.replies import Continuation, Reply

Header = Callable[[str], str | None]

TIMEOUT = 10.0  # seconds; a text message is never worth a stuck worker


class CarrierRefused(Exception):
    """The carrier will not do it, now or later; the message has its code and its reason."""


class CarrierNotFound(CarrierRefused):
    """There is no such call, or nobody of that name in the conference."""


class CarrierDenied(CarrierRefused):
    """The carrier does not let us in: the credentials are not right."""


class CarrierBusy(Exception):
    """The carrier could not be reached or is too busy: nothing was done, try again later."""


class CarrierThrottled(CarrierBusy):
    """Too many requests: this one was not looked at, and can be made again in a moment."""


class MediaMissing(CarrierBusy):
    """Nothing is at this address: not yet, or never."""


class MediaRefused(CarrierRefused):
    """It is not fetched, now or later; the message says why, without the address."""


@dataclass(frozen=True, slots=True)
class CarrierWords:
    """What whoever sets the carrier up knows it by, for messages to them."""

    name: str
    account: str  # the setting that names the account
    key: str  # the settings with which we are let in
    signing: str  # the setting with whose value requests are signed
    all_settings: str
    provision: str  # the command that points our numbers at us


class Carrier(Protocol):
    """What we ask of a telephone network. Numbers are E.164; a sid is its name for a call.

    Everything here raises CarrierRefused or CarrierBusy.
    """

    @property
    def words(self) -> CarrierWords: ...

    def close(self) -> None:
        """Lets the connections go."""
        ...

    # Messages and calls

    def send_text(self, from_: str, to: str, body: str) -> str:
        """Sends a text message. Returns the message's sid."""
        ...

    def call(self, from_: str, to: str, first: Reply | Continuation) -> str:
        """Calls a telephone. Returns the call's sid.

        Whoever answers gets `first`: a reply, which is all that becomes of the call, or where it
        goes on; then the stage STATUS is told of its end.
        """
        ...

    def redirect(self, call_sid: str, to: Continuation) -> None:
        """What a call does now, be it waiting or talking, is broken off, and it goes on there."""
        ...

    def hang_up(self, call_sid: str) -> None:
        """Ends a call. One that is over is left as it is."""
        ...

    def is_over(self, call_sid: str) -> bool:
        """Whether a call has ended, or the network does not know of it."""
        ...

    def hold(self, room: str, call_sid: str, on: bool) -> None:
        """A caller in a room hears music instead, or is back in it."""
        ...

    def mute(self, room: str, call_sid: str, on: bool) -> None:
        """Somebody in a room is not heard, or is heard again."""
        ...

    # The account

    def account(self) -> CarrierAccount:
        """The account itself. A key that is good for all else may be refused this."""
        ...

    def numbers(self) -> list[OwnNumber]:
        """Every telephone number of the account, and where it leads."""
        ...

    def lead(self, number: OwnNumber, to: Destinations) -> None:
        """Calls and text messages to one of our numbers lead there from now on."""
        ...


class Media(Protocol):
    """Where the network keeps what came with text messages."""

    def fetch(self, url: str) -> bytes:
        """What is at an address that the network gave us. Raises MediaRefused for any other and
        for what is not to be had; CarrierBusy where it may go later, MediaMissing where nothing is
        there (yet)."""
        ...


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request as the network would make it, for us to make it of ourselves."""

    body: bytes
    headers: Mapping[str, str]


class Webhooks(Protocol):
    """How the network asks us what to do, and how it wants to be told. Reading never raises,
    whatever is missing."""

    @property
    def reply_types(self) -> tuple[str, ...]:
        """The media types of a reply; ours are of the first."""
        ...

    def is_genuine(self, path: str, query: str, form: Mapping[str, str], header: Header) -> bool:
        """Whether this POST is the network's. `path` begins with a slash; `query` has no `?`;
        `header` gives one by its name."""
        ...

    def read_call(self, form: Mapping[str, str]) -> CallNews: ...

    def read_text(self, form: Mapping[str, str]) -> IncomingText: ...

    def write(self, reply: Reply) -> bytes: ...

    def write_text(self, body: str | None) -> bytes:
        """The answer to a text message; None leaves it unanswered."""
        ...

    def nobodys(self, url: str, *, signed: bool = True) -> OwnRequest:
        """A request of no call, by which nothing is changed."""
        ...


class Network(Protocol):
    """A telephone network as the settings have it. Nothing is contacted yet."""

    @property
    def webhooks(self) -> Webhooks: ...

    @property
    def destinations(self) -> Destinations:
        """Where every number of ours should lead: to us."""
        ...

    def carrier(
        self, timeout: float = TIMEOUT, heard: Callable[[str], None] | None = None
    ) -> Carrier:
        """`timeout`: seconds for a request; `heard` is told of each how it went: nothing, or why
        the carrier did not do its part."""
        ...

    def media(self) -> Media: ...
