"""An answer as the gateway hands it to the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

RETRY_SECONDS = 2


@dataclass(slots=True)
class Answer:
    """A whole answer; header names are in lower case."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


def in_words(status: HTTPStatus) -> Answer:
    """An answer of the gateway's own. The connection ends with it: its rest is not read."""
    headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("retry-after", str(RETRY_SECONDS)))
    return Answer(status, headers, f"{status.phrase}. {status.description}\n".encode())
