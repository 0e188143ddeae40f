"""Blocks of numbers and of ranges of numbers. A row is never taken out; a block is lifted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from hotline.guard.blocking import RULE, Pattern
from hotline.store.schema.tables import block, chair, chair_phone


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """A block, in force or not. All moments are in UTC."""

    id: int
    pattern: Pattern
    reason: str
    author: str
    second: str  # who agreed; empty where nobody had to
    made_at: datetime
    until: datetime
    hits: int
    hit_at: datetime | None
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_why: str | None

    @property
    def by_rule(self) -> bool:
        """Nobody decided on it: its force is what the front door remembers of the number."""
        return self.author.startswith(RULE)

    def is_in_force(self, at: datetime) -> bool:
        return self.lifted_at is None and self.until > at


def in_force(connection: Connection, at: datetime) -> list[StoredBlock]:
    """In the order in which they were made."""
    return _read(connection, select(block).where(block.c.lifted_at.is_(None), block.c.until > at))


def every(connection: Connection) -> list[StoredBlock]:
    """Those too that have ended or were lifted."""
    return _read(connection, select(block))


def insert_block(
    connection: Connection,
    pattern: Pattern,
    reason: str,
    author: str,
    second: str,
    at: datetime,
    until: datetime,
) -> int:
    """Returns the id. IntegrityError where the second person is the author."""
    row = {
        "pattern": pattern.text,
        "is_prefix": pattern.is_prefix,
        "reason": reason,
        "author": author,
        "second": second,
        "made_at": at,
        "until": until,
        "hits": 0,
    }
    id_: int = connection.execute(insert(block).values(row).returning(block.c.id)).scalar_one()
    return id_


def lift(connection: Connection, ids: Collection[int], at: datetime, by: str, why: str) -> None:
    """Those that are lifted already stay as they are."""
    connection.execute(
        update(block)
        .where(block.c.id.in_(ids), block.c.lifted_at.is_(None))
        .values(lifted_at=at, lifted_by=by, lifted_why=why)
    )


def count_roster_phones(connection: Connection, election_id: str, pattern: Pattern) -> int:
    """How many telephones of the roster a block of this pattern would be of."""
    phone = chair_phone.c.phone
    return connection.execute(
        select(func.count(phone.distinct()))
        .join(chair, chair_phone.c.chair_id == chair.c.id)
        .where(
            chair.c.election_id == election_id,
            phone.startswith(pattern.text, autoescape=True)
            if pattern.is_prefix
            else phone == pattern.text,
        )
    ).scalar_one()


def extend(connection: Connection, id: int, until: datetime) -> None:
    """Gives a block another end."""
    connection.execute(update(block).where(block.c.id == id).values(until=until))


def find_block(connection: Connection, id: int) -> StoredBlock | None:
    row = connection.execute(select(block).where(block.c.id == id)).one_or_none()
    return None if row is None else stored(row)


def _read(connection: Connection, which: Select[Any]) -> list[StoredBlock]:
    return [stored(row) for row in connection.execute(which.order_by(block.c.id))]


def stored(row: Row[Any]) -> StoredBlock:
    """A row of the table."""
    return StoredBlock(
        id=row.id,
        pattern=Pattern(row.pattern, row.is_prefix),
        reason=row.reason,
        author=row.author,
        second=row.second,
        made_at=row.made_at,
        until=row.until,
        hits=row.hits,
        hit_at=row.hit_at,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        lifted_why=row.lifted_why,
    )
