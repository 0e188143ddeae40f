"""The last drill that was begun, as the log of activity has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from hotline.store.enums import ActivityKind
from hotline.store.schema.desk_tables import activity


@dataclass(frozen=True, slots=True)
class Drill:
    """`ledger_id` takes its reports; `instead_of` is the ledger that was in use before."""

    ledger_id: int
    instead_of: int
    who: str
    at: datetime  # UTC
    why: str


def last(connection: Connection) -> Drill | None:
    """The last one that was begun, ended or not."""
    row = connection.execute(
        select(activity)
        .where(activity.c.kind == ActivityKind.DRILL_BEGUN.value)
        .order_by(activity.c.at.desc(), activity.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Drill(row.after["ledger"], row.before["ledger"], row.who, row.at, row.note)
