"""What a Gather makes of keys: pure, without time and without the network.

Source: twilio.md, "Gather". One key may end it; a number of digits ends it by itself; a key too
many is left over for the next Gather; nothing keyed falls through to the next verb.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

KEYS = frozenset("0123456789*#")


class GatherEnd(StrEnum):
    """What ended a Gather."""

    FINISH_KEY = "finish-key"
    NUM_DIGITS = "num-digits"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class GatherRule:
    """The attributes that decide; the defaults are Twilio's.

    `finish_on_key` is one key, or empty: then no key ends it. `timeout` is in seconds and runs
    from the end of the speech, and anew from each key.
    """

    num_digits: int | None = None
    finish_on_key: str = "#"
    action_on_empty: bool = False
    timeout: int = 5


@dataclass(frozen=True, slots=True)
class GatherOutcome:
    """How a Gather ended. `submits` False: nothing is posted and the next verb follows."""

    digits: str
    finished_on: str  # the key that ended it, else empty
    reason: GatherEnd
    rest: str  # keys that the next Gather gets
    submits: bool


def collect_digits(rule: GatherRule, keys: str) -> GatherOutcome | None:
    """What becomes of all the keys so far; None while the Gather goes on waiting.

    `keys` are those of this Gather from its start, keyed ahead or not. A `*` is a digit like any
    other unless it is the finishing key.
    """
    for position, key in enumerate(keys):
        if key == rule.finish_on_key:
            return _ended(rule, keys[:position], key, GatherEnd.FINISH_KEY, keys[position + 1 :])
        if rule.num_digits is not None and position + 1 == rule.num_digits:
            return _ended(
                rule, keys[: position + 1], "", GatherEnd.NUM_DIGITS, keys[position + 1 :]
            )
    return None


def time_out(rule: GatherRule, keys: str) -> GatherOutcome:
    """What becomes of the keys when no further one comes within `timeout` seconds."""
    return _ended(rule, keys, "", GatherEnd.TIMEOUT, "")


def _ended(rule: GatherRule, digits: str, key: str, reason: GatherEnd, rest: str) -> GatherOutcome:
    return GatherOutcome(digits, key, reason, rest, bool(digits) or rule.action_on_empty)
