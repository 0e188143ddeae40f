"""All ledgers, open or shelved, as a list for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from hotline.store.schema.tables import election, ledger, report


@dataclass(frozen=True, slots=True)
class ShelvedLedger:
    """One line of the list. `in_use`: reports go into it now."""

    id: int
    election_id: str
    is_test: bool
    reports: int
    opened_at: datetime  # UTC
    opened_by: str
    closed_at: datetime | None  # UTC
    in_use: bool


def all_ledgers(connection: Connection) -> list[ShelvedLedger]:
    """Every ledger of every election, the oldest first."""
    in_use = ledger.c.closed_at.is_(None) & election.c.active
    rows = connection.execute(
        select(
            ledger.c.id,
            ledger.c.election_id,
            ledger.c.is_test,
            func.count(report.c.id).label("reports"),
            ledger.c.opened_at,
            ledger.c.opened_by,
            ledger.c.closed_at,
            in_use.label("in_use"),
        )
        .join(election, election.c.id == ledger.c.election_id)
        .outerjoin(report, report.c.ledger_id == ledger.c.id)
        .group_by(ledger.c.id, election.c.active)
        .order_by(ledger.c.id)
    )
    return [ShelvedLedger(*row) for row in rows]
