"""One look at the line for all who watch it: twenty open pages ask no more than one does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from time import monotonic

from hotline.operations.desk.board import Board
from hotline.operations.monitoring.situation import Memory, Situation, gather

FRESH = timedelta(seconds=2)
OUTDATED = 10.0  # seconds after it was due for another look: nobody is shown it any more
SHARE = 4  # a look that takes a second is made every four: callers wait for the same threads


@dataclass
class Lookout:
    """Looks at most once a while, and only when somebody asks. One a process.

    Whoever asks while another thread looks gets what was seen before, and keeps no thread waiting;
    only the first look of all, and the first after a while in which nobody asked, is waited for.
    """

    board: Board
    fresh: timedelta = FRESH
    _lock: Lock = field(default_factory=Lock)
    _memory: Memory = field(default_factory=Memory)
    _seen: Situation | None = None
    _due: float = float("-inf")  # monotonic seconds

    def look(self) -> Situation:
        """What there is to see. Never raises for a part that is down."""
        seen = self._seen
        if seen is not None and monotonic() < self._due:
            return seen
        outdated = monotonic() > self._due + OUTDATED
        if not self._lock.acquire(blocking=outdated) and seen is not None:
            return seen
        try:
            if self._seen is None or monotonic() >= self._due:
                self._look()
            if self._seen is None:
                raise AssertionError("a look shows something")
            return self._seen
        finally:
            self._lock.release()

    def _look(self) -> None:
        began = monotonic()
        self._seen = gather(self.board.parts, self.board, self._memory)
        ended = monotonic()
        self._due = ended + max(self.fresh.total_seconds(), SHARE * (ended - began))
