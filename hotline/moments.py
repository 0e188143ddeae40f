"""One rule for what a time is that somebody writes: a moment, or nothing. It is never guessed.

On the night the clocks go back an hour of local times exists twice, and on the night they go
forward one never does. Either is refused with the moments that can be meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

EXAMPLE = "2020-02-03 19:00"


class MomentError(ValueError):
    """What is written is no moment; the message says why, for a person.

    `possible` are the moments that can be meant, earlier first, in the zone of the place: two where
    a local time exists twice or never, and none otherwise.
    """

    def __init__(self, message: str, possible: Sequence[datetime] = ()) -> None:
        super().__init__(message)
        self.possible = tuple(possible)


def read_moment(text: str, zone: tzinfo | None) -> datetime:
    """What is written in ISO 8601, in UTC: with an offset, or as local time of `zone`.

    `zone` None: it has to have an offset. Raises MomentError.
    """
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        with_zone = "" if zone else "Z"
        raise MomentError(f"this is no time; write it as in {EXAMPLE}{with_zone}") from None
    try:
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        if zone is None:
            raise MomentError(f"a moment needs its zone, such as the Z in {EXAMPLE}Z")
        return _of_local(written, zone)
    except OverflowError:
        raise MomentError(f"this is no time; write it as in {EXAMPLE}") from None


def possible_moments(text: str, zone: tzinfo) -> tuple[datetime, ...]:
    """The two that a local time can mean that exists twice or never; for any other text none."""
    try:
        read_moment(text, zone)
    except MomentError as error:
        return error.possible
    return ()


def with_offset(at: datetime) -> str:
    """As it can be written: `2028-11-05T01:30-05:00`."""
    exact = at.second or at.microsecond
    return at.isoformat(timespec="auto" if exact else "minutes")


def zone_name(at: datetime) -> str:
    """What the zone of a moment calls itself then: `CST`, or `UTC-03:00` where it has no name."""
    name = at.tzname() or "UTC"
    return name if name[:1].isalpha() else f"UTC{at.isoformat()[-6:]}"


def minute_of(at: datetime, zone: tzinfo) -> str:
    """`19:00 CST`"""
    local = at.astimezone(zone)
    return f"{local:%H:%M} {zone_name(local)}"


def second_of(at: datetime, zone: tzinfo) -> str:
    """`19:00:00 CST`"""
    local = at.astimezone(zone)
    return f"{local:%H:%M:%S} {zone_name(local)}"


def day_and_second(at: datetime, zone: tzinfo) -> str:
    """`2020-02-03 19:00:00 CST`"""
    return f"{at.astimezone(zone):%Y-%m-%d} {second_of(at, zone)}"


def day_and_minute(at: datetime, zone: tzinfo) -> str:
    """`2020-02-03 19:00 CST`"""
    return f"{at.astimezone(zone):%Y-%m-%d} {minute_of(at, zone)}"


def _of_local(written: datetime, zone: tzinfo) -> datetime:
    # Of a time that exists twice fold=0 is the earlier, of one that never exists the later moment.
    possible = sorted(written.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    earlier, later = (at.astimezone(zone) for at in possible)
    if possible[0] == possible[1]:
        return possible[0]
    said = f"{written:%Y-%m-%d %H:%M}" if not written.second else f"{written:%Y-%m-%d %H:%M:%S}"
    choice = f"{_both(earlier)} or {_both(later)}"
    if earlier.replace(tzinfo=None, fold=0) == written.replace(fold=0):
        raise MomentError(
            f"{said} exists twice in {zone}, where the clocks go back that night: write {choice}",
            (earlier, later),
        )
    raise MomentError(
        f"{said} never exists in {zone}, where the clocks go forward by "
        f"{_span(possible[1] - possible[0])} that night: write {choice}",
        (earlier, later),
    )


def _both(at: datetime) -> str:
    return f"{with_offset(at)} ({zone_name(at)})"


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return "an hour" if minutes == 60 else f"{minutes} minutes"
