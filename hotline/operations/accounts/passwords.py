"""Passwords and second factors: what is made of SECRET_KEY, and what is kept of a password.

Whoever signs in is checked by Flask-Security (hotline/web/console/security.py). The command line
has no web application, so what it makes is made here, in the very form that Flask-Security reads.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from passlib.context import CryptContext
from passlib.totp import TOTP

from config.settings import Settings

SCHEME = "argon2"
NORMAL_FORM: Final = "NFKD"
SHORTEST, LONGEST = 12, 128  # characters
ISSUER = "Hotline"
"""How an authenticator application names us."""

RECOVERY_CODES = 8


class PasswordError(ValueError):
    """This password will not do; the message says why, for a person."""


def derive(settings: Settings, purpose: str) -> str:
    """A secret of its own for each purpose: HKDF-SHA256 of SECRET_KEY, as 64 hexadecimal digits."""
    key = settings.secret_key.get_secret_value().encode()
    extracted = hmac.new(b"hotline", key, hashlib.sha256).digest()
    return hmac.new(extracted, purpose.encode() + b"\x01", hashlib.sha256).hexdigest()


def salt(settings: Settings) -> str:
    """What Flask-Security mixes into every password before it is hashed."""
    return derive(settings, "password salt")


def totp_secrets(settings: Settings) -> dict[str, str]:
    """The keys that second factors are encrypted with, by their number."""
    return {"1": derive(settings, "second factor")}


def hash_password(settings: Settings, password: str) -> str:
    """The hash of a password, as `flask_security.hash_password` makes it."""
    normal = unicodedata.normalize(NORMAL_FORM, password).encode()
    mixed = hmac.new(salt(settings).encode(), normal, hashlib.sha512).digest()
    return str(_context().hash(base64.b64encode(mixed).decode("ascii")))


def check_password(name: str, password: str) -> None:
    """Raises PasswordError unless the password will do for the account of this name."""
    normal = unicodedata.normalize(NORMAL_FORM, password)
    if len(normal) < SHORTEST:
        raise PasswordError(f"The password needs {SHORTEST} characters or more.")
    if len(normal) > LONGEST:
        raise PasswordError(f"The password may have {LONGEST} characters at most.")
    plain = normal.casefold().replace(name.casefold(), "")
    if len(set(plain)) < 5:  # the name again and again, or a key held down
        raise PasswordError("The password is too easy to guess.")


def make_totp_secret(settings: Settings) -> str:
    """A new second factor, encrypted."""
    return str(_totp(settings).new().to_json(encrypt=True))


def current_code(settings: Settings, encrypted: str, at: datetime) -> str:
    """What an authenticator application shows at that moment for the second factor."""
    return str(_totp(settings).from_source(encrypted).generate(at).token)


def make_recovery_codes() -> list[str]:
    """Codes for when the authenticator is out of reach."""
    return [make_readable() for _ in range(RECOVERY_CODES)]


def make_readable() -> str:
    """Twelve random letters and digits in groups of four: 59 bits that can be read aloud."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(3))


def hash_recovery_code(settings: Settings, account_id: int, code: str) -> str:
    """However it is written: capital letters, spaces and hyphens make no difference."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    key = derive(settings, "recovery codes").encode()
    return hmac.new(key, f"{account_id}:{plain}".encode(), hashlib.sha256).hexdigest()


def hash_recovery_codes(settings: Settings, account_id: int, codes: Sequence[str]) -> list[str]:
    return [hash_recovery_code(settings, account_id, code) for code in codes]


@cache
def _context() -> CryptContext:
    return CryptContext(schemes=[SCHEME])


def _totp(settings: Settings) -> type[TOTP]:
    made: type[TOTP] = TOTP.using(issuer=ISSUER, secrets=totp_secrets(settings))
    return made
