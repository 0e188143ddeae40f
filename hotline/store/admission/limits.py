"""Changes of limits. Each is kept; the last one of a limit says how it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from hotline.store.schema.control_tables import limit_change


@dataclass(frozen=True, slots=True)
class LimitChange:
    """`value` None: again what the settings say."""

    id: int
    name: str
    value: int | None
    at: datetime  # UTC
    who: str
    why: str


def values(connection: Connection) -> Mapping[str, int]:
    """The limits that are not as the settings say."""
    changes = last_changes(connection).values()
    return {change.name: change.value for change in changes if change.value is not None}


def last_changes(connection: Connection) -> dict[str, LimitChange]:
    """The last change of each limit that was ever changed."""
    newest = select(func.max(limit_change.c.id)).group_by(limit_change.c.name)
    rows = connection.execute(select(limit_change).where(limit_change.c.id.in_(newest)))
    return {row.name: _change(row) for row in rows}


def of_limit(connection: Connection, name: str, most: int) -> Sequence[LimitChange]:
    """The last changes of one limit, the newest first."""
    wanted = select(limit_change).where(limit_change.c.name == name)
    rows = connection.execute(wanted.order_by(limit_change.c.id.desc()).limit(most))
    return [_change(row) for row in rows]


def latest(connection: Connection, most: int) -> Sequence[LimitChange]:
    """The last changes of all limits, the newest first."""
    rows = connection.execute(select(limit_change).order_by(limit_change.c.id.desc()).limit(most))
    return [_change(row) for row in rows]


def record_limit(
    connection: Connection, name: str, value: int | None, at: datetime, who: str, why: str
) -> None:
    row = {"name": name, "value": value, "at": at, "who": who, "why": why}
    connection.execute(insert(limit_change).values(row))


def _change(row: Row[Any]) -> LimitChange:
    return LimitChange(row.id, row.name, row.value, row.at, row.who, row.why)
