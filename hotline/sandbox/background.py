"""What the network does by itself, beside the calls: in order for each subject, never in a hurry.

A REST request must be answered at once, and what it sets off takes requests of its own; whoever is
called out of a queue is told so by a thread that holds nobody else's line.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

SETTLE_S = 20.0
"""Longer than any one request may take."""


class BackgroundTasks:
    """Runs tasks in threads: one after another for one subject, side by side for several."""

    def __init__(self) -> None:
        self._pending: dict[str, deque[Callable[[], object]]] = {}
        self._changed = threading.Condition()

    def run_soon(self, subject: str, task: Callable[[], object]) -> None:
        """Returns at once."""
        with self._changed:
            waiting = self._pending.get(subject)
            if waiting is not None:
                waiting.append(task)
                return
            self._pending[subject] = deque([task])
        threading.Thread(target=self._work, args=(subject,), daemon=True).start()

    def settle(self, seconds: float = SETTLE_S) -> bool:
        """Waits until nothing is left to do; False where that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending, seconds)

    def _work(self, subject: str) -> None:
        while True:
            with self._changed:
                waiting = self._pending[subject]
                if not waiting:
                    del self._pending[subject]
                    self._changed.notify_all()
                    return
                task = waiting.popleft()
            try:
                task()
            except BaseException:
                self._give_up(subject)
                raise

    def _give_up(self, subject: str) -> None:
        """A task broke: what waits behind it is still done, by another thread."""
        with self._changed:
            left = self._pending.pop(subject)
            self._changed.notify_all()
        for task in left:
            self.run_soon(subject, task)
