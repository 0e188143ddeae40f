"""From time to time: do what lost jobs have left undone, put the desk's queue right."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.callbacks import call_next
from hotline.operations.desk.endings import heal
from hotline.operations.desk.entry.pictures import fetch_overdue
from hotline.operations.desk.reminders import resume
from hotline.operations.monitoring.failed_jobs import clear_done
from hotline.operations.upkeep import reconcile as operation
from workers.process import parts


def reconcile() -> None:
    began = datetime.now(UTC)
    try:
        heal(_board())
        call_next(_board())
        resume(parts())
    finally:
        operation.reconcile(parts())
        fetch_overdue(parts())
    clear_done(parts(), began)


@cache
def _board() -> DeskServices:
    return DeskServices(parts())
