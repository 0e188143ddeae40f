"""Hashes of PINs: one standing for each unit, one for each test ledger, none left of the old."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, func, insert, select

from hotline.store.database import writing
from hotline.store.roster import pins
from hotline.store.schema import tables

NOW = datetime(2020, 1, 20, tzinfo=UTC)


@pytest.fixture
def connection(engine: Engine):
    with writing(engine) as connection:
        for election_id in ("maple", "oak"):
            connection.execute(
                insert(tables.election).values(
                    id=election_id, document={}, digest="0" * 64, active=False, loaded_at=NOW
                )
            )
        yield connection


def open_ledger(connection: Connection, election_id: str = "maple", *, is_test: bool = True) -> int:
    opened = connection.execute(
        insert(tables.ledger).values(
            election_id=election_id,
            is_test=is_test,
            opened_at=NOW,
            opened_by="test",
            closed_at=NOW,
            closed_by="test",
        )
    )
    return opened.inserted_primary_key[0]


def test_a_unit_without_pins_and_an_unknown_one_look_the_same(connection):
    assert pins.hashes_for(connection, "maple", 1, "00011") == (None, None)


def test_a_standing_pin_is_for_every_ledger_and_a_test_pin_for_its_own(connection):
    one, other = open_ledger(connection), open_ledger(connection)
    pins.replace(connection, "maple", None, {"00011": "standing"}, NOW)
    pins.replace(connection, "maple", one, {"00011": "test"}, NOW)
    assert pins.hashes_for(connection, "maple", one, "00011") == ("standing", "test")
    assert pins.hashes_for(connection, "maple", other, "00011") == ("standing", None)
    assert pins.hashes_for(connection, "maple", one, "00024") == (None, None)
    assert pins.hashes_for(connection, "oak", one, "00011") == (None, None)


def test_a_new_hash_takes_the_place_of_the_old_one_of_its_kind(connection):
    ledger = open_ledger(connection)
    pins.replace(connection, "maple", ledger, {"00011": "test"}, NOW)
    pins.replace(connection, "maple", None, {"00011": "old", "00024": "stays"}, NOW)
    pins.replace(connection, "maple", None, {"00011": "new"}, NOW)
    assert pins.stored(connection, "maple", None) == {"00011": "new", "00024": "stays"}
    assert pins.stored(connection, "maple", ledger) == {"00011": "test"}
    assert connection.scalar(select(func.count()).select_from(tables.pin)) == 3


def test_the_pins_of_another_election_stay(connection):
    pins.replace(connection, "oak", None, {"00011": "oak"}, NOW)
    pins.replace(connection, "maple", None, {"00011": "maple"}, NOW)
    assert pins.stored(connection, "oak", None) == {"00011": "oak"}


def test_more_than_one_statement_holds(connection):
    hashes = {f"{n:05d}": f"hash {n}" for n in range(2 * pins.AT_ONCE + 1)}
    pins.replace(connection, "maple", None, hashes, NOW)
    pins.replace(connection, "maple", None, hashes, NOW)
    assert pins.stored(connection, "maple", None) == hashes


def test_which_ledgers_are_for_tests(connection):
    test, live = open_ledger(connection), open_ledger(connection, is_test=False)
    assert pins.is_test_ledger(connection, "maple", test)
    assert not pins.is_test_ledger(connection, "maple", live)
    assert not pins.is_test_ledger(connection, "oak", test)
    assert not pins.is_test_ledger(connection, "maple", 999)
