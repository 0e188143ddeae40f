"""What a unit's reports amount to, and the only moves there are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election.finding import Check, found
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.enums import Outcome, Source, Status, UnitStatus
from hotline.store.reports.reports import Report
from hotline.store.reports.unit import MOVES, LockedUnit, UnitState, UnknownUnitError, settle
from tests.operations.acting import differences, file, statuses, sums
from tests.towns import CODES, caucus, town

NOON = datetime(2020, 2, 3, 12, 0, tzinfo=UTC)
NORTH = CODES[0]

CONTESTING = found(Check.ORDER_INVERTED, "president").to_document()
HOLDING = found(Check.FINAL_EXCEEDS_FIRST, "president").to_document()
FLAGGING = found(Check.TWIN, "president").to_document()


def version(status: Status, number: int = 1, digest: str = "a", *findings: object) -> Report:
    return Report(
        number,
        NORTH,
        number,
        Source.PHONE,
        Outcome.FILED,
        "000001",
        NOON,
        digest,
        {},
        findings,
        status,
        2,
        NOON,
    )


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([], UnitState(UnitStatus.OUTSTANDING, None, False, False)),
        ([version(Status.FILED)], UnitState(UnitStatus.OUTSTANDING, None, False, False)),
        ([version(Status.REJECTED)], UnitState(UnitStatus.OUTSTANDING, None, False, False)),
        ([version(Status.HELD)], UnitState(UnitStatus.HELD, None, False, False)),
        ([version(Status.COUNTED)], UnitState(UnitStatus.COUNTED, 1, False, False)),
        (
            [version(Status.COUNTED, 1, "a", FLAGGING)],
            UnitState(UnitStatus.COUNTED, 1, False, False),
        ),
        (
            [version(Status.COUNTED, 1, "a", CONTESTING)],
            UnitState(UnitStatus.COUNTED, 1, True, False),
        ),
        (
            [version(Status.COUNTED, 1, "a", HOLDING)],  # it was released
            UnitState(UnitStatus.COUNTED, 1, True, False),
        ),
        (
            [version(Status.COUNTED), version(Status.HELD, 2, "b")],
            UnitState(UnitStatus.COUNTED, 1, True, False),
        ),
        (
            [version(Status.COUNTED), version(Status.CORROBORATING, 2)],
            UnitState(UnitStatus.COUNTED, 1, False, True),
        ),
        (
            [version(Status.COUNTED), version(Status.CORROBORATING, 2, "b")],
            UnitState(UnitStatus.COUNTED, 1, False, False),  # it says the same as another one
        ),
        (
            [version(Status.COUNTED, 1, "a", CONTESTING), version(Status.CORROBORATING, 2)],
            UnitState(UnitStatus.COUNTED, 1, True, False),
        ),
        (
            [version(Status.SUPERSEDED), version(Status.COUNTED, 2, "b")],
            UnitState(UnitStatus.COUNTED, 2, False, False),
        ),
    ],
)
def test_what_a_units_reports_amount_to(reports: list[Report], expected: UnitState) -> None:
    assert settle(reports) == expected


def test_two_reports_that_count_are_no_state_at_all() -> None:
    with pytest.raises(ValueError, match="unpack"):
        settle([version(Status.COUNTED), version(Status.COUNTED, 2)])


@given(st.lists(st.sampled_from(sorted(set(Status) - {Status.COUNTED})), max_size=6), st.booleans())
def test_every_unit_is_in_exactly_one_place(others: list[Status], counts: bool) -> None:
    reports = [version(status, n) for n, status in enumerate(others, 2)]
    if counts:
        reports.append(version(Status.COUNTED))

    state = settle(reports)

    assert (state.status is UnitStatus.COUNTED) == counts
    assert (state.counted_version is not None) == counts
    assert not (state.contested and state.verified)
    assert counts or not (state.contested or state.verified)


def test_there_is_no_way_back_from_the_end() -> None:
    assert set(MOVES) == set(Status)
    assert not MOVES[Status.REJECTED]
    assert not MOVES[Status.SUPERSEDED]
    assert all(Status.FILED not in then for then in MOVES.values())


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


@pytest.mark.parametrize("status", [Status.SUPERSEDED, Status.REJECTED, Status.FILED])
def test_a_move_that_there_is_not_changes_nothing(parts: AppContext, status: Status) -> None:
    filed = file(parts, NORTH, caucus(12, 8))
    moves = {filed.report_id: status}

    def move() -> None:
        with writing(parts.engine) as connection:
            unit = LockedUnit(connection, parts.election().ledger_id, NORTH)
            unit.move(town(), moves, NOON, "pat", "because")

    with pytest.raises(ValueError, match="cannot become"):
        move()
    assert statuses(parts, filed.report_id) == ["filed"]
    assert sums(parts) == {}
    assert differences(parts) == ()


def test_a_unit_that_is_not_there_cannot_be_held(parts: AppContext) -> None:
    with writing(parts.engine) as connection, pytest.raises(UnknownUnitError):
        LockedUnit(connection, parts.election().ledger_id, "99999")
