"""A server that answers and takes no writes: it was demoted, or the primary is another one now."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import psycopg
import pytest
from sqlalchemy import Connection, Engine, make_url, select, text
from sqlalchemy.exc import DBAPIError, InternalError

from hotline.store.database import connect, reading, transact
from tests.servers import PostgreSQLServer

PATIENCE = 30  # seconds; a failover is waited for less


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture(autouse=True)
def _nothing_is_left(postgresql_server: PostgreSQLServer) -> Iterator[None]:
    yield
    with psycopg.connect(postgresql_server.url.replace("+psycopg", "")) as admin:
        admin.execute("DROP TABLE IF EXISTS written")


@pytest.fixture
def demoted(postgresql_server: PostgreSQLServer) -> Iterator[PostgreSQLServer]:
    postgresql_server.set_read_only("on")
    yield postgresql_server
    postgresql_server.set_read_only("off")


def write(connection: Connection) -> int:
    connection.execute(text("CREATE TABLE IF NOT EXISTS written (at timestamptz)"))
    connection.execute(text("INSERT INTO written VALUES (now())"))
    return connection.execute(text("SELECT inet_server_port() IS NULL")).scalar_one()


def test_a_transaction_waits_until_a_server_takes_writes_again(
    engine: Engine, postgresql_server: PostgreSQLServer
) -> None:
    transact(engine, write)
    postgresql_server.set_read_only("on")
    with ThreadPoolExecutor(1) as caller:
        written = caller.submit(transact, engine, write)
        sleep(0.5)
        assert not written.done()
        postgresql_server.set_read_only("off")
        assert written.result(PATIENCE) is not None


def test_a_server_that_stays_read_only_is_refused_in_the_end_and_can_be_read(
    engine: Engine, demoted: PostgreSQLServer
) -> None:
    with pytest.raises(InternalError, match="read-only"):
        transact(engine, write)
    with reading(engine) as connection:
        assert connection.execute(select(1)).scalar_one() == 1


def test_of_several_hosts_the_one_that_takes_writes_is_used(
    postgresql_server: PostgreSQLServer,
) -> None:
    def place(connection: Connection) -> str:
        write(connection)
        return str(connection.execute(text("SHOW data_directory")).scalar_one())

    with PostgreSQLServer() as other:
        first, second = (make_url(one.url).query["host"] for one in (postgresql_server, other))
        other.set_read_only("on")
        engine = connect(f"postgresql://postgres@/postgres?host={first},{second}")
        assert transact(engine, place) == first

        postgresql_server.set_read_only("on")
        with pytest.raises(DBAPIError):  # as long as nobody is promoted
            transact(engine, place)
        other.set_read_only("off")
        try:
            with ThreadPoolExecutor(1) as caller:
                assert caller.submit(until_written, engine, place).result(PATIENCE) == second
        finally:
            postgresql_server.set_read_only("off")
        engine.dispose()


def until_written(engine: Engine, place) -> str:
    while True:
        try:
            return transact(engine, place)
        except DBAPIError:
            sleep(0.1)
