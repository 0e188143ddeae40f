"""The roster as a list: for whoever shows it as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hotline.store.schema.tables import chair, chair_phone


@dataclass(frozen=True, slots=True)
class PhonebookEntry:
    """One phone (E.164) of one chair."""

    phone: str
    unit_code: str
    name: str


def phonebook(connection: Connection, election_id: str) -> list[PhonebookEntry]:
    """Every phone of every chair of this election, in the order in which the roster named them."""
    rows = connection.execute(
        select(chair_phone.c.phone, chair.c.unit_code, chair.c.name)
        .join(chair, chair_phone.c.chair_id == chair.c.id)
        .where(chair.c.election_id == election_id)
        .order_by(chair.c.id, chair_phone.c.phone)
    )
    return [PhonebookEntry(*row) for row in rows]
