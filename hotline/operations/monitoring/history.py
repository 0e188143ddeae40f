"""What is wrong, what was, and whether anybody watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import RedisError

from hotline.operations.context import AppContext
from hotline.operations.monitoring.alerts import WATCHED_AT
from hotline.store.database import reading
from hotline.store.monitoring import incidents
from hotline.store.monitoring.incidents import Incident

MOST = 100  # incidents that are listed
UNWATCHED = 60  # seconds without a look, after which nobody is taken to watch


@dataclass(frozen=True, slots=True)
class AlertHistory:
    """`watched_at`: when somebody looked last, UTC; None if nobody has, or Redis is away."""

    unended: Sequence[Incident]  # the oldest first
    ended: Sequence[Incident]  # the newest first
    watched_at: datetime | None
    is_watched: bool


def watched_at(parts: AppContext) -> datetime | None:
    """When somebody looked last. Raises redis.RedisError."""
    found = parts.redis.get(WATCHED_AT)
    return datetime.fromtimestamp(int(found), UTC) if isinstance(found, bytes) else None


def is_watched(parts: AppContext, at: datetime | None) -> bool:
    """Whether somebody looked lately enough."""
    return at is not None and (parts.now() - at).total_seconds() <= UNWATCHED


def alert_history(parts: AppContext) -> AlertHistory:
    """Raises SQLAlchemyError."""
    try:
        at = watched_at(parts)
    except RedisError:
        at = None
    with reading(parts.engine) as connection:
        return AlertHistory(
            incidents.unended(connection),
            incidents.ended(connection, MOST),
            at,
            is_watched(parts, at),
        )
