"""Test calls: before the night, a chair's telephone has heard us, and that is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import rule
from hotline.operations.context import AppContext
from hotline.store.database import exclusive, reading, transact
from hotline.store.elections import ActiveElection
from hotline.store.reports import ledgers
from hotline.store.roster import practice, readiness_calls

BY = rule("test call")
PRACTICE = rule("practice")


def is_early(active: ActiveElection, at: datetime) -> bool:
    """Whether the day of the election has not come, so that whoever calls tries the line.

    A test ledger is for practising whole reports, on any day, and asks nothing else.
    """
    return not active.is_test and _day(active, at) < active.election.date


def is_awaited(parts: AppContext, active: ActiveElection, *, closed: bool) -> bool:
    """Whether a chair who calls now tries the line: the day has not come, or intake has not begun.

    Intake that is closed (`closed`) after a report has come, or after the day, has been open: then
    a test would have chairs believe that nothing is missing. Raises SQLAlchemyError.
    """
    now = parts.now()
    if is_early(active, now):
        return True
    if not closed or (not active.is_test and _day(active, now) > active.election.date):
        return False
    with reading(parts.engine) as connection:
        return not ledgers.has_reports(connection, active.ledger_id)


def _day(active: ActiveElection, at: datetime) -> date:
    return at.astimezone(active.election.zone).date()


def mark_ready(
    parts: AppContext, election_id: str, units: Sequence[str], call_sid: str, caller: str
) -> None:
    """Puts on record that the chair of these units hears us; `caller`: the last four digits.

    Once a unit and call, however often it is repeated. Raises SQLAlchemyError.
    """

    def work(connection: Connection) -> None:
        exclusive(connection, "test call", call_sid)
        known = readiness_calls.of_call(connection, election_id, call_sid)
        for unit in units:
            if unit not in known:
                readiness_calls.add_readiness_call(
                    connection, election_id, unit, call_sid, caller, parts.now()
                )
                log_activity(
                    connection,
                    parts,
                    BY,
                    ActivityKind.TEST_CALL,
                    call_sid=call_sid,
                    unit=unit,
                    after={"caller": caller},
                )

    transact(parts.engine, work)


def mark_practiced(parts: AppContext, unit: str, call_sid: str, caller: str) -> None:
    """Puts on record that the unit's chair has keyed a whole report, of which nothing is kept.

    Once a unit and call, however often it is repeated. `caller` as above. Raises SQLAlchemyError.
    """

    def work(connection: Connection) -> None:
        exclusive(connection, "test call", call_sid)
        if not practice.is_on_record(connection, unit, call_sid):
            log_activity(
                connection,
                parts,
                PRACTICE,
                ActivityKind.REPORT_PRACTICED,
                call_sid=call_sid,
                unit=unit,
                after={"caller": caller},
            )

    transact(parts.engine, work)
