"""Waiting until what happened to the calls is in the records."""

from __future__ import annotations

import time

from redis import RedisError

from hotline.operations.context import AppContext
from hotline.store.keys import EVENTS

PATIENCE = 60.0
GLANCE = 0.25


def all_recorded(parts: AppContext) -> bool:
    """Waits until the stream of events is empty; False where it does not become so in time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if not parts.redis.xlen(EVENTS):
                return True
        except RedisError:
            return False
        time.sleep(GLANCE)
    return False
