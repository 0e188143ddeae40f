"""The second factor at sign-in: codes of an authenticator application (TOTP, RFC 6238).

Codes have six digits and last 30 seconds. The secret is kept encrypted: a JSON document with
AES-256-CTR's text, whose key and counter PBKDF2-HMAC-SHA256 makes of a salt and a secret derived
from SECRET_KEY. It is the form of passlib's TOTP, so that what passlib has written can be read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import b32decode, b32encode
from datetime import datetime

import pyotp
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from config.settings import Settings
from hotline.operations.accounts.passwords import derive

ISSUER = "Hotline"
"""How an authenticator application names us."""

PERIOD = 30  # seconds that a code lasts
DRIFT = 1  # codes before and after the current one, by which the clock of a telephone may be off

KEY_NUMBER = "1"  # of the secret that encrypts; another one would get another number
COST = 14  # binary logarithm of PBKDF2's rounds
SALT_BYTES = 12


def make_secret(settings: Settings) -> str:
    """A new second factor, encrypted."""
    return encrypt(settings, pyotp.random_base32())


def encrypt(settings: Settings, key: str) -> str:
    """A secret in base 32, as it is kept."""
    salt = secrets.token_bytes(SALT_BYTES)
    hidden = _cipher(settings, _bytes(key), salt, COST)
    kept = {"c": COST, "k": _base32(hidden), "s": _base32(salt), "t": KEY_NUMBER, "v": 1}
    document = {"enckey": kept, "type": "totp", "v": 1}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def current_code(settings: Settings, encrypted: str, at: datetime) -> str:
    """What the application shows at that moment."""
    return _totp(settings, encrypted).generate_otp(_step(at))


def step_of(
    settings: Settings, encrypted: str, code: str, at: datetime, last: int | None
) -> int | None:
    """The time step of a code that is right, and later than the `last`; None if it is not.

    A time step is the number of periods since 1970.
    """
    totp, now = _totp(settings, encrypted), _step(at)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found if found is not None and (last is None or found > last) else None


def readable_key(settings: Settings, encrypted: str) -> str:
    """The secret as it is entered by hand, in groups of four."""
    key = _key(settings, encrypted)
    return "-".join(key[at : at + 4] for at in range(0, len(key), 4))


def uri(settings: Settings, encrypted: str, name: str) -> str:
    """What the picture says that an application scans (otpauth://)."""
    return pyotp.TOTP(_key(settings, encrypted), name=name, issuer=ISSUER).provisioning_uri()


def _step(at: datetime) -> int:
    return int(at.timestamp()) // PERIOD


def _totp(settings: Settings, encrypted: str) -> pyotp.TOTP:
    return pyotp.TOTP(_key(settings, encrypted))


def _key(settings: Settings, encrypted: str) -> str:
    """In base 32."""
    kept = json.loads(encrypted)["enckey"]
    return _base32(_cipher(settings, _bytes(kept["k"]), _bytes(kept["s"]), kept["c"]))


def _cipher(settings: Settings, value: bytes, salt: bytes, cost: int) -> bytes:
    """Encrypts, and decrypts what was encrypted."""
    secret = derive(settings, "second factor").encode()
    made = hashlib.pbkdf2_hmac("sha256", secret, salt, 1 << cost, dklen=48)
    cipher = Cipher(algorithms.AES(made[:32]), modes.CTR(made[32:])).encryptor()
    return cipher.update(value) + cipher.finalize()


def _base32(value: bytes) -> str:
    return b32encode(value).decode().rstrip("=")


def _bytes(base32: str) -> bytes:
    return b32decode(base32 + "=" * (-len(base32) % 8))
