"""A report is on file: into the totals with it."""

from __future__ import annotations

from hotline.operations.reports import tabulate as operation
from workers.process import parts


def tabulate(report_id: int) -> bool:
    return operation.tabulate(parts(), report_id)
