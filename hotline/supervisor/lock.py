"""One `hotline up` at a time for one var/."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another `hotline up` has the same var/; the message says which."""


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Holds var/ for this process; the lock goes with the process, however that ends.

    Raises AlreadyRunning.
    """
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = var / "hotline.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise AlreadyRunning(
                f"Hotline is already running here: process {holder} uses {var.resolve()}. "
                "Stop it first, or set HOTLINE_VAR to another folder."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
