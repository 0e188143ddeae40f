"""What every page of the consoles says at its top while something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.context import AppContext
from hotline.operations.monitoring.alert_policy import what_to_do
from hotline.operations.monitoring.history import is_watched, watched_at
from hotline.operations.monitoring.rules import TEXTS, AlertRule
from hotline.operations.ttl_cache import FOREVER, TimedCache
from hotline.store.database import reading
from hotline.store.monitoring import incidents

FRESH = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class BannerLine:
    """A line of it: what is wrong, and what to do; by which rule, if by one."""

    said: str
    do: str
    rule: str = ""


@dataclass
class Banner:
    """Reads what is wrong at most every few seconds for all who look. Threads may share it."""

    parts: AppContext
    fresh: float = FRESH
    _cache: TimedCache[str, Sequence[BannerLine]] = field(init=False)

    def __post_init__(self) -> None:
        self._cache = TimedCache(self.fresh, stale=FOREVER)

    def lines(self) -> Sequence[BannerLine]:
        """Never raises; while one thread reads, the others get what was known."""
        return self._cache.get("lines", self._read)

    def _read(self) -> Sequence[BannerLine]:
        lines: list[BannerLine] = []
        try:
            with reading(self.parts.engine) as connection:
                found = incidents.unended(connection)
            lines = [BannerLine(one.said, what_to_do(one), one.rule) for one in found]
        except SQLAlchemyError:
            lines = [_text(AlertRule.DATABASE_SILENT)]
        try:
            at = watched_at(self.parts)
        except RedisError:
            silent = _text(AlertRule.REDIS_SILENT)
            return lines if silent in lines else [*lines, silent]
        if at is not None and not is_watched(self.parts, at):
            lines.append(BannerLine("Nobody watches the line", "Start the clock: hotline clock."))
        return lines


def _text(rule: AlertRule) -> BannerLine:
    return BannerLine(TEXTS[rule].title, TEXTS[rule].do, rule)
