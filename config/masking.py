"""What no log may hold: telephone numbers in full, PINs, passwords and tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

SHORTEST_SECRET = 6  # characters; anything shorter would blot out ordinary words
HIDDEN = "***"

_E164 = re.compile(r"(?:\+|%2[Bb])[0-9](?:[0-9]|[ ().-]{1,2}(?=[0-9]))*[0-9]")
"""With a plus, in one piece or as people write it."""
_BARE = re.compile(r"(?<![0-9A-Za-z.])[0-9]{10,15}(?![0-9A-Za-z])")
_NATIONAL = re.compile(r"(?<![0-9])(?:\([0-9]{3}\) ?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}(?![0-9])")

_NAMED = re.compile(
    r"(?i)(?<![a-z])"
    r"((?:[a-z0-9]+[ _-])*?"  # such as TWILIO_ or alert_
    r"(?:pins?|digits|passwords?|passwd|secrets?|tokens?|pepper|api[_-]key|signature|key)"
    r"(?:['\"]?\s*(?:[=:]|\bis\b|\bwas\b)\s*['\"]?|\s+(?=[0-9*#]{4,}\b)))"
    r"[^\s'\",;&)}\]]+"
)
"""What stands behind a word that says that it is secret, to the end of the word."""
_AUTHORIZATION = re.compile(
    r"(?i)(authorization['\"]?\s*[=:]\s*['\"]?)(?:(?:basic|bearer|digest)\s+)?[^\s'\",;}]+"
)
_BEARER = re.compile(r"(?i)\b(basic|bearer)\s+[a-z0-9+/=._~-]{8,}")
_IN_URL = re.compile(r"(?<=://)[^\s@'\"]*:[^\s@'\"]*(?=@)")


def masking(secrets: Iterable[str] = ()) -> Callable[[str], str]:
    """What takes out of a text the `secrets`, wherever they stand, and all that looks like one."""
    known = sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True)
    literal = re.compile("|".join(map(re.escape, known))) if known else None

    def mask(text: str) -> str:
        if literal is not None:
            text = literal.sub(HIDDEN, text)
        text = _IN_URL.sub(HIDDEN, text)
        text = _AUTHORIZATION.sub(rf"\1{HIDDEN}", text)
        text = _BEARER.sub(rf"\1 {HIDDEN}", text)
        text = _NAMED.sub(rf"\1{HIDDEN}", text)
        for pattern in (_E164, _NATIONAL, _BARE):
            text = pattern.sub(_last_four, text)
        return text

    return mask


def _last_four(found: re.Match[str]) -> str:
    digits = [one for one in found[0].removeprefix("%2B").removeprefix("%2b") if one.isdecimal()]
    return "…" + "".join(digits[-4:]) if len(digits) >= 7 else found[0]
