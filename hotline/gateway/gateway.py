"""Between the server and a WSGI application: a thread is taken once the whole request is there.

The server hands each request over as soon as its headers are complete, and ends connections whose
headers are late (RSGI, the interface of granian). The body is awaited here, in the event loop,
where a thousand clients that send nothing cost no thread. Answers go out whole, by the server's own
machinery: no thread waits for a client that reads slowly either.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from hotline.gateway.answers import Answer, in_words
from hotline.gateway.bodies import BodyReader, BodyRefused
from hotline.gateway.environ import wsgi_environ
from hotline.gateway.limits import BodyLimits
from hotline.gateway.onward import Onward
from hotline.gateway.slow_readers import SlowReaders

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from granian.rsgi import Scope

log = logging.getLogger(__name__)

STALE_SECONDS = 12.0
"""Who has waited so long for a thread is told to come again: the telephone network gives up after
15 seconds, and an answer that nobody waits for keeps others waiting."""

NO_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class ServedRequest(Protocol):
    """A request of the server's, as far as it is used here: its body, and its answer."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


class Gateway:
    """Serves a WSGI application with so many threads. One a process.

    `own`: the beginnings of the paths that are for it; all others go `onward`, where there is one.
    """

    def __init__(
        self,
        app: WSGIApplication,
        threads: int,
        limits: BodyLimits,
        own: tuple[str, ...] = ("",),
        onward: Onward | None = None,
    ) -> None:
        self._app, self._limits, self._own, self._onward = app, limits, own, onward
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="answering")
        self._bodies = BodyReader()
        self._slow_readers = SlowReaders()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._slow_readers.watch()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._onward is not None:
            loop.run_until_complete(self._onward.close())

    async def __rsgi__(self, scope: Scope, served: ServedRequest) -> None:
        try:
            answer = await self.answer(scope, served)
        except BodyRefused as refused:
            log.warning("refused: %s on %s", refused, scope.path)
            answer = in_words(refused.status)
        served.response_bytes(answer.status, answer.headers, answer.body)

    async def answer(self, scope: Scope, served: ServedRequest) -> Answer:
        """What the application says, once the body is there. Raises BodyRefused."""
        has_body = scope.method not in NO_BODY
        body = await self._read(scope, served) if has_body else b""
        if self._onward is None or scope.path.startswith(self._own):
            return await self._in_thread(scope, body)
        passed = await self._onward.answer(scope, body)
        return passed or in_words(HTTPStatus.BAD_GATEWAY)

    async def _in_thread(self, scope: Scope, body: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        until = time.monotonic() + STALE_SECONDS
        return await loop.run_in_executor(self._threads, self._run, scope, body, until)

    async def _read(self, scope: Scope, served: ServedRequest) -> bytes:
        is_chunked = "transfer-encoding" in scope.headers
        declared = None if is_chunked else int(scope.headers.get("content-length", "0"))
        return await self._bodies.read(served, declared, self._limits.of_path(scope.path))

    def _run(self, scope: Scope, body: bytes, until: float) -> Answer:
        """In a thread. Nothing that goes wrong may leave the client without an answer."""
        if time.monotonic() > until:
            return in_words(HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            return call_application(self._app, wsgi_environ(scope, body))
        except Exception:
            log.exception("the application failed on %s", scope.path)
            return in_words(HTTPStatus.INTERNAL_SERVER_ERROR)


def call_application(app: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """The whole answer of a WSGI application. An answer that fails midway is none."""
    answer = Answer()
    pieces: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _error: object = None
    ) -> Callable[[bytes], None]:
        answer.status = int(status[:3])
        answer.headers = [(name.lower(), value) for name, value in headers]
        return pieces.append

    said = app(environ, start_response)
    try:
        pieces.extend(said)
    finally:
        close = getattr(said, "close", None)
        if close is not None:
            close()
    answer.body = b"".join(pieces)
    return answer
