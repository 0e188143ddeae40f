"""The roster: many phones to a unit, many units to a phone, and ids that stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, insert, select

from hotline.store.database import writing
from hotline.store.roster.roster import (
    AT_ONCE,
    Chair,
    chair_of,
    chairs_of_phone,
    phones_of_unit,
    replace_roster,
    units_of_phone,
)
from hotline.store.schema import tables

NOW = datetime(2020, 1, 20, tzinfo=UTC)
ONE, TWO, THREE = "+15155550101", "+15155550102", "+15155550103"


def add_elections(connection):
    for election_id in ("maple", "oak"):
        connection.execute(
            insert(tables.election).values(
                id=election_id, document={}, digest="0" * 64, active=False, loaded_at=NOW
            )
        )


@pytest.fixture
def connection(engine: Engine):
    with writing(engine) as connection:
        add_elections(connection)
        yield connection


def codes_of_phone(connection, phone, election_id="maple"):
    return [code for _, code in chairs_of_phone(connection, election_id, phone)]


def test_a_phone_reports_for_its_units_in_order(connection):
    replace_roster(
        connection,
        "maple",
        [
            Chair("00030", "C", (ONE,)),
            Chair("00011", "A", (TWO, ONE)),
            Chair("00024", "B", (TWO,)),
        ],
    )
    assert codes_of_phone(connection, ONE) == ["00011", "00030"]
    assert codes_of_phone(connection, TWO) == ["00011", "00024"]
    assert codes_of_phone(connection, THREE) == []


def test_a_unit_has_the_phones_of_all_its_chairs(connection):
    replace_roster(
        connection, "maple", [Chair("00011", "A", (TWO, ONE)), Chair("00011", "B", (TWO, THREE))]
    )
    assert phones_of_unit(connection, "maple", "00011") == [ONE, TWO, THREE]
    assert phones_of_unit(connection, "maple", "00024") == []


def test_two_chairs_of_a_unit_on_one_phone_are_one_offer_and_the_first_of_them(connection):
    replace_roster(connection, "maple", [Chair("00011", "A", (ONE,))])
    ((first, _),) = chairs_of_phone(connection, "maple", ONE)
    replace_roster(connection, "maple", [Chair("00011", "A", (ONE,)), Chair("00011", "B", (ONE,))])
    assert chairs_of_phone(connection, "maple", ONE) == [(first, "00011")]


def test_a_new_roster_takes_the_place_of_the_old(connection):
    replace_roster(connection, "maple", [Chair("00011", "A", (ONE,)), Chair("00024", "B", (ONE,))])
    replace_roster(connection, "maple", [Chair("00011", "A", (TWO,))])
    assert codes_of_phone(connection, ONE) == []
    assert codes_of_phone(connection, TWO) == ["00011"]
    assert connection.scalar(select(func.count()).select_from(tables.chair)) == 1
    assert connection.scalar(select(func.count()).select_from(tables.chair_phone)) == 1


def test_who_stays_keeps_the_id_and_nobody_else_gets_one_that_was_used(connection):
    replace_roster(connection, "maple", [Chair("00011", "A", (ONE,)), Chair("00024", "B", (TWO,))])
    ((kept, _),) = chairs_of_phone(connection, "maple", ONE)
    ((gone, _),) = chairs_of_phone(connection, "maple", TWO)
    replace_roster(
        connection, "maple", [Chair("00024", "C", (TWO,)), Chair("00011", "A", (THREE,))]
    )
    assert chairs_of_phone(connection, "maple", THREE) == [(kept, "00011")]
    ((new, _),) = chairs_of_phone(connection, "maple", TWO)
    assert new not in (kept, gone)


def test_another_election_is_left_alone(connection):
    replace_roster(connection, "oak", [Chair("00011", "A", (ONE,))])
    replace_roster(connection, "maple", [Chair("00024", "A", (ONE,))])
    replace_roster(connection, "maple", [])
    assert codes_of_phone(connection, ONE, "oak") == ["00011"]
    assert codes_of_phone(connection, ONE) == []
    assert phones_of_unit(connection, "oak", "00011") == [ONE]


def test_a_chair_may_have_no_phone(connection):
    replace_roster(connection, "maple", [Chair("00011", "A", ())])
    assert phones_of_unit(connection, "maple", "00011") == []


def test_more_than_one_statement_holds(connection):
    many = [Chair(f"{n:05d}", "A", (ONE,)) for n in range(2 * AT_ONCE + 1)]
    replace_roster(connection, "maple", many)
    assert len(codes_of_phone(connection, ONE)) == len(many)
    replace_roster(connection, "maple", many[:1])
    assert codes_of_phone(connection, ONE) == ["00000"]


def test_asked_from_outside_a_transaction(engine):
    with writing(engine) as connection:
        add_elections(connection)
        replace_roster(
            connection, "maple", [Chair("00024", "B", (ONE,)), Chair("00011", "A", (ONE, TWO))]
        )
        ((a, _), (b, _)) = chairs_of_phone(connection, "maple", ONE)
    assert units_of_phone(engine, "maple", ONE) == ("00011", "00024")
    assert units_of_phone(engine, "maple", THREE) == ()
    assert chair_of(engine, "maple", "00011", ONE) == a
    assert chair_of(engine, "maple", "00024", ONE) == b
    assert chair_of(engine, "maple", "00024", TWO) is None
    assert chair_of(engine, "maple", "00024", None) is None
    assert chair_of(engine, "oak", "00011", ONE) is None
