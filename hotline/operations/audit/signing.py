"""Signing what is published (Ed25519), and checking a signature with nothing but the public key."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from config.settings import Settings, SettingsError

KEY_ID_DIGITS = 16


class KeyFileError(ValueError):
    """A file that should hold a public key does not; the message says so in a sentence."""


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs publications, and its public half in the forms it is given out."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @property
    def key_id(self) -> str:
        return key_id(self.public)

    @property
    def pem(self) -> bytes:
        return self.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, said: bytes) -> str:
        """The signature over these bytes, in base64."""
        return base64.b64encode(self.private.sign(said)).decode()


def signer(settings: Settings) -> Signer:
    """The key of the settings. Raises SettingsError where there is none."""
    seed = settings.signing_key.get_secret_value()
    if not seed:
        raise SettingsError("HOTLINE_SIGNING_KEY: is not set; hotline ledger key --new makes one")
    return signer_of(seed)


@lru_cache(maxsize=4)
def signer_of(seed: str) -> Signer:
    """The key of a seed, in base64."""
    return Signer(Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)))


def new_seed() -> str:
    """A fresh key, as the settings have it."""
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def key_id(public: Ed25519PublicKey) -> str:
    """The first digits of the public key's SHA-256: what people compare by eye."""
    return sha256(public.public_bytes_raw()).hexdigest()[:KEY_ID_DIGITS]


def is_signed(public: Ed25519PublicKey, said: bytes, signature: bytes) -> bool:
    """Whether whoever has the private half signed exactly these bytes."""
    try:
        public.verify(signature, said)
    except InvalidSignature:
        return False
    return True


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """The key of a PEM file. Raises KeyFileError for anything else."""
    try:
        found = load_pem_public_key(pem)
    except ValueError:
        found = None
    if not isinstance(found, Ed25519PublicKey):
        raise KeyFileError("this is not an Ed25519 public key in PEM form")
    return found
