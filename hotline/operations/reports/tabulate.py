"""Tabulating a report: out of the outbox and into the totals in one transaction, exactly once."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.publication import publish
from hotline.store.database import transact
from hotline.store.enums import Outcome, Status
from hotline.store.queues import NOTIFY
from hotline.store.reports import reports
from hotline.store.reports.reports import Report
from hotline.store.reports.unit import LockedUnit

log = logging.getLogger(__name__)

PROGRAM = "tabulation"  # who did it, in the events that tabulation writes

BECOMES = {
    Outcome.FILED: Status.COUNTED,
    Outcome.HELD: Status.HELD,
    Outcome.CORROBORATED: Status.CORROBORATING,
    Outcome.CONFLICT: Status.HELD,
}
"""What was decided when the report was filed holds, in whatever order reports are tabulated."""


def tabulate(parts: AppContext, report_id: int) -> bool:
    """Whether this report was still to be tabulated; a second time changes nothing.

    Costs the same however many units there are. Raises SQLAlchemyError with nothing changed, or,
    where the connection was lost, with everything.
    """
    done = transact(parts.engine, lambda connection: _tabulate(parts, connection, report_id))
    if done:
        publish.request(parts)
        parts.enqueue(NOTIFY, report_id)
    return done


def _tabulate(parts: AppContext, connection: Connection, report_id: int) -> bool:
    place = reports.place_of(connection, report_id)
    if place is None:
        log.error("report %s is to be tabulated, but there is no such report", report_id)
        return False
    ledger_id, code = place
    unit = LockedUnit(connection, ledger_id, code)
    election = parts.elections.of_ledger(connection, ledger_id)
    return settle_report(unit, election, unit[report_id], parts.now())


def settle_report(unit: LockedUnit, election: Election, report: Report, at: datetime) -> bool:
    """Decides what becomes of a report that waits in the outbox; False if it does not."""
    if not unit.take_from_outbox(report.id):
        return False
    moves = {report.id: BECOMES[report.outcome]}
    unit.move(election, moves, at, PROGRAM, f"filed as {report.outcome}")
    return True


def settle_waiting(unit: LockedUnit, election: Election, at: datetime) -> list[int]:
    """Everything of this unit that waits, in order: staff decide on what is settled."""
    return [
        report.id
        for report in unit.versions
        if report.status is Status.FILED and settle_report(unit, election, report, at)
    ]
