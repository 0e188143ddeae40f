"""The one cache of a process: a value is made once for all who ask, and anew when it is old."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from cachetools import TLRUCache

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Value]):
    value: Value
    made_at: float
    due: float


class TimedCache(Generic[Key, Value]):
    """Keeps `size` values, each for so many seconds. Threads may share it.

    One thread makes a value; the others that want it wait, or, for `stale` seconds after it was
    due, are given the one before. `rest`: a value that takes a second to make is kept for at least
    so many. `clock` gives seconds; where it is set back, everything is made anew.
    """

    def __init__(
        self,
        seconds: float,
        *,
        size: int = 1,
        stale: float = 0.0,
        rest: float = 0.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._seconds = seconds
        self._rest = rest
        self._clock = clock
        self._entries: TLRUCache[Key, _Entry[Value]] = TLRUCache(
            maxsize=size, ttu=lambda _key, entry, _now: entry.due + stale, timer=clock
        )
        self._reading, self._making = Lock(), Lock()

    def get(self, key: Key, make: Callable[[], Value], *, anew: bool = False) -> Value:
        """The value of this key; `anew` for whoever has just changed what it is made of.

        Raises what `make` raises, and then keeps what there was.
        """
        found = self._find(key)
        if found is not None and not anew and self._is_fresh(found):
            return found.value
        if found is None or anew:
            self._making.acquire()
        elif not self._making.acquire(blocking=False):
            return found.value
        try:
            found = self._find(key)
            if found is not None and not anew and self._is_fresh(found):
                return found.value
            return self._make(key, make)
        finally:
            self._making.release()

    def clear(self) -> None:
        """Everything is made anew the next time."""
        with self._reading:
            self._entries.clear()

    def _find(self, key: Key) -> _Entry[Value] | None:
        with self._reading:
            return self._entries.get(key)

    def _is_fresh(self, entry: _Entry[Value]) -> bool:
        return entry.made_at <= self._clock() < entry.due

    def _make(self, key: Key, make: Callable[[], Value]) -> Value:
        began = self._clock()
        value = make()
        ended = self._clock()
        due = ended + max(self._seconds, self._rest * (ended - began))
        with self._reading:
            self._entries[key] = _Entry(value, ended, due)
        return value
