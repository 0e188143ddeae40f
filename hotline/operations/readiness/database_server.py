"""The database's server: connections for all our processes, and room on its disks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from hotline.operations.readiness.checks import Examination, ReadinessFinding, ok, warning, wrong
from hotline.store.database import reading
from hotline.store.monitoring.hosts import read_states
from hotline.store.postgresql import POOLED

OTHERS = 4  # worker, publisher, messenger, clock
LATELY = timedelta(minutes=1)
"""A host that has said nothing for so long is not counted."""

LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1"})
SLOTS = """
SELECT current_setting('max_connections')::int
     - current_setting('superuser_reserved_connections')::int
     - coalesce(current_setting('reserved_connections', true), '0')::int
"""
OWN_LIMITS = """
SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user
UNION ALL SELECT datconnlimit FROM pg_database WHERE datname = current_database()
"""
OF_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND application_name <> 'hotline'
"""
PLACES = """
SELECT current_setting('data_directory')
UNION ALL SELECT pg_tablespace_location(oid) FROM pg_tablespace
"""


def connections(examination: Examination) -> ReadinessFinding:
    """Against what all our processes may open at most, here and on the other hosts."""
    parts = examination.parts
    if parts.engine.dialect.name == "sqlite":
        return ok("SQLite is a file, which every process opens")
    with reading(parts.engine) as connection:
        room = _room(connection)
        states = read_states(connection)
    if make_url(parts.settings.database).query.get("pooling"):
        return ok(f"the server has {room}; how many the pooler takes cannot be seen from here")
    lately = parts.now() - LATELY
    hosts = len({parts.settings.host, *(state.host for state in states if state.at >= lately)})
    answering = hosts * (parts.settings.voice_processes + parts.settings.web_processes)
    wanted = (answering + OTHERS) * POOLED
    seen = f"{room} are there, and our {answering + OTHERS} processes may open {wanted}"
    if room < answering + OTHERS:
        return wrong(seen, "Raise max_connections: not every process gets one.")
    if room < wanted:
        return warning(seen, "Raise max_connections on the server, or put PgBouncer before it.")
    return ok(seen)


def _room(connection: Connection) -> int:
    """Connections that we may have: what others have open, and is kept for others, taken off."""
    slots = int(connection.execute(text(SLOTS)).scalar_one())
    room = slots - int(connection.execute(text(OF_OTHERS)).scalar_one())
    limits = [int(limit) for limit in connection.execute(text(OWN_LIMITS)).scalars()]
    return min([room, *(limit for limit in limits if limit >= 0)])


def space(examination: Examination) -> ReadinessFinding:
    """Free room on the disks of a PostgreSQL that runs on this machine; no server tells it."""
    engine = examination.parts.engine
    if engine.dialect.name == "sqlite":
        return ok("SQLite is on a disk of this machine, which is looked at")
    least = examination.parts.settings.disk_mb
    with reading(engine) as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    takes = f"the database takes {size // 1_000_000:,} MB"
    places = _places(engine) if is_here(engine) else []
    if not places:
        return warning(
            f"{takes}; how much is free on the server's disk cannot be seen from here",
            f"Look there, or at what the provider shows: at least {least:,} MB are wanted.",
        )
    free = min(shutil.disk_usage(place).free for place in places) // 1_000_000
    seen = f"{takes}; {free:,} MB are free under {' and '.join(map(str, places))}"
    if free < least:
        return wrong(seen, f"Make room: at least {least:,} MB (HOTLINE_DISK_MB) are wanted.")
    return ok(seen)


def is_here(engine: Engine) -> bool:
    """Reached by a socket, or by loopback."""
    _, wanted = engine.dialect.create_connect_args(engine.url)
    named = str(wanted.get("hostaddr") or wanted.get("host") or "").split(",")
    return all(host in LOOPBACK or host.startswith("/") for host in named)


def _places(engine: Engine) -> list[Path]:
    """The folders that the server says it writes to, as far as they are on this machine."""
    try:
        with reading(engine) as connection:
            told = list(connection.execute(text(PLACES)).scalars())
    except ProgrammingError:  # the server does not tell this user
        return []
    return list(_found(told))


def _found(places: list[str]) -> Iterator[Path]:
    for place in filter(None, places):
        with suppress(PermissionError):
            if Path(place).exists():
                yield Path(place)
