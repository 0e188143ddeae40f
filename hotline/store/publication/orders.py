"""Orders of how results go out: each is kept, and the last one of a ledger says how it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from hotline.store.enums import PublicationMode, ResultStatus
from hotline.store.schema.review_tables import publication_order


@dataclass(frozen=True, slots=True)
class PublicationOrder:
    """Somebody said how results go out from then on."""

    id: int
    mode: PublicationMode
    embargo_until: datetime | None  # UTC; nothing newer is shown before
    status: ResultStatus | None  # None: as it follows from the reports
    at: datetime  # UTC
    who: str
    why: str

    def waits(self, now: datetime) -> bool:
        """Whether nothing goes out by itself at this moment."""
        return self.mode is PublicationMode.APPROVAL or self.is_embargoed(now)

    def is_embargoed(self, now: datetime) -> bool:
        return self.embargo_until is not None and now < self.embargo_until


_COLUMNS = (
    publication_order.c.id,
    publication_order.c.mode,
    publication_order.c.embargo_until,
    publication_order.c.status,
    publication_order.c.at,
    publication_order.c.who,
    publication_order.c.why,
)


def last(connection: Connection, ledger_id: int) -> PublicationOrder | None:
    """The order that holds; None while none was ever given."""
    found = latest(connection, ledger_id, 1)
    return found[0] if found else None


def latest(connection: Connection, ledger_id: int, most: int) -> list[PublicationOrder]:
    """The newest orders of a ledger, the newest first."""
    wanted = (
        select(*_COLUMNS)
        .where(publication_order.c.ledger_id == ledger_id)
        .order_by(publication_order.c.id.desc())
        .limit(most)
    )
    return [_order(*row) for row in connection.execute(wanted)]


def add_order(
    connection: Connection,
    ledger_id: int,
    mode: PublicationMode,
    embargo_until: datetime | None,
    status: ResultStatus | None,
    at: datetime,
    who: str,
    why: str,
) -> PublicationOrder:
    row = {
        "ledger_id": ledger_id,
        "mode": mode.value,
        "embargo_until": embargo_until,
        "status": None if status is None else status.value,
        "at": at,
        "who": who,
        "why": why,
    }
    added = insert(publication_order).values(row).returning(publication_order.c.id)
    id: int = connection.execute(added).scalar_one()
    return PublicationOrder(id, mode, embargo_until, status, at, who, why)


def _order(
    id: int,
    mode: str,
    embargo_until: datetime | None,
    status: str | None,
    at: datetime,
    who: str,
    why: str,
) -> PublicationOrder:
    kind = None if status is None else ResultStatus(status)
    return PublicationOrder(id, PublicationMode(mode), embargo_until, kind, at, who, why)
