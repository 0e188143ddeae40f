"""Which units' chairs have practiced a whole report, as the log of activity has it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from hotline.store.enums import ActivityKind
from hotline.store.schema.desk_tables import activity
from hotline.store.schema.tables import ledger

_PRACTICED = activity.c.kind == ActivityKind.REPORT_PRACTICED.value


def latest_practice(connection: Connection, election_id: str) -> dict[str, datetime]:
    """When each unit's chair practiced last; units of which nobody did are not in it."""
    rows = connection.execute(
        select(activity.c.unit_code, func.max(activity.c.at))
        .join(ledger, ledger.c.id == activity.c.ledger_id)
        .where(_PRACTICED, ledger.c.election_id == election_id)
        .group_by(activity.c.unit_code)
    )
    return {row.unit_code: row[1] for row in rows}


def is_on_record(connection: Connection, unit: str, call_sid: str) -> bool:
    """Whether a call has practiced for this unit."""
    found = select(activity.c.id).where(
        _PRACTICED, activity.c.call_sid == call_sid, activity.c.unit_code == unit
    )
    return connection.execute(found.limit(1)).one_or_none() is not None
