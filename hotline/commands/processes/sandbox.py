"""hotline sandbox"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.commands.processes.serving import serve
from hotline.supervisor.telephones import require_sandbox


@click.command("sandbox")
@click.option("--port", type=click.IntRange(1, 65535), help="One above PORT.")
def command(port: int | None) -> None:
    """Run the stand-in telephone network.

    It has a telephone in the browser. It keeps calls and text messages in memory, so it is one
    process, for this machine alone. It does not start with HOTLINE_CARRIER=twilio.
    """
    settings = environment.settings()
    require_sandbox(settings)
    environment.hand_on(settings)
    serve(
        "hotline.supervisor.telephones:create_gateway",
        "127.0.0.1",
        port or settings.port + 1,
        processes=1,
    )
