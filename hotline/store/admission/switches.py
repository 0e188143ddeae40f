"""The switches of administrators. Each change is kept; the last one of a switch says how it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from hotline.store.enums import Switch
from hotline.store.schema.tables import switch_change


@dataclass(frozen=True, slots=True)
class SwitchChange:
    """Somebody turned a switch on or off. `said`: what callers hear meanwhile, by language."""

    switch: Switch
    on: bool
    at: datetime  # UTC
    who: str
    why: str
    said: Mapping[str, str] = field(default_factory=dict)


def last_changes(connection: Connection) -> dict[Switch, SwitchChange]:
    """The last change of each switch that was ever changed."""
    newest = select(func.max(switch_change.c.id)).group_by(switch_change.c.switch)
    rows = connection.execute(select(switch_change).where(switch_change.c.id.in_(newest)))
    return {Switch(row.switch): _change(row) for row in rows}


def latest(connection: Connection, most: int) -> list[SwitchChange]:
    """The last changes of all switches, the newest first."""
    newest = select(switch_change).order_by(switch_change.c.id.desc()).limit(most)
    return [_change(row) for row in connection.execute(newest)]


def turned_on(connection: Connection, switch: Switch) -> SwitchChange | None:
    """How a switch was turned on; None while it is off."""
    change = last_changes(connection).get(switch)
    return change if change is not None and change.on else None


def record_switch(connection: Connection, change: SwitchChange) -> None:
    connection.execute(
        insert(switch_change).values(
            switch=change.switch.value,
            on=change.on,
            at=change.at,
            who=change.who,
            why=change.why,
            said=dict(change.said),
        )
    )


def _change(row: Row[Any]) -> SwitchChange:
    return SwitchChange(Switch(row.switch), row.on, row.at, row.who, row.why, row.said)
