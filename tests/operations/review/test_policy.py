"""Who decides alone: the whole table."""

from __future__ import annotations

import pytest

from config.settings import SecondReviewer
from hotline.operations.actors import Actor, rule
from hotline.operations.review.moves import CAN_BE
from hotline.operations.review.policy import decides_alone, may_agree, needs_second
from hotline.store.enums import Decision, Role, Status

TABLE = {
    (Decision.RELEASE, Status.HELD): True,
    (Decision.REPLACE, Status.HELD): True,
    (Decision.REPLACE, Status.COUNTED): True,
    (Decision.REJECT, Status.HELD): False,
    (Decision.REJECT, Status.COUNTED): True,
    (Decision.REJECT, Status.CORROBORATING): False,
}
"""Whether the decision changes what is counted, and needs a second person by default."""


def test_the_table_has_every_decision_that_there_is() -> None:
    assert set(TABLE) == {(decision, status) for decision in CAN_BE for status in CAN_BE[decision]}


@pytest.mark.parametrize(("decision", "status"), TABLE)
def test_when_a_second_person_is_needed(decision: Decision, status: Status) -> None:
    assert needs_second(SecondReviewer.COUNTS, decision, status) is TABLE[decision, status]
    assert needs_second(SecondReviewer.ALWAYS, decision, status)
    assert not needs_second(SecondReviewer.NEVER, decision, status)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("policy", SecondReviewer)
@pytest.mark.parametrize(("decision", "status"), TABLE)
def test_who_decides_alone(
    role: Role, policy: SecondReviewer, decision: Decision, status: Status
) -> None:
    alone = decides_alone(policy, Actor(1, "pat", role), decision, status)
    assert alone is (
        role in (Role.SUPERVISOR, Role.ADMIN) and not needs_second(policy, decision, status)
    )


def test_another_supervisor_agrees() -> None:
    assert may_agree(Actor(1, "pat", Role.SUPERVISOR), 2)
    assert not may_agree(Actor(2, "pat", Role.ADMIN), 2)
    assert not may_agree(Actor(1, "pat", Role.STAFF), 2)
    assert not may_agree(rule("sweep"), 2)
