"""Who is calling, as far as the telephone network says. A hint, never proof.

Withheld numbers and attestations are read as North American networks write them. Nothing that reads
a form ever raises: a form can hold anything.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum

from hotline.telephones import as_network

SHORTEST_PREFIX = 5
"""Characters of the shortest beginning of a number that can be blocked, with the plus: `+1515`. A
shorter one would be a country, or most of it."""

_KEY_DOMAIN = b"hotline caller, version 1\0"


class Attestation(StrEnum):
    """What the caller's network vouches for (STIR/SHAKEN)."""

    PASSED_A = "passed-a"  # it knows the caller, and that the number is theirs to use
    PASSED_B = "passed-b"  # it knows the caller, but not whether the number is theirs
    PASSED_C = "passed-c"  # it only passed the call on
    FAILED = "failed"  # the signature is wrong: the number may well be forged
    NONE = "none"  # nothing was said, as is common


@dataclass(frozen=True, slots=True)
class Caller:
    """`number` is E.164; None when it is withheld or no telephone number at all."""

    number: str | None
    attestation: Attestation = Attestation.NONE

    @property
    def withheld(self) -> bool:
        return self.number is None


def read_caller(from_: str | None, attestation: str | None) -> Caller:
    """The caller from the number and the attestation, both as the network has them."""
    return Caller(as_network(from_ or ""), _read_attestation(attestation or ""))


def read_number(text: str | None) -> str | None:
    """A number as a network's form has it, in E.164; None for what is none."""
    return as_network(text or "")


def last_four(number: str | None) -> str:
    """The last four digits of a number, the most of it that may be logged; empty when withheld."""
    return number[-4:] if number else ""


def key_of(pepper: str, number: str | None) -> str:
    """What a number (E.164) is remembered by: 96 bits of a keyed hash, as 16 characters.

    Empty for a withheld number. There are so few telephone numbers that a hash without a key would
    hide nothing: the pepper stays out of what is stored. Raises ValueError without one.
    """
    if number is None:
        return ""
    if not pepper:
        raise ValueError("PIN_PEPPER is not set: the hash of a number would protect nothing")
    digest = hmac.digest(pepper.encode(), _KEY_DOMAIN + number.encode(), "sha256")
    return urlsafe_b64encode(digest[:12]).decode()


def prefixes(number: str) -> tuple[str, ...]:
    """The beginnings of a number (E.164) that a block may be of, shortest first."""
    return tuple(number[:length] for length in range(SHORTEST_PREFIX, len(number)))


def _read_attestation(text: str) -> Attestation:
    """A failure is believed whatever follows it; a pass only in the spellings that are known."""
    text = text.strip()
    if text.startswith("TN-Validation-Failed"):
        return Attestation.FAILED
    passed = re.fullmatch(r"TN-Validation-Passed-([ABC])(?:-Diverted)?", text)
    return Attestation[f"PASSED_{passed[1]}"] if passed else Attestation.NONE
