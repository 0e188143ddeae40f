"""Asking our own webhooks as the telephone network would: signed, and once unsigned."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from hotline.telephony.network import Webhooks

SECONDS = 5.0  # for a connection, and for each part of an answer
MOST_BYTES = 64 * 1024
UNFINISHED = 1_000  # bytes that are announced, and do not come
HEADERS = {"User-Agent": "hotline doctor", "Connection": "close"}


class ProbeError(Exception):
    """No answer was had; the message says why."""


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """What came back. `kind` is the media type without its parameters."""

    status: int
    kind: str
    body: bytes


class Probe:
    """Requests to ourselves over PUBLIC_URL; follows no redirect, as one loses the keys pressed."""

    def __init__(self, webhooks: Webhooks, seconds: float = SECONDS) -> None:
        self._webhooks = webhooks
        self._seconds = seconds

    def get(self, url: str) -> ProbeAnswer:
        return self._ask("GET", url, None, {})

    def post(self, url: str, *, signed: bool = True) -> ProbeAnswer:
        """A webhook about no call. Raises ProbeError."""
        request = self._webhooks.nobodys(url, signed=signed)
        return self._ask("POST", url, request.body, request.headers)

    def speaks(self, answer: ProbeAnswer) -> bool:
        """Whether this tells the network what to do."""
        return answer.status == 200 and answer.kind in self._webhooks.reply_types

    @contextmanager
    def unfinished(self, url: str, number: int) -> Iterator[None]:
        """So many requests that are begun and not gone on with. Raises ProbeError."""
        with ExitStack() as open_ones:
            try:
                for _ in range(number):
                    connection = self._connect(url)
                    open_ones.callback(connection.close)
                    connection.putrequest("POST", urlsplit(url).path)
                    connection.putheader("Content-Length", str(UNFINISHED))
                    connection.endheaders(b"CallSid=")
            except OSError as error:
                raise ProbeError(f"no connection: {error}") from error
            yield

    def _connect(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        is_secure = parts.scheme == "https"
        make = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        return make(parts.netloc, timeout=self._seconds)

    def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> ProbeAnswer:
        parts = urlsplit(url)
        connection = self._connect(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, path, body, {**HEADERS, **headers})
            answer = connection.getresponse()
            kind = answer.headers.get_content_type()
            return ProbeAnswer(answer.status, kind, answer.read(MOST_BYTES))
        except ssl.SSLCertVerificationError as error:
            raise ProbeError(f"the certificate is not accepted: {error.verify_message}") from error
        except (OSError, http.client.HTTPException) as error:
            raise ProbeError(f"no answer: {error or type(error).__name__}") from error
        finally:
            connection.close()
