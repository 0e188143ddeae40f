"""A ledger's chain read back from the database, as it is kept now, for whoever checks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, String, Text, bindparam, cast, select

from hotline.election.audit.entries import PRIVATE, ReportEvent, entry_of
from hotline.election.audit.verification import ChainLink
from hotline.store.enums import Status
from hotline.store.schema.chain_tables import ledger_link
from hotline.store.schema.tables import report, report_event

AT_ONCE = 5_000  # links read at a time

# Moments and documents as text: what somebody has altered may be neither any more.
_DOCUMENTS = ("figures", "keyed", "findings")
_FILED = [
    cast(report.c[name], Text).label(name)
    if name in _DOCUMENTS
    else cast(report.c[name], String).label(name)
    if name == "filed_at"
    else report.c[name]
    for name in ("figures", *PRIVATE)
]
_LINKS = (
    select(
        ledger_link.c.number,
        ledger_link.c.digest.label("link"),
        ledger_link.c.salt,
        ledger_link.c.event_id,
        report_event.c.id,
        report_event.c.report_id,
        report_event.c.step,
        report_event.c.status,
        cast(report_event.c.at, String).label("at"),
        report_event.c.who,
        report_event.c.why,
        report.c.ledger_id,
        report.c.unit_code,
        report.c.version,
    )
    .outerjoin(report_event, report_event.c.id == ledger_link.c.event_id)
    .outerjoin(report, report.c.id == report_event.c.report_id)
    .where(
        ledger_link.c.ledger_id == bindparam("ledger"), ledger_link.c.number > bindparam("above")
    )
    .order_by(ledger_link.c.number)
    .limit(AT_ONCE)
)
_REPORTS = (
    select(report.c.id, *_FILED)
    .join(report_event, report_event.c.report_id == report.c.id)
    .join(ledger_link, ledger_link.c.event_id == report_event.c.id)
    .where(
        ledger_link.c.ledger_id == bindparam("ledger"),
        ledger_link.c.number > bindparam("above"),
        ledger_link.c.number <= bindparam("below"),
        report_event.c.step == 1,
    )
)
_EVER_COUNTED = (
    select(report_event.c.report_id)
    .join(report, report.c.id == report_event.c.report_id)
    .where(report.c.ledger_id == bindparam("ledger"), report_event.c.status == Status.COUNTED)
)
_UNBOUND = (
    select(report.c.unit_code, report.c.version, report_event.c.step, report_event.c.status)
    .select_from(report)
    .outerjoin(report_event, report_event.c.report_id == report.c.id)
    .outerjoin(ledger_link, ledger_link.c.event_id == report_event.c.id)
    .where(report.c.ledger_id == bindparam("ledger"), ledger_link.c.number.is_(None))
    .order_by(report.c.id, report_event.c.step)
)


@dataclass(frozen=True, slots=True)
class Unbound:
    """An event that no link binds; without a step, a report that has no events at all."""

    unit: str
    version: int
    step: int | None
    status: str | None


def links(connection: Connection, ledger_id: int, public: bool = False) -> Iterator[ChainLink]:
    """The whole chain, in order. The transaction should see a single moment.

    `public`: figures are given only of reports that have ever counted.
    """
    shown: set[int] | None = None
    if public:
        shown = set(connection.execute(_EVER_COUNTED, {"ledger": ledger_id}).scalars())
    above = 0
    asked: dict[str, Any] = {"ledger": ledger_id}
    while rows := connection.execute(_LINKS, {**asked, "above": above}).all():
        below = rows[-1].number
        between = {**asked, "above": above, "below": below}
        filed = {row.id: row for row in connection.execute(_REPORTS, between)}
        for row in rows:
            yield _bound(row, filed.get(row.report_id), shown)
        above = below


def _bound(row: Row[Any], filed: Row[Any] | None, shown: set[int] | None) -> ChainLink:
    if row.id is None or row.ledger_id is None:
        return ChainLink(row.number, row.link, None)
    written = None if filed is None or row.step != 1 else _filed(filed)
    event = ReportEvent(
        row.unit_code, row.version, row.step, row.status, _moment(row.at), row.who, row.why, written
    )
    figures = None
    if written is not None and (shown is None or row.report_id in shown):
        figures = written["figures"]
    entry = entry_of(row.ledger_id, row.number, event, row.salt)
    return ChainLink(row.number, row.link, entry, figures)


def _filed(row: Row[Any]) -> dict[str, Any]:
    """What was filed, by column; what cannot be read stays text, which makes another digest."""
    written = {name: getattr(row, name) for name in ("figures", *PRIVATE)}
    written["filed_at"] = _moment(written["filed_at"])
    for name in _DOCUMENTS:
        with suppress(ValueError):
            written[name] = json.loads(written[name])
    return written


def _moment(text: str) -> datetime | str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def unbound(connection: Connection, ledger_id: int) -> list[Unbound]:
    """What nobody has written who writes the ledger."""
    return [Unbound(*row) for row in connection.execute(_UNBOUND, {"ledger": ledger_id})]
