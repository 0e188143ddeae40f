"""What staff decide: each decision whole, with its author and reason, and the totals follow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy import select

from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.reports.filing import FiguresError, standing
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.operations.review.moves import ReviewError
from hotline.store.database import reading
from hotline.store.enums import Role
from hotline.store.schema.tables import report
from tests.operations.acting import (
    HOLDING,
    differences,
    events,
    file,
    people,
    state,
    statuses,
    sums,
    tabulated,
    waiting,
)
from tests.operations.deciding import reject, release, replace
from tests.towns import CODES, caucus, town

NORTH, SOUTH = CODES[0], CODES[2]


def supervisor(name: str) -> Actor:
    return Actor(None, name, Role.SUPERVISOR)


WHO, PAT, WHY = "pat", supervisor("pat"), "the chair confirmed it"


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


def ash(parts: AppContext) -> int:
    return people(parts, "county:North", "ash")


class TestRelease:
    def test_a_held_report_counts_as_filed(self, parts: AppContext) -> None:
        filed = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

        release(parts, filed.report_id, PAT, WHY)

        assert ash(parts) == 12
        assert state(parts, NORTH) == ("counted", 1, True, False)  # what was found is still there
        assert events(parts, filed.report_id)[-1] == ("counted", WHO, WHY)

    def test_the_version_that_counted_is_superseded(self, parts: AppContext) -> None:
        first = tabulated(parts, NORTH, caucus(12, 8))
        other = tabulated(parts, NORTH, caucus(5, 15))

        release(parts, other.report_id, PAT, WHY)

        assert ash(parts) == 5
        assert state(parts, NORTH)[:2] == ("counted", 2)
        assert events(parts, first.report_id)[-1] == ("superseded", WHO, WHY)
        assert differences(parts) == ()

    def test_a_second_time_is_refused_and_changes_nothing(self, parts: AppContext) -> None:
        filed = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
        release(parts, filed.report_id, PAT, WHY)

        with pytest.raises(ReviewError, match="already counts"):
            release(parts, filed.report_id, PAT, WHY)
        assert ash(parts) == 12

    @pytest.mark.both_databases
    def test_two_people_at_once_release_once(self, parts: AppContext) -> None:
        filed = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
        together = Barrier(2)

        def attempt(who: str) -> bool:
            together.wait()
            try:
                release(parts, filed.report_id, supervisor(who), WHY)
            except ReviewError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(attempt, ("pat", "sam")))

        assert sorted(done) == [False, True]
        assert ash(parts) == 12

    def test_what_waits_to_be_tabulated_is_settled_first(
        self, parts: AppContext, redis: Redis
    ) -> None:
        filed = file(parts, NORTH, caucus(12, 8), HOLDING)
        redis.flushall()

        release(parts, filed.report_id, PAT, WHY)

        assert statuses(parts, filed.report_id) == ["filed", "held", "counted"]
        assert waiting(parts) == []
        assert not tabulate(parts, filed.report_id)
        assert ash(parts) == 12
        [receipt] = parts.queue("messages").jobs
        assert receipt.args == [filed.report_id]

    @pytest.mark.parametrize("status", ["rejected", "corroborating"])
    def test_only_what_is_held_can_be_released(self, parts: AppContext, status: str) -> None:
        filed = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
        if status == "rejected":
            reject(parts, filed.report_id, PAT, WHY)
        else:
            filed = tabulated(parts, NORTH, caucus(12, 8))

        with pytest.raises(ReviewError, match=status):
            release(parts, filed.report_id, PAT, WHY)


class TestReject:
    def test_a_held_report_is_out(self, parts: AppContext) -> None:
        filed = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

        reject(parts, filed.report_id, PAT, WHY)

        assert state(parts, NORTH) == ("outstanding", None, False, False)
        assert events(parts, filed.report_id)[-1] == ("rejected", WHO, WHY)

    def test_a_rejected_conflict_leaves_the_first_uncontested(self, parts: AppContext) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        other = tabulated(parts, NORTH, caucus(5, 15))

        reject(parts, other.report_id, PAT, WHY)

        assert state(parts, NORTH) == ("counted", 1, False, False)
        assert ash(parts) == 12

    def test_a_counted_report_leaves_the_totals(self, parts: AppContext) -> None:
        filed = tabulated(parts, NORTH, caucus(12, 8))
        tabulated(parts, NORTH, caucus(5, 15))

        reject(parts, filed.report_id, PAT, WHY)

        assert sums(parts) == {}
        assert state(parts, NORTH) == ("held", None, False, False)
        assert differences(parts) == ()

    def test_a_rejected_corroboration_verifies_nothing(self, parts: AppContext) -> None:
        tabulated(parts, NORTH, caucus(12, 8))
        again = tabulated(parts, NORTH, caucus(12, 8))

        reject(parts, again.report_id, PAT, WHY)

        assert state(parts, NORTH) == ("counted", 1, False, False)

    def test_a_unit_of_which_all_was_rejected_reports_afresh(self, parts: AppContext) -> None:
        filed = tabulated(parts, NORTH, caucus(12, 8))
        reject(parts, filed.report_id, PAT, WHY)

        again = tabulated(parts, NORTH, caucus(5, 15))

        assert again.outcome == "filed"
        assert ash(parts) == 5


class TestReplace:
    def test_new_figures_count_in_place_of_a_held_report(self, parts: AppContext) -> None:
        held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

        new = replace(parts, held.report_id, caucus(7, 13), PAT, WHY)

        assert new.version == 2
        assert ash(parts) == 7
        assert state(parts, NORTH)[:2] == ("counted", 2)
        assert statuses(parts, held.report_id)[-1] == "superseded"
        assert events(parts, new.report_id) == [("filed", WHO, WHY), ("counted", WHO, WHY)]
        assert waiting(parts) == []
        assert differences(parts) == ()

    def test_they_are_marked_as_entered_by_staff(self, parts: AppContext) -> None:
        held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

        new = replace(parts, held.report_id, caucus(7, 13), PAT, WHY)

        with reading(parts.engine) as connection:
            row = connection.execute(select(report).where(report.c.id == new.report_id)).one()
        assert (row.source, row.caller, row.call_sid) == ("staff", "", "")

    def test_replacing_a_conflict_supersedes_the_counted_one_too(self, parts: AppContext) -> None:
        first = tabulated(parts, NORTH, caucus(12, 8))
        other = tabulated(parts, NORTH, caucus(5, 15))

        replace(parts, other.report_id, caucus(7, 13), PAT, WHY)

        assert ash(parts) == 7
        for filed in (first, other):
            assert statuses(parts, filed.report_id)[-1] == "superseded"

    def test_the_same_decision_again_gives_the_first_result(self, parts: AppContext) -> None:
        held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
        new = replace(parts, held.report_id, caucus(7, 13), PAT, WHY)

        assert replace(parts, held.report_id, caucus(7, 13), PAT, WHY) == new
        assert ash(parts) == 7

    def test_what_a_chair_files_later_is_compared_with_it(self, parts: AppContext) -> None:
        held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
        replace(parts, held.report_id, caucus(7, 13), PAT, WHY)

        assert tabulated(parts, NORTH, caucus(12, 8)).outcome == "conflict"
        assert tabulated(parts, NORTH, caucus(7, 13)).outcome == "corroborated"
        assert ash(parts) == 7

    def test_figures_that_count_already_are_refused(self, parts: AppContext) -> None:
        filed = tabulated(parts, NORTH, caucus(12, 8))

        with pytest.raises(ReviewError, match="already counts"):
            replace(parts, filed.report_id, caucus(12, 8), PAT, WHY)

    def test_a_superseded_report_cannot_be_replaced(self, parts: AppContext) -> None:
        held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
        replace(parts, held.report_id, caucus(7, 13), PAT, WHY)

        with pytest.raises(ReviewError, match="superseded"):
            replace(parts, held.report_id, caucus(1, 2), PAT, WHY)

    def test_figures_that_no_contest_has_are_refused(self, parts: AppContext) -> None:
        held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

        with pytest.raises(FiguresError):
            replace(parts, held.report_id, {"mayor": caucus(1)["president"]}, PAT, WHY)
        assert statuses(parts, held.report_id)[-1] == "held"


@pytest.mark.parametrize(("who", "why"), [("", WHY), (WHO, ""), (" ", WHY), (WHO, "\t")])
def test_a_decision_has_an_author_and_a_reason(parts: AppContext, who: str, why: str) -> None:
    filed = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    for move in (release, reject):
        with pytest.raises(ReviewError, match="author"):
            move(parts, filed.report_id, supervisor(who), why)
    with pytest.raises(ReviewError, match="author"):
        replace(parts, filed.report_id, caucus(1), supervisor(who), why)
    assert statuses(parts, filed.report_id) == ["filed", "held"]


def test_a_report_that_is_not_there_is_told(parts: AppContext) -> None:
    for move in (release, reject):
        with pytest.raises(ReviewError, match="no report 4711"):
            move(parts, 4711, PAT, WHY)


def test_a_decision_asks_for_a_publication(parts: AppContext, redis: Redis) -> None:
    filed = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    redis.flushall()

    release(parts, filed.report_id, PAT, WHY)

    assert len(parts.queue("publication").jobs) == 1


def test_the_chair_hears_what_staff_decided(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    new = replace(parts, held.report_id, caucus(7, 13), PAT, WHY)

    found = standing(parts, parts.election().ledger_id, NORTH)

    assert found is not None
    assert (found.report_id, found.status) == (new.report_id, "counted")
