"""A figure that is read anew only when something has changed, or after some time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

Figure = TypeVar("Figure")


class Kept(Generic[Figure]):
    """Not to be shared by threads at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: tuple[Hashable, float, Figure] | None = None

    def get(self, version: Hashable, read: Callable[[], Figure]) -> Figure:
        """What was read last, if that was for the same version and not too long ago."""
        kept = self._kept
        if kept is not None and kept[0] == version and monotonic() - kept[1] < self._seconds:
            return kept[2]
        found = read()
        self._kept = (version, monotonic(), found)
        return found
