"""Single changes of the roster, and what it holds as a whole, to tell whether it has changed.

Whoever changes it holds it first (`hold`): nobody else does until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from hotline.store.database import exclusive
from hotline.store.roster.roster import Chair
from hotline.store.schema.tables import chair, chair_phone


def lock_roster(connection: Connection, election_id: str) -> None:
    """As `roster.replace_roster` does."""
    exclusive(connection, "roster", election_id)


def everybody(connection: Connection, election_id: str) -> Sequence[Chair]:
    """All chairs of an election, in the order of their units."""
    rows = connection.execute(
        select(chair.c.id, chair.c.unit_code, chair.c.name, chair_phone.c.phone)
        .outerjoin(chair_phone, chair_phone.c.chair_id == chair.c.id)
        .where(chair.c.election_id == election_id)
        .order_by(chair.c.unit_code, chair.c.id, chair_phone.c.phone)
    )
    found: dict[int, tuple[str, str, list[str]]] = {}
    for id_, code, name, phone in rows:
        phones = found.setdefault(id_, (code, name, []))[2]
        if phone:
            phones.append(phone)
    return [Chair(code, name, tuple(phones)) for code, name, phones in found.values()]


def add_chair(connection: Connection, election_id: str, new: Chair) -> int:
    """The id of the new chair."""
    row = insert(chair).values(election_id=election_id, unit_code=new.unit_code, name=new.name)
    id_ = int(connection.execute(row.returning(chair.c.id)).scalar_one())
    _add_phones(connection, id_, new.phones)
    return id_


def change(connection: Connection, chair_id: int, name: str, phones: Collection[str]) -> None:
    """Another name, or other phones (E.164), of the same chair: reports go on knowing who it is."""
    connection.execute(update(chair).where(chair.c.id == chair_id).values(name=name))
    connection.execute(delete(chair_phone).where(chair_phone.c.chair_id == chair_id))
    _add_phones(connection, chair_id, phones)


def remove(connection: Connection, chair_id: int) -> None:
    """The phones go with the chair."""
    connection.execute(delete(chair).where(chair.c.id == chair_id))


def _add_phones(connection: Connection, chair_id: int, phones: Collection[str]) -> None:
    if phones:
        rows = [{"chair_id": chair_id, "phone": phone} for phone in sorted(set(phones))]
        connection.execute(insert(chair_phone), rows)
