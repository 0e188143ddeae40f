"""What becomes of a PIN that is keyed while PINs are being guessed (call.md, "PIN guessing").

Failures are counted by telephone, by unit and for the whole line; nobody's failures ever stand
between a unit and its own telephones, because locking a unit must not be a prank. A telephone on
the roster may call as often as it likes, and may yet guess at other units: after too many failures
there, a right PIN from it needs a second factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

HOUR = 3600  # seconds; the window in which a unit's failures are counted
MINUTE = 60  # seconds; the window for the whole line


class PinTreatment(StrEnum):
    """What is done with a PIN."""

    CHECK = "check"  # right or wrong, the caller hears it
    SECOND_FACTOR = "second-factor"  # if it is right, a code sent to the unit's phone comes next
    PERSON = "person"  # it is not even looked at: an answer would tell a guesser something


@dataclass(frozen=True, slots=True)
class GuessPolicy:
    """Failures in an hour that lock a unit, or cast a doubt on a phone that calls for units not its
    own; failures in a minute that are an alarm; times in seconds."""

    unit: int = 10
    phone: int = 10
    line: int = 60
    alarm: int = 600
    locked: int = 43_200
    second_factor_always: bool = False


@dataclass(frozen=True, slots=True)
class PinAttempt:
    """A PIN about to be checked.

    `own_phone`: the caller's number is on this unit's roster, and its network did not say
    otherwise. `locked`: others have guessed at this unit too often. `alarm`: too much is guessed on
    the line or by this phone, or somebody has heard, while it was, that this unit's PIN is right.
    """

    own_phone: bool
    locked: bool
    alarm: bool


def treat(attempt: PinAttempt, policy: GuessPolicy) -> PinTreatment:
    """Source: call.md, "PIN guessing"; the second factor instead of a person during an alarm."""
    if attempt.own_phone:
        return PinTreatment.CHECK
    if attempt.locked:
        return PinTreatment.PERSON
    if attempt.alarm or policy.second_factor_always:
        return PinTreatment.SECOND_FACTOR
    return PinTreatment.CHECK
