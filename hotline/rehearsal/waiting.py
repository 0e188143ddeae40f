"""How long chairs of a rehearsal waited for a free telephone, and how long the model says. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import mean

from hotline.capacity.queueing import waits


@dataclass
class WaitingRecord:
    """The calls of one release at a speed of the real night: all in minutes of that night.

    `due`: when each was to begin, from the first. `waited`: until a telephone was free. `lasted`:
    how long it then took. Threads may append to them.
    """

    due: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    lasted: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WaitsCompared:
    """Minutes of the real night that callers waited, on average and at the worst moment."""

    calls: int
    minutes: float  # of a call
    measured: tuple[float, float]
    predicted: tuple[float, float]


def compare_waits(records: Iterable[WaitingRecord], phones: int) -> WaitsCompared | None:
    """Over all releases; None where the night was not played by its own hours."""
    played = [record for record in records if record.due and record.lasted]
    calls = sum(len(record.due) for record in played)
    if not calls:
        return None
    average = longest = 0.0
    for record in played:
        found = waits(_by_minute(record.due), mean(record.lasted), phones)
        average += found.mean * len(record.due)
        longest = max(longest, found.longest)
    waited = [each for record in played for each in record.waited]
    lasted = [each for record in played for each in record.lasted]
    measured = (mean(waited), max(waited))
    return WaitsCompared(calls, mean(lasted), measured, (average / calls, longest))


def _by_minute(due: list[float]) -> list[float]:
    counts = Counter(int(at) for at in due)
    return [float(counts[minute]) for minute in range(max(counts) + 1)]
