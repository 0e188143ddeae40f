"""What comes into the conversation (events) and what goes out of it (turns)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.calls.prompts import Line
from hotline.election.finding import Finding
from hotline.election.model import Figures

# --- Events


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call was answered. `offers` are the units of its phone that have not reported."""

    trusted: bool
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digits:
    """A gather ended with these keys; `finished` when `#` ended it."""

    digits: str
    finished: bool


@dataclass(frozen=True, slots=True)
class DialEnded:
    """The attempt to reach a person is over; `talked` when somebody took the call."""

    talked: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The caller came back to the question without an answer: say it again."""


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The answer to CheckPin. `standing`: the figures on file; `draft`: what a call left behind."""

    right: bool
    chair: int = 0
    standing: Mapping[str, Mapping[str, Any]] | None = None
    draft: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """The answer to FileReport: committed. `outcome` is filed, held, corroborated or conflict."""

    outcome: str
    confirmation: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The answer to CheckPin or FileReport when the part that should do it is down."""


Event = Arrived | Digits | DialEnded | Lost | PinChecked | Filed | Unavailable


# --- Turns


@dataclass(frozen=True, slots=True)
class Ask:
    """Say the lines and wait for keys: `digits` of them, or any number ended by `#` (None)."""

    lines: tuple[Line, ...]
    digits: int | None


@dataclass(frozen=True, slots=True)
class Connect:
    """Say the lines and connect the caller with a person."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class End:
    """Say the lines and hang up."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Is this the unit's PIN? Answered by PinChecked."""

    unit: str
    pin: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """Commit this report. Answered by Filed. `number` counts the filings of this call from 1."""

    unit: str
    figures: Mapping[str, Figures]
    findings: tuple[Finding, ...]
    keyed: tuple[str, ...]
    chair: int
    number: int


Effect = CheckPin | FileReport
Turn = Ask | Connect | End
