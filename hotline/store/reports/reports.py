"""Reports as they were filed, each with what has become of it since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from hotline.election.audit.entries import is_doubtful
from hotline.election.model import Figures
from hotline.election.rules.registry import decode
from hotline.store.enums import STANDING, Outcome, Source, Status
from hotline.store.schema.tables import report, report_event


@dataclass(frozen=True, slots=True)
class Report:
    """One version of a unit's report. `figures` and `findings` are as JSON has them."""

    id: int
    unit_code: str
    version: int
    source: Source
    outcome: Outcome
    confirmation: str
    filed_at: datetime  # UTC
    digest: str  # of the figures
    figures: Mapping[str, Mapping[str, Any]]  # by contest id
    findings: tuple[Mapping[str, Any], ...]
    status: Status
    step: int  # how many events it has
    changed_at: datetime  # UTC: the last of them

    @property
    def is_doubtful(self) -> bool:
        """Whether its unit is contested when it counts (checks.md)."""
        return is_doubtful(self.findings)

    @property
    def stands(self) -> bool:
        return self.status in STANDING

    def figures_by_contest(self) -> dict[str, Figures]:
        return {contest: decode(document) for contest, document in self.figures.items()}


_LATER = report_event.alias("later")
LAST_STEP = (
    select(func.max(_LATER.c.step)).where(_LATER.c.report_id == report.c.id).scalar_subquery()
)
"""The number of a report's last step, beside it in a statement."""

_COLUMNS = (
    report.c.id,
    report.c.unit_code,
    report.c.version,
    report.c.source,
    report.c.outcome,
    report.c.confirmation,
    report.c.filed_at,
    report.c.digest,
    report.c.figures,
    report.c.findings,
    report_event.c.status,
    report_event.c.step,
    report_event.c.at,
)
# Statements are put together once: that takes longer than what most of them do.
_OF_LEDGER = (
    select(*_COLUMNS)
    .join(report_event, report_event.c.report_id == report.c.id)
    .where(report_event.c.step == LAST_STEP, report.c.ledger_id == bindparam("ledger"))
    .order_by(report.c.unit_code, report.c.version)
)
_OF_IDS = (
    select(*_COLUMNS)
    .join(report_event, report_event.c.report_id == report.c.id)
    .where(report_event.c.step == LAST_STEP, report.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(report.c.id)
)
_OF_UNIT = _OF_LEDGER.where(report.c.unit_code == bindparam("unit"))
_OF_UNITS = _OF_LEDGER.where(report.c.unit_code.in_(bindparam("units", expanding=True)))
_PLACE = select(report.c.ledger_id, report.c.unit_code).where(report.c.id == bindparam("report"))
_SPOKEN = select(report.c.language).where(report.c.id == bindparam("report"))
_LANGUAGE = (
    select(report.c.language)
    .where(
        report.c.ledger_id == bindparam("ledger"),
        report.c.unit_code == bindparam("unit"),
        report.c.language != "",
    )
    .order_by(report.c.version.desc())
    .limit(1)
)


def of_unit(connection: Connection, ledger_id: int, unit_code: str) -> list[Report]:
    """All versions of a unit's report, the first one first."""
    return _read(connection.execute(_OF_UNIT, {"ledger": ledger_id, "unit": unit_code}))


def of_ids(connection: Connection, ids: Iterable[int]) -> list[Report]:
    """These reports, of whatever ledger; those that are not there are left out."""
    return _read(connection.execute(_OF_IDS, {"ids": [*ids]}))


def of_units(connection: Connection, ledger_id: int, codes: Iterable[str]) -> list[Report]:
    """Every report of these units, by unit and version."""
    return _read(connection.execute(_OF_UNITS, {"ledger": ledger_id, "units": [*codes]}))


def of_ledger(connection: Connection, ledger_id: int) -> list[Report]:
    """Every report of a ledger, by unit and version."""
    return _read(connection.execute(_OF_LEDGER, {"ledger": ledger_id}))


def _read(rows: Iterable[Sequence[Any]]) -> list[Report]:
    return [Report(*_typed(row)) for row in rows]


def _typed(row: Sequence[Any]) -> Iterator[Any]:
    # By place and not by name: a recount reads all rows, and the results wait for it.
    yield from row[:3]
    yield Source(row[3])
    yield Outcome(row[4])
    yield from row[5:9]
    yield tuple(row[9])
    yield Status(row[10])
    yield from row[11:]


def just_filed(id: int, row: Mapping[str, Any]) -> Report:
    """The report of a row that was written in this transaction, with its first event."""
    return Report(
        id,
        row["unit_code"],
        row["version"],
        row["source"],
        row["outcome"],
        row["confirmation"],
        row["filed_at"],
        row["digest"],
        row["figures"],
        tuple(row["findings"]),
        Status.FILED,
        1,
        row["filed_at"],
    )


def place_of(connection: Connection, report_id: int) -> tuple[int, str] | None:
    """Ledger and unit of a report; None if there is no such report."""
    row = connection.execute(_PLACE, {"report": report_id}).one_or_none()
    return None if row is None else (row.ledger_id, row.unit_code)


def language_of(connection: Connection, report_id: int) -> str:
    """The language of the call that a report came by (ISO 639-1); empty if it came by none."""
    return connection.scalar(_SPOKEN, {"report": report_id}) or ""


def language_of_unit(connection: Connection, ledger_id: int, unit_code: str) -> str:
    """The language in which the unit last reported by phone (ISO 639-1); empty if it never did."""
    return connection.scalar(_LANGUAGE, {"ledger": ledger_id, "unit": unit_code}) or ""
