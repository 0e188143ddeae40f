"""From time to time: do what lost jobs have left undone."""

from __future__ import annotations

from hotline.operations import sweep as operation
from workers.process import parts


def sweep() -> None:
    operation.sweep(parts())
