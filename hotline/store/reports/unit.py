"""One unit of a ledger, held by a transaction: the one way in which its reports move.

Whoever moves a report first holds its unit, then changes totals in their fixed order; so two
transactions never wait for each other in a circle, and nobody decides on what another one is about
to change. At the very end every event is bound to the ledger's last one (`ledger_chain`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from hotline.election import tally
from hotline.election.audit.entries import ReportEvent
from hotline.election.model import Election
from hotline.election.sums import Key, add_to_sums
from hotline.store.audit import ledger_chain
from hotline.store.database import at_the_end
from hotline.store.enums import Status, UnitStatus
from hotline.store.reports import reports, totals
from hotline.store.reports.reports import Report
from hotline.store.schema.tables import outbox, report, report_event, unit_state

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.FILED: frozenset({Status.COUNTED, Status.HELD, Status.CORROBORATING}),
    Status.COUNTED: frozenset({Status.SUPERSEDED, Status.REJECTED}),
    Status.HELD: frozenset({Status.COUNTED, Status.SUPERSEDED, Status.REJECTED}),
    Status.CORROBORATING: frozenset({Status.REJECTED}),
    Status.SUPERSEDED: frozenset(),
    Status.REJECTED: frozenset(),
}
"""What may become of a report from where it is."""


STATE = ("status", "counted_version", "contested", "verified")
"""The columns of `unit_state` that a UnitState has."""

_OF_THIS = (
    unit_state.c.ledger_id == bindparam("ledger"),
    unit_state.c.unit_code == bindparam("unit"),
)
_HOLD = select(unit_state.c.unit_code).where(*_OF_THIS).with_for_update()
_SETTLE = (
    update(unit_state).where(*_OF_THIS).values({name: bindparam(f"new_{name}") for name in STATE})
)
_FILE = insert(report).returning(report.c.id)
_RECORD = insert(report_event).returning(report_event.c.id)
_PUT_OUT = insert(outbox)
_TAKE = delete(outbox).where(outbox.c.report_id == bindparam("report"))


class UnknownUnitError(LookupError):
    """The ledger has no such unit."""


@dataclass(frozen=True, slots=True)
class UnitState:
    """Where a unit stands, as it follows from its reports."""

    status: UnitStatus
    counted_version: int | None
    contested: bool
    verified: bool


def settle(versions: Iterable[Report]) -> UnitState:
    """What a unit's reports amount to: the rule behind "reported", "held" and "contested".

    ValueError if more than one of them counts.
    """
    by_status: dict[Status, list[Report]] = {}
    for version in versions:
        by_status.setdefault(version.status, []).append(version)
    held = Status.HELD in by_status
    if Status.COUNTED not in by_status:
        return UnitState(UnitStatus.HELD if held else UnitStatus.OUTSTANDING, None, False, False)
    [counted] = by_status[Status.COUNTED]
    contested = held or counted.is_doubtful
    corroborated = any(
        other.digest == counted.digest for other in by_status.get(Status.CORROBORATING, ())
    )
    return UnitState(UnitStatus.COUNTED, counted.version, contested, corroborated and not contested)


class LockedUnit:
    """A unit that nobody else can change until this transaction ends, with all its reports."""

    def __init__(self, connection: Connection, ledger_id: int, code: str) -> None:
        """UnknownUnitError if the ledger has no such unit."""
        self._place = {"ledger": ledger_id, "unit": code}
        if connection.execute(_HOLD, self._place).one_or_none() is None:
            raise UnknownUnitError(f"ledger {ledger_id} has no precinct {code}")
        self.ledger_id = ledger_id
        self.code = code
        self._connection = connection
        self._versions = {v.id: v for v in reports.of_unit(connection, ledger_id, code)}
        self._unbound: list[tuple[int, ReportEvent]] = []

    @property
    def versions(self) -> list[Report]:
        return list(self._versions.values())

    @property
    def counted(self) -> Report | None:
        return next((v for v in self.versions if v.status is Status.COUNTED), None)

    def __getitem__(self, report_id: int) -> Report:
        return self._versions[report_id]

    def add(self, row: Mapping[str, Any], at: datetime, who: str, why: str = "") -> int:
        """Files a further version, with its first event and its place in the outbox; its id."""
        version = max((v.version for v in self.versions), default=0) + 1
        place = {"ledger_id": self.ledger_id, "unit_code": self.code, "version": version}
        given = {**row, **place, "filed_at": at}
        id: int = self._connection.execute(_FILE, given).scalar_one()
        self._record(id, ReportEvent(self.code, version, 1, Status.FILED, at, who, why, given))
        self._connection.execute(_PUT_OUT, {"report_id": id, "filed_at": at})
        self._versions[id] = reports.just_filed(id, given)
        return id

    def take_from_outbox(self, report_id: int) -> bool:
        """Whether the report was still waiting there; from now on it no longer is."""
        return self._connection.execute(_TAKE, {"report": report_id}).rowcount == 1

    def move(
        self,
        election: Election,
        moves: Mapping[int, Status],
        at: datetime,
        who: str,
        why: str = "",
    ) -> UnitState:
        """Moves reports on, and the unit's state and the totals with them."""
        unit = election.units[self.code]
        change: dict[str, dict[Key, int]] = {}
        for report_id, status in moves.items():
            before = self._versions[report_id]
            if status not in MOVES[before.status]:
                raise ValueError(f"a report that is {before.status} cannot become {status}")
            sign = (status is Status.COUNTED) - (before.status is Status.COUNTED)
            if sign:
                contributed = tally.contribution(election, unit, before.figures_by_contest())
                add_to_sums(change, unit.scope, contributed, sign)
            event = ReportEvent(self.code, before.version, before.step + 1, status, at, who, why)
            self._record(report_id, event)
            self._versions[report_id] = replace(
                before, status=status, step=before.step + 1, changed_at=at
            )
        for scope, sums in change.items():
            totals.add_to_totals(self._connection, self.ledger_id, scope, sums)
        return self._write_state()

    def _record(self, report_id: int, event: ReportEvent) -> None:
        row = {
            "report_id": report_id,
            "step": event.step,
            "status": event.status,
            "at": event.at,
            "who": event.who,
            "why": event.why,
        }
        event_id: int = self._connection.execute(_RECORD, row).scalar_one()
        self._unbound.append((event_id, event))
        if len(self._unbound) == 1:
            at_the_end(self._connection, self._bind)

    def _bind(self) -> None:
        ledger_chain.bind(self._connection, self.ledger_id, self._unbound)
        self._unbound = []

    def _write_state(self) -> UnitState:
        state = settle(self.versions)
        new = {f"new_{name}": getattr(state, name) for name in STATE}
        self._connection.execute(_SETTLE, {**self._place, **new})
        return state
