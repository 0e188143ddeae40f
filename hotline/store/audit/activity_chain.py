"""The log of what people did, bound: each entry carries the digest of all those before it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, String, Text, bindparam, cast, insert, select

from hotline.election.audit import chain
from hotline.store.database import exclusive
from hotline.store.schema.chain_tables import activity_link
from hotline.store.schema.desk_tables import activity

AT_ONCE = 5_000  # links read at a time

BOUND = (
    "id",
    "at",
    "account_id",
    "who",
    "kind",
    "call_sid",
    "unit_code",
    "ledger_id",
    "before",
    "after",
    "note",
)
"""The columns of an entry that go into its digest: all of them."""


@dataclass(frozen=True, slots=True)
class ActivityHead:
    """The last link: how many entries there are, and what they all amount to (hexadecimal)."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


@dataclass(frozen=True, slots=True)
class BoundEntry:
    """A link and what it binds, by column, as far as that can be read; None where it is gone."""

    number: int
    digest: str
    activity_id: int
    entry: Mapping[str, Any] | None


_HEAD = (
    select(activity_link.c.number, activity_link.c.digest)
    .order_by(activity_link.c.number.desc())
    .limit(1)
)
_LINK = insert(activity_link)
# Moments and documents as text: what somebody has altered may be neither any more.
_AS_TEXT: Mapping[str, type[String]] = {"at": String, "before": Text, "after": Text}
_ENTRY = [
    cast(column, _AS_TEXT[column.name]).label(column.name) if column.name in _AS_TEXT else column
    for column in activity.c
]
_CHAIN = (
    select(activity_link.c.number, activity_link.c.digest, activity_link.c.activity_id, *_ENTRY)
    .outerjoin(activity, activity.c.id == activity_link.c.activity_id)
    .where(activity_link.c.number > bindparam("above"))
    .order_by(activity_link.c.number)
    .limit(AT_ONCE)
)
_UNBOUND = (
    select(*_ENTRY)
    .outerjoin(activity_link, activity_link.c.activity_id == activity.c.id)
    .where(activity_link.c.number.is_(None))
    .order_by(activity.c.id)
)


def lock_chain(connection: Connection) -> None:
    """Until this transaction ends, nobody else adds an entry: its place in the chain is its own.

    It is the last lock that a transaction takes. Whoever waits for it holds up all that act.
    """
    exclusive(connection, "activity")


def bind(connection: Connection, entry: Mapping[str, Any]) -> None:
    """Adds the link of an entry that was added just now. The log has to be held."""
    last = head(connection)
    link = {
        "number": last.number + 1,
        "activity_id": entry["id"],
        "digest": digest_of(last.digest, entry),
    }
    connection.execute(_LINK, link)


def digest_of(previous: str, entry: Mapping[str, Any]) -> str:
    """The digest of an entry after one with the digest `previous`."""
    bound = {name: entry[name] for name in BOUND}
    # As it comes back from the database: keys are text, and tuples are lists.
    for name in ("before", "after"):
        bound[name] = json.loads(json.dumps(bound[name]))
    return chain.link(previous, bound)


def head(connection: Connection) -> ActivityHead:
    """The last link; number 0 while nothing was ever done."""
    row = connection.execute(_HEAD).one_or_none()
    return ActivityHead(0, chain.START) if row is None else ActivityHead(row.number, row.digest)


def links(connection: Connection) -> Iterator[BoundEntry]:
    """The whole chain from its beginning."""
    above = 0
    while rows := connection.execute(_CHAIN, {"above": above}).all():
        for row in rows:
            entry = None if row.id is None else _written(row)
            yield BoundEntry(row.number, row.digest, row.activity_id, entry)
        above = rows[-1].number


def unbound(connection: Connection) -> list[Mapping[str, Any]]:
    """Entries without a link, by column: nobody has written them who writes the log."""
    return [_written(row) for row in connection.execute(_UNBOUND)]


def _written(row: Row[Any]) -> dict[str, Any]:
    """The entry by column; what cannot be read stays text, which makes another digest."""
    entry = {name: getattr(row, name) for name in BOUND}
    with suppress(TypeError, ValueError):
        at = datetime.fromisoformat(entry["at"])
        entry["at"] = at if at.tzinfo else at.replace(tzinfo=UTC)
    for name in ("before", "after"):
        with suppress(TypeError, ValueError):
            entry[name] = json.loads(entry[name])
    return entry
