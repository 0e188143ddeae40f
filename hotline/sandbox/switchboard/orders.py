"""What queues and rooms know of a call, and what is asked of it from outside, by them or by REST.

An order only says what is wanted. The leg carries it out itself, in a thread that holds its own
line and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hotline.sandbox.transcript import Entry
from hotline.sandbox.wire.parameters import CallStatus

if TYPE_CHECKING:
    from hotline.sandbox.switchboard.rooms import Participant


@dataclass(frozen=True, slots=True)
class RedirectOrder:
    """Leave whatever is being done and obey another document: at `url`, or `twiml` itself."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""


@dataclass(frozen=True, slots=True)
class HangUpOrder:
    """The call is to end."""


@dataclass(frozen=True, slots=True)
class DismissOrder:
    """The room is over for `participant`; its Dial goes on."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class PlayOrder:
    """A document of speech and music for `participant` alone: on hold, or an announcement."""

    participant: Participant
    url: str
    method: str = "POST"


Order = RedirectOrder | HangUpOrder | DismissOrder | PlayOrder


class Party(Protocol):
    """A call. None of these waits for anybody, so they may be used with a lock held."""

    @property
    def state(self) -> CallStatus: ...

    @property
    def sid(self) -> str: ...

    def note(self, entry: Entry) -> None:
        """Writes down what is heard on this leg."""

    def order(self, order: Order) -> None:
        """Has it carried out soon, by the leg itself."""
