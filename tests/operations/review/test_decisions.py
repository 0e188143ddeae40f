"""Decisions by two people: each carried out once, in one transaction, whoever comes first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from config.settings import SecondReviewer
from hotline.operations.actors import NotAllowedError, rule
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.review.confirming import confirm, confirmations
from hotline.operations.review.decisions import agree, decide, refuse, withdraw
from hotline.operations.review.moves import ReviewError, Ruling
from hotline.store.audit import activity
from hotline.store.audit.activity import ActivityEntry
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Decision, ProposalState
from hotline.store.review import proposals
from hotline.store.review.proposals import Proposal
from hotline.store.schema.review_tables import proposal
from tests.operations.acting import (
    CONTESTING,
    HOLDING,
    differences,
    events,
    people,
    state,
    statuses,
    tabulated,
)
from tests.operations.deciding import reject, replace
from tests.towns import CODES, caucus, town
from tests.web.review_pages import ANN, OTTO, SUE, TED, make_accounts

NORTH = CODES[0]
WHY = "the chair confirmed it"


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    make_accounts(parts)
    return parts


def under(parts: AppContext, policy: SecondReviewer) -> AppContext:
    settings = parts.settings.model_copy(update={"review_second": policy})
    return AppContext(settings, parts.engine, parts.redis, parts.now)


def waiting(parts: AppContext, number: int = 1) -> Proposal:
    with reading(parts.engine) as connection:
        found = proposals.find_proposal(connection, number)
    assert found is not None
    return found


def log(parts: AppContext) -> list[ActivityEntry]:
    with reading(parts.engine) as connection:
        return list(activity.of_unit(connection, parts.election().ledger_id, NORTH))


def propose(parts: AppContext, report_id: int) -> int:
    done = decide(parts, Ruling(report_id, Decision.RELEASE, SUE, WHY))
    assert done.proposal is not None
    return done.proposal


def at_once(*works: Callable[[], object]) -> list[object]:
    """All of them at the same moment; what each gave, or the refusal."""
    together = Barrier(len(works))

    def attempt(work: Callable[[], object]) -> object:
        together.wait()
        try:
            return work()
        except (ReviewError, NotAllowedError) as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(attempt, works))


def test_nothing_moves_until_a_second_person_agrees(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    number = propose(parts, held.report_id)
    assert statuses(parts, held.report_id)[-1] == "held"
    agree(parts, TED, number, "seen the sheet too")

    assert people(parts, "county:North", "ash") == 12
    assert events(parts, held.report_id)[-1] == ("counted", "sue and ted", WHY)
    found = waiting(parts)
    assert (found.state, found.settled_by, found.settled_why) == (
        ProposalState.AGREED,
        "ted",
        "seen the sheet too",
    )
    assert differences(parts) == ()


def test_both_steps_are_in_the_log(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    agree(parts, TED, propose(parts, held.report_id), "")

    proposed, released = log(parts)
    assert (proposed.kind, proposed.who, proposed.note) == (
        ActivityKind.DECISION_PROPOSED,
        "sue",
        WHY,
    )
    assert (released.kind, released.who) == (ActivityKind.REPORT_RELEASED, "ted")
    assert released.before == {"version 1": "held"}
    assert released.after == {
        "version 1": "counted",
        "report": held.report_id,
        "proposed by": "sue",
    }


def test_nobody_agrees_to_what_they_proposed(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    number = propose(parts, held.report_id)

    for settle in (agree, refuse):
        with pytest.raises(NotAllowedError, match="second person"):
            settle(parts, SUE, number, WHY)
        with pytest.raises(NotAllowedError, match="supervisor"):
            settle(parts, ANN, number, WHY)
    with pytest.raises(NotAllowedError, match="only sue"):
        withdraw(parts, TED, number)
    assert waiting(parts).state is ProposalState.OPEN


@pytest.mark.both_databases
def test_two_who_agree_at_once_carry_it_out_once(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    number = propose(parts, held.report_id)

    done = at_once(*[lambda: agree(parts, TED, number, "") for _ in range(4)])

    assert sum(not isinstance(one, Exception) for one in done) == 1
    assert statuses(parts, held.report_id) == ["filed", "held", "counted"]
    assert people(parts, "county:North", "ash") == 12


@pytest.mark.both_databases
def test_agreeing_and_withdrawing_at_once_do_one_of_them(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    number = propose(parts, held.report_id)

    agreed, withdrawn = at_once(
        lambda: agree(parts, TED, number, ""), lambda: withdraw(parts, SUE, number)
    )

    counts = state(parts, NORTH)[0] == "counted"
    assert isinstance(agreed, Exception) is not counts
    assert isinstance(withdrawn, Exception) is counts
    expected = ProposalState.AGREED if counts else ProposalState.WITHDRAWN
    assert waiting(parts).state is expected


@pytest.mark.both_databases
def test_two_proposals_at_once_leave_one(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    done = at_once(
        *[
            lambda who=who: decide(parts, Ruling(held.report_id, Decision.RELEASE, who, WHY))
            for who in (SUE, TED, ANN)
        ]
    )

    assert sum(not isinstance(one, Exception) for one in done) == 1
    with reading(parts.engine) as connection:
        assert len(connection.execute(select(proposal.c.id)).all()) == 1


def test_a_decision_in_the_meantime_overtakes_it(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    number = propose(parts, held.report_id)

    reject(parts, held.report_id, TED, "a prank")

    assert waiting(parts).state is ProposalState.OVERTAKEN
    with pytest.raises(ReviewError, match="overtaken"):
        agree(parts, TED, number, "")
    assert log(parts)[-1].after == {
        "version 1": "rejected",
        "report": held.report_id,
        "proposals overtaken": [number],
    }


def test_what_came_since_it_was_looked_at_is_looked_at_first(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    number = propose(parts, held.report_id)
    tabulated(parts, NORTH, caucus(5, 15))

    with pytest.raises(ReviewError, match="look again"):
        agree(parts, TED, number, "", seen="1.2")
    assert (waiting(parts).state, state(parts, NORTH)[0]) == (ProposalState.OPEN, "held")
    agree(parts, TED, number, "", seen="1.2-2.2")
    assert state(parts, NORTH)[:2] == ("counted", 1)


def test_new_figures_are_kept_with_the_proposal_and_filed_when_agreed_to(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    new = caucus(7, 13, won={"ash": 1, "birch": 3})
    done = decide(parts, Ruling(held.report_id, Decision.REPLACE, ANN, WHY, new))
    assert done.proposal is not None

    filed = agree(parts, SUE, done.proposal, "").filed

    assert filed is not None
    assert filed.version == 2
    assert people(parts, "county:North", "ash") == 7
    assert events(parts, filed.report_id)[0] == ("filed", "ann and sue", WHY)
    assert differences(parts) == ()


def test_a_refusal_needs_a_reason_and_changes_nothing(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    number = propose(parts, held.report_id)

    with pytest.raises(ReviewError, match="reason"):
        refuse(parts, TED, number, " ")
    refuse(parts, TED, number, "the sheet says otherwise")

    assert (waiting(parts).state, state(parts, NORTH)[0]) == (ProposalState.WITHDRAWN, "held")
    assert log(parts)[-1].kind is ActivityKind.DECISION_WITHDRAWN
    assert propose(parts, held.report_id) == number + 1  # and it can be proposed again


def test_a_supervisor_decides_alone_what_changes_no_count(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    done = decide(parts, Ruling(held.report_id, Decision.REJECT, SUE, "a prank"))

    assert done.proposal is None
    assert events(parts, held.report_id)[-1] == ("rejected", "sue", "a prank")


@pytest.mark.parametrize("policy", SecondReviewer)
def test_what_staff_decide_waits_for_a_supervisor(
    parts: AppContext, policy: SecondReviewer
) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    done = decide(under(parts, policy), Ruling(held.report_id, Decision.REJECT, ANN, "a prank"))

    assert done.proposal is not None
    assert state(parts, NORTH)[0] == "held"


def test_neither_observers_nor_rules_decide(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    for who in (OTTO, rule("sweep")):
        with pytest.raises(NotAllowedError):
            decide(parts, Ruling(held.report_id, Decision.RELEASE, who, WHY))


def test_a_release_is_taken_back_by_the_same_path(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)
    agree(parts, TED, propose(parts, held.report_id), "")

    done = decide(parts, Ruling(held.report_id, Decision.REJECT, SUE, "it was another precinct's"))
    assert done.proposal is not None  # it counts, so that two have to take it back
    agree(parts, TED, done.proposal, "")

    assert state(parts, NORTH)[0] == "outstanding"
    assert differences(parts) == ()


def test_what_was_looked_into_stands_and_stays_contested(parts: AppContext) -> None:
    filed = tabulated(parts, NORTH, caucus(12, 8), CONTESTING)
    with pytest.raises(NotAllowedError):
        confirm(parts, ANN, filed.report_id, WHY)

    confirm(parts, SUE, filed.report_id, WHY)

    assert state(parts, NORTH) == ("counted", 1, True, False)
    with reading(parts.engine) as connection:
        found = confirmations(connection, parts.election().ledger_id)[NORTH]
    assert (found.version, found.by, found.why) == (1, "sue", WHY)


def test_only_what_counts_can_stand(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    with pytest.raises(ReviewError, match="does not count"):
        confirm(parts, SUE, held.report_id, WHY)


def test_the_same_figures_again_are_not_proposed(parts: AppContext) -> None:
    filed = tabulated(parts, NORTH, caucus(12, 8))

    with pytest.raises(ReviewError, match="says the same"):
        decide(parts, Ruling(filed.report_id, Decision.REPLACE, SUE, WHY, caucus(12, 8)))
    replace(parts, filed.report_id, caucus(5, 15), SUE, WHY)
    with pytest.raises(ReviewError, match="superseded"):
        decide(parts, Ruling(filed.report_id, Decision.REPLACE, SUE, WHY, caucus(1, 2)))


def test_a_reason_fits(parts: AppContext) -> None:
    held = tabulated(parts, NORTH, caucus(12, 8), HOLDING)

    with pytest.raises(ReviewError, match="at most 2,000"):
        decide(parts, Ruling(held.report_id, Decision.RELEASE, SUE, "x" * 2001))
