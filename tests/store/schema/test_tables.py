"""What cannot be true cannot be stored: the database refuses it, whatever the program does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from hotline.store.database import reading, writing
from hotline.store.schema import tables

NOON = datetime(2020, 2, 3, 12, 0, tzinfo=UTC)

ROWS: dict[str, dict[str, Any]] = {
    "election": {"id": "town", "document": {}, "digest": "d", "active": True, "loaded_at": NOON},
    "ledger": {
        "election_id": "town",
        "is_test": True,
        "opened_at": NOON,
        "opened_by": "program",
    },
    "chair": {"election_id": "town", "unit_code": "00017", "name": "Chair 1"},
    "chair_phone": {"chair_id": 1, "phone": "+15155550100"},
    "pin": {"election_id": "town", "unit_code": "00017", "hash": "h", "issued_at": NOON},
    "unit_state": {
        "ledger_id": 1,
        "unit_code": "00017",
        "status": "outstanding",
        "contested": False,
        "verified": False,
    },
    "report": {
        "ledger_id": 1,
        "unit_code": "00017",
        "version": 1,
        "filing_key": "call:1",
        "confirmation": "123456",
        "source": "phone",
        "outcome": "filed",
        "call_sid": "CA1",
        "caller": "0100",
        "filed_at": NOON,
        "figures": {},
        "keyed": [],
        "findings": [],
        "digest": "d",
    },
    "report_event": {
        "report_id": 1,
        "step": 1,
        "status": "filed",
        "at": NOON,
        "who": "program",
        "why": "",
    },
    "outbox": {"report_id": 1, "filed_at": NOON},
    "publication": {
        "number": 1,
        "ledger_id": 1,
        "published_at": NOON,
        "events": 1,
        "document": {},
        "digest": "d",
        "etag": "e",
    },
    "refusal": {"ledger_id": 1, "standing": 1, "at": NOON, "reason": "it does not add up"},
}


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with writing(engine) as connection:
        for name, row in ROWS.items():
            connection.execute(insert(tables.metadata.tables[name]).values(row))
    return engine


def add(engine: Engine, table: Table, **given: Any) -> None:
    with writing(engine) as connection:
        connection.execute(insert(table).values(ROWS[table.name] | given))


CHANGES = [
    (tables.report, {"figures": {"president": {}}}),
    (tables.report_event, {"why": "it was made up"}),
    (tables.publication, {"document": {"status": "made up"}}),
    (tables.refusal, {"reason": "never mind"}),
]
written_once = pytest.mark.parametrize("table", [table for table, _ in CHANGES], ids=str)
changed = pytest.mark.parametrize(("table", "change"), CHANGES, ids=["", "", "", ""])


@changed
def test_a_row_cannot_be_changed(filled: Engine, table: Table, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="may not be changed"), writing(filled) as writer:
        writer.execute(update(table).values(change))


@pytest.mark.parametrize("backend", ["sqlite"])  # only it has INSERT OR REPLACE
@changed
def test_a_row_cannot_be_replaced(filled: Engine, table: Table, change: dict[str, Any]) -> None:
    with reading(filled) as reader:
        row = dict(reader.execute(select(table)).mappings().one())
    with pytest.raises(IntegrityError, match="may not be changed"), writing(filled) as writer:
        writer.execute(insert(table).prefix_with("OR REPLACE").values(row | change))


@written_once
def test_a_row_cannot_be_deleted(filled: Engine, table: Table) -> None:
    with pytest.raises(IntegrityError, match="may not be changed"), writing(filled) as writer:
        writer.execute(delete(table))


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite has no TRUNCATE
@written_once
def test_a_table_cannot_be_emptied_in_one_go(filled: Engine, table: Table) -> None:
    with pytest.raises(IntegrityError, match="may not be changed"), writing(filled) as writer:
        writer.execute(text(f"TRUNCATE {table.name} CASCADE"))


@pytest.mark.parametrize(
    ("table", "given"),
    [
        (tables.election, {"id": "other"}),  # a second active one
        (tables.ledger, {}),  # a second open one
        (tables.ledger, {"closed_at": NOON}),  # closed by nobody
        (tables.pin, {}),  # a second one for the same unit
        (tables.chair_phone, {"phone": "5155550100"}),
        (tables.unit_state, {"unit_code": "9", "status": "counted"}),  # by which report?
        (tables.unit_state, {"unit_code": "9", "status": "lost"}),
        (tables.unit_state, {"unit_code": "9", "contested": True}),
        (tables.unit_state, {"unit_code": "9", "verified": True}),
        (tables.report, {"filing_key": "2", "confirmation": "2" * 6}),  # the same version
        (tables.report, {"version": 2, "confirmation": "2" * 6}),  # the same filing key
        (tables.report, {"version": 2, "filing_key": "2"}),  # the same confirmation
        (tables.report, {"version": 0, "filing_key": "2", "confirmation": "2" * 6}),
        (tables.report, {"version": 2, "filing_key": "2", "confirmation": "22222"}),
        (
            tables.report,
            {"version": 2, "filing_key": "2", "confirmation": "2" * 6, "caller": "+15155550100"},
        ),
        (
            tables.report,
            {"unit_code": "nowhere", "filing_key": "2", "confirmation": "2" * 6},
        ),
        (tables.report_event, {}),  # the same step
        (tables.report_event, {"step": 2}),  # filed twice
        (tables.report_event, {"step": 2, "status": "held", "who": ""}),
        (tables.outbox, {"report_id": 99}),
        (tables.publication, {}),  # the same number
        (tables.refusal, {"reason": ""}),
    ],
)
def test_what_cannot_be_true_is_refused(
    filled: Engine, table: Table, given: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        add(filled, table, **given)


def test_a_unit_cannot_count_a_version_that_does_not_exist(filled: Engine) -> None:
    change = update(tables.unit_state).values(status="counted", counted_version=2)
    with pytest.raises(IntegrityError), writing(filled) as connection:
        connection.execute(change)


def test_a_test_ledger_cannot_turn_into_a_real_one(filled: Engine) -> None:
    with pytest.raises(IntegrityError, match="may not be changed"), writing(filled) as connection:
        connection.execute(update(tables.ledger).values(is_test=False))


def test_a_ledger_can_be_closed_and_the_next_one_opened(filled: Engine) -> None:
    with writing(filled) as connection:
        connection.execute(update(tables.ledger).values(closed_at=NOON, closed_by="program"))
        connection.execute(insert(tables.ledger).values(ROWS["ledger"]))

    with reading(filled) as connection:
        assert connection.execute(select(tables.ledger.c.id)).scalars().all() == [1, 2]


def test_the_id_of_a_chair_never_comes_back(filled: Engine) -> None:
    with writing(filled) as connection:
        connection.execute(delete(tables.chair))
        connection.execute(insert(tables.chair).values(ROWS["chair"]))

    with reading(filled) as connection:
        assert connection.execute(select(tables.chair.c.id)).scalars().all() == [2]
        assert connection.execute(select(tables.chair_phone)).all() == []
