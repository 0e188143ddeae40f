"""How far a telephone of the roster is with its reports."""

from __future__ import annotations

from sqlalchemy import Connection

from hotline.calls.texts import PhoneReports
from hotline.store.reports import reports


def reports_of(connection: Connection, ledger_id: int, units: tuple[str, ...]) -> PhoneReports:
    """Of these units, which the telephone reports for. Raises SQLAlchemyError."""
    standing = [
        [report for report in reports.of_unit(connection, ledger_id, unit) if report.stands]
        for unit in units
    ]
    all_reported = bool(standing) and all(standing)
    single = standing[0][-1].confirmation if all_reported and len(units) == 1 else ""
    return PhoneReports(units, all_reported, single)
