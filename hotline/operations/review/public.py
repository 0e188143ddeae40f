"""A unit's reports as the public may see them: as of a publication, and never ahead of it.

Figures are results once they have counted. What is held, or was never counted, is told without
them; who decided is told as a role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from hotline.election.finding import Check, Effect
from hotline.election.model import Election, Unit
from hotline.operations.context import AppContext
from hotline.operations.reports.filing import CHAIR
from hotline.operations.reports.tabulate import PROGRAM
from hotline.store.database import reading
from hotline.store.enums import Outcome, Source, Status
from hotline.store.reports import report_history, reports
from hotline.store.reports.report_history import ReportMove
from hotline.store.reports.reports import Report
from hotline.store.reports.unit import UnitState, settle

BY_CHAIR, BY_PROGRAM, BY_STAFF = "chair", "program", "staff"
"""Who moved a report, for the public."""


@dataclass(frozen=True, slots=True)
class PublicStep:
    """What became of a version, when, and by whom, in the word of a role."""

    at: datetime  # UTC
    status: Status
    by: str


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """One version. `figures` (by contest, as JSON) only where it has counted."""

    version: int
    source: Source
    status: Status
    is_conflict: bool  # it says other than the report that counted when it came
    figures: Mapping[str, Mapping[str, Any]] | None
    flags: tuple[Check, ...]  # what the checks say about figures that have counted
    steps: tuple[PublicStep, ...]


@dataclass(frozen=True, slots=True)
class PublicUnit:
    """A unit as of a publication; `versions` the newest first."""

    unit: Unit
    state: UnitState
    versions: Sequence[PublicVersion]


def public_unit(parts: AppContext, publication: int, code: str) -> PublicUnit | None:
    """A unit as of the publication of this number; None where its election has no such unit."""
    with reading(parts.engine) as connection:
        ledger_id, entries = report_history.published(connection, publication)
        election = parts.elections.of_ledger(connection, ledger_id)
        if code not in election.units:
            return None
        moved = report_history.of_unit_up_to(connection, ledger_id, code, entries)
        filed = reports.of_unit(connection, ledger_id, code)
    return _as_of(election.units[code], filed, moved)


def public_units(parts: AppContext, publication: int, scope: str) -> list[PublicUnit]:
    """All units of a county or pool (`Unit.scope`) as of a publication, by name."""
    with reading(parts.engine) as connection:
        ledger_id, entries = report_history.published(connection, publication)
        election = parts.elections.of_ledger(connection, ledger_id)
        members = _members(election, scope)
        return _all(connection, ledger_id, entries, members)


def _members(election: Election, scope: str) -> list[Unit]:
    found = [unit for unit in election.units.values() if unit.scope == scope]
    return sorted(found, key=lambda unit: unit.name.casefold())


def _all(
    connection: Connection, ledger_id: int, entries: int, members: Sequence[Unit]
) -> list[PublicUnit]:
    codes = [unit.code for unit in members]
    moved = report_history.of_units_up_to(connection, ledger_id, codes, entries)
    filed = reports.of_units(connection, ledger_id, codes)
    reports_of = {code: list(own) for code, own in groupby(filed, key=lambda one: one.unit_code)}
    return [
        _as_of(
            unit,
            reports_of.get(unit.code, []),
            [one for one in moved if one.unit_code == unit.code],
        )
        for unit in members
    ]


def _as_of(unit: Unit, filed: Iterable[Report], moved: Sequence[ReportMove]) -> PublicUnit:
    """The unit as these events, and no others, have it."""
    steps: dict[int, list[ReportMove]] = {}
    for one in moved:
        steps.setdefault(one.version, []).append(one)
    then = [
        replace(
            report,
            status=steps[report.version][-1].status,
            step=steps[report.version][-1].step,
            changed_at=steps[report.version][-1].at,
        )
        for report in filed
        if report.version in steps
    ]
    versions = [_version(report, steps[report.version]) for report in reversed(then)]
    return PublicUnit(unit, settle(then), versions)


def _version(report: Report, steps: Sequence[ReportMove]) -> PublicVersion:
    has_counted = any(one.status is Status.COUNTED for one in steps)
    return PublicVersion(
        version=report.version,
        source=report.source,
        status=report.status,
        is_conflict=report.outcome is Outcome.CONFLICT,
        figures=report.figures if has_counted else None,
        flags=tuple(_flags(report)) if has_counted else (),
        steps=tuple(PublicStep(one.at, one.status, _role(one.who)) for one in steps),
    )


def _flags(report: Report) -> list[Check]:
    """Each check once, in the order in which they stand, but for those that say nothing."""
    found = {
        Check(finding["check"])
        for finding in report.findings
        if finding["effect"] != Effect.NONE.value
    }
    return [check for check in Check if check in found]


def _role(who: str) -> str:
    return {CHAIR: BY_CHAIR, PROGRAM: BY_PROGRAM}.get(who, BY_STAFF)
