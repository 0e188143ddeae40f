"""How each host that answers calls finds the parts it needs, told through the parts themselves.

A host that is cut off from one of them says so through the other. Writing it into the database and
reading it back also proves that this one does its work.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redis import Redis
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from hotline.store.keys import PREFIX
from hotline.store.schema.control_tables import host_state

HOSTS = PREFIX + "hosts"
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HostState:
    """What was wrong with each part then; empty for nothing."""

    host: str
    at: datetime
    database: str = ""
    redis: str = ""

    @property
    def works(self) -> bool:
        return not (self.database or self.redis)


def write_state(connection: Connection, state: HostState) -> None:
    """In the database, which therefore works. Raises SQLAlchemyError where it is not kept."""
    connection.execute(delete(host_state).where(host_state.c.at < state.at - KEPT))
    is_postgresql = connection.dialect.name == "postgresql"
    insertion = (postgresql if is_postgresql else sqlite).insert(host_state)
    new = {"at": state.at, "redis": state.redis}
    connection.execute(
        insertion.values(host=state.host, **new).on_conflict_do_update(
            index_elements=["host"], set_=new
        )
    )
    kept = {one.host: one for one in read_states(connection)}.get(state.host)
    if kept != state:
        raise SQLAlchemyError("what was written was not read back")


def read_states(connection: Connection) -> list[HostState]:
    """As the database has them."""
    rows = connection.execute(select(host_state))
    return [HostState(row.host, row.at, redis=row.redis) for row in rows]


def tell_state(redis: Redis, state: HostState) -> None:
    """In Redis. Raises RedisError."""
    told = json.dumps([state.at.isoformat(), state.database, state.redis])
    with redis.pipeline(transaction=True) as pipeline:
        pipeline.hset(HOSTS, state.host, told)
        pipeline.expire(HOSTS, KEPT)
        pipeline.execute()


def told_states(redis: Redis) -> list[HostState]:
    """As Redis has them. Raises RedisError."""
    found: Any = redis.hgetall(HOSTS)
    return [_read(host.decode(), told) for host, told in found.items()]


def newest_states(*some: Iterable[HostState]) -> Mapping[str, HostState]:
    """By host; a host that could not tell one of the parts has told the other."""
    newest: dict[str, HostState] = {}
    for state in (one for each in some for one in each):
        known = newest.get(state.host)
        if known is None or known.at < state.at:
            newest[state.host] = state
    return newest


def _read(host: str, told: bytes) -> HostState:
    at, database, redis = json.loads(told)
    return HostState(host, datetime.fromisoformat(at), database, redis)
