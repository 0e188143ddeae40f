"""What the checks found in a ledger: by check, with what has become of the reports; twins."""

from __future__ import annotations

from sqlalchemy import event

from hotline.election.finding import Check, found
from hotline.election.model import Election
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.review.anomalies import Anomaly, counts, found_by
from hotline.store.enums import Status
from tests.operations.acting import tabulated
from tests.towns import CODES, PRESIDENT, caucus

NORTH, NEXT, SOUTH = CODES[:3]
SHIFT = found(Check.COLUMN_SHIFT, PRESIDENT, **{"from": "ash", "to": "birch"})
LANDSLIDE = found(Check.LANDSLIDE, PRESIDENT, candidate="ash", count=29, of=30)
WRONG_SUM = found(Check.DELEGATES_NOT_ALLOTTED, PRESIDENT, sum=3, delegates=4)
LEFT_OUT = found(Check.VIABLE_WITHOUT_DELEGATE, PRESIDENT, candidate="birch")


def by_check(parts: AppContext) -> dict[Check, dict[Status, int]]:
    return {one.check: dict(one.by_status) for one in counts(parts) if one.reports}


def only(found: object) -> Anomaly:
    (anomaly,) = found  # type: ignore[misc]
    assert isinstance(anomaly, Anomaly)
    return anomaly


def test_an_empty_ledger_names_every_check_of_its_election(
    parts: AppContext, town: Election
) -> None:
    load_election(parts, town, "test")
    found = {one.check: one.reports for one in counts(parts)}
    assert found[Check.TWIN] == found[Check.COLUMN_SHIFT] == 0
    assert Check.BALLOTS_DO_NOT_ADD_UP not in found
    assert Check.TIE not in found
    assert not found_by(parts, {Check.COLUMN_SHIFT})


def test_reports_are_counted_by_what_has_become_of_them(parts: AppContext, town: Election) -> None:
    load_election(parts, town, "test")
    tabulated(parts, NORTH, caucus(29, 1, won={"ash": 4}), LANDSLIDE, LANDSLIDE)
    tabulated(parts, NEXT, caucus(28, 2, won={"ash": 5}), LANDSLIDE, SHIFT)
    tabulated(parts, SOUTH, caucus(12, 8, won={"ash": 1, "birch": 1}))
    assert by_check(parts) == {
        Check.LANDSLIDE: {Status.COUNTED: 1, Status.HELD: 1},
        Check.COLUMN_SHIFT: {Status.HELD: 1},
    }


def test_a_later_version_is_listed_as_well(parts: AppContext, town: Election) -> None:
    load_election(parts, town, "test")
    tabulated(parts, NORTH, caucus(29, 1, won={"ash": 4}), LANDSLIDE)
    tabulated(parts, NORTH, caucus(28, 2, won={"ash": 4}))
    again = only(found_by(parts, {Check.ALREADY_REPORTED}))
    assert (again.code, again.version, again.status) == (NORTH, 2, Status.HELD)
    assert only(found_by(parts, {Check.LANDSLIDE})).version == 1


def test_twins_stand_for_each_other_though_only_the_later_one_was_told(
    parts: AppContext, town: Election
) -> None:
    load_election(parts, town, "test")
    figures = caucus(12, 8, won={"ash": 1, "birch": 1})
    tabulated(parts, NORTH, figures)
    tabulated(parts, NEXT, caucus(11, 9, won={"ash": 3, "birch": 2}))
    tabulated(parts, SOUTH, figures)
    assert by_check(parts) == {Check.TWIN: {Status.COUNTED: 2}}
    first, second = found_by(parts, {Check.TWIN})
    assert (first.code, [twin.code for twin in first.twins]) == (NORTH, [SOUTH])
    assert (second.code, [twin.code for twin in second.twins]) == (SOUTH, [NORTH])
    assert first.twins[0].name == "South, South 1 (20001)"
    assert first.cells == ("Ash 12, Birch 8", 20)


def test_a_unit_that_says_the_same_twice_is_no_twin(parts: AppContext, town: Election) -> None:
    load_election(parts, town, "test")
    for _ in range(2):
        tabulated(parts, NORTH, caucus(12, 8, won={"ash": 2, "birch": 2}))
    assert by_check(parts) == {}
    assert not found_by(parts, {Check.TWIN})


def test_an_award_beside_what_the_rules_admit(parts: AppContext, town: Election) -> None:
    load_election(parts, town, "test")
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3}), WRONG_SUM, LEFT_OUT)
    wrong = only(found_by(parts, {Check.DELEGATES_NOT_ALLOTTED, Check.VIABLE_WITHOUT_DELEGATE}))
    assert wrong.checks == (Check.DELEGATES_NOT_ALLOTTED, Check.VIABLE_WITHOUT_DELEGATE)
    assert wrong.cells == ("Ash 12, Birch 8", "Ash 3", "Ash 2, Birch 2", "Ash +1, Birch -2", 2)


def test_a_list_takes_one_statement(parts: AppContext, town: Election) -> None:
    load_election(parts, town, "test")
    tabulated(parts, NORTH, caucus(29, 1, won={"ash": 4}), LANDSLIDE)
    parts.election()
    statements: list[str] = []
    event.listen(parts.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert found_by(parts, {Check.LANDSLIDE})
    assert sum("report_event" in statement for statement in statements) == 1
