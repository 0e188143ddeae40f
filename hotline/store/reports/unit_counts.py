"""Where the units of a ledger stand, and how many reports are on their way there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from hotline.store.schema.tables import outbox, report_event, unit_state

_STATES = select(
    unit_state.c.unit_code, unit_state.c.status, unit_state.c.contested, unit_state.c.verified
).where(unit_state.c.ledger_id == bindparam("ledger"))
_NEWEST = select(func.max(report_event.c.id))
_OUTBOX = select(func.count(), func.min(outbox.c.filed_at))


def states(connection: Connection, ledger_id: int) -> list[tuple[str, str, bool, bool]]:
    """Of each unit: code, status, whether it is contested, whether it is verified."""
    rows = connection.execute(_STATES, {"ledger": ledger_id})
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def newest_event(connection: Connection) -> int:
    """The last thing that became of a report. While it is the same, units stand as they stood."""
    return connection.scalar(_NEWEST) or 0


def untabulated(connection: Connection) -> tuple[int, datetime | None]:
    """How many reports are filed and in no total yet, and since when the first of them is."""
    waiting, first = connection.execute(_OUTBOX).one()
    return waiting, first
