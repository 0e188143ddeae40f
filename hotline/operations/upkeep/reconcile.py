"""Sweeping: whatever a lost job, a killed worker or a silent queue has left behind is done now."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from redis import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.admission import denylist, drill
from hotline.operations.context import AppContext
from hotline.operations.publication import publish
from hotline.operations.reports.tabulate import tabulate
from hotline.store.database import reading
from hotline.store.schema.tables import outbox
from hotline.store.upkeep import sweeps

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=5)
"""A report that has waited less is left to the job that was queued for it."""
AT_ONCE = 1000
"""Reports a sweep; the next sweep goes on."""


@dataclass(frozen=True, slots=True)
class Swept:
    waiting: int  # reports that had waited too long
    tabulated: int
    failed: int
    publication: bool  # one was due, and is asked for


def reconcile(parts: AppContext) -> Swept:
    """Tabulates what has waited too long, and asks for a publication if one is due.

    Nothing is queued anew: tabulating a report that a job is about to tabulate is harmless, and
    works while the queue does not. Blocks and switches are passed on to the front door again, lest
    a command could not, or Redis has lost them. A drill is ended over which the day of the
    election has come. Raises SQLAlchemyError if the database cannot be read.
    """
    denylist.restore(parts)
    drill.end_if_due(parts)
    with reading(parts.engine) as connection:
        waiting = (
            connection.execute(
                select(outbox.c.report_id)
                .where(outbox.c.filed_at < parts.now() - PATIENCE)
                .order_by(outbox.c.filed_at)
                .limit(AT_ONCE)
            )
            .scalars()
            .all()
        )
    tabulated = failed = 0
    for report_id in waiting:
        try:
            tabulated += tabulate(parts, report_id)
        except (SQLAlchemyError, LookupError, ValueError):
            log.exception("report %s cannot be tabulated", report_id)
            failed += 1
    due = publish.is_due(parts)
    if due:
        publish.request(parts, anew=True)
    with suppress(RedisError):
        sweeps.note_sweep(parts.redis, parts.now())
    swept = Swept(len(waiting), tabulated, failed, due)
    level = logging.WARNING if waiting else logging.DEBUG  # nothing to do is nothing to read
    log.log(level, "swept: %s", swept)
    return swept
