"""A report that counts and is doubted, looked into: it stands, and somebody says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.review import moves
from hotline.operations.review.decisions import require_fit
from hotline.operations.review.moves import ReviewError
from hotline.store.audit import activity
from hotline.store.audit.activity import ActivityEntry
from hotline.store.enums import ActivityKind, Role, Status
from hotline.store.reports.unit import LockedUnit

DID: Mapping[ActivityKind, str] = {
    ActivityKind.COUNT_CONFIRMED: "looked into, and let stand,",
    ActivityKind.REPORT_RELEASED: "released",
    ActivityKind.REPORT_REPLACED: "filed",
}
"""Decisions after which a version that counts has been looked into."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody looked into a version that counts: `did` says what came of it."""

    version: int
    did: str
    at: datetime  # UTC
    by: str
    why: str


def confirm(parts: AppContext, who: Actor, report_id: int, why: str, seen: str = "") -> None:
    """Writes down that the report was looked into and counts as it stands.

    It stays marked as contested (checks.md): what the checks found is still so. Raises
    ReviewError, NotAllowedError.
    """
    require(who, Role.SUPERVISOR)
    require_fit(who, why)

    def work(connection: Connection, unit: LockedUnit, _election: Election) -> None:
        report = unit[report_id]
        if report.status is not Status.COUNTED:
            raise ReviewError(f"report {report_id} does not count: it is {report.status}")
        moves.require_seen(unit, seen)
        log_activity(
            connection,
            parts,
            who,
            ActivityKind.COUNT_CONFIRMED,
            unit=unit.code,
            after={"report": report.id, "version": report.version},
            note=why.strip(),
        )

    moves.on_unit_of(parts, report_id, work)


def confirmations(connection: Connection, ledger_id: int) -> Mapping[str, Confirmation]:
    """By unit, the last time that people decided that a version of it counts."""
    found = {}
    for entry in activity.of_kinds(connection, ledger_id, DID):
        version = _counted(entry)
        if version:
            found[entry.unit_code] = Confirmation(
                version, DID[entry.kind], entry.at, entry.who, entry.note
            )
    return found


def _counted(entry: ActivityEntry) -> int:
    """The version that counts by this decision; 0 where the entry names none."""
    after = entry.after or {}
    if entry.kind is ActivityKind.COUNT_CONFIRMED:
        return int(after.get("version", 0))
    counted = [name for name, status in after.items() if status == Status.COUNTED.value]
    return int(counted[0].removeprefix("version ")) if counted else 0
