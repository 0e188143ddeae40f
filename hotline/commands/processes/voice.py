"""hotline voice"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.commands.processes.serving import serve


@click.command("voice")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), help="PORT, else 8000.")
def command(host: str, port: int | None) -> None:
    """Answer the telephone network.

    The webhooks under /voice and /sms, the health checks and /metrics, and nothing that a page does
    in the same process. Where HOTLINE_PAGES_SOCKET is set, everything else is passed on to the
    hotline web that listens there, so that one port serves both. HOTLINE_VOICE_PROCESSES and
    HOTLINE_VOICE_THREADS say how many requests at once.
    """
    settings = environment.settings(port=port)
    environment.hand_on(settings)
    serve("app:create_voice_gateway", host, settings.port, settings.voice_processes)
