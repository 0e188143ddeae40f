"""The call list: units that have not reported, what to do about each, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from redis import RedisError

from hotline.guard.caller import key_of
from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.desk import claims
from hotline.operations.desk.attempts import (
    UNANSWERED,
    ContactAttempt,
    ContactOutcome,
    LeftOver,
    attempts_of,
    left_over,
    next_attempt,
)
from hotline.operations.desk.board import DeskError, DeskServices, account_of
from hotline.operations.desk.callbacks import strike_off
from hotline.operations.desk.chair import add_note, call_unit
from hotline.operations.desk.outstanding import Missing, missing_units, outstanding
from hotline.operations.desk.talk import HINDERED, TakenError, take
from hotline.store.database import reading, transact
from hotline.store.desk.claims import Holder
from hotline.store.desk.waiting import OUTGOING, Waiter, WaiterState
from hotline.store.enums import ActivityKind, Role
from hotline.store.roster import roster


class MissingFilter(StrEnum):
    """Which of the missing units the list shows."""

    ALL = "all"
    NOW = "now"  # to be called now: never tried, or the time for it has come
    LATER = "later"  # somebody has tried, and will again
    NOT_REACHED = "not-reached"  # the last attempt reached nobody
    WRONG_NUMBER = "wrong-number"
    PAPER = "paper"  # will send it on paper
    NO_PHONE = "no-phone"


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A missing unit, with where it stands in the queue (`place` from 1) and who is on it."""

    unit: Missing
    area: str
    place: int
    on_line: bool  # the chair has called, and waits for a person
    taken_by: str
    holder: Holder | None

    def is_shown(self, show: MissingFilter, now: datetime) -> bool:
        last = self.unit.last
        outcome = last.outcome if last else ""
        due = last.next if last else None
        match show:
            case MissingFilter.ALL:
                return True
            case MissingFilter.NO_PHONE:
                return not self.unit.phones
            case MissingFilter.WRONG_NUMBER:
                return outcome == ContactOutcome.WRONG_NUMBER
            case MissingFilter.PAPER:
                return outcome == ContactOutcome.WILL_SEND_PAPER
            case MissingFilter.NOT_REACHED:
                return bool(last and last.unanswered)
            case MissingFilter.LATER:
                return due is not None and due > now
            case MissingFilter.NOW:
                settled = outcome in (ContactOutcome.WRONG_NUMBER, ContactOutcome.WILL_SEND_PAPER)
                later = due is not None and due > now
                busy = self.on_line or self.taken_by
                return bool(self.unit.phones) and not (settled or later or busy)


@dataclass(frozen=True, slots=True)
class CallList:
    """`areas`: each with how many of its units are missing and how many there are."""

    areas: Sequence[tuple[str, int, int]]
    listed: Sequence[ListedUnit]
    left_over: Sequence[LeftOver]
    silent: bool  # who is on which unit cannot be read

    @property
    def units(self) -> int:
        return sum(units for _, _, units in self.areas)

    @property
    def missing(self) -> int:
        return sum(missing for _, missing, _ in self.areas)


def call_list(
    board: DeskServices, area: str = "", show: MissingFilter = MissingFilter.ALL
) -> CallList:
    """The list, of one county or of all. Raises SQLAlchemyError; not for a Redis that is silent."""
    parts = board.parts
    ledger_id, areas = parts.election().ledger_id, outstanding(parts)
    missing = frozenset(unit.code for each in areas for unit in each.missing)
    with reading(parts.engine) as connection:
        given_up = left_over(connection, ledger_id, missing)
    holders: dict[str, Holder] = {}
    places: dict[str, int] = {}
    taken: dict[str, str] = {}
    on_line: set[str] = set()
    silent = False
    try:
        holders = board.claims.holders(ledger_id, missing)
        waiting = board.waiting.everyone()
        places = {w.unit: n for n, w in reversed(list(enumerate(waiting, 1))) if w.unit}
        on_line = {w.unit for w in waiting if not w.callback}
        taken = {w.unit: w.by_name for w in board.waiting.taken() if w.unit}
    except RedisError:
        silent = True
    rows = [
        ListedUnit(
            unit,
            each.name,
            places.get(unit.code, 0),
            unit.code in on_line,
            taken.get(unit.code, ""),
            holders.get(unit.code),
        )
        for each in areas
        for unit in each.missing
        if area in ("", each.name)
    ]
    now = parts.now()
    return CallList(
        [(each.name, len(each.missing), each.units) for each in areas],
        [row for row in rows if row.is_shown(show, now)],
        given_up,
        silent,
    )


