"""A call that lasts as long as it would: real time passes along with the modelled seconds.

Most calls are played as fast as the line answers. What a front door counts is real time, though,
so a caller who is to hold the line for ninety seconds has to be there for ninety seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CallClock:
    """The real clock of one call. `give_up`, from any thread, ends every waiting at once.

    Waiting for what is being said ends too when the line has something else for the caller;
    `nudge` has whoever waits look whether it has. `pace` is how many times as fast as real time it
    runs, for who has none.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, pace: float = 1.0) -> None:
        self._clock = clock
        self._pace = pace
        self._began: float | None = None
        self._changed = threading.Condition()
        self._given_up = False

    @property
    def elapsed(self) -> float:
        """Seconds since the call was answered; none before."""
        return 0.0 if self._began is None else (self._clock() - self._began) * self._pace

    def begin(self) -> None:
        """The call is answered."""
        self._began = self._clock()

    def wait_until(self, seconds: float) -> bool:
        """Waits until the call has lasted so long; False where the caller gave up meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._given_up, self._real(seconds))
            return not self._given_up

    def hear_out(self, seconds: float, called_away: Callable[[], bool]) -> bool:
        """The same for what the line says; False too where the line called the caller away."""
        with self._changed:
            self._changed.wait_for(lambda: self._given_up or called_away(), self._real(seconds))
            return not (self._given_up or called_away())

    def give_up(self) -> None:
        with self._changed:
            self._given_up = True
            self._changed.notify_all()

    def nudge(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _real(self, seconds: float) -> float:
        """How many seconds of the real clock are left until the call has lasted so long."""
        return max(seconds - self.elapsed, 0.0) / self._pace
