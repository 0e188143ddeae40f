"""Requests to the webhooks as Twilio makes them: signed, in time, redirected, tried again."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import SplitResult, quote_plus, urljoin, urlsplit

from hotline.sandbox.problems import Code
from hotline.sandbox.wire import overrides
from hotline.sandbox.wire.overrides import Overrides
from hotline.sandbox.wire.parameters import NOTHING
from hotline.sandbox.wire.signature import sign

MAX_REDIRECTS = 10
MAX_BODY = 1024 * 1024  # bytes read of an answer; far above what TwiML may have
REDIRECTS = frozenset({301, 302, 303, 307, 308})
IDLE_CONNECTIONS = 64

_GONE = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""What a connection that the other end has closed says, when it is written to or read from."""


class _Unanswered(Exception):
    """The connection was closed before anything of the answer came; its cause is what it said."""


class _Response(http.client.HTTPResponse):
    """Tells an answer of which nothing came from one that broke off."""

    def begin(self) -> None:
        try:
            began = self.fp.peek(1)
        except _GONE as error:
            raise _Unanswered from error
        if not began:
            raise _Unanswered from http.client.RemoteDisconnected("no answer")
        super().begin()


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back, from whichever URL it came in the end."""

    url: str
    status: int
    content_type: str
    body: bytes
    location: str = ""
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer. `kind` is what a retry policy calls it: ct or rt."""

    code: Code
    message: str
    kind: str = "rt"
    milliseconds: float = 0.0


