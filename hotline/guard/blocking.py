"""What may be blocked, for how long, and whose word it takes. A refusal says why, for a person."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult

from hotline import moments
from hotline.guard.caller import SHORTEST_PREFIX
from hotline.guard.triage import BlockKind
from hotline.telephones import (
    WITHHELD_AS_DIGITS,
    TelephoneError,
    beginning,
    plain,
    read_telephone,
)

USUAL = timedelta(hours=24)
LONGEST = timedelta(days=30)
LONGEST_REASON = 200  # characters
RULE = "rule: "
"""How the author begins of a block that nobody decided on; the front door itself remembers it."""

EXAMPLES = "+15155550142, or +1515555* for all numbers that begin so"
_RANGE = re.compile(r"(.*[0-9])[\s()./-]*(?:\*|[xX]{2,})")
_DURATION = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class BlockingError(ValueError):
    """Something is not blocked, or a block is not lifted; the message says why."""


class ConsentError(BlockingError):
    """A second person has to agree first."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A number (E.164), or the beginning that a range of numbers shares."""

    text: str
    is_prefix: bool

    def __str__(self) -> str:
        return f"{self.text}*" if self.is_prefix else self.text

    def covers(self, number: str) -> bool:
        return number.startswith(self.text) if self.is_prefix else number == self.text


def as_written(text: str, country: str = "") -> Pattern:
    """The pattern that somebody wrote, as its callers are known by it. Raises BlockingError.

    `country` (ISO 3166) is where a number without a country's code belongs.
    """
    written = _RANGE.fullmatch(plain(text))
    try:
        if written:
            return Pattern(beginning(written[1], country), is_prefix=True)
        return Pattern(read_telephone(text, country), is_prefix=False)
    except TelephoneError as error:
        raise BlockingError(f"this {error}; write {EXAMPLES}") from None


def read_pattern(text: str, own_lines: Collection[str] = (), country: str = "") -> Pattern:
    """A pattern that may be blocked. Raises BlockingError.

    `own_lines` are the election's own numbers (E.164); `country` as of `as_written`.
    """
    pattern = as_written(text, country)
    if pattern.text in WITHHELD_AS_DIGITS:
        raise BlockingError("this is what withheld numbers look like: they share a limit instead")
    if pattern.is_prefix:
        if reason := _wrong_with_prefix(pattern.text):
            raise BlockingError(reason)
        return pattern
    if pattern.text in own_lines:
        raise BlockingError("this is the number of the line itself")
    return pattern


def _wrong_with_prefix(text: str) -> str:
    """Why no block may be of numbers that begin so; empty where it may."""
    if len(text) < SHORTEST_PREFIX:
        return f"too many numbers begin so: give at least {SHORTEST_PREFIX - 1} digits"
    try:
        # The shortest number that begins so; with too few digits a country cannot be read.
        longer = phonenumbers.parse(f"{text}0".ljust(8, "0"))
    except NumberParseException:
        return "no country's numbers begin so"
    if phonenumbers.is_possible_number_with_reason(longer) == ValidationResult.TOO_LONG:
        return "no number is long enough to begin so; a single number has no asterisk"
    return ""


def block_of(pattern: Pattern, second: str) -> BlockKind:
    """Whom the block is heeded for."""
    if pattern.is_prefix:
        return BlockKind.PREFIX
    return BlockKind.CONFIRMED if second else BlockKind.NUMBER


def check_consent(pattern: Pattern, roster_phones: int, author: str, second: str) -> None:
    """BlockingError unless a second person agreed wherever telephones of the roster are meant.

    A range never turns them away, but whoever blocks one that holds them should know it.
    """
    if second and _who(second) == _who(author):
        raise BlockingError("the second person has to be another one than the author")
    if second or not roster_phones:
        return
    if pattern.is_prefix:
        raise ConsentError(
            f"{roster_phones} telephones of the roster have numbers in this range: a second person "
            "has to agree, though those telephones still get through"
        )
    raise ConsentError(
        "this number is on the roster: a second person has to agree, and its chair is turned away"
    )


def _who(name: str) -> str:
    """A name without what it is followed by in brackets, such as where the command was given."""
    return re.sub(r"\s*\(.*\)$", "", name).strip().casefold()


def read_reason(text: str) -> str:
    """A reason on one line. Raises BlockingError."""
    reason = " ".join(text.split())
    if not reason:
        raise BlockingError("a reason has to be given")
    if not reason.isprintable() or len(reason) > LONGEST_REASON:
        raise BlockingError(f"the reason has to be readable, with at most {LONGEST_REASON} letters")
    return reason


def read_duration(text: str) -> timedelta:
    """A time such as `30m`, `2h` or `7d`. Raises BlockingError."""
    written = _DURATION.fullmatch(text.strip())
    if written is None:
        raise BlockingError("a duration is written such as 30m, 2h or 7d")
    return timedelta(**{_UNITS[written[2]]: int(written[1])})


def read_moment(text: str) -> datetime:
    """A moment in ISO 8601 with its zone, in UTC. Raises BlockingError."""
    try:
        return moments.read_moment(text, None)
    except moments.MomentError as error:
        raise BlockingError(str(error)) from None


def end_of(at: datetime, until: datetime | None) -> datetime:
    """When a block ends that is made `at` a moment; None: after the usual time.

    Raises BlockingError for one that is over already, or would last too long.
    """
    if until is None:
        return at + USUAL
    if until <= at:
        raise BlockingError("the block would be over already")
    if until - at > LONGEST:
        raise BlockingError(f"a block lasts {LONGEST.days} days at most")
    return until
