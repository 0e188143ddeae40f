"""What tests of every floor share: real databases, a real Redis, a clock that can be set."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from hotline.store import database, schema
from tests.servers import PostgreSQL, RedisServer, empty_postgresql


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.time = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)  # 7 in the evening in Iowa

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    return redis_server.url


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """An empty Redis."""
    with Redis.from_url(redis_url) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "hotline.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgresql() -> PostgreSQL | str:
    return PostgreSQL.from_environment()


@pytest.fixture(scope="session")
def _migrated_postgresql(_postgresql: PostgreSQL | str) -> Iterator[str]:
    if isinstance(_postgresql, str):
        pytest.skip(_postgresql)
    with _postgresql.database() as url:
        _migrate(url)
        yield url


def _migrate(url: str) -> None:
    engine = database.connect(url)
    schema.upgrade(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> str:
    """The URL of a migrated, empty database."""
    if backend == "sqlite":
        path = tmp_path / "hotline.db"
        shutil.copy(request.getfixturevalue("_migrated_sqlite"), path)
        return f"sqlite:///{path}"
    url = str(request.getfixturevalue("_migrated_postgresql"))
    empty_postgresql(url)
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated, empty database: once in SQLite, once in PostgreSQL."""
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def empty_database_url(
    request: pytest.FixtureRequest, backend: str, tmp_path: Path
) -> Iterator[str]:
    """The URL of a database without any tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("_postgresql")
    if isinstance(server, str):
        pytest.skip(server)
    with server.database() as url:
        yield url
