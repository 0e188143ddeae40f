"""Looking through blocks, and at whom they turned away lately."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, and_, cast, func, or_, select

from hotline.guard.blocking import RULE
from hotline.guard.triage import Counted
from hotline.store.admission.blocks import StoredBlock, stored
from hotline.store.enums import EventKind
from hotline.store.schema.tables import block, call, call_event

MOST_CALLS = 20_000
"""Turned away calls that hits lately are counted from: the newest."""


@dataclass(frozen=True, slots=True)
class Lately:
    """Hits of a block since a moment, and in the same time before it."""

    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Sought:
    """None: whatever it is. `digits`: any part of the number, without the plus."""

    in_force: bool | None = None
    by_rule: bool | None = None
    digits: str = ""


def search(connection: Connection, sought: Sought, at: datetime, most: int) -> list[StoredBlock]:
    """The blocks that are sought, the newest first, and so many at most."""
    conditions = [*_conditions(sought, at)]
    wanted = select(block).where(*conditions).order_by(block.c.id.desc()).limit(most)
    return [stored(row) for row in connection.execute(wanted)]


def _conditions(sought: Sought, at: datetime) -> Sequence[ColumnElement[bool]]:
    standing = and_(block.c.lifted_at.is_(None), block.c.until > at)
    ended = or_(block.c.lifted_at.is_not(None), block.c.until <= at)
    by_rule = block.c.author.startswith(RULE)
    found: list[ColumnElement[bool]] = []
    if sought.in_force is not None:
        found.append(standing if sought.in_force else ended)
    if sought.by_rule is not None:
        found.append(by_rule if sought.by_rule else ~by_rule)
    if sought.digits:
        found.append(block.c.pattern.contains(sought.digits, autoescape=True))
    return found


def hits_lately(
    connection: Connection, ids: Collection[int], since: datetime, before: datetime
) -> Mapping[int, Lately]:
    """How many calls each block turned away since a moment, and from `before` until then.

    Of the newest 20,000 calls that blocks turned away; of a penalty of the front door, none.
    """
    newest = (
        select(call.c.sid, call.c.began_at)
        .where(call.c.began_at >= before, call.c.reason == Counted.BLOCK.value)
        .order_by(call.c.began_at.desc())
        .limit(MOST_CALLS)
        .subquery()
    )
    by = cast(func.nullif(call_event.c.detail["block"].as_string(), ""), Integer)
    rows = connection.execute(
        select(
            by.label("block"),
            func.count().filter(newest.c.began_at >= since).label("now"),
            func.count().filter(newest.c.began_at < since).label("before"),
        )
        .select_from(newest)
        .join(call_event, call_event.c.sid == newest.c.sid)
        .where(call_event.c.kind == EventKind.ARRIVED.value, call_event.c.number == 0)
        .group_by(by)
    )
    return {row.block: Lately(row.now, row.before) for row in rows if row.block in ids}
