"""hotline web"""

from __future__ import annotations

import click
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.log import LogLevels
from granian.server import Server

from hotline.commands import environment
from hotline.supervisor.ports import refuse_port_in_use

STOP_SECONDS = 3
"""How long a request may take to end when the server is told to stop."""


@click.command("web")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), help="PORT, else 8000.")
def command(host: str, port: int | None) -> None:
    """Answer HTTP: the webhooks, the results, the health checks."""
    settings = environment.settings(port=port)
    refuse_port_in_use(host, settings.port)
    environment.hand_on(settings)
    Server(
        "app:create_app",
        factory=True,
        address=host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.web_threads,
        runtime_mode=RuntimeModes.st,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()
