"""Passes requests on to other processes of ours, which listen at a Unix socket of this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, UnixConnector

from hotline.gateway.answers import Answer

if TYPE_CHECKING:
    from granian.rsgi import Scope

log = logging.getLogger(__name__)

SECONDS = 120.0
"""For an answer. The largest exports take some."""

AT_ONCE = 256
IN_A_PATH = "/:@!$&'()*+,;=~"
FORWARDED_FOR = "x-forwarded-for"
OF_ONE_CONNECTION = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te"),
        *("trailer", "transfer-encoding", "upgrade", "content-length", "date", "server"),
    }
)
"""Headers that do not go on: RFC 9110, 7.6.1, and what either server writes itself."""


class Onward:
    """The way to the other processes. Used in one event loop."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._session: ClientSession | None = None
        self._answered = True  # the last time

    async def answer(self, scope: Scope, body: bytes) -> Answer | None:
        """What they answer; None where they do not."""
        query = f"?{scope.query_string}" if scope.query_string else ""
        url = f"http://pages{quote(scope.path, safe=IN_A_PATH)}{query}"
        try:
            async with self._ready().request(
                scope.method,
                url,
                headers=_headers_on(scope),
                data=body or None,
                allow_redirects=False,
            ) as said:
                headers = _passing(said.headers.items())
                answer = Answer(said.status, headers, await said.read())
        except (ClientError, TimeoutError, OSError) as error:
            if self._answered:
                log.warning("pages cannot be had: %s", error or type(error).__name__)
            self._answered = False
            return None
        self._answered = True
        return answer

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _ready(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(
                connector=UnixConnector(str(self._socket), limit=AT_ONCE),
                timeout=ClientTimeout(total=SECONDS),
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        return self._session


def _headers_on(scope: Scope) -> list[tuple[str, str]]:
    """Those of the request, and who asks at the end of X-Forwarded-For."""
    headers = _passing(scope.headers.items())
    before = [value for name, value in headers if name == FORWARDED_FOR]
    others = [(name, value) for name, value in headers if name != FORWARDED_FOR]
    client = scope.client.rpartition(":")[0].strip("[]")
    return [*others, (FORWARDED_FOR, ", ".join([*before, client]))]


def _passing(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    lower = ((name.lower(), value) for name, value in headers)
    return [(name, value) for name, value in lower if name not in OF_ONE_CONNECTION]