# --- Calling


def call_now(board: DeskServices, who: Actor, unit: str) -> Waiter:
    """Calls the unit's chair and leads whoever answers to this one's telephone.

    Somebody else's unit is not called. Where the network fails, the unit waits in the queue, to be
    called. Raises ClaimedError, TakenError, DeskError, NotAllowedError; redis.RedisError.
    """
    require(who, Role.STAFF)
    member = board.staff.find(account_of(who))
    if member is None or not member.leg:
        raise DeskError(HINDERED["no-line"])
    if member.talking_to:
        raise DeskError(HINDERED["talking"])
    claims.claim(board, who, unit)
    try:
        return take(board, who, _case(board, who, unit))
    except DeskError:
        claims.release(board, who, unit)
        raise


def _case(board: DeskServices, who: Actor, unit: str) -> str:
    """The case under which this chair waits to be called already, or a new one."""
    parts = board.parts
    active = parts.election()
    mine = board.waiting.find(f"{OUTGOING}{unit}")
    if mine is not None and mine.state is WaiterState.TAKEN:
        raise TakenError(mine.by_name)
    pepper = parts.settings.pin_pepper.get_secret_value()
    with reading(parts.engine) as connection:
        if unit not in missing_units(connection, active.ledger_id):
            raise DeskError("this precinct has reported meanwhile")
        phones = roster.phones_of_unit(connection, active.election.id, unit)
        last = attempts_of(connection, active.ledger_id, {unit}).get(unit)
    keys = {key_of(pepper, phone) for phone in phones}
    for waiter in board.waiting.everyone():
        if waiter.unit == unit and not waiter.callback:
            raise DeskError("this chair is on the line already: take the call")
        if waiter.callback and (waiter.sid == f"{OUTGOING}{unit}" or waiter.caller in keys):
            return waiter.sid
    return call_unit(board, who, unit, turn=last.unanswered if last else 0)


# --- What came of it


def record_outcome(
    board: DeskServices,
    who: Actor,
    unit: str,
    outcome: ContactOutcome,
    note: str = "",
    again_minutes: int | None = None,
) -> ContactAttempt:
    """Writes down what came of trying to reach a chair, by whatever telephone.

    `again_minutes`: when to try again; 0: not; None: as the rule has it. A callback that waits for
    this unit is struck off: the list says from now on when it is due. Raises ClaimedError where
    somebody else is on the unit; NotAllowedError; redis.RedisError, SQLAlchemyError.
    """
    require(who, Role.STAFF)
    parts, active = board.parts, board.parts.election()
    holder = claims.holder(board, unit)
    if holder is not None and holder.account_id != who.account_id:
        raise claims.ClaimedError(unit, holder)
    now = parts.now()
    with reading(parts.engine) as connection:
        last = attempts_of(connection, active.ledger_id, {unit}).get(unit)
    unanswered = (last.unanswered if last else 0) + 1 if outcome in UNANSWERED else 0
    due = next_attempt(outcome, unanswered, now)
    if again_minutes is not None:
        due = now + timedelta(minutes=again_minutes) if again_minutes else None
    waiter = board.waiting.find(f"{OUTGOING}{unit}")
    if waiter is not None:
        strike_off(board, who, waiter, outcome)
    transact(
        parts.engine,
        lambda connection: log_activity(
            connection,
            parts,
            who,
            ActivityKind.CALL_ATTEMPTED,
            unit=unit,
            after={"outcome": outcome.value, "next": due.isoformat() if due else ""},
            note=note.strip(),
        ),
    )
    return ContactAttempt(now, who.name, outcome, outcome, unanswered, due)


def see_to(board: DeskServices, who: Actor, case: str, note: str = "") -> None:
    """Somebody has seen to a callback that was given up; it is listed no more.

    Raises DeskError, NotAllowedError; SQLAlchemyError.
    """
    found = next((each for each in call_list(board).left_over if each.case == case), None)
    if found is None:
        raise DeskError("somebody has seen to this already")
    add_note(board.parts, who, note.strip() or "seen to", call_sid=case, unit=found.unit)
