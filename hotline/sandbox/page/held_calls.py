"""The handset's calls, kept as long as somebody may still look at them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from hotline.sandbox.calls.call import Call

MAX_CALLS = 200
FORGET_ENDED_S = 600.0
FORGET_IDLE_S = 1800.0


class UnknownCall(KeyError):
    """No such call, or it is long over."""


class HeldCalls:
    """The calls of the handset, few enough to keep in memory. Safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[str, tuple[Call, float]] = {}
        self._lock = threading.Lock()

    def keep(self, call: Call) -> Call:
        with self._lock:
            self._calls[call.sid] = (call, self._clock())
        self._tidy()
        return call

    def get(self, sid: str) -> Call:
        """Raises UnknownCall."""
        with self._lock:
            kept = self._calls.get(sid)
            if kept is None:
                raise UnknownCall(sid)
            self._calls[sid] = (kept[0], self._clock())
        return kept[0]

    def __len__(self) -> int:
        return len(self._calls)

    def _tidy(self) -> None:
        """Forgets calls that are over, hangs up those that nobody holds any more."""
        now = self._clock()
        with self._lock:
            oldest_first = sorted(self._calls.items(), key=lambda item: item[1][1])
            too_many = len(oldest_first) - MAX_CALLS
            gone = [
                (sid, call)
                for place, (sid, (call, touched)) in enumerate(oldest_first)
                if place < too_many
                or now - touched > (FORGET_ENDED_S if call.ended else FORGET_IDLE_S)
            ]
            for sid, _call in gone:
                del self._calls[sid]
        for _sid, call in gone:
            call.hang_up()
