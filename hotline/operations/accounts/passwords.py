"""Passwords and recovery codes: what is made of SECRET_KEY, and what is kept of a password."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from config.settings import Settings

NORMAL_FORM: Final = "NFKD"
SHORTEST, LONGEST = 12, 128  # characters
RECOVERY_CODES = 8

HASHER = PasswordHasher(
    time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, salt_len=16, type=Type.ID
)
"""The second of RFC 9106's recommended choices: 64 MiB, three passes."""


class PasswordError(ValueError):
    """This password will not do; the message says why, for a person."""


def derive(settings: Settings, purpose: str) -> str:
    """A secret of its own for each purpose: HKDF-SHA256 of SECRET_KEY, as 64 hexadecimal digits."""
    key = settings.secret_key.get_secret_value().encode()
    extracted = hmac.new(b"hotline", key, hashlib.sha256).digest()
    return hmac.new(extracted, purpose.encode() + b"\x01", hashlib.sha256).hexdigest()


def hash_password(settings: Settings, password: str) -> str:
    """What is kept of a password: Argon2id's hash of its keyed hash."""
    return HASHER.hash(_keyed(settings, password))


def is_password(settings: Settings, hash_: str, password: str) -> bool:
    """Whether the hash is that of the password."""
    try:
        return HASHER.verify(hash_, _keyed(settings, password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hash_: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(hash_)


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


def _keyed(settings: Settings, password: str) -> str:
    """Without SECRET_KEY a stolen table of hashes cannot even be guessed at."""
    normal = unicodedata.normalize(NORMAL_FORM, password).encode()
    key = derive(settings, "password salt").encode()
    return base64.b64encode(hmac.digest(key, normal, "sha512")).decode("ascii")
