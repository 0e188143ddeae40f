"""Who is calling, as far as the telephone network says. A hint, never proof.

Written after twilio.md, "Withheld caller ID" and "StirVerstat". Nothing here ever raises: a form
can hold anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

E164 = re.compile(r"\+[1-9][0-9]{6,14}")

WITHHELD_AS_DIGITS = frozenset(
    {
        "+266696687",  # anonymous; without this it would be a number in Lesotho
        "+7378742833",  # restricted
        "+2562533",  # blocked
        "+8656696",  # unknown
        "+86282452253",  # unavailable
    }
)
"""The words for "withheld" spelled on a keypad, as some networks send them."""


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
    """The caller from the form's From and StirVerstat, both as they came."""
    return Caller(_read_number(from_ or ""), _read_attestation(attestation or ""))


def last_four(number: str | None) -> str:
    """The last four digits of a number, the most of it that may be logged; empty when withheld."""
    return number[-4:] if number else ""


def _read_number(text: str) -> str | None:
    """Words such as "anonymous", the empty string and garbage are not of the form of a number;
    only the words keyed as digits are, so they go first.
    """
    text = text.strip()
    if text in WITHHELD_AS_DIGITS or not E164.fullmatch(text):
        return None
    return text


def _read_attestation(text: str) -> Attestation:
    """A failure is believed whatever follows it; a pass only in the spellings that are known."""
    text = text.strip()
    if text.startswith("TN-Validation-Failed"):
        return Attestation.FAILED
    passed = re.fullmatch(r"TN-Validation-Passed-([ABC])(?:-Diverted)?", text)
    return Attestation[f"PASSED_{passed[1]}"] if passed else Attestation.NONE
