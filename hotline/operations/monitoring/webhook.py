"""The webhook that alerts are posted to: JSON, signed, never for long."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from config.settings import Settings

TIMEOUT = 5.0  # seconds to connect, and for each portion of the answer
SIGNATURE = "X-Hotline-Signature"
PASSING = frozenset({408, 425, 429})


class HookRefused(Exception):
    """The other side will not have it, now or later; the message says what it answered."""


class HookBusy(Exception):
    """It could not be reached, or said that it cannot at the moment: try again later."""


def signature_of(secret: str, body: bytes) -> str:
    """What the other side reckons anew, to know that it was us."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(settings: Settings, message: Mapping[str, Any]) -> None:
    """Posts to HOTLINE_ALERT_URL. Raises HookRefused or HookBusy; follows no redirect."""
    url = urlsplit(settings.alert_url)
    body = json.dumps(message, ensure_ascii=False).encode()
    over = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = over(url.netloc.rpartition("@")[2], timeout=TIMEOUT)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "hotline",
        SIGNATURE: signature_of(settings.alert_secret.get_secret_value(), body),
    }
    path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise HookBusy(type(error).__name__) from None
    finally:
        connection.close()
    if status >= 500 or status in PASSING:
        raise HookBusy(f"it answered {status}")
    if not 200 <= status < 300:
        raise HookRefused(f"it answered {status}")
