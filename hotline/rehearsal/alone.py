"""A whole system for one rehearsal, on free ports and in a folder that is removed afterwards."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from hotline.rehearsal.plan import RehearsalError

START_SECONDS = 90
STOP_SECONDS = 30
A_PERSON = "+12025550190"
"""Invented, and on no roster. Somebody is there, so that it shows who reaches them."""

NOT_HANDED_ON = (
    "DATABASE_URL",
    "REDIS_URL",
    "PUBLIC_URL",
    "HOTLINE_API_BASE",
    "HOTLINE_RECORDINGS",
)


def is_ready(where: str) -> bool:
    """Whether /readyz says that all parts are there; `where` is a URL or host:port."""
    return _answers(where, "/readyz")


def _is_up(port: int) -> bool:
    """Whether the line, the pages and the stand-in network answer: each is a process of its own."""
    return (
        is_ready(f"127.0.0.1:{port}")
        and _answers(f"127.0.0.1:{port}", "/sign-in")
        and _answers(f"127.0.0.1:{port + 1}", "/")
    )


def _answers(where: str, path: str) -> bool:
    parts = urlsplit(where if "://" in where else f"http://{where}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def alone() -> Iterator[subprocess.Popen[bytes]]:
    """`hotline up` in a folder of its own; this process's environment leads to it meanwhile."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="hotline-rehearsal-") as folder:
        for name in NOT_HANDED_ON:
            os.environ.pop(name, None)
        port = _two_free_ports()
        os.environ |= {"HOTLINE_VAR": folder, "PORT": str(port), "HOTLINE_CARRIER": "sandbox"}
        os.environ.setdefault("HOTLINE_PERSON_NUMBER", A_PERSON)
        log = Path(folder) / "up.log"
        with log.open("wb") as output:
            up = subprocess.Popen(
                [sys.executable, "-m", "hotline", "up"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _await(up, port, log)
            yield up
        finally:
            up.terminate()
            try:
                up.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                up.kill()
                up.wait()
            os.environ.clear()
            os.environ |= before


def _await(up: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not _is_up(port):
        if up.poll() is not None or time.monotonic() > until:
            last = log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise RehearsalError(f"the system for the rehearsal did not start: {last}")
        time.sleep(0.2)


def _two_free_ports() -> int:
    """A free port whose successor is free too: the sandbox listens there."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
