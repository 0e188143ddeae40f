"""What tests of every floor share: real databases, a real Redis, a clock that can be set."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from config.settings import Settings, load
from hotline.election.folder import folder
from hotline.election.model import Election
from hotline.operations.context import Parts, connect_redis
from hotline.store import database
from hotline.store.schema import migration
from tests import towns
from tests.servers import PostgreSQL, RedisServer, empty_postgresql

IOWA = Path(__file__).parents[1] / "config" / "elections" / "iowa-2020"


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.time = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)  # 7 in the evening in Iowa

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the slow tests out unless markers were asked for (`make test-slow`)."""
    if config.option.markexpr:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]


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
    migration.upgrade(engine)
    engine.dispose()


@pytest.fixture(autouse=True)
def _levels_of_the_log() -> Iterator[None]:
    """A command that is run within a test is quiet for itself, not for the tests after it."""
    loggers = [logging.getLogger(name) for name in ("hotline", "hotline.operations")]
    before = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


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


@pytest.fixture(scope="session")
def _iowa() -> Election | None:
    return folder.read(IOWA) if IOWA.is_dir() else None


@pytest.fixture
def election(_iowa: Election | None) -> Election:
    """Iowa 2020, or the small town where the folder is not there."""
    return _iowa or towns.town()


@pytest.fixture
def town() -> Election:
    """A small election, for tests that go through all of it."""
    return towns.town()


@pytest.fixture
def settings(tmp_path: Path, database_url: str, redis_url: str) -> Settings:
    return load(var=tmp_path / "var", database_url=database_url, redis_url=redis_url)


@pytest.fixture
def parts(settings: Settings, engine: Engine, redis: Redis, clock: Clock) -> Iterator[Parts]:
    """Everything that operations need: an empty database, an empty Redis, no election yet."""
    with connect_redis(settings.redis_url) as client:
        yield Parts(settings, engine, client, clock)
