"""What every process of workers has once: its parts, and its log."""

from __future__ import annotations

from functools import cache

from config import logs
from config.settings import load
from hotline.operations.context import AppContext, build
from hotline.store.monitoring.meters import Meter


@cache
def parts() -> AppContext:
    """The parts of this process, built by the first job that needs them."""
    return build(load())


@cache
def meter() -> Meter:
    """What this process has had to do without is told with it."""
    return Meter(parts().redis, parts().counts, lambda: parts().now().timestamp())


def log_to_stderr(process: str) -> None:
    """From now on. `process`: what this one is called in the lines."""
    logs.begin(parts().settings, process)
