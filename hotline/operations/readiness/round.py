"""One examination at a time: whoever asks while one is made, or just was, gets what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotline.operations.context import AppContext
from hotline.operations.readiness import doctor
from hotline.operations.readiness.checks import CheckState, ReadinessCheck
from hotline.operations.ttl_cache import TimedCache

FRESH = 3.0  # seconds for which what was found is shown again


@dataclass(frozen=True, slots=True)
class CheckArea:
    """Checks that belong together."""

    name: str
    checks: Sequence[ReadinessCheck]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, and when (UTC)."""

    at: datetime
    checks: Sequence[ReadinessCheck]

    @property
    def is_ready(self) -> bool:
        return doctor.is_ready(self.checks)

    @property
    def areas(self) -> Sequence[CheckArea]:
        """In the order in which each came up first."""
        names = dict.fromkeys(check.area for check in self.checks)
        return [
            CheckArea(name, [check for check in self.checks if check.area == name])
            for name in names
        ]

    def count(self, state: str) -> int:
        """How many checks ended so."""
        return sum(check.state is CheckState(state) for check in self.checks)


@dataclass
class Rounds:
    """One a process; threads may share it."""

    parts: AppContext
    _cache: TimedCache[str, Examined] = field(default_factory=lambda: TimedCache(FRESH))

    def look(self) -> Examined:
        """Everything as it is now. Takes seconds where something does not answer."""
        return self._cache.get("everything", self._examine)

    def _examine(self) -> Examined:
        checks = list(doctor.examine(self.parts))
        return Examined(self.parts.now(), checks)
