"""Ports that are free, and ports that are not."""

from __future__ import annotations

import errno
import socket


class PortInUse(Exception):
    """Something else listens there; the message names the port and a way out."""


def refuse_port_in_use(host: str, port: int) -> None:
    """Raises PortInUse. The web server itself would not notice: its processes share one port, and
    so would two servers, each answering a part of the calls."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PortInUse(f"Port {port} at {host}: {error.strerror}") from error
            raise PortInUse(
                f"Port {port} is in use. Stop what listens there, or choose another one: "
                "PORT=8010, or --port 8010"
            ) from None
