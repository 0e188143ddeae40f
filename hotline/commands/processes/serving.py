"""Serving an application over HTTP (docs/decisions/0001-web-server.md)."""

from __future__ import annotations

from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.log import LogLevels
from granian.server import Server

from hotline.supervisor.ports import refuse_port_in_use

STOP_SECONDS = 3
"""How long requests may take to end when the server is told to stop."""

LOGGING = {
    "formatters": {name: {"()": "config.logs.of_the_server"} for name in ("generic", "access")}
}
"""What the server says itself is masked as all our lines are. It keeps no access log."""


def serve(factory: str, host: str, port: int, processes: int, threads: int) -> None:
    """Serves what the factory ("module:function") makes until a signal comes.

    A process that dies is replaced; if it dies again and again, the server gives up.
    """
    refuse_port_in_use(host, port)
    Server(
        factory,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        runtime_mode=RuntimeModes.st,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()
