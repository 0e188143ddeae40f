"""The numbers that may be changed while the line is open: their names, ranges, and what must fit.

A limit without a default of its own is a setting of the same name, and so are its least and most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ROOM, STRANGERS, TIME, GUESSING, ALERTS = "room", "strangers", "time", "guessing", "alerts"
GROUPS: Mapping[str, str] = {
    ROOM: "Room on the line",
    STRANGERS: "Unknown and withheld callers",
    TIME: "How long calls last",
    GUESSING: "Guessed PINs",
    ALERTS: "When somebody is told",
}
"""What limits are listed under, in this order."""

Values = Mapping[str, int]


class LimitError(ValueError):
    """A limit stays as it is; the message says why."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`unit`: what it is counted in. `default` None: the setting of the same name says it."""

    name: str
    title: str
    unit: str
    least: int
    most: int
    group: str
    default: int | None = None

    def say(self, value: int) -> str:
        """A value with its unit."""
        joined = "" if self.unit == "%" else " "
        singular = value == 1 and self.unit.endswith("s")
        return f"{value}{joined}{self.unit[:-1] if singular else self.unit}"


LIMITS = (
    Limit("capacity", "Calls at once", "calls", 1, 100_000, ROOM),
    Limit("strangers_share", "Of these, unknown callers on the chairs' line", "%", 0, 100, ROOM),
    Limit("public_share", "Of these, callers of the public line", "%", 0, 100, ROOM),
    Limit(
        "stranger_calls", "Calls of an unknown telephone without a PIN", "calls", 1, 20, STRANGERS
    ),
    Limit(
        "stranger_calls_at_once",
        "Calls of an unknown telephone under way without a PIN",
        "calls",
        1,
        1000,
        STRANGERS,
    ),
    Limit("stranger_minutes", "The time in which they are counted", "minutes", 1, 60, STRANGERS),
    Limit("away_minutes", "Turned away for, the first time", "minutes", 1, 1440, STRANGERS),
    Limit("away_hours_max", "Turned away for, at most", "hours", 1, 168, STRANGERS),
    Limit(
        "withheld_calls", "Calls of all withheld callers without a PIN", "calls", 1, 1000, STRANGERS
    ),
    Limit(
        "strangers_to_person",
        "Unknown callers whom a locked precinct brings to a person",
        "callers",
        0,
        1000,
        STRANGERS,
    ),
    Limit("verified_hours", "A proved telephone is known for", "hours", 1, 72, STRANGERS),
    Limit("unverified_seconds", "A call without a proved PIN", "seconds", 30, 600, TIME),
    Limit("call_minutes", "Any call", "minutes", 2, 120, TIME),
    Limit("unit_guesses", "Wrong PINs in an hour that lock a precinct", "PINs", 3, 1000, GUESSING),
    Limit("phone_guesses", "Wrong PINs in an hour from a telephone", "PINs", 3, 1000, GUESSING),
    Limit("line_guesses", "Wrong PINs in a minute on the line", "PINs", 10, 10_000, GUESSING),
    Limit("alarm_minutes", "The alarm lasts for", "minutes", 1, 240, GUESSING),
    Limit("alert_chairs_wait_minutes", "A chair waits for a person", "minutes", 1, 120, ALERTS, 4),
    Limit(
        "alert_chairs_turned_away",
        "A chair's telephone is turned away, in 15 minutes",
        "times",
        1,
        100,
        ALERTS,
        1,
    ),
    Limit("alert_capacity_percent", "Of the line's capacity in use", "%", 10, 100, ALERTS, 90),
    Limit(
        "alert_errors_percent", "Of the telephone network's requests fail", "%", 1, 100, ALERTS, 5
    ),
    Limit("alert_callback_minutes", "A callback is overdue", "minutes", 1, 240, ALERTS, 15),
    Limit("alert_worker_seconds", "No sign of life of a worker", "seconds", 45, 3600, ALERTS, 90),
    Limit(
        "alert_tabulation_seconds", "A report waits to be added up", "seconds", 10, 3600, ALERTS, 60
    ),
    Limit("alert_failed_jobs", "Jobs failed in a queue", "jobs", 1, 1000, ALERTS, 1),
    Limit("alert_refused_seconds", "Publishing is refused for", "seconds", 0, 3600, ALERTS, 30),
)
"""All of them, in the order in which they are listed."""

BY_NAME: Mapping[str, Limit] = {limit.name: limit for limit in LIMITS}


def find_limit(name: str) -> Limit:
    """Raises LimitError for a name that is none."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise LimitError(f"there is no limit {name}") from None


def read_value(limit: Limit, text: str) -> int:
    """A whole number as somebody wrote it. Raises LimitError."""
    written = text.strip()
    if not written.isascii() or not written.isdecimal() or len(written) > 9:
        raise LimitError(f"{limit.title}: write a whole number, such as {limit.least}")
    return int(written)


def check(name: str, values: Values) -> None:
    """Whether limit `name` fits what it may be, and the others. Raises LimitError.

    `values`: all limits as they would be.
    """
    limit = find_limit(name)
    if not limit.least <= values[name] <= limit.most:
        raise LimitError(
            f"{limit.title}: from {limit.least} to {limit.say(limit.most)}, not {values[name]}"
        )
    for members, reason in _CLASHES:
        if name in members and reason(values):
            raise LimitError(reason(values))


def _shares(values: Values) -> str:
    both = values["strangers_share"] + values["public_share"]
    return f"the two shares of the line would be {both}% together: at most 100%" * (both > 100)


def _penalties(values: Values) -> str:
    first, longest = values["away_minutes"], values["away_hours_max"]
    return (
        f"the first time would be {first} minutes, and the longest {longest * 60}: "
        "the first may not be longer"
    ) * (first > longest * 60)


def _times(values: Values) -> str:
    unproved, longest = values["unverified_seconds"], values["call_minutes"] * 60
    return (
        f"a call without a proved PIN would last {unproved} s, and any call {longest} s: "
        "the first may not be longer"
    ) * (unproved > longest)


_CLASHES = (
    (("strangers_share", "public_share"), _shares),
    (("away_minutes", "away_hours_max"), _penalties),
    (("unverified_seconds", "call_minutes"), _times),
)
