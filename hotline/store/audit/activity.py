"""The log of what was done at the desk: entries are added and read, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from hotline.store.audit import activity_chain
from hotline.store.audit.activity_chain import ActivityHead, head
from hotline.store.enums import ActivityKind
from hotline.store.schema.desk_tables import activity

__all__ = [
    "ActivityEntry",
    "ActivityHead",
    "add_entry",
    "entry_of",
    "head",
    "latest",
    "of_call",
    "of_kinds",
    "of_unit",
]


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """Who did what, when, on which call and unit; `before` and `after` as JSON has them."""

    at: datetime
    account_id: int | None
    who: str
    kind: ActivityKind
    call_sid: str = ""
    unit_code: str = ""
    ledger_id: int | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    note: str = ""


_ADD = insert(activity).returning(activity.c.id)


def add_entry(connection: Connection, entry: ActivityEntry) -> None:
    """Adds an entry and binds it to the one before. No lock may be taken after this."""
    row = {
        "at": entry.at,
        "account_id": entry.account_id,
        "who": entry.who,
        "kind": entry.kind.value,
        "call_sid": entry.call_sid,
        "unit_code": entry.unit_code,
        "ledger_id": entry.ledger_id,
        "before": None if entry.before is None else dict(entry.before),
        "after": None if entry.after is None else dict(entry.after),
        "note": entry.note,
    }
    activity_chain.lock_chain(connection)
    id_ = connection.execute(_ADD, row).scalar_one()
    activity_chain.bind(connection, {**row, "id": id_})


def of_call(connection: Connection, sid: str) -> Sequence[ActivityEntry]:
    """What was done with a call, the oldest first."""
    wanted = select(activity).where(activity.c.call_sid == sid).order_by(activity.c.id)
    return [entry_of(row) for row in connection.execute(wanted)]


def of_unit(connection: Connection, ledger_id: int, unit: str) -> Sequence[ActivityEntry]:
    """What was done about a unit, the oldest first."""
    wanted = (
        select(activity)
        .where(activity.c.unit_code == unit, activity.c.ledger_id == ledger_id)
        .order_by(activity.c.id)
    )
    return [entry_of(row) for row in connection.execute(wanted)]


def of_kinds(
    connection: Connection, ledger_id: int, kinds: Iterable[ActivityKind]
) -> Sequence[ActivityEntry]:
    """What was done of these kinds in a ledger, the oldest first."""
    wanted = (
        select(activity)
        .where(
            activity.c.kind.in_([kind.value for kind in kinds]), activity.c.ledger_id == ledger_id
        )
        .order_by(activity.c.at, activity.c.id)
    )
    return [entry_of(row) for row in connection.execute(wanted)]


def latest(
    connection: Connection, most: int, account_id: int | None = None
) -> Sequence[ActivityEntry]:
    """The newest entries, of one account or of all, the newest first."""
    wanted = select(activity).order_by(activity.c.id.desc()).limit(most)
    if account_id is not None:
        wanted = wanted.where(activity.c.account_id == account_id)
    return [entry_of(row) for row in connection.execute(wanted)]


def entry_of(row: Row[Any]) -> ActivityEntry:
    """The entry that a row of the table has."""
    return ActivityEntry(
        at=row.at,
        account_id=row.account_id,
        who=row.who,
        kind=ActivityKind(row.kind),
        call_sid=row.call_sid,
        unit_code=row.unit_code,
        ledger_id=row.ledger_id,
        before=row.before,
        after=row.after,
        note=row.note,
    )
