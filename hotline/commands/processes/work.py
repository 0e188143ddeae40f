"""hotline work"""

from __future__ import annotations

import click

from hotline.commands import environment
from hotline.store.queues import QueueName


@click.command("work")
@click.argument("queues", nargs=-1, required=True, type=click.Choice([*map(str, QueueName)]))
def command(queues: tuple[str, ...]) -> None:
    """Work off jobs.

    From one or more queues; while the first one holds any, the others wait.
    """
    environment.hand_on(environment.settings())
    environment.become("workers.run", *queues)
