"""The reports of a ledger in which a check found something, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, func, or_, select

from hotline.store.enums import Status
from hotline.store.reports.reports import LAST_STEP
from hotline.store.schema.tables import report, report_event


@dataclass(frozen=True, slots=True)
class DoubtedReport:
    """A version with findings, or with a twin. `figures` and `findings` are as JSON has them.

    `twin_key` is that of other units' reports too, or None.
    """

    unit_code: str
    version: int
    status: Status
    figures: Mapping[str, Mapping[str, Any]]  # by contest id
    findings: tuple[Mapping[str, Any], ...]
    twin_key: str | None


_OTHER = report.alias("other")
_SHARED = (
    select(_OTHER.c.twin_key)
    .where(_OTHER.c.ledger_id == bindparam("ledger"), _OTHER.c.twin_key.is_not(None))
    .group_by(_OTHER.c.twin_key)
    .having(func.count(_OTHER.c.unit_code.distinct()) > 1)
)
_HAS_TWIN = report.c.twin_key.in_(_SHARED)
_DOUBTED = (
    select(
        report.c.unit_code,
        report.c.version,
        report_event.c.status,
        report.c.figures,
        report.c.findings,
        report.c.twin_key,
        _HAS_TWIN.label("has_twin"),
    )
    .join(report_event, report_event.c.report_id == report.c.id)
    .where(
        report.c.ledger_id == bindparam("ledger"),
        report_event.c.step == LAST_STEP,
        or_(cast(report.c.findings, Text) != "[]", _HAS_TWIN),
    )
    .order_by(report.c.unit_code, report.c.version)
)


def doubted(connection: Connection, ledger_id: int) -> list[DoubtedReport]:
    """Every version of which a check found something, whatever has become of it since.

    The first report of a pair of twins has no finding of its own; it is among them as well.
    """
    return [
        DoubtedReport(
            row.unit_code,
            row.version,
            Status(row.status),
            row.figures,
            tuple(row.findings),
            row.twin_key if row.has_twin else None,
        )
        for row in connection.execute(_DOUBTED, {"ledger": ledger_id})
    ]
