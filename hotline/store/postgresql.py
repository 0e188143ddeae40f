"""Connections to PostgreSQL that wait so long and no longer, whatever becomes of the server.

A server that hangs keeps its connections open and answers nothing, so its own time-outs do not
help: the client counts the seconds of each transaction, and closes the connection when they are
over. This holds over a Unix socket as well, where no keepalive does.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ReadOnlySqlTransaction
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext

from hotline.store.breaker import Breaker

Answer = TypeVar("Answer")

BREAKER = "hotline_breaker"
READ_ONLY = "postgresql_readonly"
TICK = 0.1  # seconds between two looks at the time while the server says nothing
DOUBTFUL = 2.0  # seconds of silence after which the server is asked on another connection
LONGEST = 60.0  # seconds of waiting in one transaction
PROBE_SECONDS = 2.5
STATEMENT_SECONDS = 10
SESSION = {
    "timezone": "UTC",
    "synchronous_commit": "on",  # whatever the server's own default: "filed" means durable
    "statement_timeout": STATEMENT_SECONDS * 1000,
    "lock_timeout": STATEMENT_SECONDS * 500,
    "idle_in_transaction_session_timeout": 60_000,
}
"""What every transaction runs under; times in milliseconds."""
CONNECTING = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 6000,  # milliseconds
    "application_name": "hotline",
}
PORT = 5432
KEPT_OPEN = 5
POOLED = 2 * KEPT_OPEN  # connections that a process opens at most
SEVERAL_HOSTS = re.compile(
    r"(?P<who>postgres(ql)?(\+psycopg)?://([^@/?]*@)?)(?P<hosts>[^@/?]*,[^@/?]*)"
    r"(?P<database>/[^?]*)?(\?(?P<query>.*))?"
)
HOST_AND_PORT = re.compile(r"^\[?(.*?)\]?(?::(\d+))?$")
EXAMPLE = "postgresql://USER:PASSWORD@HOST_A:5432,HOST_B:5432/NAME"
USELESS = frozenset({"25006", "53100", "53200", "57P01", "57P02", "57P03"})
"""Read-only, disk full, out of memory, shutting down, crashed, starting: the server answers, and
cannot do the work. Another one may have taken its place."""

_until: ContextVar[float] = ContextVar("until", default=float("inf"))
_longest: ContextVar[float] = ContextVar("longest", default=LONGEST)


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """What is asked of the database in here fails when so many seconds are over."""
    token = _until.set(min(_until.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


@contextmanager
def unhurried() -> Iterator[None]:
    """What is done to the database in here may take as long as it takes."""
    token = _longest.set(float("inf"))
    try:
        yield
    finally:
        _longest.reset(token)


def seconds_left() -> float:
    """Of the time that `answered_within` gives; infinite outside of it."""
    return _until.get() - monotonic()


class BoundedConnection(psycopg.Connection[Any]):
    """Closes itself where the server is silent for too long, and then raises OperationalError."""

    breaker: Breaker | None = None
    _waited = 0.0  # in the transaction that is open

    def wait(
        self, gen: PQGen[Answer], interval: float = TICK, timeout: float | None = None
    ) -> Answer:
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            self._waited = 0.0
        if self._is_hopeless(0.0):
            self._give_up(0.0)
        return super().wait(self._bounded(gen), interval, timeout)

    def _bounded(self, gen: PQGen[Answer]) -> Generator[Any, Any, Answer]:
        began = monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready:
                    self._look_at_the_time(monotonic() - began)
                wanted = gen.send(ready)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
        finally:
            self._waited += monotonic() - began

    def _look_at_the_time(self, waited: float) -> None:
        if self._is_hopeless(waited):
            self._give_up(waited)
        if self.breaker is not None and waited >= DOUBTFUL:
            self.breaker.suspect(waited)

    def _is_hopeless(self, waited: float) -> bool:
        silent = self.breaker is not None and _is_silent(self.breaker)
        return silent or self._waited + waited >= _longest.get() or monotonic() >= _until.get()

    def _give_up(self, waited: float) -> None:
        self.close()
        if self.breaker is not None and waited:
            self.breaker.suspect(waited)
        raise psycopg.OperationalError("the database did not answer in time")


def with_each_host(url: str) -> str:
    """A URL in libpq's form with several hosts, as SQLAlchemy reads it; any other as it is.

    Raises ValueError for the form of libpq that is no URL, with what to write instead.
    """
    if "://" not in url and "=" in url:
        raise ValueError(f"write it as a URL: {EXAMPLE}")
    found = SEVERAL_HOSTS.fullmatch(url)
    if found is None:
        return url
    pairs = [HOST_AND_PORT.findall(host)[0] for host in found["hosts"].split(",")]
    ports = ",".join(port or str(PORT) for _, port in pairs)
    where = f"host={','.join(host for host, _ in pairs)}&port={ports}"
    query = "&".join(filter(None, [where, found["query"]]))
    return f"{found['who']}{found['database'] or '/'}?{query}"


def _with_each_port(url: URL) -> URL:
    """One port holds for all hosts, as libpq has it."""
    hosts = ",".join(url.normalized_query.get("host", ())).split(",")
    ports = ",".join(url.normalized_query.get("port", ())).split(",")
    if len(hosts) > 1 and len(ports) == 1 and ports[0]:
        return url.update_query_dict({"port": ",".join(ports * len(hosts))})
    return url


def postgresql_engine(url: URL) -> Engine:
    """An engine whose connections are bounded, and end where the server cannot do the work.

    With `pooling=transaction` in its query nothing is kept in a session, as a pooler such as
    PgBouncer gives each transaction to another one. Raises ValueError for any other pooling.
    """
    pooling = url.query.get("pooling")
    if pooling not in (None, "transaction"):
        raise ValueError("pooling can only be transaction")
    url = _with_each_port(url.difference_update_query(["pooling"]))
    if any("," in ",".join(url.normalized_query.get(name, ())) for name in ("host", "hostaddr")):
        url = url.set(query={"target_session_attrs": "read-write", **url.query})
    given = {**CONNECTING, **({"prepare_threshold": None} if pooling else {"options": _options()})}
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=KEPT_OPEN,
        max_overflow=POOLED - KEPT_OPEN,
        pool_timeout=5,
        pool_recycle=1800,
        connect_args=given,
    )
    _, wanted = engine.dialect.create_connect_args(url)
    breaker = Breaker("the database", lambda: _probe({**wanted, **given}))
    engine.update_execution_options(**{BREAKER: breaker})
    _listen(engine, breaker)
    if pooling:
        event.listen(engine, "begin", _set_for_transaction)
    return engine


def _options() -> str:
    return " ".join(f"-c {name}={value}" for name, value in SESSION.items())


def _set_for_transaction(connection: Connection) -> None:
    wanted = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in SESSION.items())
    connection.exec_driver_sql(f"SELECT {wanted}")


def breaker_of(engine: Engine) -> Breaker | None:
    """None for SQLite, which is on this machine."""
    found: Breaker | None = engine.get_execution_options().get(BREAKER)
    return found


def _is_silent(breaker: Breaker) -> bool:
    """One that is read-only answers, and may be read."""
    return breaker.is_open and not isinstance(breaker.error, ReadOnlySqlTransaction)


def _listen(engine: Engine, breaker: Breaker) -> None:
    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, given: Any, named: Any) -> psycopg.Connection:
        if _is_silent(breaker):
            raise psycopg.OperationalError(f"the database does not work: {breaker.why}")
        try:
            connection = BoundedConnection.connect(*given, **named)
        except psycopg.OperationalError:
            breaker.suspect()
            raise
        connection.breaker = breaker
        breaker.worked()
        return connection

    @event.listens_for(engine, "handle_error")
    def end_useless(context: ExceptionContext) -> None:
        options = context.connection.get_execution_options() if context.connection else {}
        state = getattr(context.original_exception, "sqlstate", None)
        if state in USELESS and not options.get(READ_ONLY):
            context.is_disconnect = True


def _probe(named: Mapping[str, Any]) -> None:
    """A connection of its own to a server that takes writes; raises psycopg.Error."""
    try:
        connection = BoundedConnection.connect(**{**named, "connect_timeout": 2})
    except psycopg.OperationalError as error:
        if "connection slots" in str(error) or "too many" in str(error):
            return  # it is full, and answers those who have a connection
        raise
    with connection, answered_within(PROBE_SECONDS):
        shown = connection.execute("SHOW transaction_read_only").fetchone()
        if shown == ("on",):
            raise ReadOnlySqlTransaction("it is read-only")
