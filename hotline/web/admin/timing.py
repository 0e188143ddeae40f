"""How long each request takes, and whether it failed: counted around the whole application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from os import getpid
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from config import logs
from hotline.operations.context import AppContext
from hotline.store.monitoring.meters import APOLOGY, Meter, RequestGroup

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

APOLOGISED = "hotline.apologised"
GROUPS = {
    "voice": RequestGroup.VOICE,
    "sms": RequestGroup.SMS,
    "desk": RequestGroup.DESK,
    "observe": RequestGroup.DESK,
    "review": RequestGroup.DESK,
    "admin": RequestGroup.ADMIN,
    "results": RequestGroup.RESULTS,
}
"""By the first part of the path; a suffix such as `.json` is left out."""


def time_requests(app: Flask, parts: AppContext) -> Meter:
    """Counts the requests of `app` from now on, and names each for the log. Returns what counts."""
    meter = Meter(parts.redis, parts.counts, lambda: parts.now().timestamp(), calls=parts.calls)
    numbers = count(1)
    inner: Callable[..., Iterable[bytes]] = app.wsgi_app

    def timed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began, status = perf_counter(), "500"
        logs.about(request=f"{getpid():x}-{next(numbers):x}")

        def started(code: str, *others: Any) -> Callable[[bytes], object]:
            nonlocal status
            status = code
            return start_response(code, *others)

        try:
            return inner(environ, started)
        finally:
            group = group_of(environ.get("PATH_INFO", ""))
            outcome = APOLOGY if APOLOGISED in environ else f"{status[:1]}xx"
            meter.count(group, outcome, perf_counter() - began)

    app.wsgi_app = timed  # type: ignore[method-assign]
    return meter


def group_of(path: str) -> RequestGroup:
    first = path.lstrip("/").partition("/")[0].partition(".")[0]
    return GROUPS.get(first, RequestGroup.OTHER)


def mark_as_apologised() -> None:
    """The request that is being answered failed, though its answer is a 200 with words."""
    request.environ[APOLOGISED] = True
