"""hotline doctor"""

from __future__ import annotations

import click


@click.command("doctor")
def command() -> None:
    """Check everything before the night, and say how to mend what is not right."""
