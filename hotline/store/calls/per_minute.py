"""What came in between two moments, counted: calls as they were judged, reports as they were filed.

All of it is asked over and over by open pages: each statement is answered by an index alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from hotline.guard.triage import TRUSTED, Verdict
from hotline.store.enums import Channel
from hotline.store.schema.tables import call, report


@dataclass(frozen=True, slots=True)
class Judged:
    """Calls that were judged alike. `reason` is empty where they were let in."""

    verdict: str
    reason: str
    standing: str
    calls: int


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A chair who was not let in: known by the roster, or by a PIN proved lately."""

    sid: str
    at: datetime  # UTC
    last_four: str
    standing: str
    reason: str


_SPAN = (call.c.began_at >= bindparam("since"), call.c.began_at < bindparam("until"))
_VOICE = call.c.channel == Channel.VOICE.value
_ALIKE = (call.c.verdict, call.c.reason, call.c.standing)
_JUDGED = select(*_ALIKE, func.count()).where(*_SPAN, _VOICE).group_by(*_ALIKE)
_FILED = select(func.count()).where(
    report.c.ledger_id == bindparam("ledger"),
    report.c.filed_at >= bindparam("since"),
    report.c.filed_at < bindparam("until"),
)
_CHAIRS = (
    select(call.c.sid, call.c.began_at, call.c.last_four, call.c.standing, call.c.reason)
    .where(
        *_SPAN,
        _VOICE,
        call.c.verdict == Verdict.TURN_AWAY.value,
        call.c.standing.in_([standing.value for standing in sorted(TRUSTED)]),
    )
    .order_by(call.c.began_at.desc())
    .limit(bindparam("most"))
)


def judged(connection: Connection, since: datetime, until: datetime) -> list[Judged]:
    """Calls that began in this time, as far as they are on record."""
    return [Judged(*row) for row in connection.execute(_JUDGED, {"since": since, "until": until})]


def filed(connection: Connection, ledger_id: int, since: datetime, until: datetime) -> int:
    """Reports of a ledger that were filed in this time."""
    found = connection.scalar(_FILED, {"ledger": ledger_id, "since": since, "until": until})
    return int(found or 0)


def chairs_turned_away(
    connection: Connection, since: datetime, until: datetime, most: int
) -> list[TurnedAway]:
    """The newest first, of calls that began in this time."""
    rows = connection.execute(_CHAIRS, {"since": since, "until": until, "most": most})
    return [TurnedAway(*row) for row in rows]
