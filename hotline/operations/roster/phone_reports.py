"""How far a telephone of the roster is with its reports."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from hotline.calls.turns import PhoneReports
from hotline.election.model import Election
from hotline.store.enums import Status
from hotline.store.reports import reports


def reports_of(
    connection: Connection, election: Election, ledger_id: int, units: Iterable[str]
) -> PhoneReports:
    """Of these units, which the telephone reports for, as far as the election has them.

    Raises SQLAlchemyError.
    """
    known = tuple(unit for unit in units if unit in election.units)
    standing = {
        unit: [report for report in reports.of_unit(connection, ledger_id, unit) if report.stands]
        for unit in known
    }
    missing = tuple(unit for unit in known if not standing[unit])
    if len(known) != 1 or missing:
        return PhoneReports(known, missing)
    last = standing[known[0]][-1]
    outcome = last.outcome.value if last.status is Status.HELD else ""
    return PhoneReports(known, missing, last.confirmation, outcome)
