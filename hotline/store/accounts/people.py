"""What one person did, out of the log of what was done at the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from hotline.store.enums import ActivityKind
from hotline.store.schema.desk_tables import activity


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry of the log, with its number."""

    id: int
    at: datetime
    kind: ActivityKind
    call_sid: str
    unit_code: str
    after: Mapping[str, Any]
    note: str


def newest(connection: Connection, account_id: int, most: int) -> Sequence[Deed]:
    """What an account did, the newest first."""
    wanted = _DEEDS.where(activity.c.account_id == account_id)
    return [
        _deed(*row) for row in connection.execute(wanted.order_by(activity.c.id.desc()).limit(most))
    ]


def counts(connection: Connection, account_id: int) -> dict[ActivityKind, int]:
    """How often an account did what."""
    rows = connection.execute(
        select(activity.c.kind, func.count())
        .where(activity.c.account_id == account_id)
        .group_by(activity.c.kind)
    )
    return {ActivityKind(kind): count for kind, count in rows}


def of_kinds(
    connection: Connection, account_id: int, kinds: Collection[ActivityKind], most: int
) -> Sequence[Deed]:
    """The newest of what an account did of these kinds, the oldest of them first."""
    rows = connection.execute(
        _DEEDS.where(
            activity.c.account_id == account_id,
            activity.c.kind.in_([kind.value for kind in kinds]),
        )
        .order_by(activity.c.id.desc())
        .limit(most)
    )
    return [_deed(*row) for row in rows][::-1]


_DEEDS = select(
    activity.c.id,
    activity.c.at,
    activity.c.kind,
    activity.c.call_sid,
    activity.c.unit_code,
    activity.c.after,
    activity.c.note,
)


def _deed(
    id_: int,
    at: datetime,
    kind: str,
    sid: str,
    unit: str,
    after: Mapping[str, Any] | None,
    note: str,
) -> Deed:
    return Deed(id_, at, ActivityKind(kind), sid, unit, after or {}, note)
