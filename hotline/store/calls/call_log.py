"""The records of calls in SQL: every event once, and what follows from it.

Whoever adds events first holds the log (`hold`): what is new is then new for everybody, and what
follows from it is put down once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Table,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from hotline.guard.blocking import RULE
from hotline.store.calls.events import IN_FULL, CallEvent
from hotline.store.database import exclusive
from hotline.store.enums import EventKind
from hotline.store.schema.tables import block, call, call_event, kept_number

REPEATED_CALLS = RULE + "repeated calls"
"""The author of a block that the front door made by itself."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """The life of a call or text message in a line: the columns of `call`."""

    sid: str
    channel: str
    entrance: str
    ledger_id: int | None
    began_at: datetime
    caller_key: str
    last_four: str
    attestation: str
    standing: str
    verdict: str
    reason: str
    verified_at: datetime | None
    unit_code: str | None
    filings: int
    person_at: datetime | None
    ended_at: datetime | None
    ended_as: str | None
    seconds: int | None
    charge: int | None


@dataclass(frozen=True, slots=True)
class KeptNumber:
    """A number that somebody may have to call back or block."""

    caller_key: str
    number: str
    why: str
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class Penalty:
    """A number that is turned away for its earlier calls."""

    number: str
    reason: str
    made_at: datetime
    until: datetime


_Insert = sqlite.Insert | postgresql.Insert
_ON_CONFLICT: Mapping[str, Callable[[Table], _Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def _on_both(table: Table, *, newer: str = "") -> Mapping[str, Executable]:
    """Inserts a row, or puts it in the place of the one with its key; with `newer`, only where
    that column does not say that it is the older one."""
    statements: dict[str, Executable] = {}
    for dialect, insert_into in _ON_CONFLICT.items():
        statement = insert_into(table)
        given = {c.name: statement.excluded[c.name] for c in table.c if not c.primary_key}
        where = statement.excluded[newer] >= table.c[newer] if newer else None
        statements[dialect] = statement.on_conflict_do_update(
            index_elements=list(table.primary_key), set_=given, where=where
        )
    return statements


_OF_CALLS = select(call_event).where(call_event.c.sid.in_(bindparam("sids", expanding=True)))
_ADD: Mapping[str, Executable] = {
    dialect: insert_into(call_event).on_conflict_do_nothing()
    for dialect, insert_into in _ON_CONFLICT.items()
}
_WRITE = _on_both(call)
_KEEP = _on_both(kept_number, newer="kept_at")
_HIT = (
    update(block)
    .where(block.c.id == bindparam("block"))
    .values(
        hits=block.c.hits + bindparam("more"),
        hit_at=case((block.c.hit_at > bindparam("last"), block.c.hit_at), else_=bindparam("last")),
    )
)
_OF_NUMBER = (
    select(func.max(block.c.id))
    .where(
        block.c.pattern == kept_number.c.number,
        block.c.author == REPEATED_CALLS,
        block.c.made_at <= bindparam("last"),
    )
    .correlate(kept_number)
    .scalar_subquery()
)
_PENALTY_OF = select(_OF_NUMBER).where(kept_number.c.caller_key == bindparam("caller"))


def lock_call_log(connection: Connection) -> None:
    """Until this transaction ends, nobody else adds events."""
    exclusive(connection, "call log")


def events_of(connection: Connection, sids: Iterable[str]) -> list[CallEvent]:
    """All events of these calls that are on record."""
    rows = connection.execute(_OF_CALLS, {"sids": list(sids)})
    return [
        CallEvent(sid, EventKind(kind), number, at, detail)
        for sid, kind, number, at, detail in rows
    ]


def find_call(connection: Connection, sid: str) -> CallRow | None:
    """The life of one call as far as it is on record; None where nothing is yet."""
    found = connection.execute(select(call).where(call.c.sid == sid)).mappings().one_or_none()
    return None if found is None else CallRow(**found)


def number_of(connection: Connection, caller_key: str) -> str | None:
    """The full number (E.164) of a caller, where it is kept."""
    return connection.scalar(
        select(kept_number.c.number).where(kept_number.c.caller_key == caller_key)
    )


def add_events(connection: Connection, events: Iterable[CallEvent]) -> None:
    """Puts events on record, without anybody's number."""
    rows = [
        {
            "sid": event.sid,
            "kind": event.kind,
            "number": event.number,
            "at": event.at,
            "detail": {name: said for name, said in event.detail.items() if name != IN_FULL},
        }
        for event in events
    ]
    connection.execute(_ADD[connection.dialect.name], rows)


def write_calls(connection: Connection, rows: Sequence[CallRow]) -> None:
    """Puts calls in the place of what was said of them before."""
    if rows:
        connection.execute(_WRITE[connection.dialect.name], _columns(rows))


def _columns(rows: Sequence[CallRow] | Sequence[KeptNumber]) -> list[dict[str, Any]]:
    """What `dataclasses.asdict` gives, without the copies, which take longer than the insert."""
    names = [field.name for field in fields(rows[0])]
    return [{name: getattr(row, name) for name in names} for row in rows]


def hit(connection: Connection, hits: Mapping[int, Sequence[datetime]]) -> None:
    """Counts who was turned away by which block. A block that is gone counts nothing."""
    if hits:
        counted = [
            {"block": id, "more": len(times), "last": max(times)}
            for id, times in sorted(hits.items())
        ]
        connection.execute(_HIT, counted)


def penalties_of(connection: Connection, callers: Mapping[str, datetime]) -> dict[str, int]:
    """The block that stands for the penalty a caller (by key) was last under at that time.

    A caller whose number is not kept any more has none.
    """
    found = {
        caller: connection.scalar(_PENALTY_OF, {"caller": caller, "last": last})
        for caller, last in callers.items()
    }
    return {caller: id for caller, id in found.items() if id is not None}


def keep(connection: Connection, numbers: Sequence[KeptNumber]) -> None:
    """Keeps numbers in full; of each, what was said last."""
    if numbers:
        connection.execute(_KEEP[connection.dialect.name], _columns(numbers))


def penalise(connection: Connection, penalties: Sequence[Penalty]) -> None:
    """Puts down whom the front door turns away by itself. In force is what Redis says."""
    if not penalties:
        return
    usual = {"is_prefix": False, "author": REPEATED_CALLS, "second": "", "hits": 0}
    connection.execute(
        insert(block),
        [
            {
                **usual,
                "pattern": penalty.number,
                "reason": penalty.reason,
                "made_at": penalty.made_at,
                "until": penalty.until,
            }
            for penalty in penalties
        ],
    )
