"""Serving an application over HTTP (docs/decisions/0001-web-server.md)."""

from __future__ import annotations

import resource
from pathlib import Path

from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from hotline.supervisor.ports import refuse_port_in_use

STOP_SECONDS = 15
"""How long requests may take to end when the server is told to stop: as long as the telephone
network waits for an answer. Where none is under way it ends at once."""

LOGGING = {
    "formatters": {name: {"()": "config.logs.of_the_server"} for name in ("generic", "access")}
}
"""What the server says itself is masked as all our lines are. It keeps no access log."""


LATE_HEADERS = 10_000
"""Milliseconds that the headers of a request may take, and that a connection may be idle before."""

CONNECTIONS = 8192
"""Open at once in one process; more wait to be accepted. A stalled one costs a few kB."""

OTHER_FILES = 256
"""What a process has open besides: the database, Redis, files."""

BACKLOG = 2048


def serve(factory: str, host: str, port: int, processes: int, socket: Path | None = None) -> None:
    """Serves the gateway that the factory ("module:function") makes until a signal comes.

    At a Unix socket that only we may open, where one is given, instead of host and port. A process
    that dies is replaced; if it dies again and again, the server gives up.
    """
    if socket is None:
        refuse_port_in_use(host, port)
    else:
        socket.unlink(missing_ok=True)
    Server(
        factory,
        factory=True,
        address=host,
        port=port,
        uds=socket,
        uds_permissions=0o600,
        interface=Interfaces.RSGI,
        workers=processes,
        runtime_mode=RuntimeModes.st,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=LATE_HEADERS),
        websockets=False,
        backlog=BACKLOG,
        backpressure=_connections(),
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def _connections() -> int:
    """As many as the files that this process, and those it starts, may open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY:
        most = CONNECTIONS + OTHER_FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return max(1, min(CONNECTIONS, most - OTHER_FILES))
