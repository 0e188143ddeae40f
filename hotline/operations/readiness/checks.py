"""What a check before the night finds: one thing looked at, how it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.store.elections import ActiveElection
from hotline.telephony.network import Carrier
from hotline.telephony.numbers import OwnNumber
from hotline.telephony.probe import Probe


class CheckState(StrEnum):
    """How what was looked at is."""

    OK = "ok"
    WARNING = "warning"  # the line works; somebody should know of it
    WRONG = "wrong"  # has to be mended before the night
    UNKNOWN = "could not be checked"


@dataclass(frozen=True, slots=True)
class ReadinessFinding:
    """How one thing is. `seen`: what was found; `mend`: what to do, empty where nothing is."""

    state: CheckState
    seen: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    """One thing that was looked at, as it is listed."""

    area: str
    name: str
    state: CheckState
    seen: str
    mend: str = ""

    def as_json(self) -> Mapping[str, str]:
        return {
            "area": self.area,
            "name": self.name,
            "state": self.state.value,
            "seen": self.seen,
            "mend": self.mend,
        }


@dataclass
class Examination:
    """What the checks work with. What several of them ask for is asked once."""

    parts: AppContext
    carrier: Carrier
    probe: Probe

    @cached_property
    def active(self) -> ActiveElection:
        """Raises NoElectionError."""
        return self.parts.election()

    @property
    def election(self) -> Election:
        return self.active.election

    @cached_property
    def numbers(self) -> Mapping[str, OwnNumber]:
        """The account's numbers (E.164). Raises CarrierRefused or CarrierBusy."""
        return {number.number: number for number in self.carrier.numbers()}


@dataclass(frozen=True, slots=True)
class Task:
    """A check to be made. `needs`: the names of checks that have to have gone well before."""

    area: str
    name: str
    look: Callable[[Examination], ReadinessFinding]
    needs: tuple[str, ...] = field(default=())


def ok(seen: str) -> ReadinessFinding:
    return ReadinessFinding(CheckState.OK, seen)


def warning(seen: str, mend: str) -> ReadinessFinding:
    return ReadinessFinding(CheckState.WARNING, seen, mend)


def wrong(seen: str, mend: str) -> ReadinessFinding:
    return ReadinessFinding(CheckState.WRONG, seen, mend)


def unknown(seen: str, mend: str) -> ReadinessFinding:
    return ReadinessFinding(CheckState.UNKNOWN, seen, mend)


def first_line(error: Exception) -> str:
    """What is to be said of an error in a line; of the database's, without the statement."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]


def some(codes: list[str], most: int = 5) -> str:
    """The first few of a list, and how many more there are."""
    more = f" and {len(codes) - most:,} more" if len(codes) > most else ""
    return ", ".join(codes[:most]) + more
