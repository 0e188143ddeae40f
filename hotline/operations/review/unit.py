"""All that is known about a unit's reports, for whoever decides on them or looks on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hotline.election.model import Election, Figures, Unit
from hotline.election.review.priority import Race
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.desk.story import Moment, RosterEntry, moment_of, roster_of
from hotline.operations.desk.words import unit_name
from hotline.operations.review.confirming import Confirmation, confirmations
from hotline.operations.review.figures import FigureBlock, FigureChange, changes, compared
from hotline.operations.review.moves import CAN_BE, stamp
from hotline.operations.review.queue import stakes_of
from hotline.operations.review.words import (
    SOURCES,
    STATES,
    STEPS,
    doubts_of,
    finding_in_words,
    role_of,
    stake_in_words,
)
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.desk import images
from hotline.store.desk.images import StoredImage
from hotline.store.enums import Decision, Status
from hotline.store.reports import report_history, reports, totals
from hotline.store.reports.report_history import ReportMove
from hotline.store.reports.reports import Report
from hotline.store.reports.unit import UnitState, settle
from hotline.store.review import challenges, proposals
from hotline.store.review.challenges import Challenge
from hotline.store.review.proposals import Proposal


@dataclass(frozen=True, slots=True)
class VersionStep:
    """Something that became of a version. `who` and `why` are empty for those outside."""

    at: datetime  # UTC
    what: str
    by: str  # in the word of a role
    who: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ReviewVersion:
    """One version of a unit's report: what became of it, and what it has otherwise than the
    one before it."""

    id: int
    number: int
    status: Status
    state: str
    source: str
    filed_at: datetime  # UTC
    doubts: tuple[str, ...]
    remarks: tuple[str, ...]  # findings that neither hold nor contest
    changes: tuple[FigureChange, ...]
    steps: tuple[VersionStep, ...]


@dataclass(frozen=True, slots=True)
class UnitReports:
    """A unit's reports. `compared`: all of them, the columns as in `columns`."""

    unit: Unit
    name: str
    state: UnitState
    versions: Sequence[ReviewVersion]  # the newest first
    columns: Sequence[
        ReviewVersion
    ]  # the one that counts first, then what is held, then the others
    compared: Sequence[FigureBlock]
    challenges: Sequence[Challenge]
    is_challenged: bool

    def version(self, number: int) -> ReviewVersion:
        return next(version for version in self.versions if version.number == number)


@dataclass(frozen=True, slots=True)
class Review:
    """What staff see besides."""

    reports: UnitReports
    seen: str  # to be given back with a decision
    stakes: Sequence[str]
    chairs: Sequence[RosterEntry]
    proposals: Sequence[Proposal]
    confirmation: Confirmation | None
    images: Sequence[StoredImage]
    moments: Sequence[Moment]

    @property
    def waiting(self) -> Sequence[Proposal]:
        return [proposal for proposal in self.proposals if proposal.settled_at is None]


def choices_on(version: ReviewVersion) -> list[Decision]:
    """What may be decided on a version in its state."""
    return [decision for decision in Decision if version.status in CAN_BE[decision]]


def look_at_unit(parts: AppContext, code: str) -> Review:
    """Everything about a unit, for staff. KeyError for an unknown unit."""
    active = parts.election()
    election, ledger_id = active.election, active.ledger_id
    unit = election.units[code]
    with reading(parts.engine) as connection:
        filed = reports.of_unit(connection, ledger_id, code)
        sums = totals.read_totals(connection, ledger_id)
        races = [Race(election, contest, sums) for contest in election.contests]
        unit_reports = _told(connection, election, ledger_id, unit, filed, names=True)
        confirmation = confirmations(connection, ledger_id).get(code)
        return Review(
            reports=unit_reports,
            seen=stamp(filed),
            stakes=[
                stake_in_words(election, stake) for stake in stakes_of(election, races, code, filed)
            ],
            chairs=roster_of(connection, election.id, code),
            proposals=proposals.of_unit(connection, ledger_id, code),
            confirmation=confirmation
            if confirmation and confirmation.version == unit_reports.state.counted_version
            else None,
            images=images.of_unit(connection, ledger_id, code),
            moments=[moment_of(entry) for entry in activity.of_unit(connection, ledger_id, code)],
        )


