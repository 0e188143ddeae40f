"""What was decided becomes new versions: one unit after the other, each in a transaction.

Whoever goes on after an interruption goes on where it stopped: a record and the report that it was
filed as are bound in the transaction that files it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from hotline.election import checks
from hotline.election.model import Contest, Election, Figures, add_columns
from hotline.election.recanvass.comparison import ByContest, compare
from hotline.election.rules.registry import rule_of
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, NotAllowedError, require
from hotline.operations.context import AppContext
from hotline.operations.recanvass.comparing import Comparison, compare_recanvass
from hotline.operations.recanvass.refusal import RecanvassError, held, known
from hotline.operations.recanvass.words import totals_in_words
from hotline.operations.reports.filing import Filed, Filing, file_report
from hotline.operations.review import moves
from hotline.operations.review.moves import Ruling
from hotline.operations.review.policy import needs_second
from hotline.store.database import reading, transact
from hotline.store.enums import Decision, RecanvassState, RecordDecision, Role, Source, Status
from hotline.store.recanvass import recanvasses
from hotline.store.recanvass.recanvasses import Recanvass, Record
from hotline.store.reports import reports
from hotline.store.reports.unit import LockedUnit

UNSETTLED = (Status.FILED, Status.HELD)


@dataclass(frozen=True, slots=True)
class FilingProgress:
    """How far filing has come; it is done where nothing is left."""

    filed: int
    left: int


def file_decided(
    parts: AppContext, by: Actor, number: int, most: int | None = None
) -> FilingProgress:
    """Files what was decided, at most so many units at a time, and at the end marks it as filed.

    For supervisors; by another person than decided, unless HOTLINE_REVIEW_SECOND says never.
    Raises RecanvassError, ReviewError, FiguresError, NotAllowedError; sent again, it goes on.
    """
    require(by, Role.SUPERVISOR)
    recanvass, to_file, waiting = _waiting(parts, number)
    if recanvass.state is RecanvassState.FILED:
        return FilingProgress(0, 0)
    if recanvass.state is not RecanvassState.DECIDED:
        raise RecanvassError(f"{recanvass.kind} {number} is {recanvass.state}: decide first")
    if refused := _why_second(parts, by, to_file):
        raise NotAllowedError(refused)
    for record in waiting[:most]:
        _file(parts, by, recanvass, record)
    left = len(waiting) - len(waiting[:most])
    if not left:
        _finish(parts, by, compare_recanvass(parts, number))
    return FilingProgress(len(waiting) - left, left)


def why_not_file(parts: AppContext, who: Actor, comparison: Comparison) -> str:
    """Why this actor may not file what was decided; empty if they may."""
    if not who.may(Role.SUPERVISOR):
        return "this is for supervisors"
    return _why_second(parts, who, [case.record for case in comparison.to_file if case.record])


def _why_second(parts: AppContext, who: Actor, to_file: Iterable[Record]) -> str:
    if not needs_second(parts.settings.review_second, Decision.REPLACE, Status.COUNTED):
        return ""
    decided = who.name in {record.decided_by for record in to_file}
    return "a second person has to file this: you decided on a part of it" if decided else ""


def _waiting(parts: AppContext, number: int) -> tuple[Recanvass, list[Record], list[Record]]:
    """The records that are decided to be filed; and of these, those that do not count yet."""
    with reading(parts.engine) as connection:
        recanvass = known(recanvasses.find_recanvass(connection, number), number)
        to_file = [
            record
            for record in recanvasses.records_by_unit(connection, number).values()
            if record.decision is RecordDecision.FILE
        ]
        filed = reports.of_ids(
            connection, [record.report_id for record in to_file if record.report_id]
        )
        settled = {report.id for report in filed if report.status not in UNSETTLED}
    return recanvass, to_file, [record for record in to_file if record.report_id not in settled]


def _file(parts: AppContext, by: Actor, recanvass: Recanvass, record: Record) -> None:
    if record.report_id is None:
        with reading(parts.engine) as connection:
            versions = reports.of_unit(connection, recanvass.ledger_id, record.unit_code)
        standing = [version for version in versions if version.stands]
        if standing:
            target = next((v for v in standing if v.status is Status.COUNTED), standing[-1])
            _replace(parts, by, recanvass, record, target.id)
            return
        record = replace(record, report_id=_file_first(parts, by, recanvass, record).report_id)
    _settle(parts, by, recanvass, record)


def _replace(
    parts: AppContext, by: Actor, recanvass: Recanvass, record: Record, report_id: int
) -> None:
    """A new version in place of the one that counts, or of one that is held."""

    def work(connection: Connection, unit: LockedUnit, election: Election) -> None:
        if not _is_waiting(parts, connection, recanvass, record):
            return
        counted = unit.counted
        now = None if counted is None else counted.figures_by_contest()
        figures = _with_lots(election, record.figures_by_contest(), now)
        if counted is not None and not compare(election, unit.code, now, figures):
            recanvasses.filed(connection, record.id, counted.id, counted.id)
            return
        place = counted.id if counted else report_id
        filed = moves.carry_out(
            parts,
            connection,
            unit,
            election,
            replace(_ruling(by, recanvass, record, place, Decision.REPLACE), figures=figures),
        )
        if filed is not None:
            before = None if counted is None else counted.id
            recanvasses.filed(connection, record.id, filed.report_id, before)

    moves.on_unit_of(parts, report_id, work)


def _file_first(parts: AppContext, by: Actor, recanvass: Recanvass, record: Record) -> Filed:
    """The first version of a unit that has not reported."""
    election, figures = parts.election().election, record.figures_by_contest()
    filing = Filing(
        ledger_id=recanvass.ledger_id,
        unit_code=record.unit_code,
        figures=figures,
        findings=checks.examine_report(election, election.units[record.unit_code], figures),
        keyed=(f"{recanvass.kind.value}={recanvass.id}",),
        source=Source.STAFF,
        call_sid="",
        filing_key=f"recanvass:{recanvass.id}:{record.id}",
        chair_id=None,
        caller_last4="",
    )

    def beside(connection: Connection, filed: Filed) -> None:
        if not _is_waiting(parts, connection, recanvass, record):
            raise RecanvassError("somebody else is filing it at this moment: look again")
        recanvasses.filed(connection, record.id, filed.report_id, None)
        log_activity(
            connection,
            parts,
            by,
            ActivityKind.REPORT_ENTERED,
            unit=record.unit_code,
            after={"report": filed.report_id, "version": filed.version},
            note=_why(recanvass, record),
        )

    return file_report(parts, filing, _author(by, record), beside)


def _settle(parts: AppContext, by: Actor, recanvass: Recanvass, record: Record) -> None:
    """What was filed counts, also where a check would hold it: people have decided on it."""
    report_id = record.report_id
    if report_id is None:
        return

    def work(connection: Connection, unit: LockedUnit, election: Election) -> None:
        if unit[report_id].status is not Status.HELD:
            return
        before = unit.counted
        ruling = _ruling(by, recanvass, record, report_id, Decision.RELEASE)
        moves.carry_out(parts, connection, unit, election, ruling)
        if before is not None:
            recanvasses.filed(connection, record.id, report_id, before.id)

    moves.on_unit_of(parts, report_id, work)


def _is_waiting(
    parts: AppContext, connection: Connection, recanvass: Recanvass, record: Record
) -> bool:
    """Whether the record is still to be filed, and as it was when we looked."""
    held(parts, connection, recanvass.id, RecanvassState.DECIDED)
    now = recanvasses.record_of(connection, recanvass.id, record.unit_code)
    return now is not None and now.id == record.id and now.report_id is None


def _finish(parts: AppContext, by: Actor, comparison: Comparison) -> None:
    number = comparison.recanvass.id

    def work(connection: Connection) -> None:
        recanvass = held(parts, connection, number, RecanvassState.DECIDED, RecanvassState.FILED)
        if recanvass.state is RecanvassState.FILED:
            return
        columns = {"filed_by": by.name, "filed_at": parts.now()}
        recanvasses.move(connection, number, RecanvassState.FILED, **columns)
        before, after = totals_in_words(comparison.decided)
        log_activity(
            connection,
            parts,
            by,
            ActivityKind.RECANVASS_FILED,
            before={"number": number, "publication": recanvass.base, "totals": before},
            after={"filed": len(comparison.to_file), "totals": after},
            note=recanvass.why,
        )

    transact(parts.engine, work)


def _ruling(
    by: Actor, recanvass: Recanvass, record: Record, report_id: int, decision: Decision
) -> Ruling:
    first = "" if record.decided_by == by.name else record.decided_by
    return Ruling(report_id, decision, by, _why(recanvass, record), proposed_by=first)


def _author(by: Actor, record: Record) -> str:
    return by.name if record.decided_by == by.name else f"{record.decided_by} and {by.name}"


def _why(recanvass: Recanvass, record: Record) -> str:
    return f"{recanvass.kind} {recanvass.id}: {record.decided_why}"


def _with_lots(
    election: Election, figures: ByContest, counted: ByContest | None
) -> dict[str, Figures]:
    """Papers say nothing of lots: what the chair said stays where the award is the same."""
    now = counted or {}
    return {
        id: _with_lots_of(election.by_contest[id], paper, now[id]) if id in now else paper
        for id, paper in figures.items()
    }


def _with_lots_of(contest: Contest, paper: Figures, counted: Figures) -> Figures:
    awarded = rule_of(contest).awarded
    if awarded is None or paper.lots:
        return paper
    same = add_columns(paper.columns[awarded.key]) == add_columns(counted.columns[awarded.key])
    return paper.with_lots(counted.lots) if same else paper
