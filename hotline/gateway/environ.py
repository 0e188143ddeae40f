"""A request as WSGI applications expect it (PEP 3333)."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from granian.rsgi import Scope

CONSTANT: dict[str, Any] = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
}
HERE = "127.0.0.1"
"""Who is said to ask where a Unix socket leads to us."""


def wsgi_environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The environment of one request, whose whole body is there."""
    server, _, port = scope.server.rpartition(":")
    client, _, client_port = scope.client.rpartition(":")
    return {
        **CONSTANT,
        **_headers(scope),
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server or HERE,
        "SERVER_PORT": port or "80",
        "REMOTE_ADDR": client.strip("[]") or HERE,
        "REMOTE_PORT": client_port,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
    }


def _headers(scope: Scope) -> dict[str, str]:
    """Names with an underscore are left out: they would pass for those with a hyphen, which a
    proxy has checked or set."""
    found: dict[str, str] = {}
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        plain = name.upper().replace("-", "_")
        key = plain if plain == "CONTENT_TYPE" else f"HTTP_{plain}"
        separator = "; " if plain == "COOKIE" else ","
        found[key] = f"{found[key]}{separator}{value}" if key in found else value
    found.pop("HTTP_CONTENT_LENGTH", None)
    return found
