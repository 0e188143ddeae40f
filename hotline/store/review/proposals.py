"""Decisions on reports that wait for a second person: rows are added, and settled once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from hotline.store.enums import Decision, ProposalState
from hotline.store.schema.review_tables import proposal
from hotline.store.schema.tables import report


@dataclass(frozen=True, slots=True)
class NewProposal:
    """What somebody proposes. `figures` are those of a replacement, by contest, as JSON."""

    report_id: int
    decision: Decision
    figures: Mapping[str, Mapping[str, Any]] | None
    why: str
    by_id: int
    by: str
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal, and what has become of it."""

    id: int
    report_id: int
    unit_code: str
    version: int  # of the report
    decision: Decision
    figures: Mapping[str, Mapping[str, Any]] | None
    why: str
    by_id: int
    by: str
    at: datetime  # UTC
    state: ProposalState
    settled_by: str
    settled_why: str
    settled_at: datetime | None


_ALL = select(proposal, report.c.unit_code, report.c.version).join(
    report, report.c.id == proposal.c.report_id
)


def add_proposal(connection: Connection, new: NewProposal) -> int:
    """The id. IntegrityError where another one is open on the same report."""
    row = {
        "report_id": new.report_id,
        "decision": new.decision.value,
        "figures": None if new.figures is None else dict(new.figures),
        "why": new.why,
        "by_id": new.by_id,
        "by": new.by,
        "at": new.at,
        "state": ProposalState.OPEN.value,
        "settled_by": "",
        "settled_why": "",
    }
    id: int = connection.execute(insert(proposal).values(row).returning(proposal.c.id)).scalar_one()
    return id


def find_proposal(connection: Connection, proposal_id: int) -> Proposal | None:
    """Whoever holds the unit of its report finds it as it will stay until the unit is let go."""
    found = _read(connection, _ALL.where(proposal.c.id == proposal_id))
    return found[0] if found else None


def open_on(connection: Connection, report_id: int) -> Proposal | None:
    """The proposal that waits on this report."""
    wanted = _ALL.where(
        proposal.c.report_id == report_id, proposal.c.state == ProposalState.OPEN.value
    )
    found = _read(connection, wanted)
    return found[0] if found else None


def open_in(connection: Connection, ledger_id: int) -> list[Proposal]:
    """All that wait in a ledger, the oldest first."""
    wanted = _ALL.where(
        report.c.ledger_id == ledger_id, proposal.c.state == ProposalState.OPEN.value
    )
    return _read(connection, wanted.order_by(proposal.c.id))


def of_unit(connection: Connection, ledger_id: int, unit_code: str) -> list[Proposal]:
    """All that were ever made on a unit's reports, the oldest first."""
    wanted = _ALL.where(report.c.ledger_id == ledger_id, report.c.unit_code == unit_code)
    return _read(connection, wanted.order_by(proposal.c.id))


def settle(
    connection: Connection, proposal_id: int, state: ProposalState, by: str, why: str, at: datetime
) -> bool:
    """Whether it was still open; from now on it is as said."""
    settled = (
        update(proposal)
        .where(proposal.c.id == proposal_id, proposal.c.state == ProposalState.OPEN.value)
        .values(state=state.value, settled_by=by, settled_why=why, settled_at=at)
    )
    return connection.execute(settled).rowcount == 1


def overtake(connection: Connection, report_ids: Iterable[int], by: str, at: datetime) -> list[int]:
    """The ids of those that waited on reports which were decided on otherwise."""
    overtaken = (
        update(proposal)
        .where(
            proposal.c.report_id.in_(list(report_ids)),
            proposal.c.state == ProposalState.OPEN.value,
        )
        .values(state=ProposalState.OVERTAKEN.value, settled_by=by, settled_why="", settled_at=at)
        .returning(proposal.c.id)
    )
    return list(connection.execute(overtaken).scalars())


def _read(connection: Connection, wanted: Select[Any]) -> list[Proposal]:
    return [_proposal(row) for row in connection.execute(wanted)]


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        report_id=row.report_id,
        unit_code=row.unit_code,
        version=row.version,
        decision=Decision(row.decision),
        figures=row.figures,
        why=row.why,
        by_id=row.by_id,
        by=row.by,
        at=row.at,
        state=ProposalState(row.state),
        settled_by=row.settled_by,
        settled_why=row.settled_why,
        settled_at=row.settled_at,
    )
