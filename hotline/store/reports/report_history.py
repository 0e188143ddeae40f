"""What has become of a unit's reports, step by step, in the order in which it was committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from hotline.store.enums import Status
from hotline.store.schema.chain_tables import ledger_link
from hotline.store.schema.tables import publication, report, report_event


@dataclass(frozen=True, slots=True)
class ReportMove:
    """One event of a report. `number`: its place among all events of the ledger."""

    number: int
    unit_code: str
    version: int
    step: int
    status: Status
    at: datetime  # UTC
    who: str
    why: str


_OF_LEDGER = (
    select(
        ledger_link.c.number,
        report.c.unit_code,
        report.c.version,
        report_event.c.step,
        report_event.c.status,
        report_event.c.at,
        report_event.c.who,
        report_event.c.why,
    )
    .join(report_event, report_event.c.report_id == report.c.id)
    .join(ledger_link, ledger_link.c.event_id == report_event.c.id)
    .where(report.c.ledger_id == bindparam("ledger"))
    .order_by(ledger_link.c.number)
)
_OF_UNIT = _OF_LEDGER.where(report.c.unit_code == bindparam("unit"))
_UP_TO = ledger_link.c.number <= bindparam("entries")
_OF_UNIT_UP_TO = _OF_UNIT.where(_UP_TO)
_OF_UNITS_UP_TO = _OF_LEDGER.where(
    _UP_TO, report.c.unit_code.in_(bindparam("units", expanding=True))
)
_PUBLISHED = select(publication.c.ledger_id, publication.c.events).where(
    publication.c.number == bindparam("number")
)


def of_unit(connection: Connection, ledger_id: int, unit_code: str) -> list[ReportMove]:
    """Every event of a unit's reports."""
    return _read(connection, _OF_UNIT, ledger=ledger_id, unit=unit_code)


def of_unit_up_to(
    connection: Connection, ledger_id: int, unit_code: str, entries: int
) -> list[ReportMove]:
    """Those among the first `entries` events of the ledger."""
    given = {"ledger": ledger_id, "unit": unit_code, "entries": entries}
    return _read(connection, _OF_UNIT_UP_TO, **given)


def of_units_up_to(
    connection: Connection, ledger_id: int, unit_codes: Sequence[str], entries: int
) -> list[ReportMove]:
    """The same for several units."""
    given = {"ledger": ledger_id, "units": [*unit_codes], "entries": entries}
    return _read(connection, _OF_UNITS_UP_TO, **given)


def published(connection: Connection, number: int) -> tuple[int, int]:
    """The ledger of a publication, and how many of its events that includes."""
    ledger_id, events = connection.execute(_PUBLISHED, {"number": number}).one()
    return ledger_id, events


def _read(
    connection: Connection,
    wanted: Select[Any],
    **given: object,
) -> list[ReportMove]:
    return [
        ReportMove(number, unit, version, step, Status(status), at, who, why)
        for number, unit, version, step, status, at, who, why in connection.execute(wanted, given)
    ]
