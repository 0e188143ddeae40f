"""Running totals: added to in either database alike, and read back as a recount has them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hotline.election.sums import Key
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.database import reading, writing
from hotline.store.reports import totals
from tests.towns import town

FIRST: Key = ("president", "first", "ash")
FINAL: Key = ("president", "final", "ash")


@pytest.fixture
def ledger_id(parts: AppContext) -> int:
    return load_election(parts, town(), "test").ledger_id


def add(parts: AppContext, ledger_id: int, change: Mapping[Key, int], scope: str = "north") -> None:
    with writing(parts.engine) as connection:
        totals.add_to_totals(connection, ledger_id, scope, change)


def read(parts: AppContext, ledger_id: int) -> dict[str, dict[Key, int]]:
    with reading(parts.engine) as connection:
        return totals.read_totals(connection, ledger_id)


def test_sums_begin_at_nothing_and_are_added_to(parts: AppContext, ledger_id: int) -> None:
    add(parts, ledger_id, {FIRST: 3, FINAL: 2})
    add(parts, ledger_id, {FIRST: 4})
    add(parts, ledger_id, {FIRST: 5}, "south")

    assert read(parts, ledger_id) == {"north": {FIRST: 7, FINAL: 2}, "south": {FIRST: 5}}


def test_what_is_taken_out_again_leaves_no_trace(parts: AppContext, ledger_id: int) -> None:
    add(parts, ledger_id, {FIRST: 3, FINAL: 2})
    add(parts, ledger_id, {FIRST: -3, FINAL: -1})

    assert read(parts, ledger_id) == {"north": {FINAL: 1}}


def test_a_sum_can_be_larger_than_a_state(parts: AppContext, ledger_id: int) -> None:
    add(parts, ledger_id, {FIRST: 2**40})

    assert read(parts, ledger_id) == {"north": {FIRST: 2**40}}


def test_nothing_to_add_is_nothing_to_do(parts: AppContext, ledger_id: int) -> None:
    add(parts, ledger_id, {})
    add(parts, ledger_id, {FIRST: 0})

    assert read(parts, ledger_id) == {}


def test_forgetting_is_for_one_ledger(parts: AppContext, ledger_id: int) -> None:
    add(parts, ledger_id, {FIRST: 3})
    with writing(parts.engine) as connection:
        totals.forget(connection, ledger_id + 1)
        assert totals.read_totals(connection, ledger_id)
        totals.forget(connection, ledger_id)
        assert totals.read_totals(connection, ledger_id) == {}
