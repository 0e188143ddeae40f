"""What went wrong, from when to when, and whom it was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.store.schema.control_tables import incident


class Phase(StrEnum):
    """What of an incident is told."""

    BEGUN = "begun"
    ENDED = "ended"


Told = Mapping[str, Mapping[str, str]]
"""By phase, by way (a person, or the webhook): how it went."""


@dataclass(frozen=True, slots=True)
class Incident:
    """`id` 0: it could not be written down yet."""

    id: int
    rule: str
    subject: str
    said: str
    began_at: datetime
    ended_at: datetime | None = None
    told: Told = field(default_factory=dict)

    def outcomes(self, phase: Phase) -> Mapping[str, str]:
        """How telling it went, by way."""
        return self.told.get(phase, {})


def begin(connection: Connection, new: Incident) -> Incident | None:
    """Opens an incident; None if one of this rule and subject is open already."""
    is_postgresql = connection.dialect.name == "postgresql"
    insertion = (postgresql if is_postgresql else sqlite).insert(incident)
    new_id = connection.scalar(
        insertion.values(
            rule=new.rule,
            subject=new.subject,
            began_at=new.began_at,
            said=new.said,
            told=dict(new.told),
        )
        .on_conflict_do_nothing(
            index_elements=["rule", "subject"], index_where=text("ended_at IS NULL")
        )
        .returning(incident.c.id)
    )
    return None if new_id is None else replace(new, id=new_id)


def record_incident(connection: Connection, rule: str, at: datetime, said: str) -> Incident:
    """An incident that is over at once."""
    values = {"rule": rule, "subject": "", "began_at": at, "ended_at": at, "said": said, "told": {}}
    new_id = connection.scalar(insert(incident).values(values).returning(incident.c.id))
    return Incident(int(new_id or 0), rule, "", said, at, at)


def say(connection: Connection, incident_id: int, said: str) -> None:
    """It goes on, in other figures."""
    connection.execute(update(incident).where(incident.c.id == incident_id).values(said=said))


def end(connection: Connection, incident_id: int, at: datetime) -> bool:
    """Whether it was still open."""
    ended = connection.execute(
        update(incident)
        .where(incident.c.id == incident_id, incident.c.ended_at.is_(None))
        .values(ended_at=at)
    )
    return ended.rowcount == 1


def note_told(connection: Connection, incident_id: int, phase: Phase, way: str, how: str) -> None:
    """How telling it went. Others may note at the same time."""
    told = connection.scalar(
        select(incident.c.told).where(incident.c.id == incident_id).with_for_update()
    )
    if told is None:
        return
    changed = {**told, phase.value: {**told.get(phase.value, {}), way: how}}
    connection.execute(update(incident).where(incident.c.id == incident_id).values(told=changed))


def find_incidents(connection: Connection, incident_id: int) -> Incident | None:
    row = connection.execute(select(incident).where(incident.c.id == incident_id)).one_or_none()
    return None if row is None else _incident(row)


def unended(connection: Connection, since: datetime | None = None) -> Sequence[Incident]:
    """What is wrong now, the oldest first; with `since`, also what has ended after it."""
    wanted: ColumnElement[bool] = incident.c.ended_at.is_(None)
    if since is not None:
        wanted = or_(wanted, incident.c.ended_at > since)
    rows = connection.execute(select(incident).where(wanted).order_by(incident.c.id))
    return [_incident(row) for row in rows]


def ended(connection: Connection, most: int) -> Sequence[Incident]:
    """What was wrong, the newest first."""
    rows = connection.execute(
        select(incident)
        .where(incident.c.ended_at.is_not(None))
        .order_by(incident.c.began_at.desc(), incident.c.id.desc())
        .limit(most)
    )
    return [_incident(row) for row in rows]


def _incident(row: Row[Any]) -> Incident:
    return Incident(row.id, row.rule, row.subject, row.said, row.began_at, row.ended_at, row.told)
