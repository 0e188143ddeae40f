"""Purging: what the records hold of callers is deleted when its time is over."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from hotline.operations.context import AppContext
from hotline.store.database import reading, transact
from hotline.store.keys import PREFIX
from hotline.store.upkeep import retention
from hotline.store.upkeep.retention import OutdatedRows

log = logging.getLogger(__name__)

AT_ONCE = 1_000  # rows of one transaction
PAUSE = 0.02  # seconds between two transactions, in which others get at the database
DONE = PREFIX + "purged"
HOUR = 3600  # seconds
SECONDS = 10.0
"""How long the hourly purge goes on at a stretch: messages wait behind it."""


@dataclass(frozen=True, slots=True)
class Purged:
    """Rows that were deleted, or would be."""

    numbers: int
    calls: int
    events: int
    blocks: int
    finished: bool  # nothing is left that is too old


def purge(parts: AppContext, dry_run: bool = False, seconds: float = float("inf")) -> Purged:
    """Deletes what is older than the settings say, in portions, until the time is up.

    Full numbers, and blocks that the front door made and that have ended, go after
    HOTLINE_NUMBERS_HOURS; records of calls, and blocks that a person made and that have ended,
    after HOTLINE_CALLS_DAYS. A block in force stays. `dry_run` only counts. Safe to repeat.
    """
    found = _outdated(parts)
    if dry_run:
        with reading(parts.engine) as connection:
            return _purged({name: rows.count(connection) for name, rows in found.items()}, True)
    deleted, finished = _delete(parts, found, time.monotonic() + seconds)
    purged = _purged(deleted, finished)
    log.log(logging.INFO if deleted.total() else logging.DEBUG, "purged: %s", purged)
    return purged


def purge_hourly(parts: AppContext) -> Purged | None:
    """The same if an hour has passed since it was last done; else None.

    What takes longer than `SECONDS`, or fails, is gone on with the next time. Raises RedisError.
    """
    if parts.redis.exists(DONE):
        return None
    purged = purge(parts, seconds=SECONDS)
    if purged.finished:
        parts.redis.set(DONE, "1", ex=HOUR)
    return purged


def _outdated(parts: AppContext) -> Mapping[str, OutdatedRows]:
    now, settings = parts.now(), parts.settings
    return retention.outdated(
        now - timedelta(hours=settings.numbers_hours), now - timedelta(days=settings.calls_days)
    )


def _delete(
    parts: AppContext, found: Mapping[str, OutdatedRows], end: float
) -> tuple[Counter[str], bool]:
    """How many rows were deleted of each, and whether that was all of them."""
    deleted: Counter[str] = Counter()
    for name, rows in found.items():
        portion = AT_ONCE
        while portion == AT_ONCE:
            if time.monotonic() >= end:
                return deleted, False
            portion = transact(parts.engine, partial(rows.delete, most=AT_ONCE))
            deleted[name] += portion
            time.sleep(PAUSE if portion == AT_ONCE else 0)
    return deleted, True


def _purged(rows: Mapping[str, int], finished: bool) -> Purged:
    counts = {name: rows.get(name, 0) for name in ("numbers", "calls", "events", "blocks")}
    return Purged(**counts, finished=finished)
