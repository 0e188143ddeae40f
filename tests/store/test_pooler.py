"""PgBouncer in transaction mode: no session of one's own, and nothing that is kept in one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text

from hotline.operations.context import AppContext
from hotline.operations.readiness import database
from hotline.operations.readiness.checks import CheckState, Examination
from hotline.store.database import DatabaseURLError, connect, exclusive, reading, transact
from hotline.store.schema.tables import election
from tests.servers import PostgreSQLServer
from tests.store.failover_servers import PgBouncer

pytestmark = pytest.mark.skipif(PgBouncer.PROGRAM is None, reason="pgbouncer is not installed")


@pytest.fixture
def backend() -> str:
    return "postgresql"


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = connect(url)
    yield engine
    engine.dispose()


def finding(parts: AppContext, engine: Engine, check):
    return check(Examination(replace(parts, engine=engine), carrier=None, probe=None))


@pytest.mark.usefixtures("engine")
def test_transactions_run_under_our_time_outs_and_statements_do_not_collide(
    parts: AppContext, postgresql_server: PostgreSQLServer
) -> None:
    def count(number: int) -> int:
        return transact(engine, lambda connection: _count(connection, number))

    def _count(connection, number: int) -> int:
        exclusive(connection, "turn", number % 5)
        connection.execute(select(election).where(election.c.id == str(number))).all()
        with reading(engine) as other:
            other.execute(select(election.c.document).where(election.c.active)).all()
        return connection.execute(text("SELECT 1")).scalar_one()

    with (
        PgBouncer(postgresql_server) as pooler,
        engine_of(f"{pooler.url}&pooling=transaction") as engine,
        ThreadPoolExecutor(2) as callers,
    ):
        assert list(callers.map(count, range(120))) == [1] * 120
        found = finding(parts, engine, database.time_outs)
        assert found.state is CheckState.OK, found
        assert "statement_timeout=10 s" in found.seen
        assert finding(parts, engine, database.durability).seen.startswith("synchronous_commit=on")


@pytest.mark.usefixtures("engine")
def test_a_pooler_that_nobody_told_us_of_is_found(
    parts: AppContext, postgresql_server: PostgreSQLServer
) -> None:
    with PgBouncer(postgresql_server) as pooler, engine_of(pooler.url) as engine:
        found = finding(parts, engine, database.database)
        assert found.state is CheckState.WRONG
        assert "pooling=transaction" in found.mend
    ignoring = "ignore_startup_parameters = options"
    with PgBouncer(postgresql_server, ignoring) as pooler, engine_of(pooler.url) as engine:
        found = finding(parts, engine, database.time_outs)
        assert found.state is CheckState.WRONG
        assert "statement_timeout=0 s" in found.seen
        assert "pooling=transaction" in found.mend


def test_another_pooling_is_refused() -> None:
    with pytest.raises(DatabaseURLError, match="pooling can only be transaction"):
        connect("postgresql://hotline@db.example.org/hotline?pooling=session")
