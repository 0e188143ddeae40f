"""Who chairs which unit, and the phones they call from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Engine, delete, func, insert, select, tuple_

from hotline.store.database import exclusive, reading
from hotline.store.schema.tables import chair, chair_phone

T = TypeVar("T")

AT_ONCE = 1_000  # rows to a statement, far below any database's limit on parameters


@dataclass(frozen=True, slots=True)
class Chair:
    """One chair of one unit. The same phone may be that of several chairs."""

    unit_code: str
    name: str
    phones: tuple[str, ...]  # E.164


def replace_roster(connection: Connection, election_id: str, chairs: Sequence[Chair]) -> None:
    """Makes these the chairs of the election, and no others. A unit has one chair of a name.

    What stays as it was is not touched: a chair who was on the roster before keeps the id, by which
    reports and calls in progress know them, and others wait for the database no longer than needed.
    """
    exclusive(connection, "roster", election_id)
    before = _ids(connection, election_id)
    wanted = {(each.unit_code, each.name) for each in chairs}
    for some in _portions(id_ for who, id_ in before.items() if who not in wanted):
        connection.execute(delete(chair).where(chair.c.id.in_(some)))
    new = insert(chair).returning(chair.c.unit_code, chair.c.name, chair.c.id)
    ids = dict(before)
    for rows in _portions(
        {"election_id": election_id, "unit_code": each.unit_code, "name": each.name}
        for each in chairs
        if (each.unit_code, each.name) not in before
    ):
        ids |= {(row.unit_code, row.name): row.id for row in connection.execute(new, rows)}
    _replace_phones(
        connection,
        election_id,
        {(ids[each.unit_code, each.name], phone) for each in chairs for phone in each.phones},
    )


def _replace_phones(connection: Connection, election_id: str, wanted: set[tuple[int, str]]) -> None:
    there = {
        (row.chair_id, row.phone)
        for row in connection.execute(
            select(chair_phone.c.chair_id, chair_phone.c.phone)
            .join(chair, chair_phone.c.chair_id == chair.c.id)
            .where(chair.c.election_id == election_id)
        )
    }
    for some in _portions(there - wanted):
        pair = tuple_(chair_phone.c.chair_id, chair_phone.c.phone)
        connection.execute(delete(chair_phone).where(pair.in_(some)))
    # Only with something to return does PostgreSQL get many rows in one statement.
    new = insert(chair_phone).returning(chair_phone.c.chair_id)
    for some in _portions(sorted(wanted - there)):
        connection.execute(new, [{"chair_id": id_, "phone": phone} for id_, phone in some])


def chairs_of_phone(connection: Connection, election_id: str, phone: str) -> list[tuple[int, str]]:
    """The units that this phone (E.164) reports for, by code, each with the id of its chair.

    Where a unit's chairs share the phone, the one who has been on the roster longest.
    """
    found = connection.execute(
        select(func.min(chair.c.id), chair.c.unit_code)
        .join(chair_phone, chair_phone.c.chair_id == chair.c.id)
        .where(chair_phone.c.phone == phone, chair.c.election_id == election_id)
        .group_by(chair.c.unit_code)
        .order_by(chair.c.unit_code)
    )
    return [(id_, code) for id_, code in found]


def units_of_phone(engine: Engine, election_id: str, phone: str) -> tuple[str, ...]:
    """The codes of the units that this phone (E.164) reports for, in order."""
    with reading(engine) as connection:
        return tuple(code for _, code in chairs_of_phone(connection, election_id, phone))


def all_phones(connection: Connection, election_id: str) -> frozenset[str]:
    """Every phone (E.164) on the election's roster."""
    return frozenset(
        connection.scalars(
            select(chair_phone.c.phone)
            .join(chair, chair_phone.c.chair_id == chair.c.id)
            .where(chair.c.election_id == election_id)
        )
    )


def chair_of(engine: Engine, election_id: str, unit_code: str, phone: str | None) -> int | None:
    """The id of the unit's chair who calls from this phone (E.164); None where it is nobody's."""
    if phone is None:
        return None
    with reading(engine) as connection:
        chairs = chairs_of_phone(connection, election_id, phone)
    return next((id_ for id_, code in chairs if code == unit_code), None)


def phones_of_unit(connection: Connection, election_id: str, unit_code: str) -> list[str]:
    """The phones (E.164) of all chairs of a unit, each once."""
    return list(
        connection.scalars(
            select(chair_phone.c.phone)
            .distinct()
            .join(chair, chair_phone.c.chair_id == chair.c.id)
            .where(chair.c.election_id == election_id, chair.c.unit_code == unit_code)
            .order_by(chair_phone.c.phone)
        )
    )


def chaired_units(connection: Connection, election_id: str) -> frozenset[str]:
    """The units that have a chair."""
    return frozenset(
        connection.scalars(
            select(chair.c.unit_code).distinct().where(chair.c.election_id == election_id)
        )
    )


def phones_of_units(connection: Connection, election_id: str) -> dict[str, tuple[str, ...]]:
    """The phones (E.164) of every unit that has any, each once."""
    rows = connection.execute(
        select(chair.c.unit_code, chair_phone.c.phone)
        .distinct()
        .join(chair_phone, chair_phone.c.chair_id == chair.c.id)
        .where(chair.c.election_id == election_id)
        .order_by(chair.c.unit_code, chair_phone.c.phone)
    )
    found: dict[str, tuple[str, ...]] = {}
    for code, phone in rows:
        found[code] = (*found.get(code, ()), phone)
    return found


def chairs_of_unit(
    connection: Connection, election_id: str, unit_code: str
) -> list[tuple[int, Chair]]:
    """The chairs of a unit, each with its id; whoever has been on the roster longest first."""
    rows = connection.execute(
        select(chair.c.id, chair.c.name, chair_phone.c.phone)
        .outerjoin(chair_phone, chair_phone.c.chair_id == chair.c.id)
        .where(chair.c.election_id == election_id, chair.c.unit_code == unit_code)
        .order_by(chair.c.id, chair_phone.c.phone)
    )
    found: dict[int, tuple[str, list[str]]] = {}
    for id_, name, phone in rows:
        phones = found.setdefault(id_, (name, []))[1]
        if phone:
            phones.append(phone)
    return [(id_, Chair(unit_code, name, tuple(phones))) for id_, (name, phones) in found.items()]


def _ids(connection: Connection, election_id: str) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        select(chair.c.unit_code, chair.c.name, chair.c.id)
        .where(chair.c.election_id == election_id)
        .order_by(chair.c.id.desc())
    )
    return {(code, name): id_ for code, name, id_ in rows}


def _portions(rows: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        yield some
