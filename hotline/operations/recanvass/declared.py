"""What a party has printed as totals, compared with what the ledger counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hotline.election import tally
from hotline.election.model import Election
from hotline.election.recanvass.declared import (
    DeclaredTotal,
    LeftAsItWas,
    Parting,
    left_as_they_were,
    partings,
    read_declared,
)
from hotline.election.recanvass.totals_change import Exchange
from hotline.operations.context import AppContext
from hotline.operations.recanvass.comparing import compare_all
from hotline.store.database import reading
from hotline.store.enums import Status
from hotline.store.recanvass import recanvasses
from hotline.store.reports import reports
from hotline.tables.problems import Problems


@dataclass(frozen=True, slots=True)
class DeclaredComparison:
    """The printed totals, those of them that are not the ledger's, and what may explain it."""

    election: Election
    declared: tuple[DeclaredTotal, ...]
    partings: tuple[Parting, ...]
    left: tuple[LeftAsItWas, ...]


def compare_declared(parts: AppContext, path: Path) -> DeclaredComparison:
    """Compares a file with what counts at this moment. FolderError where the file is wrong."""
    active = parts.election()
    election = active.election
    problems = Problems()
    declared = read_declared(path, election, problems)
    problems.refuse_if_any()
    with reading(parts.engine) as connection:
        counted = [
            (election.units[report.unit_code], report.figures_by_contest())
            for report in reports.of_ledger(connection, active.ledger_id)
            if report.status is Status.COUNTED
        ]
        corrected: list[Exchange] = [
            (case.unit, case.counted, case.record.figures_by_contest())
            for recanvass in recanvasses.of_ledger(connection, active.ledger_id)
            for case in compare_all(parts, connection, recanvass).cases
            if case.record is not None and case.record.report_id is not None
        ]
    sums = tally.recount(election, counted)
    return DeclaredComparison(
        election,
        tuple(declared),
        partings(election, sums, declared),
        tuple(left_as_they_were(election, sums, declared, corrected)),
    )
