"""Observers' challenges: one open for each of them and unit, settled once, with a reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from hotline.operations.actors import NotAllowedError, rule
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.review.challenging import (
    ChallengeError,
    file_challenge,
    find_challenge,
    of_observer,
    settle,
    withdraw,
)
from hotline.operations.review.queue import ReviewKind, queue
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ChallengeState
from tests.conftest import Clock
from tests.operations.acting import CONTESTING, HOLDING, tabulated
from tests.operations.deciding import reject
from tests.towns import CODES, caucus, town
from tests.web.review_pages import ANN, OLGA, OTTO, SUE, make_accounts

NORTH, NEXT, SOUTH = CODES[0], CODES[1], CODES[2]
DOUBT = "Our captain counted nine for Birch."


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    make_accounts(parts)
    return parts


def test_a_challenge_is_filed_once_for_each_observer(parts: AppContext) -> None:
    file_challenge(parts, OTTO, NORTH, DOUBT)
    file_challenge(parts, OLGA, NORTH, DOUBT)
    file_challenge(parts, OTTO, SOUTH, DOUBT)

    with pytest.raises(ChallengeError, match="open challenge"):
        file_challenge(parts, OTTO, NORTH, "And another thing.")
    assert [one.unit_code for one in of_observer(parts, OTTO)] == [SOUTH, NORTH]


@pytest.mark.both_databases
def test_two_at_once_leave_one(parts: AppContext) -> None:
    together = Barrier(4)

    def attempt(_: int) -> bool:
        together.wait()
        try:
            file_challenge(parts, OTTO, NORTH, DOUBT)
        except ChallengeError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]
    assert len(of_observer(parts, OTTO)) == 1


@pytest.mark.parametrize("text", ["", "  too few   ", "x" * 2001])
def test_a_text_that_does_not_fit_files_nothing(parts: AppContext, text: str) -> None:
    with pytest.raises(ChallengeError, match="characters"):
        file_challenge(parts, OTTO, NORTH, text)
    assert not of_observer(parts, OTTO)


def test_a_rule_challenges_nothing(parts: AppContext) -> None:
    with pytest.raises(NotAllowedError):
        file_challenge(parts, rule("sweep"), NORTH, DOUBT)


def test_only_who_filed_it_withdraws_it_and_may_file_again(parts: AppContext) -> None:
    number = file_challenge(parts, OTTO, NORTH, DOUBT)
    with pytest.raises(NotAllowedError):
        withdraw(parts, OLGA, number)

    withdraw(parts, OTTO, number)

    with pytest.raises(ChallengeError, match="withdrawn"):
        withdraw(parts, OTTO, number)
    file_challenge(parts, OTTO, NORTH, DOUBT)


def test_it_is_dismissed_with_a_reason_once(parts: AppContext) -> None:
    number = file_challenge(parts, OTTO, NORTH, DOUBT)
    with pytest.raises(ChallengeError, match="reason"):
        settle(parts, ANN, number, ChallengeState.DISMISSED, " ")
    with pytest.raises(NotAllowedError):
        settle(parts, OLGA, number, ChallengeState.DISMISSED, "no")
    with pytest.raises(ChallengeError, match="upheld or dismissed"):
        settle(parts, ANN, number, ChallengeState.WITHDRAWN, "no")

    settle(parts, ANN, number, ChallengeState.DISMISSED, "the sheet says eight")

    found = find_challenge(parts, number)
    assert found is not None
    assert (found.state, found.settled_by) == (ChallengeState.DISMISSED, "ann")
    with pytest.raises(ChallengeError, match="dismissed"):
        settle(parts, ANN, number, ChallengeState.DISMISSED, "again")
    with reading(parts.engine) as connection:
        log = activity.of_unit(connection, parts.election().ledger_id, NORTH)
    assert [one.kind.value for one in log] == ["challenge-filed", "challenge-settled"]


def test_it_is_upheld_only_once_the_count_has_changed(parts: AppContext, clock: Clock) -> None:
    filed = tabulated(parts, NORTH, caucus(12, 8))
    clock.advance(60)
    number = file_challenge(parts, OTTO, NORTH, DOUBT)
    with pytest.raises(ChallengeError, match="has not changed"):
        settle(parts, ANN, number, ChallengeState.UPHELD, "right")

    clock.advance(60)
    reject(parts, filed.report_id, SUE, "the observer is right")
    settle(parts, ANN, number, ChallengeState.UPHELD, "right")

    found = find_challenge(parts, number)
    assert found is not None
    assert found.state is ChallengeState.UPHELD


def test_challenges_come_into_the_queue(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8))
    tabulated(parts, NEXT, caucus(30, 10, won={"ash": 4, "birch": 1}), HOLDING)
    tabulated(parts, SOUTH, caucus(9, 3, won={"ash": 1, "birch": 1}), CONTESTING)
    assert [item.kind for item in queue(parts).waiting] == [ReviewKind.HELD, ReviewKind.CONTESTED]

    file_challenge(parts, OTTO, NORTH, DOUBT)
    file_challenge(parts, OTTO, SOUTH, DOUBT)

    found = {item.code: item for item in queue(parts).waiting}
    assert (found[NORTH].kind, found[NORTH].challenged) == (ReviewKind.CHALLENGED, 1)
    assert (found[SOUTH].kind, found[SOUTH].challenged) == (ReviewKind.CONTESTED, 1)


def test_what_could_move_the_lead_most_comes_first(parts: AppContext) -> None:
    tabulated(parts, SOUTH, caucus(9, 3, won={"ash": 2}))
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 2, "birch": 2}), HOLDING)
    tabulated(parts, NEXT, caucus(30, 10, won={"ash": 4, "birch": 1}), HOLDING)

    first, second = queue(parts).waiting

    assert (first.code, second.code) == (NEXT, NORTH)  # five delegates before four
    assert first.grave
    assert first.stakes == (
        "could move the lead of Ash by up to 1.67 state delegates (it is 0.80)",
    )
