"""How large a request's body may be, and how long it may take, by its path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """What a client may send to the paths that begin so.

    `seconds` counts from the end of the headers to the end of the body, however steadily it drips.
    """

    prefix: str
    size: int  # bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The limits of an application. The longest prefix that fits decides."""

    otherwise: BodyLimit
    special: Sequence[BodyLimit] = ()

    def of_path(self, path: str) -> BodyLimit:
        fitting = (limit for limit in self.special if path.startswith(limit.prefix))
        return max(fitting, key=lambda limit: len(limit.prefix), default=self.otherwise)
