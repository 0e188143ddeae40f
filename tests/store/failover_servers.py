"""Servers that stand in for each other, or stand between: pairs, sentinels, poolers, cables."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

import psycopg
import redis

from tests.servers import (
    PostgreSQLServer,
    RedisServer,
    ends_with_us,
    free_port,
    redis_program,
    wait_for,
    wait_until,
)


class RedisPair:
    """Two servers behind one name, which leads to the first, and after a failover to the other."""

    def __init__(self, folder: Path) -> None:
        self.name = folder / "redis.sock"
        self.servers = RedisServer(free_port()), RedisServer(free_port())

    def __enter__(self) -> Self:
        for server in self.servers:
            server.start()
        self.servers[1].replicate(self.servers[0])
        self.name.symlink_to(self.servers[0].socket)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.remove()

    def promote(self) -> None:
        """The old primary, caught up with, goes on as a replica, and keeps its connections."""
        old, new = self.servers
        new.catch_up(old)
        new.replicate(None)
        old.replicate(new)

    def rename(self) -> None:
        self.name.unlink()
        self.name.symlink_to(self.servers[1].socket)


class PgBouncer:
    """A pooler before a PostgreSQL, which gives each transaction to another session."""

    PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    PORT = 6432

    def __init__(self, server: PostgreSQLServer, *more: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-pgbouncer-"))
        self._server, self._more = server, more
        self._user = None if os.geteuid() else pwd.getpwnam("nobody")

    def __enter__(self) -> Self:
        lines = [
            "[databases]",
            f"* = host={self._server.socket.parent} user=postgres",
            "[pgbouncer]",
            f"unix_socket_dir = {self.folder}",
            f"listen_port = {self.PORT}",
            "auth_type = any",
            "pool_mode = transaction",
            "default_pool_size = 3",
            *self._more,
        ]
        configuration = self.folder / "pgbouncer.ini"
        configuration.write_text("\n".join(lines) + "\n")
        self.folder.chmod(0o777)
        self._process = subprocess.Popen(
            [str(self.PROGRAM), "-q", str(configuration)],
            stderr=subprocess.DEVNULL,
            user=self._user and self._user.pw_uid,
            preexec_fn=ends_with_us(signal.SIGTERM),
        )
        wait_for(lambda: psycopg.connect(self._address).close(), psycopg.Error, self._process)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}&port={self.PORT}"

    @property
    def _address(self) -> str:
        return self.url.replace("+psycopg", "")


class Cable:
    """A Unix socket that leads to another one; while it is `cut`, nothing comes through."""

    def __init__(self, path: Path, server: Path) -> None:
        self._path, self._server = path, server
        self._whole = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Self:
        self._whole.set()
        self._listener.bind(str(self._path))
        self._listener.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._whole.set()
        self._listener.close()
        self._path.unlink()

    @contextmanager
    def cut(self) -> Iterator[None]:
        self._whole.clear()
        yield
        self._whole.set()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._server))
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError), closing(sink):
            while block := source.recv(65536):
                self._whole.wait()
                sink.sendall(block)


class SentinelServer:
    """Watches a primary, and promotes a replica of it when it is told to or the primary is gone."""

    def __init__(self, primary: RedisServer) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-sentinel-"))
        self.port = free_port()
        self._primary = primary

    def __enter__(self) -> Self:
        configuration = self.folder / "sentinel.conf"
        configuration.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\n"
            f"sentinel monitor mymaster 127.0.0.1 {self._primary.port} 1\n"
            "sentinel down-after-milliseconds mymaster 1000\n"
            "sentinel failover-timeout mymaster 10000\n"
        )
        self._process = subprocess.Popen(
            [redis_program(), str(configuration), "--sentinel"],
            stdout=subprocess.DEVNULL,
            preexec_fn=ends_with_us(signal.SIGKILL),
        )
        self._client = redis.Redis(port=self.port)
        wait_for(self._client.ping, redis.ConnectionError, self._process)
        wait_until(lambda: self._client.sentinel_slaves("mymaster"))
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.port}/mymaster"

    @property
    def primary_port(self) -> int:
        return int(self._client.sentinel_get_master_addr_by_name("mymaster")[1])

    def fail_over(self) -> None:
        """To the replica, once the sentinel knows it well; the old primary goes on as one."""
        wait_until(self._accepts_failover)

    def _accepts_failover(self) -> bool:
        try:
            self._client.execute_command("SENTINEL", "FAILOVER", "mymaster")
        except redis.ResponseError:
            return False
        return True
