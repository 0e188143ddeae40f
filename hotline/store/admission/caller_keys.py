"""The names under which the front door remembers callers and guesses in Redis."""

from __future__ import annotations

from typing import NamedTuple

from hotline.guard.triage import CallerStanding, Entrance
from hotline.store.keys import PREFIX

APART = frozenset({CallerStanding.SUSPECT, CallerStanding.WITHHELD})


class CallerKeys(NamedTuple):
    """`attempts`: calls without a PIN, by the time at which each ended or will have ended."""

    attempts: str
    away: str
    verified: str


def caller_keys(entrance: Entrance, standing: CallerStanding, key: str) -> CallerKeys:
    """Where a caller is remembered. Each entrance counts for itself: whoever asks for results too
    often may still report. A number that its network does not vouch for counts for itself too:
    somebody else may be pretending to have it."""
    line = "" if entrance is Entrance.CHAIRS else f"{entrance}:"
    apart = line + (f"{standing}:" if standing in APART else "")
    proved_on = line if entrance is Entrance.STAFF else ""  # whose PIN is no chair's
    return CallerKeys(
        attempts=f"{PREFIX}attempts:{apart}{key}",
        away=f"{PREFIX}away:{apart}{key}",
        verified=f"{PREFIX}v:{proved_on}{key}",
    )


def places(key: str) -> list[CallerKeys]:
    """Wherever a number's calls are counted; for a withheld one, those of all withheld callers."""
    found = (CallerStanding.UNKNOWN, CallerStanding.SUSPECT) if key else (CallerStanding.WITHHELD,)
    return [caller_keys(entrance, standing, key) for entrance in Entrance for standing in found]


def person(key: str) -> str:
    """Which call of this telephone is put through to a person without a PIN."""
    return f"{PREFIX}person:{key}"


def guesses(unit: str, key: str) -> tuple[str, str, str, str]:
    """Guesses at the unit, at the unit from its own phones, on the line, by this phone."""
    place = PREFIX + "guess:"
    return f"{place}u:{unit}", f"{place}o:{unit}", f"{place}line", f"{place}p:{key}"


def locked(unit: str) -> str:
    return f"{PREFIX}locked:{unit}"


def doubted(unit: str) -> str:
    return f"{PREFIX}doubted:{unit}"
