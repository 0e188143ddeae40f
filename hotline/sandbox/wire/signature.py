"""Twilio's signature of a request (twilio.md, "Signature")."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit


def sign(token: str, url: str, form: Mapping[str, str]) -> str:
    """base64(HMAC-SHA1(token, URL + sorted name and value pairs)); `form` is empty for a GET."""
    text = signed_url(url) + "".join(name + value for name, value in sorted(form.items()))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def signed_url(url: str) -> str:
    """The URL as it is signed: without a fragment, over HTTPS without the port, else unchanged."""
    parts = urlsplit(url)
    host = parts.netloc
    if parts.scheme == "https" and parts.port is not None:
        host = host.rpartition(":")[0]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
