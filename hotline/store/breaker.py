"""Whether a part that a process needs does its work: found out once, and known to all threads.

Whoever waits long, or fails, reports it. A thread of its own then asks the part to do something,
again and again; until it does, everybody else fails at once instead of waiting for the same
silence.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic, sleep
from weakref import ref

log = logging.getLogger(__name__)

EVERY = 0.25  # seconds between two attempts while a part does not work
ENOUGH = 1.0  # seconds for which a part that was just found to work is not asked again
YOUNG = 4.0
"""Seconds for which an outage may be waited out: a failover is over then, and a caller on the line
has been kept waiting for no longer than a person would be."""


class Breaker:
    """One a process and part. `probe` has the part do its work, or raises within a few seconds."""

    def __init__(self, part: str, probe: Callable[[], object]) -> None:
        self._part, self._probe = part, probe
        self._state = Condition()
        self._asking = False
        self._began: float | None = None  # of the outage, monotonic
        self._worked_at = float("-inf")
        self._has_worked = False
        self.error: Exception | None = None  # what the part said, or the driver of it

    @property
    def why(self) -> str:
        """One line, for the log."""
        return str(self.error).strip().partition("\n")[0]

    @property
    def is_open(self) -> bool:
        """The part does not work: nobody needs to try."""
        return self._began is not None

    def worked(self) -> None:
        """Somebody had the part do something."""
        self._has_worked = True

    def suspect(self, waited: float = 0.0) -> None:
        """Something failed, or has waited for so many seconds: whether the part works is asked."""
        with self._state:
            now = monotonic()
            if self._asking or now - self._worked_at < ENOUGH:
                return
            self._asking = True
        asking = (ref(self), now - waited)
        name = f"asking {self._part}"
        Thread(target=_ask_until_it_works, args=asking, name=name, daemon=True).start()

    def recovers(self, within: float = YOUNG) -> bool:
        """After a failure: whether the part works, waited for while the outage is young.

        At once where the part has never worked for this process.
        """
        self.suspect()
        failed_at = monotonic()
        with self._state:
            while self._asking:
                left = (self._began or failed_at) + within - monotonic()
                if left <= 0 or (self.is_open and not self._has_worked):
                    return False
                self._state.wait(left)
            return True

    def ask(self, since: float) -> bool:
        """Whether the part works now; it has been silent since then where it does not."""
        try:
            self._probe()
        except Exception as error:  # whatever a driver raises, the part does not work
            self._open(since, error)
            return False
        with self._state:
            if self.is_open:
                log.warning("%s works again", self._part)
            self._asking, self._began, self.error = False, None, None
            self._has_worked, self._worked_at = True, monotonic()
            self._state.notify_all()
        return True

    def _open(self, since: float, error: Exception) -> None:
        with self._state:
            if not self.is_open:
                log.warning("%s does not work: %s", self._part, type(error).__name__)
                self._began = since
            self.error = error
            self._state.notify_all()


def _ask_until_it_works(asked: ref[Breaker], since: float) -> None:
    """Ends as well when nobody needs the part any more."""
    while True:
        breaker = asked()
        if breaker is None or breaker.ask(since):
            return
        del breaker
        sleep(EVERY)
