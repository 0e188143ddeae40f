"""The SQL database: SQLite for a machine of its own, PostgreSQL for production, used alike.

Every transaction says at its start whether it writes. On SQLite a writer takes the write lock at
once and waits its turn there: a transaction that began by reading and then wants to write can only
fail, when another one has written in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import TypeVar

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.types import TypeDecorator

from hotline.store.breaker import YOUNG
from hotline.store.postgresql import (
    READ_ONLY,
    USELESS,
    breaker_of,
    postgresql_engine,
    seconds_left,
    with_each_host,
)

Result = TypeVar("Result")

WRITES = "hotline_writes"
LAST = "hotline_last"
BUSY_SECONDS = 10  # a webhook has 15 s: who waits for a lock must have answered by then
ATTEMPTS = 3
PASSING = frozenset({"40001", "40P01"})  # serialization failure, deadlock: may succeed again


class DatabaseURLError(ValueError):
    """The URL names no database that the program can use."""


def connect(url: str) -> Engine:
    """An engine for `url`; nothing is opened yet, but a directory for SQLite is made.

    Accepts SQLAlchemy's form, the `postgres://` that hosting companies hand out, and libpq's with
    several hosts (`host_a:5432,host_b`), of which the one that takes writes is used.
    Raises DatabaseURLError for anything but a SQLite file or PostgreSQL.
    """
    try:
        plain = with_each_host(url)
    except ValueError as error:
        raise DatabaseURLError(f"DATABASE_URL: {error}") from None
    try:
        parsed = make_url(plain)
    except (ArgumentError, ValueError):
        raise DatabaseURLError("DATABASE_URL: not a database URL") from None
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "postgresql+psycopg":
        try:
            return postgresql_engine(parsed)
        except (ArgumentError, ValueError) as error:
            raise DatabaseURLError(f"DATABASE_URL: {error}") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    raise DatabaseURLError(
        f"DATABASE_URL: {parsed.drivername} is not supported; use sqlite or postgresql+psycopg"
    )


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseURLError("DATABASE_URL: SQLite needs a file, as in sqlite:///var/hotline.db")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "invalidate", _release_sqlite)
    return engine


def _prepare_sqlite(connection: SQLiteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin_sqlite` does
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",  # with WAL, anything less may lose a commit when the power fails
        "foreign_keys = ON",
        "recursive_triggers = ON",  # so that INSERT OR REPLACE cannot slip past append-only
    ):
        connection.execute(f"PRAGMA {pragma}")


def _release_sqlite(connection: SQLiteConnection, *_: object) -> None:
    # A connection that is thrown away keeps its lock for as long as a traceback holds its cursor.
    connection.rollback()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: commits at the end, rolls back on any exception."""
    last: list[Callable[[], None]] = []
    with _connected(engine) as connection:
        connection.execution_options(**{WRITES: True, LAST: last})
        with connection.begin():
            yield connection
            for work in last:
                work()


def at_the_end(connection: Connection, work: Callable[[], None]) -> None:
    """`work` as the last thing in this transaction, just before it commits.

    For what everybody waits for: the shorter it is held, the better, and nothing that could be
    waited for in a circle is taken after it. Outside of `writing` it is done at once.
    """
    last: list[Callable[[], None]] | None = connection.get_execution_options().get(LAST)
    if last is None:
        work()
    else:
        last.append(work)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads, and sees a single moment of the database throughout."""
    with _connected(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", **{READ_ONLY: True})
        with connection.begin():
            yield connection


def transact(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    """`work` in one writing transaction, again if the database gave up on it for a passing reason.

    `work` must be harmless to repeat: when the connection is lost at the commit, nobody can tell
    whether it was done. A lock that did not come free in time is not tried again: the caller on
    the line has no more time.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with writing(engine) as connection:
                return work(connection)
        except DBAPIError as error:
            if attempt == ATTEMPTS or not may_succeed_now(engine, error):
                raise
        time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")


def may_succeed_now(engine: Engine, error: DBAPIError) -> bool:
    """Whether a transaction that failed like this is worth another attempt at once.

    While an outage is young its end is waited for: the next connection may find another server.
    """
    if getattr(error.orig, "sqlstate", None) in PASSING:
        return True
    breaker = breaker_of(engine)
    if breaker is None:
        return error.connection_invalidated
    return _is_lost(error) and breaker.recovers(min(YOUNG, seconds_left()))


def _is_lost(error: DBAPIError) -> bool:
    """The connection broke, was never made, or leads to a server that cannot do the work."""
    state = getattr(error.orig, "sqlstate", None)
    no_answer = isinstance(error, OperationalError) and state is None
    return error.connection_invalidated or no_answer or state in USELESS


def _connected(engine: Engine) -> Connection:
    """A connection; one that cannot be made is tried again once while an outage is young."""
    try:
        return engine.connect()
    except DBAPIError as error:
        if not may_succeed_now(engine, error):
            raise
        return engine.connect()


def exclusive(connection: Connection, *name: object) -> None:
    """Holds back, until this transaction ends, every other one that names the same thing.

    SQLite lets one writer in at a time, so there is nothing to do.
    """
    if connection.dialect.name == "postgresql":
        digest = sha256("\x1f".join(map(str, name)).encode()).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, always aware; a naive datetime is refused rather than guessed at."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
