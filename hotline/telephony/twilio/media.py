"""What came with a text message is fetched from the carrier, and from nowhere else."""

from __future__ import annotations

import base64
import http.client
import time
from urllib.parse import urljoin, urlsplit

from hotline.telephony.network import CarrierBusy, MediaMissing, MediaRefused

API_HOST = "api.twilio.com"
STORES = frozenset({"mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"})
"""Where the carrier keeps media, and sends on to: its own address says for how long."""
MOST_REDIRECTS = 3
MOST_BYTES = 8 * 1024 * 1024
PORTION = 64 * 1024
TIMEOUT = 10.0  # seconds for a portion
PATIENCE = 40.0  # seconds for all of it
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_THERE = 404
"""Also what is there a moment later: the message may be told of before its pictures are stored."""
PASSING = frozenset({408, 425, 429})


class TwilioMedia:
    """Twilio's store of media. `user` and `password` as for TwilioCarrier; never sent elsewhere.

    `api_base`: the stand-in from which alone media come; empty: Twilio.
    """

    def __init__(
        self,
        user: str,
        password: str,
        api_base: str = "",
        most: int = MOST_BYTES,
        stores: frozenset[str] = STORES,
    ) -> None:
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._authorization = f"Basic {token}"
        base = urlsplit(api_base or f"https://{API_HOST}")
        self._home = (base.scheme, base.netloc)
        self._most = most
        self._stores = stores

    def is_ours(self, url: str) -> bool:
        """Whether a URL is the carrier's own, for which it gets our password."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        return (parts.scheme, parts.netloc) == self._home

    def fetch(self, url: str) -> bytes:
        """The bytes behind a URL. Raises MediaRefused; CarrierBusy where it may go later, and
        MediaMissing where nothing is there (yet)."""
        if not self.is_ours(url):
            raise MediaRefused("not the carrier's address")
        until = time.monotonic() + PATIENCE
        for _ in range(MOST_REDIRECTS + 1):
            try:
                found = self._get(url, until)
            except (OSError, http.client.HTTPException) as error:
                raise CarrierBusy(type(error).__name__) from error
            if isinstance(found, bytes):
                return found
            url = found
            if not (self.is_ours(url) or self._is_store(url)):
                raise MediaRefused("sent on to an address that is not the carrier's")
        raise MediaRefused("sent on too often")

    def _get(self, url: str, until: float) -> bytes | str:
        """What is there, or where it is instead."""
        parts = urlsplit(url)
        over = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = over(parts.netloc, timeout=TIMEOUT)
        headers = {"Authorization": self._authorization} if self.is_ours(url) else {}
        try:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("GET", path, headers={"Accept": "image/*", **headers})
            answer = connection.getresponse()
            if answer.status in REDIRECTS:
                return urljoin(url, answer.headers.get("Location", ""))
            if answer.status == NOT_THERE:
                raise MediaMissing(f"status {answer.status}")
            if answer.status >= 500 or answer.status in PASSING:
                raise CarrierBusy(f"status {answer.status}")
            if answer.status != 200:
                raise MediaRefused(f"status {answer.status}")
            return self._read(answer, until)
        finally:
            connection.close()

    def _read(self, answer: http.client.HTTPResponse, until: float) -> bytes:
        """Never more than `most`, whatever the length that was announced."""
        found = bytearray()
        while portion := answer.read1(PORTION):
            found += portion
            if len(found) > self._most:
                raise MediaRefused("it is too large")
            if time.monotonic() > until:
                raise CarrierBusy("it took too long")
        return bytes(found)

    def _is_store(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.netloc in self._stores
