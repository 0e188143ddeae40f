"""Reading out the code that the unit's own phone was sent: the sandbox network shows its texts."""

from __future__ import annotations

import base64
import http.client
import json
import re
import threading
import time
from urllib.parse import urlencode, urlsplit

from hotline.calls.prompts import Prompt

PATIENCE = 20.0  # seconds until a text message has come
GLANCE = 0.3


class Reader:
    """Whoever holds a unit's own phone. `api` is the base of the sandbox's REST interface."""

    def __init__(self, api: str, account_sid: str, token: str) -> None:
        self._address = urlsplit(api)
        self._account = account_sid
        pair = base64.b64encode(f"{account_sid}:{token}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}"}
        self._read: set[str] = set()
        self._lock = threading.Lock()

    def code_sent(self, phone: str) -> str | None:
        """The newest code that came to this phone and was not read out yet; None: none came."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for message in self._messages(phone):
                code = code_in(message["body"])
                with self._lock:
                    if code and message["sid"] not in self._read:
                        self._read.add(message["sid"])
                        return code
            time.sleep(GLANCE)
        return None

    def _messages(self, phone: str) -> list[dict[str, str]]:
        connection = http.client.HTTPConnection(self._address.netloc, timeout=10)
        path = f"/2010-04-01/Accounts/{self._account}/Messages.json?{urlencode({'To': phone})}"
        try:
            connection.request("GET", path, headers=self._headers)
            found: list[dict[str, str]] = json.loads(connection.getresponse().read())["messages"]
        finally:
            connection.close()
        return found


def code_in(body: str) -> str | None:
    """The six digits of a text message that tells a code; None for any other message."""
    match = _CODE.search(body)
    return match["code"] if match else None


_CODE = re.compile(
    re.escape(Prompt.SECOND_TEXT.value)
    .replace(re.escape("{election}"), ".+")
    .replace(re.escape("{code}"), r"(?P<code>\d{6})")
    .replace(re.escape("{unit}"), ".+")
)
