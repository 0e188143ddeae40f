"""Whose telephone gets text messages of alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from hotline.store.schema.control_tables import alert_recipient
from hotline.store.schema.desk_tables import account


@dataclass(frozen=True, slots=True)
class Recipient:
    """`phone` is E.164; pages show its last four digits."""

    account_id: int
    name: str
    phone: str
    added_at: datetime
    added_by: str

    @property
    def last_four(self) -> str:
        return self.phone[-4:]

    @property
    def way(self) -> str:
        """How it is written down that this person was told."""
        return f"text to {self.name} …{self.last_four}"


def everyone(connection: Connection) -> Sequence[Recipient]:
    """By name; without those whose account is disabled."""
    rows = connection.execute(
        select(alert_recipient, account.c.name)
        .join(account, account.c.id == alert_recipient.c.account_id)
        .where(account.c.active)
        .order_by(account.c.name)
    )
    return [
        Recipient(row.account_id, row.name, row.phone, row.added_at, row.added_by) for row in rows
    ]


def put(connection: Connection, account_id: int, phone: str, at: datetime, by: str) -> None:
    """Sets the telephone of an account, in place of the one it had."""
    remove(connection, account_id)
    connection.execute(
        insert(alert_recipient).values(account_id=account_id, phone=phone, added_at=at, added_by=by)
    )


def remove(connection: Connection, account_id: int) -> bool:
    """Whether there was one."""
    gone = connection.execute(
        delete(alert_recipient).where(alert_recipient.c.account_id == account_id)
    )
    return gone.rowcount == 1
