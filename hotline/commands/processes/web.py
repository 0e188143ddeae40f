"""hotline web"""

from __future__ import annotations

import os

import click

from hotline.commands import environment
from hotline.commands.processes.serving import serve

BEHIND_CALLS = 5
"""Added to the niceness: where processors are few, calls are answered first."""


@click.command("web")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), help="PORT, else 8000.")
def command(host: str, port: int | None) -> None:
    """Show the pages.

    The results, the desk, review and control room, the health checks and /metrics, at PORT, or at
    HOTLINE_PAGES_SOCKET where that is set. The webhooks are answered here too, for a host that has
    no hotline voice; beside one, send them there: what pages do does not hold it up.
    HOTLINE_WEB_PROCESSES and HOTLINE_WEB_THREADS say how many requests at once.
    """
    settings = environment.settings(port=port)
    environment.hand_on(settings)
    os.nice(BEHIND_CALLS)
    serve(
        "app:create_gateway",
        host,
        settings.port,
        settings.web_processes,
        settings.pages_socket,
    )
