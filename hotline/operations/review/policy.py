"""Who decides on a report alone, and when a second person has to agree (ADR 0016)."""

from __future__ import annotations

from config.settings import SecondReviewer
from hotline.operations.actors import Actor
from hotline.store.enums import Decision, Role, Status


def changes_what_counts(decision: Decision, status: Status) -> bool:
    """Whether a decision on a report in this status changes what is counted."""
    return decision is not Decision.REJECT or status is Status.COUNTED


def needs_second(policy: SecondReviewer, decision: Decision, status: Status) -> bool:
    """Whether two people have to decide, whoever the first of them is."""
    if policy is SecondReviewer.COUNTS:
        return changes_what_counts(decision, status)
    return policy is SecondReviewer.ALWAYS


def decides_alone(policy: SecondReviewer, actor: Actor, decision: Decision, status: Status) -> bool:
    """Whether this actor's decision is carried out at once. Staff's waits for a supervisor."""
    return actor.may(Role.SUPERVISOR) and not needs_second(policy, decision, status)


def may_agree(actor: Actor, proposer_id: int) -> bool:
    """Whether this actor may agree to, or refuse, what that account has proposed."""
    return actor.may(Role.SUPERVISOR) and actor.account_id not in (None, proposer_id)
