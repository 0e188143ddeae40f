"""PINs: six digits that prove a chair. Only a keyed hash of one is ever kept.

A million PINs can be hashed in a second, so the hash protects nothing without the pepper that keys
it: the pepper stays out of the database, and whoever steals the one still lacks the other.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

PIN_DIGITS = 6
POSSIBLE_PINS = 996_460
"""How many PINs `make_pin` may draw for any unit: 19.926 of the 19.932 bits of six digits. A unit
whose code can be a part of a PIN loses up to 20 of them."""

_DOMAIN = b"hotline unit pin, version 1"
_STAFF_DOMAIN = b"hotline staff pin, version 1"
_NO_HASH = b"0" * 64
_DRAWS = 100


def hash_pin(pepper: str, election_id: str, unit_code: str, pin: str) -> str:
    """HMAC-SHA256 of the PIN of one unit in one election, as 64 hexadecimal digits.

    Each part goes in with its length before it, so that no two different inputs hash the same
    bytes. Any text is taken for a PIN, as callers key anything. Raises ValueError without a pepper.
    """
    return _keyed(pepper, _DOMAIN, election_id, unit_code, pin)


def hash_staff_pin(pepper: str, extension: str, pin: str) -> str:
    """The same for the PIN with which a member of staff dials in at an extension."""
    return _keyed(pepper, _STAFF_DOMAIN, extension, pin)


def _keyed(pepper: str, domain: bytes, *texts: str) -> str:
    if not pepper:
        raise ValueError("PIN_PEPPER is not set: a PIN's hash would protect nothing")
    parts = [domain, *map(_bytes, texts)]
    message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.new(_bytes(pepper), message, hashlib.sha256).hexdigest()


def verify_pin(
    pepper: str,
    election_id: str,
    unit_code: str,
    pin: str,
    stored_hashes: Sequence[str | None],
) -> bool:
    """Whether the PIN is one of those whose hashes are stored; None stands for "there is none".

    Takes the same time whichever of them matches, and whether there is any: pass as many entries
    for a unit that does not exist as for one that does. Raises ValueError without a pepper.
    """
    given = hash_pin(pepper, election_id, unit_code, pin).encode()
    right = False
    for stored in stored_hashes:
        same = hmac.compare_digest(given, _bytes(stored) if stored is not None else _NO_HASH)
        right |= same & (stored is not None)
    return right


def make_pin(randbelow: Callable[[int], int], unit_code: str = "") -> str:
    """Six random digits, drawn again while they are what a prankster tries first.

    `randbelow(n)` gives a whole number from 0 to n - 1; in earnest it is `secrets.randbelow`.
    Raises RuntimeError when its numbers are plainly not random.
    """
    for _ in range(_DRAWS):
        pin = f"{randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
        if not is_guessable(pin, unit_code):
            return pin
    raise RuntimeError("the source of randomness gives nothing but guessable PINs")


def is_guessable(pin: str, unit_code: str = "") -> bool:
    """True for PINs of one or two different digits (111111, 787878), for runs, also over the end
    (345678, 210987), for a half said twice (471471), and for those that contain the unit's code.
    """
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    half = len(pin) // 2
    return (
        len(set(pin)) <= 2
        or steps in ({1}, {9})
        or pin[:half] == pin[half:]
        or bool(unit_code and unit_code in pin)
    )


def is_pin(text: str) -> bool:
    """Whether the text has the form of a PIN: six digits, 0 to 9."""
    return re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", text) is not None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
