"""What staff decide on reports: release, reject, replace; each with its author and a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy import Connection

from hotline.election import checks
from hotline.election.model import Election, Figures
from hotline.operations import publish
from hotline.operations import report as filing
from hotline.operations.parts import Parts
from hotline.operations.report import Filed, Filing
from hotline.operations.tabulate import settle_waiting
from hotline.store import reports
from hotline.store.database import transact
from hotline.store.queues import NOTIFY
from hotline.store.reports import Report
from hotline.store.statuses import Outcome, Source, Status
from hotline.store.unit import HeldUnit

Result = TypeVar("Result")


class ReviewError(ValueError):
    """The decision cannot be carried out; the message says why, in a sentence for staff."""


def release(parts: Parts, report_id: int, by: str, why: str) -> None:
    """Counts a held report as it was filed; the version that counted before is superseded."""

    def decide(_connection: Connection, unit: HeldUnit, election: Election) -> None:
        report = _in_status(unit, report_id, Status.HELD)
        moves = {report.id: Status.COUNTED}
        if unit.counted is not None:
            moves = {unit.counted.id: Status.SUPERSEDED, **moves}
        unit.move(election, moves, parts.now(), by, why)

    _decide(parts, report_id, by, why, decide)


def reject(parts: Parts, report_id: int, by: str, why: str) -> None:
    """Takes a report out for good, whether it is held, counted or corroborates another one."""

    def decide(_connection: Connection, unit: HeldUnit, election: Election) -> None:
        statuses = (Status.HELD, Status.COUNTED, Status.CORROBORATING)
        report = _in_status(unit, report_id, *statuses)
        unit.move(election, {report.id: Status.REJECTED}, parts.now(), by, why)

    _decide(parts, report_id, by, why, decide)


def replace(
    parts: Parts, report_id: int, figures: Mapping[str, Figures], by: str, why: str
) -> Filed:
    """Files other figures in place of a held or counted report, and counts them at once.

    Both the replaced report and the one that counted are superseded. The same decision sent again
    gives the first result.
    """

    def decide(connection: Connection, unit: HeldUnit, election: Election) -> Filed:
        filing.check_figures(election, figures)
        digest = filing.digest_of(figures)
        new = _staff_filing(unit, election, figures, f"staff:{report_id}:{digest}")
        if earlier := filing.filed_before(connection, new, digest):
            return earlier
        report = _in_status(unit, report_id, Status.HELD, Status.COUNTED)
        if unit.counted is not None and unit.counted.digest == digest:
            raise ReviewError(f"report {unit.counted.id} says the same and already counts")
        superseded = {v.id for v in (report, unit.counted) if v is not None}
        at = parts.now()
        filed = filing.add(connection, unit, new, Outcome.FILED, (), at, by, why)
        unit.take_from_outbox(filed.report_id)
        moves = dict.fromkeys(sorted(superseded), Status.SUPERSEDED)
        unit.move(election, {**moves, filed.report_id: Status.COUNTED}, at, by, why)
        return filed

    return _decide(parts, report_id, by, why, decide)


def _staff_filing(
    unit: HeldUnit, election: Election, figures: Mapping[str, Figures], key: str
) -> Filing:
    return Filing(
        ledger_id=unit.ledger_id,
        unit_code=unit.code,
        figures=figures,
        findings=tuple(
            finding
            for contest in election.contests
            if contest.id in figures
            for finding in checks.examine_all(
                election, contest, election.units[unit.code], figures[contest.id]
            )
        ),
        keyed=(),
        source=Source.STAFF,
        call_sid="",
        filing_key=key,
        chair_id=None,
        caller_last4="",
    )


def _decide(
    parts: Parts,
    report_id: int,
    by: str,
    why: str,
    decide: Callable[[Connection, HeldUnit, Election], Result],
) -> Result:
    if not by.strip() or not why.strip():
        raise ReviewError("a decision needs its author and a reason")

    def work(connection: Connection) -> tuple[list[int], Result]:
        place = reports.place_of(connection, report_id)
        if place is None:
            raise ReviewError(f"there is no report {report_id}")
        ledger_id, code = place
        unit = HeldUnit(connection, ledger_id, code)
        election = parts.elections.of_ledger(connection, ledger_id)
        settled = settle_waiting(unit, election, parts.now())
        return settled, decide(connection, unit, election)

    settled, result = transact(parts.engine, work)
    publish.request(parts)
    for id in settled:
        parts.enqueue(NOTIFY, id)
    return result


def _in_status(unit: HeldUnit, report_id: int, *statuses: Status) -> Report:
    report = unit[report_id]
    if report.status in statuses:
        return report
    if report.status is Status.COUNTED:
        raise ReviewError(f"report {report_id} already counts")
    raise ReviewError(f"report {report_id} is {report.status}")