def look_on(parts: AppContext, who: Actor, code: str) -> UnitReports:
    """A unit's reports without names of staff and chairs; of challenges, one's own.

    KeyError for an unknown unit.
    """
    active = parts.election()
    unit = active.election.units[code]
    with reading(parts.engine) as connection:
        filed = reports.of_unit(connection, active.ledger_id, code)
        unit_reports = _told(
            connection, active.election, active.ledger_id, unit, filed, names=False
        )
    own = [challenge for challenge in unit_reports.challenges if challenge.by_id == who.account_id]
    return UnitReports(
        unit_reports.unit,
        unit_reports.name,
        unit_reports.state,
        unit_reports.versions,
        unit_reports.columns,
        unit_reports.compared,
        challenges=own,
        is_challenged=unit_reports.is_challenged,
    )


def proposed_changes(parts: AppContext, waiting: Proposal) -> list[FigureChange]:
    """What a proposed version has otherwise than the one that it would replace."""
    if waiting.figures is None:
        return []
    return _changes_from(parts, waiting.report_id, waiting.unit_code, waiting.figures)


def would_change(
    parts: AppContext, report_id: int, code: str, figures: Mapping[str, Figures]
) -> list[FigureChange]:
    """What these figures have otherwise than a report of the unit."""
    documents = {contest: counted.to_document() for contest, counted in figures.items()}
    return _changes_from(parts, report_id, code, documents)


def _changes_from(
    parts: AppContext, report_id: int, code: str, figures: Mapping[str, Mapping[str, Any]]
) -> list[FigureChange]:
    active = parts.election()
    with reading(parts.engine) as connection:
        filed = reports.of_unit(connection, active.ledger_id, code)
    replaced = next(report for report in filed if report.id == report_id)
    return changes(active.election, replaced.figures, figures)


def _told(
    connection: Connection,
    election: Election,
    ledger_id: int,
    unit: Unit,
    filed: Sequence[Report],
    *,
    names: bool,
) -> UnitReports:
    moved = report_history.of_unit(connection, ledger_id, unit.code)
    before: Report | None = None
    versions = {}
    for report in filed:
        own = [move for move in moved if move.version == report.version]
        versions[report.version] = _version(election, report, before, own, names=names)
        before = report
    doubted = challenges.of_unit(connection, ledger_id, unit.code)
    order = sorted(filed, key=lambda version: (_PLACES.index(version.status), version.version))
    return UnitReports(
        unit=unit,
        name=unit_name(election, unit.code),
        state=settle(filed),
        versions=[*reversed(versions.values())],
        columns=[versions[version.version] for version in order],
        compared=compared(election, order),
        challenges=doubted,
        is_challenged=any(challenge.is_open for challenge in doubted),
    )


_PLACES = (
    Status.COUNTED,
    Status.HELD,
    Status.FILED,
    Status.CORROBORATING,
    Status.SUPERSEDED,
    Status.REJECTED,
)
"""The order in which versions stand side by side."""


def _version(
    election: Election,
    report: Report,
    before: Report | None,
    moved: Sequence[ReportMove],
    *,
    names: bool,
) -> ReviewVersion:
    doubts = doubts_of(report.findings)
    return ReviewVersion(
        id=report.id,
        number=report.version,
        status=report.status,
        state=STATES[report.status],
        source=SOURCES[report.source],
        filed_at=report.filed_at,
        doubts=tuple(finding_in_words(election, finding) for finding in doubts),
        remarks=tuple(
            finding_in_words(election, finding)
            for finding in report.findings
            if finding not in doubts
        ),
        changes=tuple(changes(election, before.figures, report.figures)) if before else (),
        steps=tuple(
            VersionStep(
                move.at,
                STEPS[move.status],
                role_of(move.who),
                who=move.who if names else "",
                why=move.why if names else "",
            )
            for move in moved
        ),
    )
