"""How reports move by a decision of people: released, rejected, replaced; author, reason, log.

Here a decision is carried out; whether it may be is for decisions.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from hotline.election import checks
from hotline.election.model import Election, Figures
from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.publication import publish
from hotline.operations.reports import filing
from hotline.operations.reports.filing import Filed, Filing
from hotline.operations.reports.tabulate import settle_waiting
from hotline.store.database import transact
from hotline.store.enums import ActivityKind, Decision, Outcome, Source, Status
from hotline.store.queues import NOTIFY
from hotline.store.reports import reports
from hotline.store.reports.reports import Report
from hotline.store.reports.unit import LockedUnit
from hotline.store.review import proposals

Result = TypeVar("Result")

KINDS = {
    Decision.RELEASE: ActivityKind.REPORT_RELEASED,
    Decision.REPLACE: ActivityKind.REPORT_REPLACED,
    Decision.REJECT: ActivityKind.REPORT_REJECTED,
}
CAN_BE = {
    Decision.RELEASE: (Status.HELD,),
    Decision.REPLACE: (Status.HELD, Status.COUNTED),
    Decision.REJECT: (Status.HELD, Status.COUNTED, Status.CORROBORATING),
}
"""From where a report can be moved by each decision."""


class ReviewError(ValueError):
    """The decision cannot be carried out; the message says why, in a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided about a report, by whom and why."""

    report_id: int
    decision: Decision
    by: Actor
    why: str
    figures: Mapping[str, Figures] | None = None  # of a replacement, by contest
    seen: str = ""  # the unit's reports as whoever decides saw them (`stamp`); empty: unasked
    proposed_by: str = ""  # where two people decide, the first of them

    @property
    def author(self) -> str:
        """Who decided, as the report's event has it."""
        return f"{self.proposed_by} and {self.by.name}" if self.proposed_by else self.by.name


def require_reason(by: Actor, why: str) -> None:
    """Raises ReviewError where an author or a reason is missing."""
    if not by.name.strip() or not why.strip():
        raise ReviewError("a decision needs its author and a reason")


def on_unit_of(
    parts: AppContext, report_id: int, work: Callable[[Connection, LockedUnit, Election], Result]
) -> Result:
    """`work` on the unit of a report, which nobody else changes meanwhile, in one transaction.

    What waited to be tabulated there is settled first. Raises ReviewError for no such report.
    """

    def whole(connection: Connection) -> tuple[list[int], Result]:
        place = reports.place_of(connection, report_id)
        if place is None:
            raise ReviewError(f"there is no report {report_id}")
        ledger_id, code = place
        unit = LockedUnit(connection, ledger_id, code)
        election = parts.elections.of_ledger(connection, ledger_id)
        settled = settle_waiting(unit, election, parts.now())
        return settled, work(connection, unit, election)

    settled, result = transact(parts.engine, whole)
    publish.request(parts)
    for id in settled:
        parts.enqueue(NOTIFY, id)
    return result


def carry_out(
    parts: AppContext, connection: Connection, unit: LockedUnit, election: Election, ruling: Ruling
) -> Filed | None:
    """Moves the unit's reports as decided, in the caller's transaction, and logs it.

    Proposals on reports that moved are overtaken. The entry in the log comes last: its place in
    the chain is held until the transaction ends.
    """
    require_reason(ruling.by, ruling.why)
    before = {version.id: version.status for version in unit.versions}
    filed: Filed | None = None
    if ruling.decision is Decision.REPLACE:
        filed = _replace(parts, connection, unit, election, ruling)
    else:
        report = in_status(unit, ruling.report_id, ruling.decision)
        require_seen(unit, ruling.seen)
        to = {report.id: Status.REJECTED}
        if ruling.decision is Decision.RELEASE:
            counted = {unit.counted.id: Status.SUPERSEDED} if unit.counted else {}
            to = {**counted, report.id: Status.COUNTED}
        unit.move(election, to, parts.now(), ruling.author, ruling.why)
    moved = [version for version in unit.versions if before.get(version.id) != version.status]
    if moved:
        _write_down(parts, connection, unit, ruling, moved, before)
    return filed


def stamp(versions: Iterable[Report]) -> str:
    """How far a unit's reports have come: another stamp, and something has happened to them."""
    return "-".join(f"{version.version}.{version.step}" for version in versions)


def require_seen(unit: LockedUnit, seen: str) -> None:
    """Raises ReviewError where the unit's reports are not as they were seen any more."""
    if seen and stamp(unit.versions) != seen:
        raise ReviewError(
            "something has happened to this precinct's reports since you looked: look again"
        )


def in_status(unit: LockedUnit, report_id: int, decision: Decision) -> Report:
    """The report, where it is in a state for this decision; else raises ReviewError."""
    report = unit[report_id]
    if report.status in CAN_BE[decision]:
        return report
    if report.status is Status.COUNTED:
        raise ReviewError(f"report {report_id} already counts")
    raise ReviewError(f"report {report_id} is {report.status}")


def _replace(
    parts: AppContext, connection: Connection, unit: LockedUnit, election: Election, ruling: Ruling
) -> Filed:
    figures = ruling.figures or {}
    filing.check_figures(election, figures)
    digest = filing.digest_of(figures)
    new = _staff_filing(unit, election, figures, f"staff:{ruling.report_id}:{digest}")
    if earlier := filing.filed_before(connection, new, digest):
        return earlier
    report = in_status(unit, ruling.report_id, ruling.decision)
    require_seen(unit, ruling.seen)
    if unit.counted is not None and unit.counted.digest == digest:
        raise ReviewError(f"report {unit.counted.id} says the same and already counts")
    superseded = {v.id for v in (report, unit.counted) if v is not None}
    at = parts.now()
    filed = filing.add_version(
        connection, unit, new, Outcome.FILED, (), at, ruling.author, why=ruling.why
    )
    unit.take_from_outbox(filed.report_id)
    moves = dict.fromkeys(sorted(superseded), Status.SUPERSEDED)
    moves[filed.report_id] = Status.COUNTED
    unit.move(election, moves, at, ruling.author, ruling.why)
    return filed


def _staff_filing(
    unit: LockedUnit, election: Election, figures: Mapping[str, Figures], key: str
) -> Filing:
    return Filing(
        ledger_id=unit.ledger_id,
        unit_code=unit.code,
        figures=figures,
        findings=checks.examine_report(election, election.units[unit.code], figures),
        keyed=(),
        source=Source.STAFF,
        call_sid="",
        filing_key=key,
        chair_id=None,
        caller_last4="",
    )


def _write_down(
    parts: AppContext,
    connection: Connection,
    unit: LockedUnit,
    ruling: Ruling,
    moved: list[Report],
    before: Mapping[int, Status],
) -> None:
    overtaken = proposals.overtake(
        connection, [version.id for version in moved], ruling.author, parts.now()
    )
    more: dict[str, object] = {"report": ruling.report_id}
    if ruling.proposed_by:
        more["proposed by"] = ruling.proposed_by
    if overtaken:
        more["proposals overtaken"] = overtaken
    log_activity(
        connection,
        parts,
        ruling.by,
        KINDS[ruling.decision],
        unit=unit.code,
        before={
            f"version {version.version}": before[version.id].value
            for version in moved
            if version.id in before
        },
        after={f"version {version.version}": version.status.value for version in moved} | more,
        note=ruling.why,
    )
