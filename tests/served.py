"""An application of a test, behind a real server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server

Application = Callable[..., Iterable[bytes]]


@contextmanager
def served(app: Application) -> Iterator[int]:
    """The port of the application."""
    server = make_server("127.0.0.1", 0, _closing(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _closing(app: Application) -> Application:
    """The same, each answer closed at its end.

    Werkzeug's server leaves the file of an answer open when its reader has gone away.
    """

    def answer(*arguments: Any) -> Iterator[bytes]:
        body = app(*arguments)
        try:
            yield from body
        finally:
            if close := getattr(body, "close", None):
                close()

    return answer
