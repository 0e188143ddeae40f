"""Test calls: before the night, a chair's telephone has heard us, and that is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import rule
from hotline.operations.context import AppContext
from hotline.store.database import exclusive, transact
from hotline.store.elections import ActiveElection
from hotline.store.roster import readiness_calls

BY = rule("test call")


def is_awaited(active: ActiveElection, at: datetime, *, closed: bool) -> bool:
    """Whether whoever calls now tries the line: intake is closed, or the day has not come.

    A test ledger is for practising whole reports, on any day, and asks nothing else.
    """
    election = active.election
    return closed or (not active.is_test and at.astimezone(election.zone).date() < election.date)


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
