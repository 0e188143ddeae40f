"""Who called lately, where the full number is kept: what a block would be of, or should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from hotline.guard.blocking import Pattern
from hotline.store.schema.tables import call, chair, chair_phone, kept_number

MOST_CALLS = 20_000
"""Calls that are looked at: the newest."""


@dataclass(frozen=True, slots=True)
class RecentCaller:
    """Calls of one telephone; `number` empty where it is not kept, or was withheld."""

    number: str
    calls: int
    proved: int  # calls in which a PIN was proved


@dataclass(frozen=True, slots=True)
class RosterPhone:
    """A telephone of the roster, by its last four digits, and the unit that it reports for."""

    unit: str
    last_four: str


def lately(connection: Connection, since: datetime) -> Sequence[RecentCaller]:
    """The telephones that called since then, and one that stands for all whose number is not kept.

    From the newest 20,000 calls.
    """
    newest = (
        select(call.c.caller_key, call.c.verified_at)
        .where(call.c.began_at >= since)
        .order_by(call.c.began_at.desc())
        .limit(MOST_CALLS)
        .subquery()
    )
    number = func.coalesce(kept_number.c.number, "")
    rows = connection.execute(
        select(number, func.count(), func.count(newest.c.verified_at))
        .select_from(newest)
        .outerjoin(kept_number, kept_number.c.caller_key == newest.c.caller_key)
        .group_by(number)
    )
    return [RecentCaller(*row) for row in rows]


def of_key(connection: Connection, caller_key: str, since: datetime) -> tuple[int, int]:
    """Calls of one telephone, and those in which a PIN was proved, whether its number is kept."""
    calls, proved = connection.execute(
        select(func.count(), func.count(call.c.verified_at)).where(
            call.c.caller_key == caller_key, call.c.began_at >= since
        )
    ).one()
    return calls, proved


def roster_phones(
    connection: Connection, election_id: str, pattern: Pattern, most: int
) -> Sequence[RosterPhone]:
    """Which telephones of the roster the pattern is of, and so many at most."""
    phone = chair_phone.c.phone
    rows = connection.execute(
        select(chair.c.unit_code, func.substr(phone, func.length(phone) - 3))
        .join(chair, chair_phone.c.chair_id == chair.c.id)
        .where(
            chair.c.election_id == election_id,
            phone.startswith(pattern.text, autoescape=True)
            if pattern.is_prefix
            else phone == pattern.text,
        )
        .order_by(chair.c.unit_code, phone)
        .limit(most)
    )
    return [RosterPhone(*row) for row in rows]
