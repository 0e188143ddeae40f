"""The reports of Iowa 2020 in a ledger, all of them in one transaction: for tests that read."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from hotline.election.checks import examine_report, holds
from hotline.election.finding import Finding
from hotline.election.folder.returns import UnitReturns
from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.reports.filing import CHAIR, add_version
from hotline.operations.reports.tabulate import settle_report
from hotline.store.database import transact
from hotline.store.enums import Outcome
from hotline.store.reports.unit import LockedUnit
from tests.operations.acting import filing


def file_all(
    parts: AppContext, election: Election, reported: Iterable[UnitReturns], *, examined: bool
) -> None:
    """Files and tabulates them; with the findings of the checks, or as if there were none."""

    def work(connection: Connection) -> None:
        for report in reported:
            findings = found_in(election, report) if examined else ()
            filed = filing(parts, report.code, report.figures, *findings)
            unit = LockedUnit(connection, filed.ledger_id, report.code)
            outcome = Outcome.HELD if holds(findings) else Outcome.FILED
            id = add_version(connection, unit, filed, outcome, (), parts.now(), CHAIR).report_id
            settle_report(unit, election, unit[id], parts.now())

    transact(parts.engine, work)


def found_in(election: Election, report: UnitReturns) -> tuple[Finding, ...]:
    return examine_report(election, election.units[report.code], report.figures)
