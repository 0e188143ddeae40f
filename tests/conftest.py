"""What tests of every floor share: real databases, a real Redis, a clock that can be set."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser
from redis import Redis
from sqlalchemy import Engine

from config.settings import Settings, load
from hotline.election.folder import folder
from hotline.election.model import Election
from hotline.operations.accounts import passwords
from hotline.operations.context import AppContext, connect_redis
from hotline.store import database
from hotline.store.schema import migration
from tests import cheap, ports, summary, towns
from tests.browser import MISSING, find_browser, launched
from tests.servers import PostgreSQLServer, RedisServer, empty_postgresql

IOWA = Path(__file__).parents[1] / "config" / "elections" / "iowa-2020"


# A machine that is busy with something else is no reason to fail.
hypothesis.settings.register_profile("hotline", deadline=None)
hypothesis.settings.load_profile("hotline")


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.time = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)  # 7 in the evening in Iowa

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def pytest_configure() -> None:
    ports.guard()
    cheap.make_cheap()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    summary.leave_out(config, items)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    both = metafunc.definition.get_closest_marker("both_databases")
    chosen = any(
        one.args[0] == "backend" for one in metafunc.definition.iter_markers("parametrize")
    )
    if both and not chosen and "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", ["sqlite", "postgresql"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    summary.write(terminalreporter)


@pytest.fixture(autouse=True)
def _only_our_own_servers() -> Iterator[None]:
    yield
    if found := ports.refused():
        pytest.fail(f"a test spoke to servers that are not its own: {', '.join(found)}")


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed with the program's own parameters, which take a tenth of a second."""
    monkeypatch.setattr(passwords, "HASHER", cheap.REAL_HASHER)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        pytest.skip(MISSING)
    with launched(program) as browser:
        yield browser


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


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
def _postgresql() -> Iterator[PostgreSQLServer]:
    with PostgreSQLServer() as server:
        yield server


@pytest.fixture
def postgresql_server(_postgresql: PostgreSQLServer) -> PostgreSQLServer:
    """The server of databases that the backend "postgresql" is about."""
    return _postgresql


@pytest.fixture(scope="session")
def _migrated_postgresql(_postgresql: PostgreSQLServer) -> str:
    _migrate(_postgresql.url)
    return _postgresql.url


def _migrate(url: str) -> None:
    engine = database.connect(url)
    migration.upgrade(engine)
    engine.dispose()


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """A command that is run within a test keeps its files to itself, not those of later tests."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def _levels_of_the_log() -> Iterator[None]:
    """A command that is run within a test is quiet for itself, not for the tests after it."""
    loggers = [logging.getLogger(name) for name in ("hotline", "hotline.operations")]
    before = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@pytest.fixture
def backend() -> str:
    """The kind of database: SQLite, but where dialects or locks may differ (`both_databases`)."""
    return "sqlite"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> str:
    """The URL of a migrated, empty database."""
    if backend == "sqlite":
        path = tmp_path / "hotline.db"
        shutil.copy(request.getfixturevalue("_migrated_sqlite"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("_migrated_postgresql")
    empty_postgresql(url)
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated, empty database."""
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
    with request.getfixturevalue("_postgresql").database() as url:
        yield url


@pytest.fixture(scope="session")
def _iowa() -> Election | None:
    return folder.read_folder(IOWA) if IOWA.is_dir() else None


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
    """Of a line that nobody serves: what asks at its own address is refused."""
    nobody = f"http://127.0.0.1:{ports.NOBODY}"
    return load(
        var=tmp_path / "var",
        database_url=database_url,
        redis_url=redis_url,
        public_url=nobody,
        api_base=nobody,
    )


@pytest.fixture
def parts(settings: Settings, engine: Engine, redis: Redis, clock: Clock) -> Iterator[AppContext]:
    """Everything that operations need: an empty database, an empty Redis, no election yet."""
    with connect_redis(settings.redis_url) as client:
        yield AppContext(settings, engine, client, clock)
