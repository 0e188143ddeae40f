"""Who holds a ledger: many may file into it, and nobody closes it under them."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.database import reading, writing
from hotline.store.reports import ledgers
from tests.towns import CODES, town


@pytest.fixture
def ledger_id(parts: AppContext) -> int:
    return load_election(parts, town(), "test").ledger_id


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite lets one writer in at a time
def test_a_ledger_stays_open_while_somebody_files_into_it(
    parts: AppContext, ledger_id: int
) -> None:
    close = text("UPDATE ledger SET closed_at = now(), closed_by = 'x'")
    with writing(parts.engine) as filing, writing(parts.engine) as closing:
        assert ledgers.is_open(filing, ledger_id)
        closing.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            closing.execute(close)


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite lets one writer in at a time
def test_many_file_into_it_at_once(parts: AppContext, ledger_id: int) -> None:
    with writing(parts.engine) as one, writing(parts.engine) as other:
        assert ledgers.is_open(one, ledger_id)
        assert ledgers.is_open(other, ledger_id)


def test_a_ledger_that_is_not_there_is_not_open(parts: AppContext, ledger_id: int) -> None:
    with writing(parts.engine) as connection:
        assert not ledgers.is_open(connection, ledger_id + 1)
    with reading(parts.engine) as connection:
        assert ledgers.find_ledgers(connection, ledger_id + 1) is None
        found = ledgers.find_ledgers(connection, ledger_id)
    assert found is not None
    assert (found.election_id, found.is_test, found.is_open) == ("town", True, True)


def test_units_come_and_go_with_the_election(parts: AppContext, ledger_id: int) -> None:
    with writing(parts.engine) as connection:
        ledgers.expect(connection, ledger_id, [*CODES[1:], "77777"])
        codes = connection.execute(text("SELECT unit_code FROM unit_state")).scalars()
        assert set(codes) == {*CODES[1:], "77777"}
