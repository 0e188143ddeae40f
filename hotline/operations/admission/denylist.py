"""Passing blocks and switches on to the front door, which reads them in Redis."""

from __future__ import annotations

import logging

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.context import AppContext
from hotline.store.admission import denylist
from hotline.store.admission.denylist import Contents, MirrorBusyError
from hotline.store.database import reading
from hotline.store.keys import PREFIX

log = logging.getLogger(__name__)

RESTORING = PREFIX + "mirror:restoring"
RESTORING_SECONDS = 2
"""For so long after one process has begun, the others that notice the same leave it to it."""


def pass_on(parts: AppContext) -> bool:
    """After a commit: whatever it changed holds for the next call. Never raises.

    False, logged and counted, if that has to wait for the next sweep.
    """

    def look() -> Contents:
        with reading(parts.engine) as connection:
            return denylist.read_denylist(connection, parts.now())

    try:
        denylist.write_denylist(parts.redis, look)
    except (RedisError, SQLAlchemyError, MirrorBusyError) as error:
        parts.counts["mirror"] += 1
        log.warning(
            "blocks and switches are not passed on to the front door (%s); a sweep will, in %g s",
            type(error).__name__,
            parts.settings.sweep_seconds,
        )
        return False
    return True


def restore(parts: AppContext) -> bool:
    """For whoever notices that Redis has lost them, and for the sweep. Never raises.

    Many may notice at once: one of them does it. False if it was not done here.
    """
    try:
        if not parts.redis.set(RESTORING, 1, nx=True, ex=RESTORING_SECONDS):
            return False
    except RedisError as error:
        parts.counts["mirror"] += 1
        log.warning("blocks and switches are not looked after: %s", error)
        return False
    return pass_on(parts)
