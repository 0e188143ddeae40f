"""The `hotline` command as tests run it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

OURS = ("HOTLINE_", "TWILIO_", "DATABASE_", "REDIS_", "SECRET_", "PIN_", "PUBLIC_", "PORT")


@dataclass(frozen=True)
class Done:
    status: int
    stdout: str
    stderr: str


Hotline = Callable[..., Done]


def assert_refused(done: Done, reason: str) -> None:
    """One clear line on standard error, and status 1."""
    assert done.status == 1, done
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert reason in done.stderr
    assert done.stdout == ""
