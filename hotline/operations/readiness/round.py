"""One examination at a time: whoever asks while one is made, or just was, gets what it found."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from hotline.operations.context import Parts
from hotline.operations.readiness import doctor
from hotline.operations.readiness.checks import Check, CheckState

FRESH = 3.0  # seconds for which what was found is shown again


@dataclass(frozen=True, slots=True)
class Area:
    """Checks that belong together."""

    name: str
    checks: Sequence[Check]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, and when (UTC)."""

    at: datetime
    checks: Sequence[Check]

    @property
    def is_ready(self) -> bool:
        return doctor.is_ready(self.checks)

    @property
    def areas(self) -> Sequence[Area]:
        """In the order in which each came up first."""
        names = dict.fromkeys(check.area for check in self.checks)
        return [
            Area(name, [check for check in self.checks if check.area == name]) for name in names
        ]

    def count(self, state: str) -> int:
        """How many checks ended so."""
        return sum(check.state is CheckState(state) for check in self.checks)


@dataclass
class Rounds:
    """One a process; threads may share it."""

    parts: Parts
    _last: Examined | None = None
    _ended: float = float("-inf")  # monotonic seconds
    _lock: Lock = field(default_factory=Lock)

    def look(self) -> Examined:
        """Everything as it is now. Takes seconds where something does not answer."""
        with self._lock:
            if self._last is None or time.monotonic() - self._ended > FRESH:
                checks = list(doctor.examine(self.parts))
                self._last = Examined(self.parts.now(), checks)
                self._ended = time.monotonic()
            return self._last
