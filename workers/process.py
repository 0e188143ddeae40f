"""What every process of workers has once: its parts, and its log."""

from __future__ import annotations

import logging
from functools import cache

from config.settings import load
from hotline.operations.parts import Parts, build


@cache
def parts() -> Parts:
    """The parts of this process, built by the first job that needs them."""
    return build(load())


def log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
