"""What was tried to reach a unit's chair, and what came of it, as the activity log has it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from hotline.operations.desk.words import DONE
from hotline.store.desk.waiting import PAUSES
from hotline.store.enums import ActivityKind
from hotline.store.schema.desk_tables import activity

TRIED = (
    ActivityKind.CALL_ATTEMPTED,
    ActivityKind.CALLBACK_SCHEDULED,
    ActivityKind.CALLBACK_PLACED,
    ActivityKind.CALLBACK_DONE,
    ActivityKind.CALL_TAKEN,
    ActivityKind.CALL_ENDED,
    ActivityKind.REMINDER_SENT,
)
"""What counts as having tried to reach a unit."""

WILL_CALL_WITHIN = timedelta(minutes=30)
GIVEN_UP = "given-up"


class ContactOutcome(StrEnum):
    """What staff say came of a call to a chair."""

    REACHED = "reached"
    NO_ANSWER = "no-answer"
    WRONG_NUMBER = "wrong-number"
    WILL_CALL = "will-call"
    WILL_SEND_PAPER = "will-send-paper"


UNANSWERED = frozenset(
    {ContactOutcome.NO_ANSWER.value, "busy", "failed", "not-accepted", "refused"}
)
"""Outcomes, said by staff or by the network, after which a chair is called again."""

IN_WORDS: Mapping[str, str] = {
    ContactOutcome.REACHED: "reached",
    ContactOutcome.NO_ANSWER: "no answer",
    ContactOutcome.WRONG_NUMBER: "wrong number",
    ContactOutcome.WILL_CALL: "will call",
    ContactOutcome.WILL_SEND_PAPER: "will send paper",
    "busy": "busy",
    "failed": "could not be called",
    "not-accepted": "answered, and nobody pressed 1",
    "refused": "the network refused the number",
    GIVEN_UP: "not reached: the line calls no more",
}


@dataclass(frozen=True, slots=True)
class ContactAttempt:
    """The last thing that was done to reach a unit, and what is known since then."""

    at: datetime  # UTC
    who: str
    text: str
    outcome: str = ""  # the last that is known
    unanswered: int = 0  # attempts in a row that reached nobody
    next: datetime | None = None  # when to try again, UTC

    @property
    def said(self) -> str:
        return IN_WORDS.get(self.outcome, self.outcome)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A callback that was given up, of a unit that is not missing, or of none that is known."""

    case: str  # sid
    at: datetime  # UTC
    unit: str
    ends: str  # the last four digits of the number


def next_attempt(outcome: str, unanswered: int, at: datetime) -> datetime | None:
    """When to call again; None: not without a reason. `unanswered`: with this one, in a row."""
    if outcome in UNANSWERED:
        pauses = PAUSES[unanswered - 1 : unanswered]
        return at + timedelta(seconds=pauses[0]) if pauses else None
    return at + WILL_CALL_WITHIN if outcome == ContactOutcome.WILL_CALL else None


def attempts_of(
    connection: Connection, ledger_id: int, units: Collection[str]
) -> dict[str, ContactAttempt]:
    """The last attempt at each of these units that was tried at all."""
    wanted = (
        select(activity)
        .where(
            activity.c.ledger_id == ledger_id,
            activity.c.unit_code != "",
            activity.c.kind.in_(TRIED),
        )
        .order_by(activity.c.id)
    )
    found: dict[str, ContactAttempt] = {}
    for row in connection.execute(wanted):
        if row.unit_code in units:
            found[row.unit_code] = _after(found.get(row.unit_code), row)
    return found


def _after(before: ContactAttempt | None, row: Row[Any]) -> ContactAttempt:
    after: Mapping[str, Any] = row.after or {}
    now = ContactAttempt(row.at, row.who, _said(row.kind, row.note, after))
    outcome = str(after.get("outcome") or "")
    if not outcome:
        return (
            now
            if before is None
            else replace(
                now, outcome=before.outcome, unanswered=before.unanswered, next=before.next
            )
        )
    tries = before.unanswered if before else 0
    unanswered = tries + 1 if outcome in UNANSWERED else tries if outcome == GIVEN_UP else 0
    due = _moment(after["next"]) if "next" in after else next_attempt(outcome, unanswered, row.at)
    return replace(now, outcome=outcome, unanswered=unanswered, next=due)


def _moment(written: object) -> datetime | None:
    return datetime.fromisoformat(str(written)) if written else None


def _said(kind: str, note: str, after: Mapping[str, object]) -> str:
    did, outcome = DONE.get(ActivityKind(kind), kind), str(after.get("outcome") or "")
    more = [said for said in (IN_WORDS.get(outcome, outcome), note) if said]
    return f"{did}: {', '.join(more)}" if more else did


def left_over(connection: Connection, ledger_id: int, missing: Collection[str]) -> list[LeftOver]:
    """Callbacks that were given up and that nobody has seen to since; those on the list are not."""
    kinds = (*TRIED, ActivityKind.NOTE)
    wanted = (
        select(activity)
        .where(activity.c.ledger_id == ledger_id, activity.c.kind.in_(kinds))
        .order_by(activity.c.id)
    )
    found: dict[str, LeftOver] = {}
    for row in connection.execute(wanted):
        about = row.unit_code or row.call_sid
        after = row.after or {}
        if row.kind == ActivityKind.CALLBACK_DONE and after.get("outcome") == GIVEN_UP:
            found[about] = LeftOver(row.call_sid, row.at, row.unit_code, str(after.get("ends", "")))
        else:
            found.pop(about, None)
    return [each for about, each in found.items() if about not in missing]
