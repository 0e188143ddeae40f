"""A test talks to nobody but the servers that its own run has started.

Those listen on sockets of their own or on ports that the system has handed out. Whatever listens
on a fixed port is somebody else's: a `make run` beside the tests, a database of the machine.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

FIRST_HANDED_OUT = 32768
"""Where the ports begin that Linux gives to who asks for any; macOS begins later."""

NOBODY = 1
"""A port on which nobody listens: for tests of a server that is not there."""

_refused: list[str] = []


def guard() -> None:
    """From now on this process is refused every connection to a fixed port."""
    sys.addaudithook(_audit)


def refused() -> list[str]:
    """Where it has been refused since this was last asked."""
    found = _refused.copy()
    _refused.clear()
    return found


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    connection, address = arguments
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host, port = address[:2]
    if port < FIRST_HANDED_OUT and port != NOBODY:
        _refused.append(f"{host}:{port}")
        raise ConnectionRefusedError(f"a test may not talk to {host}:{port}")