class Wire:
    """A signing HTTP client with a pool of kept connections; safe to share between threads.

    `connect_to` ("host:port") is where every request really goes, over plain HTTP, whatever host
    its URL names: the public URL is signed and sent as Host, the server beside us is reached.
    `cap_s` is the time for one request with its retries and redirects, in seconds.
    """

    def __init__(
        self, auth_token: str, *, connect_to: str = "", cap_s: float = overrides.CAP_S
    ) -> None:
        self._token = auth_token
        self._connect_to = connect_to
        self._cap_s = cap_s
        self._idle: dict[str, list[http.client.HTTPConnection]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def send(
        self, method: str, url: str, form: Mapping[str, str], bare: Mapping[str, str] = NOTHING
    ) -> HttpAnswer | Failure:
        """Makes a request and follows redirects, at most ten.

        A redirect is followed with GET and `bare`, the form without what the verb adds: a 3xx on
        an action loses the digits (twilio.md, "Timing").
        """
        began = time.perf_counter()
        url, tuning = overrides.split(url)
        deadline = began + min(tuning.total_s, self._cap_s)
        outcome: HttpAnswer | Failure = Failure(Code.TOO_MANY_REDIRECTS, f"over {MAX_REDIRECTS}")
        for _hop in range(MAX_REDIRECTS + 1):
            reply = self._persist(method, url, form, tuning, deadline)
            if isinstance(reply, Failure) or reply.status not in REDIRECTS or not reply.location:
                outcome = reply
                break
            url, method, form = urljoin(url, reply.location), "GET", bare
        return replace(outcome, milliseconds=(time.perf_counter() - began) * 1000)

    def close(self) -> None:
        """Closes what is idle. A request still under way closes its connection when it is done."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                connection.close()

    def _persist(
        self, method: str, url: str, form: Mapping[str, str], tuning: Overrides, deadline: float
    ) -> HttpAnswer | Failure:
        """One hop, tried again as its policy says while there is time."""
        retries = tuning.retries
        while True:
            reply = self._once(method, url, form, tuning, deadline)
            if isinstance(reply, HttpAnswer) and reply.status < 400:
                return reply
            kind = reply.kind if isinstance(reply, Failure) else f"{reply.status // 100}xx"
            if retries == 0 or not tuning.again(kind) or time.perf_counter() >= deadline:
                return reply
            retries -= 1

    def _once(
        self, method: str, url: str, form: Mapping[str, str], tuning: Overrides, deadline: float
    ) -> HttpAnswer | Failure:
        named = url
        if method == "GET" and form:
            url, form = f"{url}{'&' if urlsplit(url).query else '?'}{encode(form)}", NOTHING
        parts = urlsplit(url)
        origin = self._connect_to or f"{parts.scheme}://{parts.netloc}"
        body = encode(form).encode() if method == "POST" else None
        headers = self._headers(url, form, parts, has_body=body is not None)
        while True:
            try:
                connection, used_before = self._connection(origin, parts, tuning, deadline)
            except OSError as error:
                return _unconnected(error)
            try:
                answer = self._ask(connection, method, url, body, headers, tuning, deadline)
            except _Unanswered as closed:
                connection.close()
                if not used_before:
                    return _broken(closed.__cause__ or closed)
                # The server had closed a kept connection: that is no failed request.
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                return _broken(error)
            else:
                self._keep(origin, connection)
                return replace(answer, url=named)

    def _headers(
        self, url: str, form: Mapping[str, str], parts: SplitResult, *, has_body: bool
    ) -> dict[str, str]:
        headers = {
            "Host": parts.netloc,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "X-Twilio-Signature": sign(self._token, url, form),
        }
        if has_body:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        return headers

    def _connection(
        self, origin: str, parts: SplitResult, tuning: Overrides, deadline: float
    ) -> tuple[http.client.HTTPConnection, bool]:
        """A kept connection (True: used before) or a new one, connected. Raises OSError."""
        with self._lock:
            if idle := self._idle.get(origin):
                return idle.pop(), True
        patience = min(tuning.connect_s, max(deadline - time.perf_counter(), 0.001))
        if self._connect_to:
            connection = http.client.HTTPConnection(self._connect_to, timeout=patience)
        elif parts.scheme == "https":
            secure = ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.netloc, timeout=patience, context=secure)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=patience)
        connection.response_class = _Response
        connection.connect()
        return connection, False

    @staticmethod
    def _ask(
        connection: http.client.HTTPConnection,
        method: str,
        url: str,
        body: bytes | None,
        headers: dict[str, str],
        tuning: Overrides,
        deadline: float,
    ) -> HttpAnswer:
        deadline = min(deadline, time.perf_counter() + tuning.read_s)
        connection.sock.settimeout(_left(deadline))
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, target, body, headers)
        except _GONE as error:
            raise _Unanswered from error
        response = connection.getresponse()
        try:
            received = _body(response, connection, deadline)
        finally:
            response.close()
        return HttpAnswer(
            url=url,
            status=response.status,
            content_type=response.headers.get("Content-Type", ""),
            body=received,
            location=response.headers.get("Location", ""),
        )

    def _keep(self, origin: str, connection: http.client.HTTPConnection) -> None:
        """Back into the pool, unless the server wanted it closed."""
        if connection.sock is not None:
            with self._lock:
                idle = self._idle.setdefault(origin, [])
                if len(idle) < IDLE_CONNECTIONS and not self._closed:
                    idle.append(connection)
                    return
        connection.close()


def encode(form: Mapping[str, str]) -> str:
    """The form as it is posted. Most of it is the same from request to request, so it is kept."""
    return "&".join(
        f"{_quoted(name)}={_quoted(value) if len(value) < 200 else quote_plus(value)}"
        for name, value in form.items()
    )


_quoted = lru_cache(4096)(quote_plus)


def _body(
    response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float
) -> bytes:
    """All of the answer, as far as MAX_BODY. Raises IncompleteRead when it breaks off."""
    announced = response.length
    received = b""
    while piece := response.read1(65536):
        received += piece
        if len(received) > MAX_BODY:
            connection.close()
            return received
        if connection.sock is not None:
            connection.sock.settimeout(_left(deadline))
    if announced is not None and len(received) < announced:
        raise http.client.IncompleteRead(received)
    return received


def _left(deadline: float) -> float:
    left = deadline - time.perf_counter()
    if left <= 0:
        raise TimeoutError("the time for this request is over")
    return left


def _unconnected(error: OSError) -> Failure:
    if isinstance(error, ConnectionRefusedError):
        return Failure(Code.CONNECTION_REFUSED, "connection refused", "ct")
    if isinstance(error, socket.gaierror):
        return Failure(Code.BAD_HOST, "the host name is not known", "ct")
    return Failure(Code.CONNECTION_FAILED, f"no connection: {error}", "ct")


def _broken(error: BaseException) -> Failure:
    if isinstance(error, TimeoutError):
        return Failure(Code.CONNECTION_FAILED, "no answer in time")
    return Failure(Code.PROTOCOL_VIOLATION, f"the answer broke off: {type(error).__name__}")
