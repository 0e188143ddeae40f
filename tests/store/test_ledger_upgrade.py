"""What was filed before events were bound is bound when the schema is upgraded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, text

from hotline.election.entries import opening_digest
from hotline.election.finding import Check, found
from hotline.election.model import to_document
from hotline.election.verification import Ledger
from hotline.store import database, elections, ledger_chain, ledger_reading, ledgers, schema
from hotline.store.database import reading, writing
from hotline.store.statuses import Status
from hotline.store.unit import HeldUnit
from tests.conftest import Clock
from tests.towns import CODES, PRESIDENT, caucus, town

VERSIONS = 600  # two events each: more than are bound at a time
REPORT = """
INSERT INTO report (id, ledger_id, unit_code, version, filing_key, confirmation, source, outcome,
    call_sid, chair_id, caller, filed_at, figures, keyed, findings, digest, twin_key)
VALUES (:id, 1, :unit, :version, :key, :confirmation, 'phone', 'filed', 'CA1', :chair, '0100',
    '2020-02-04 01:00:00.000007+00:00', :figures, '["12#", "é"]', :findings, 'd', NULL)
"""
EVENT = """
INSERT INTO report_event (report_id, step, status, at, who, why)
VALUES (:report, :step, :status, '2020-02-04 01:00:01+00:00', 'größer', '; "quoted"')
"""
FIGURES = {PRESIDENT: to_document(caucus(12, 8)[PRESIDENT])}
HOLDING = [found(Check.FINAL_EXCEEDS_FIRST, PRESIDENT).to_document()]


@pytest.fixture
def earlier(empty_database_url: str, clock: Clock) -> Iterator[Engine]:
    """A database of the version before, with two ledgers and reports in the first."""
    engine = database.connect(empty_database_url)
    with writing(engine) as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        elections.save(connection, town(), clock())
        ledgers.create(connection, "town", False, CODES, clock(), "test")
        ledgers.close(connection, 1, clock(), "test")
        ledgers.create(connection, "town", True, CODES, clock(), "test")
        connection.execute(text(REPORT), [report(number) for number in range(1, VERSIONS + 1)])
        events = [event(number, step) for number in range(1, VERSIONS + 1) for step in (1, 2)]
        connection.execute(text(EVENT), events)
    yield engine
    engine.dispose()


def report(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "unit": CODES[0],
        "version": number,
        "key": f"k{number}",
        "confirmation": f"{number:06}",
        "chair": number if number % 2 else None,
        "figures": json.dumps(FIGURES),
        "findings": json.dumps(HOLDING if number % 3 == 0 else []),
    }


def event(number: int, step: int) -> dict[str, Any]:
    later = "counted" if number == 1 else "superseded"
    return {"report": number, "step": step, "status": "filed" if step == 1 else later}


def test_earlier_reports_are_bound_in_the_order_of_their_events(
    earlier: Engine, clock: Clock
) -> None:
    schema.upgrade(earlier)
    with writing(earlier) as connection:
        HeldUnit(connection, 1, CODES[0]).move(town(), {1: Status.REJECTED}, clock(), "bo")

    with reading(earlier) as connection:
        book = read(connection, 1, False, clock)
        assert book.findings == []
        assert book.entries == 2 * VERSIONS + 1
        assert book.units()["outstanding"] == len(CODES)
        assert ledger_chain.head(connection, 1).digest == book.digest
        assert ledger_reading.unbound(connection, 1) == []
        assert read(connection, 2, True, clock).entries == 0
        salts = connection.execute(text("SELECT count(DISTINCT salt) FROM ledger_link"))
        assert salts.scalar_one() == book.entries


def read(connection: Connection, ledger_id: int, is_test: bool, clock: Clock) -> Ledger:
    book = Ledger(town(), opening_digest(ledger_id, "town", is_test, clock()))
    for bound in ledger_reading.links(connection, ledger_id):
        book.read(bound)
    book.end()
    return book
