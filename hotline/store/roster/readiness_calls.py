"""Which chairs have called before the night, and heard us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from hotline.store.schema.control_tables import test_call


def add_readiness_call(
    connection: Connection, election_id: str, unit: str, call_sid: str, caller: str, at: datetime
) -> None:
    """`caller`: the last four digits of the telephone; empty where it was withheld."""
    connection.execute(
        insert(test_call).values(
            election_id=election_id, unit_code=unit, call_sid=call_sid, caller=caller, at=at
        )
    )


def of_call(connection: Connection, election_id: str, call_sid: str) -> frozenset[str]:
    """The units that a call was a test for."""
    return frozenset(
        connection.scalars(
            select(test_call.c.unit_code).where(
                test_call.c.election_id == election_id, test_call.c.call_sid == call_sid
            )
        )
    )


def latest(connection: Connection, election_id: str) -> dict[str, datetime]:
    """When each unit's chair tried the line last; units of which nobody did are not in it."""
    rows = connection.execute(
        select(test_call.c.unit_code, func.max(test_call.c.at))
        .where(test_call.c.election_id == election_id)
        .group_by(test_call.c.unit_code)
    )
    return {row.unit_code: row[1] for row in rows}
