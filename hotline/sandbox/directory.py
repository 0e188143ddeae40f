"""The calls of an account by their SID, as its REST interface finds them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotline.sandbox.calls.call import Call

KEPT = 500
"""Calls that are over and can still be looked at."""


class Directory:
    """All calls that are not over, and the last of those that are. Safe between threads."""

    def __init__(self) -> None:
        self._live: dict[str, Call] = {}
        self._over: OrderedDict[str, Call] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        with self._lock:
            self._live[call.sid] = call

    def over(self, call: Call) -> None:
        with self._lock:
            if self._live.pop(call.sid, None) is not None:
                self._over[call.sid] = call
                while len(self._over) > KEPT:
                    self._over.popitem(last=False)

    def find(self, sid: str) -> Call | None:
        with self._lock:
            return self._live.get(sid) or self._over.get(sid)
