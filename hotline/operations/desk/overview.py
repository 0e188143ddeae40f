"""What every open desk shows at once: who waits, who talks with whom, who is on which unit.

Sixty desks ask every other second. What is the same for all of them is read once for a moment and
shared by the threads of the process; names and what was keyed are remembered for as long as they
cannot change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from hotline.election.model import Election
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.story import call_story
from hotline.operations.desk.words import QUESTIONS, unit_name
from hotline.operations.ttl_cache import FOREVER, TimedCache
from hotline.store.database import reading
from hotline.store.desk.claims import Holder
from hotline.store.desk.staff import StaffMember
from hotline.store.desk.waiting import Class, Waiter
from hotline.store.elections import ActiveElection
from hotline.store.roster import roster

FRESH = timedelta(seconds=0.5)
REMEMBERED = 500  # callers

CLASSES: Mapping[Class, str] = {
    Class.PROVED: "PIN proved",
    Class.ROSTER: "roster phone",
    Class.UNKNOWN: "unknown",
    Class.BEHIND: "same phone again",
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """Somebody in the queue, or at a desk, as a line of the page."""

    sid: str
    place: int  # from 1; 0 for whoever is talking already
    who: str
    ends: str  # the last four digits of the number
    unit: str
    unit_name: str
    reason: str
    keyed: str
    rank: str
    first: int  # unix milliseconds
    callback: bool
    needs_agreement: bool
    attempts: int  # callbacks that reached nobody; the next is made at `first`
    taken_by: str
    on_line: bool
    holder: str  # who is on the unit
    holder_id: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole floor at a moment. `tag` changes when anything of it does."""

    waiting: Sequence[QueueRow] = ()
    talking: Sequence[QueueRow] = ()
    members: Sequence[StaffMember] = ()
    tag: str = ""
    silent: bool = False  # the queue cannot be read

    def row_of(self, sid: str) -> QueueRow | None:
        return next((row for row in (*self.talking, *self.waiting) if row.sid == sid), None)

    def member(self, account_id: int | None) -> StaffMember | None:
        return next((one for one in self.members if one.account_id == account_id), None)


@dataclass
class Floor:
    """Looks at the queue at most once a moment for all who ask. One a process."""

    board: DeskServices
    fresh: timedelta = FRESH
    _seen: Overview = field(default_factory=Overview)
    _looks: TimedCache[str, Overview] = field(init=False)
    _callers: TimedCache[tuple[str, int, str], tuple[str, str]] = field(
        default_factory=lambda: TimedCache(FOREVER, size=REMEMBERED)
    )

    def __post_init__(self) -> None:
        self._looks = TimedCache(self.fresh.total_seconds())

    def look(self, *, anew: bool = False) -> Overview:
        """What there is to see; `anew` for whoever has just changed it. Never raises."""
        return self._looks.get("queue", self._look_again, anew=anew)

    def _look_again(self) -> Overview:
        self._seen = self._look()
        return self._seen

    def _look(self) -> Overview:
        active = self.board.parts.known_election()
        if active is None:
            return Overview(tag="none")
        try:
            waiting, taken = self.board.waiting.everyone(), self.board.waiting.taken()
            members = self.board.staff.everyone()
            units = {waiter.unit for waiter in (*waiting, *taken) if waiter.unit}
            holders = self.board.claims.holders(active.ledger_id, units)
        except RedisError:
            self.board.parts.counts["desk"] += 1
            return replace(self._seen, silent=True, tag="silent")
        rows = [self._row(active, w, n, holders) for n, w in enumerate(waiting, 1)]
        busy = [self._row(active, waiter, 0, holders) for waiter in taken]
        return Overview(rows, busy, members, _tag(rows, busy, members))

    def _row(
        self, active: ActiveElection, waiter: Waiter, place: int, holders: Mapping[str, Holder]
    ) -> QueueRow:
        who, keyed = self._of_caller(active, waiter)
        holder = holders.get(waiter.unit)
        return QueueRow(
            sid=waiter.sid,
            place=place,
            who=who,
            ends=waiter.last4,
            unit=waiter.unit,
            unit_name=unit_name(active.election, waiter.unit) if waiter.unit else "",
            reason=_in_words(waiter.reason),
            keyed=keyed,
            rank=CLASSES[waiter.rank],
            first=waiter.first,
            callback=waiter.callback,
            needs_agreement=waiter.callback and not waiter.agreed,
            attempts=waiter.attempts if waiter.callback else 0,
            taken_by=waiter.by_name,
            on_line=bool(waiter.live and waiter.bridged),
            holder=holder.name if holder else "",
            holder_id=holder.account_id if holder else None,
        )

    def _of_caller(self, active: ActiveElection, waiter: Waiter) -> tuple[str, str]:
        """Who it is, and what was keyed: neither changes until the caller keys on."""
        key = (waiter.sid, waiter.step, waiter.unit)
        try:
            return self._callers.get(
                key, lambda: (self._who(active.election, waiter), self._keyed(waiter))
            )
        except SQLAlchemyError:
            self.board.parts.counts["desk"] += 1
            return _stranger(waiter), ""

    def _who(self, election: Election, waiter: Waiter) -> str:
        if waiter.rank >= Class.UNKNOWN or not waiter.unit:
            return _stranger(waiter)
        with reading(self.board.parts.engine) as connection:
            chairs = roster.chairs_of_unit(connection, election.id, waiter.unit)
        calling = [chair.name for _, chair in chairs if waiter.number in chair.phones]
        if calling:
            return calling[0]
        named = " or ".join(chair.name for _, chair in chairs)
        return f"{named}, from another phone" if named else _stranger(waiter)

    def _keyed(self, waiter: Waiter) -> str:
        """The last of what was keyed, and the question that the caller stood at."""
        story = call_story(self.board.parts, waiter.sid)
        last = [f"{one.what} {one.value}" for one in story.keyed[-1:]]
        objections = [f"does not fit: {text}" for text in story.objections[-1:]]
        pin = [f"{story.pin_failures} wrong PINs"] if story.pin_failures else []
        said = [*pin, *last, *objections]
        return "; ".join(said)


def _in_words(reason: str) -> str:
    """A reason as the line gives it, with the question as people put it."""
    why, at, step = reason.partition(" at the question ")
    asked = next((words for name, words in QUESTIONS.items() if name == step), "")
    return f"{why} at: {asked}" if at and asked else reason


def _stranger(waiter: Waiter) -> str:
    return "unknown phone" if waiter.last4 else "withheld number"


def _tag(rows: Sequence[QueueRow], busy: Sequence[QueueRow], members: Sequence[StaffMember]) -> str:
    """The same for as long as nothing of it has changed, in every process."""
    return hashlib.sha256(repr((rows, busy, members)).encode()).hexdigest()[:20]
