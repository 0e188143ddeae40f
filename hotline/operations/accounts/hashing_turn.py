"""One password hash at a time in a process: each takes a quarter of a second of a processor.

Whoever is known (a browser in which the account was signed in, somebody who is signed in) waits for
a turn. Everybody else is told at once to come again, and never goes before one who waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from hotline.operations.accounts.passwords import PasswordError

PATIENCE = 10.0  # seconds
RETRY_SECONDS = 2
BUSY = "Many people are signing in at this moment. Nothing was wrong: try again in a few seconds."


class HashingBusy(PasswordError):
    """Another password is being checked; this one was not looked at. The message is for people."""

    def __init__(self) -> None:
        super().__init__(BUSY)


class HashingTurn:
    """Who may hash now. One a process; threads share it."""

    def __init__(self) -> None:
        self._hashing = Lock()
        self._counting = Lock()
        self._waiting = 0

    @contextmanager
    def taken(self, *, waits: bool) -> Iterator[None]:
        """Raises HashingBusy: at once, or, for who `waits`, after PATIENCE."""
        if not (self._after_waiting() if waits else self._at_once()):
            raise HashingBusy
        try:
            yield
        finally:
            self._hashing.release()

    @property
    def is_awaited(self) -> bool:
        """Whether somebody who waits comes next."""
        return self._waiting > 0

    def _at_once(self) -> bool:
        return not self.is_awaited and self._hashing.acquire(blocking=False)

    def _after_waiting(self) -> bool:
        self._count(1)
        try:
            return self._hashing.acquire(timeout=PATIENCE)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._counting:
            self._waiting += more


TURN = HashingTurn()
