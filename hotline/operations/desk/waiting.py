"""What somebody hears who waits for a person: the place, an honest time, what can be keyed. Pure.

The time is the median of what the latest callers took with all that came after them, shared among
those who work. Where there is too little to go by, no time is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import median

from hotline.calls.prompts import Line, Prompt, line

FEWEST_TALKS = 3
"""With fewer, nobody knows how long a talk takes tonight."""
MINUTE = 60  # seconds


def minutes(position: int, staff: int, talks: Sequence[float]) -> int | None:
    """Whole minutes until this place in the queue (from 1) is asked in; 0: less than one.

    `talks`: seconds each. None where it cannot be said.
    """
    if staff < 1 or len(talks) < FEWEST_TALKS:
        return None
    seconds = median(talks) * position / staff
    return 0 if seconds < MINUTE else ceil(seconds / MINUTE)


def lines(position: int, wait: int | None, *, callback: bool) -> tuple[Line, ...]:
    """The words for a place in the queue; `callback`: may be offered."""
    where = line(Prompt.NEXT) if position <= 1 else line(Prompt.POSITION, n=position)
    said = [where]
    if wait is not None:
        said.append(line(Prompt.WAIT_MINUTES, n=wait) if wait else line(Prompt.WAIT_SHORT))
    if callback:
        said.append(line(Prompt.CALL_ME_BACK))
    return (*said, line(Prompt.GO_ON))
