"""hotline web"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.commands.processes.serving import serve


@click.command("web")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), help="PORT, else 8000.")
def command(host: str, port: int | None) -> None:
    """Answer HTTP.

    The webhooks, the results, the pages of those who sign in, the health checks and /metrics.
    HOTLINE_WEB_PROCESSES and HOTLINE_WEB_THREADS say how many requests at once.
    """
    settings = environment.settings(port=port)
    environment.hand_on(settings)
    serve("app:create_gateway", host, settings.port, settings.web_processes)
