"""What is asked of a call from outside, by REST or by the room it is in.

An order only says what is wanted. The leg carries it out itself, in a thread that holds its own
line and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotline.sandbox.switchboard.rooms import Participant


@dataclass(frozen=True, slots=True)
class Redirected:
    """Leave whatever is being done and obey another document: at `url`, or `twiml` itself."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is to end."""


@dataclass(frozen=True, slots=True)
class Dismissed:
    """The room is over for `participant`; its Dial goes on."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class Entertained:
    """A document of speech and music for `participant` alone: on hold, or an announcement."""

    participant: Participant
    url: str
    method: str = "POST"


Order = Redirected | HungUp | Dismissed | Entertained
