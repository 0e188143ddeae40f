"""What somebody's log amounts to: the calls that were handled, and the shifts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.store.accounts.people import Deed
from hotline.store.enums import ActivityKind

BEGINS = frozenset({ActivityKind.CALL_TAKEN})
ENDS = frozenset({ActivityKind.CALL_ENDED, ActivityKind.HANDED_OVER, ActivityKind.CALL_RETURNED})
WORK = (
    *BEGINS,
    *ENDS,
    ActivityKind.REPORT_ENTERED,
    ActivityKind.SHIFT_BEGUN,
    ActivityKind.SHIFT_ENDED,
)
"""What calls and shifts are read from."""

ENDED_AS = {
    ActivityKind.HANDED_OVER: "handed over",
    ActivityKind.CALL_RETURNED: "put back into the queue",
}


@dataclass(frozen=True, slots=True)
class Handled:
    """A call that somebody took. `ended_at` is None while they talk, or where nobody has said."""

    sid: str
    unit: str
    taken_at: datetime
    waited: int  # seconds the caller had waited
    ended_at: datetime | None = None
    outcome: str = ""
    reports: int = 0  # entered for the caller

    @property
    def seconds(self) -> int:
        """How long they talked, as far as that is known."""
        return int((self.ended_at - self.taken_at).total_seconds()) if self.ended_at else 0


@dataclass(frozen=True, slots=True)
class Shift:
    """A telephone that was connected to the desk. `ended_at` is None while it is."""

    began_at: datetime
    ended_at: datetime | None = None

    @property
    def length(self) -> timedelta:
        return self.ended_at - self.began_at if self.ended_at else timedelta()


def handled(deeds: Iterable[Deed]) -> Sequence[Handled]:
    """The calls that these entries tell of (the oldest first), the newest first.

    A call that is taken again after it was handed on is another one. The first end is when the
    talk was over; what is said of it later, with its outcome, counts as well.
    """
    found: list[Handled] = []
    latest: dict[str, int] = {}
    for deed in deeds:
        if deed.kind in BEGINS:
            latest[deed.call_sid] = len(found)
            waited = int(deed.after.get("waited") or 0)
            found.append(Handled(deed.call_sid, deed.unit_code, deed.at, waited))
            continue
        place = latest.get(deed.call_sid)
        if place is None:
            continue
        call = found[place]
        if deed.kind is ActivityKind.REPORT_ENTERED:
            found[place] = replace(call, reports=call.reports + 1, unit=deed.unit_code or call.unit)
        elif deed.kind in ENDS:
            outcome = str(deed.after.get("outcome") or ENDED_AS.get(deed.kind, ""))
            ended_at = call.ended_at or deed.at
            found[place] = replace(call, ended_at=ended_at, outcome=outcome or call.outcome)
    return found[::-1]


def shifts(deeds: Iterable[Deed]) -> Sequence[Shift]:
    """The shifts that these entries tell of (the oldest first), the newest first.

    A telephone that takes the place of another one begins a shift, and ends the one before.
    """
    found: list[Shift] = []
    for deed in deeds:
        is_open = bool(found) and found[-1].ended_at is None
        if is_open and deed.kind in (ActivityKind.SHIFT_BEGUN, ActivityKind.SHIFT_ENDED):
            found[-1] = replace(found[-1], ended_at=deed.at)
        if deed.kind is ActivityKind.SHIFT_BEGUN:
            found.append(Shift(deed.at))
    return found[::-1]
