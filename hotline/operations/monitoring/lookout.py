"""One look at the line for all who watch it: twenty open pages ask no more than one does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.situation import Memory, Situation, gather
from hotline.operations.ttl_cache import TimedCache

FRESH = timedelta(seconds=2)
OUTDATED = 10.0  # seconds after it was due for another look: nobody is shown it any more
SHARE = 4  # a look that takes a second is made every four: callers wait for the same threads


@dataclass
class Lookout:
    """Looks at most once a while, and only when somebody asks. One a process.

    Whoever asks while another thread looks gets what was seen before, and keeps no thread waiting;
    only the first look of all, and the first after a while in which nobody asked, is waited for.
    """

    board: DeskServices
    fresh: timedelta = FRESH
    clock: Callable[[], float] = monotonic
    _memory: Memory = field(default_factory=Memory)
    _cache: TimedCache[str, Situation] = field(init=False)

    def __post_init__(self) -> None:
        seconds = self.fresh.total_seconds()
        self._cache = TimedCache(seconds, stale=OUTDATED, rest=SHARE, clock=self.clock)

    def look(self) -> Situation:
        """What there is to see. Never raises for a part that is down."""
        return self._cache.get("line", lambda: gather(self.board.parts, self.board, self._memory))
