"""Lives of calls, told to the stream as the front door tells them, for tests of the records."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select

from hotline.operations.context import AppContext
from hotline.store.calls import events
from hotline.store.calls.events import EVENTS
from hotline.store.database import reading
from hotline.store.enums import EventKind

KEY = "abcdefghijklmnop"
NUMBER = "+13125550142"


def tell(
    parts: AppContext, kind: EventKind, sid: str, n: int = 0, after: float = 0, **detail: str | int
) -> None:
    at = parts.now() + timedelta(seconds=after)
    events.append(parts.redis, kind, sid, n, at, **detail)


def arrive(parts: AppContext, sid: str, after: float = 0, **given: str | int) -> None:
    """An unknown telephone that is let in."""
    usual: dict[str, str | int] = {
        "channel": "voice",
        "entrance": "chairs",
        "ledger": 1,
        "caller": KEY,
        "last4": NUMBER[-4:],
        "attestation": "none",
        "standing": "unknown",
        "verdict": "admit",
        "reason": "",
        "block": "",
    }
    tell(parts, EventKind.ARRIVED, sid, 0, after, **usual | given)


def turned_away(parts: AppContext, sid: str, **given: str | int) -> None:
    arrive(parts, sid, **{"verdict": "turn-away", "reason": "recent", **given})
    end(parts, sid, "busy", "", after=0)


def text(parts: AppContext, sid: str, answered: bool) -> None:
    verdict, reason = ("admit", "") if answered else ("turn-away", "recent")
    tell(
        parts,
        EventKind.TEXTED,
        sid,
        channel="text",
        entrance="public",
        ledger=1,
        caller=KEY,
        last4="0142",
        attestation="none",
        standing="unknown",
        block="",
        verdict=verdict,
        reason=reason,
        answered=int(answered),
    )


def verify(parts: AppContext, sid: str, n: int = 0, after: float = 10, unit: str = "00017") -> None:
    tell(parts, EventKind.VERIFIED, sid, n, after, unit=unit, caller=KEY)


def file(parts: AppContext, sid: str, n: int = 0, after: float = 60) -> None:
    tell(parts, EventKind.FILED, sid, n, after, unit="00017", report=7, outcome="filed")


def to_person(parts: AppContext, sid: str, n: int = 0, after: float = 30, **given: str) -> None:
    usual = {"caller": KEY, "number": NUMBER, "why": "asked for one"}
    tell(parts, EventKind.PERSON, sid, n, after, **usual | given)


def penalise(
    parts: AppContext, sid: str, after: float = 0, times: int = 1, number: str = NUMBER
) -> None:
    until = int((parts.now() + timedelta(seconds=after, minutes=15)).timestamp() * 1000)
    tell(
        parts,
        EventKind.PENALISED,
        sid,
        0,
        after,
        caller=KEY,
        number=number,
        until=until,
        times=times,
    )


def end(
    parts: AppContext,
    sid: str,
    status: str = "completed",
    seconds: str | int = 70,
    after: float = 70,
) -> None:
    tell(parts, EventKind.ENDED, sid, 0, after, status=status, seconds=seconds)


def rows(parts: AppContext, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, by their key."""
    with reading(parts.engine) as connection:
        found = connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]


def waiting(parts: AppContext) -> int:
    return int(parts.redis.xlen(EVENTS))
