"""Blocks of chairs' numbers that somebody asked for, until a second account agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from hotline.guard.blocking import Pattern
from hotline.store.enums import ProposalState
from hotline.store.schema.control_tables import block_request


@dataclass(frozen=True, slots=True)
class BlockRequest:
    """`length`: how long the block lasts, from when it is agreed to. `at` in UTC."""

    id: int
    pattern: Pattern
    reason: str
    length: timedelta
    by_id: int
    by: str
    at: datetime
    state: ProposalState


def opened(connection: Connection) -> Sequence[BlockRequest]:
    """Those that wait, the oldest first."""
    wanted = select(block_request).where(block_request.c.state == ProposalState.OPEN.value)
    return [_request(row) for row in connection.execute(wanted.order_by(block_request.c.id))]


def find_request(connection: Connection, id: int) -> BlockRequest | None:
    row = connection.execute(select(block_request).where(block_request.c.id == id)).one_or_none()
    return None if row is None else _request(row)


def add_request(
    connection: Connection,
    pattern: Pattern,
    reason: str,
    length: timedelta,
    by_id: int,
    by: str,
    at: datetime,
) -> int:
    """Returns the id. IntegrityError where the same pattern waits already."""
    row = {
        "pattern": pattern.text,
        "is_prefix": pattern.is_prefix,
        "reason": reason,
        "seconds": int(length.total_seconds()),
        "by_id": by_id,
        "by": by,
        "at": at,
        "state": ProposalState.OPEN.value,
        "settled_by": "",
    }
    id: int = connection.execute(
        insert(block_request).values(row).returning(block_request.c.id)
    ).scalar_one()
    return id


def settle(connection: Connection, id: int, state: ProposalState, by: str, at: datetime) -> None:
    connection.execute(
        update(block_request)
        .where(block_request.c.id == id)
        .values(state=state.value, settled_by=by, settled_at=at)
    )


def _request(row: Row[Any]) -> BlockRequest:
    return BlockRequest(
        id=row.id,
        pattern=Pattern(row.pattern, row.is_prefix),
        reason=row.reason,
        length=timedelta(seconds=row.seconds),
        by_id=row.by_id,
        by=row.by,
        at=row.at,
        state=ProposalState(row.state),
    )
