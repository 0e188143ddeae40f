"""Which records of callers are older than they may become, and how they are deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select, tuple_

from hotline.guard.blocking import RULE
from hotline.store.schema.control_tables import block_request
from hotline.store.schema.tables import block, call, call_event, kept_number


@dataclass(frozen=True, slots=True)
class OutdatedRows:
    """Rows of a table that are too old."""

    table: Table
    condition: ColumnElement[bool]

    def count(self, connection: Connection) -> int:
        query = select(func.count()).select_from(self.table).where(self.condition)
        return int(connection.execute(query).scalar_one())

    def delete(self, connection: Connection, most: int) -> int:
        """Deletes so many of them at most; returns how many it were."""
        key = list(self.table.primary_key)
        some = select(*key).where(self.condition).limit(most)
        return connection.execute(delete(self.table).where(tuple_(*key).in_(some))).rowcount


def outdated(numbers_before: datetime, calls_before: datetime) -> Mapping[str, OutdatedRows]:
    """What is too old, by what it is.

    `numbers_before`: full numbers that were kept earlier. `calls_before`: calls that came in, and
    events that happened, earlier. Blocks count from their end: those of a rule with the numbers,
    those that a person made, and answers for, with the calls. Those that somebody has asked for,
    once they are settled, go with the numbers: a block that was agreed to says by whom.
    """
    by_rule = block.c.author.startswith(RULE)
    return {
        "numbers": OutdatedRows(kept_number, kept_number.c.kept_at < numbers_before),
        "calls": OutdatedRows(call, call.c.began_at < calls_before),
        "requests": OutdatedRows(block_request, block_request.c.settled_at < numbers_before),
        "events": OutdatedRows(call_event, call_event.c.at < calls_before),
        "blocks": OutdatedRows(
            block,
            or_(
                and_(by_rule, _ended_before(numbers_before)),
                and_(~by_rule, _ended_before(calls_before)),
            ),
        ),
    }


def _ended_before(time: datetime) -> ColumnElement[bool]:
    """Run out, or lifted."""
    return or_(block.c.until < time, block.c.lifted_at < time)
