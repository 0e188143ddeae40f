"""A call that lasts as long as it would: real time passes along with the modelled seconds.

Most calls are played as fast as the line answers. What a front door counts is real time, though,
so a caller who is to hold the line for ninety seconds has to be there for ninety seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Patience:
    """The real clock of one call. `give_up`, from any thread, ends every waiting at once.

    `pace` is how many times as fast as real time it runs, for who has none.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, pace: float = 1.0) -> None:
        self._clock = clock
        self._pace = pace
        self._began: float | None = None
        self._given_up = threading.Event()

    @property
    def elapsed(self) -> float:
        """Seconds since the call was answered; none before."""
        return 0.0 if self._began is None else (self._clock() - self._began) * self._pace

    def begin(self) -> None:
        """The call is answered."""
        self._began = self._clock()

    def wait_until(self, seconds: float) -> bool:
        """Waits until the call has lasted so long; False where the caller gave up meanwhile."""
        return not self._given_up.wait(max(seconds - self.elapsed, 0.0) / self._pace)

    def give_up(self) -> None:
        self._given_up.set()
