"""hotline clock"""

from __future__ import annotations

import click

from hotline.commands import environment


@click.command("clock")
def command() -> None:
    """Queue the sweeps, watch the line, and raise alerts.

    A sweep finds what a lost job has left behind. One clock is enough; two do no harm.
    """
    environment.hand_on(environment.settings())
    environment.become("workers.clock")
