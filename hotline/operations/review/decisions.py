"""Decisions on reports by people: carried out at once, or proposed, agreed to, refused, withdrawn.

Everything happens while the report's unit is held, so two people never decide on the same report
at the same moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.election.rules.registry import decode
from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor, NotAllowedError, require
from hotline.operations.context import AppContext
from hotline.operations.reports import filing
from hotline.operations.reports.filing import Filed
from hotline.operations.review import moves
from hotline.operations.review.moves import ReviewError, Ruling
from hotline.operations.review.policy import decides_alone, may_agree
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Decision, ProposalState, Role
from hotline.store.reports.unit import LockedUnit
from hotline.store.review import proposals
from hotline.store.review.proposals import NewProposal, Proposal

LONGEST_REASON = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of deciding: carried out, or `proposal`, the number of one that waits."""

    proposal: int | None = None
    filed: Filed | None = None


def decide(parts: AppContext, ruling: Ruling) -> Decided:
    """Carries a decision out, or proposes it where a second person has to agree.

    Whom role and policy let decide alone is in policy.py; a ruling that names its proposer is
    of two people already. Raises ReviewError, FiguresError, NotAllowedError.
    """
    require(ruling.by, Role.STAFF)
    require_fit(ruling.by, ruling.why)

    def work(connection: Connection, unit: LockedUnit, election: Election) -> Decided:
        policy = parts.settings.review_second
        report = unit[ruling.report_id]
        is_alone = decides_alone(policy, ruling.by, ruling.decision, report.status)
        if is_alone or (ruling.proposed_by and ruling.by.may(Role.SUPERVISOR)):
            return Decided(filed=moves.carry_out(parts, connection, unit, election, ruling))
        return Decided(_propose(parts, connection, unit, election, ruling))

    return moves.on_unit_of(parts, ruling.report_id, work)


def agree(parts: AppContext, who: Actor, proposal_id: int, why: str, seen: str = "") -> Decided:
    """Carries out what another one proposed, in the transaction that marks it as agreed to.

    `why` may be empty: the reason is the proposal's. Raises ReviewError, NotAllowedError.
    """

    def work(connection: Connection, unit: LockedUnit, election: Election) -> Decided:
        waiting = _open(connection, proposal_id)
        _require_another(who, waiting)
        _settle(parts, connection, waiting, ProposalState.AGREED, who, why)
        figures = waiting.figures
        ruling = Ruling(
            waiting.report_id,
            waiting.decision,
            who,
            waiting.why,
            None if figures is None else {c: decode(f) for c, f in figures.items()},
            seen,
            waiting.by,
        )
        return Decided(filed=moves.carry_out(parts, connection, unit, election, ruling))

    return moves.on_unit_of(parts, _report_of(parts, proposal_id), work)


def refuse(parts: AppContext, who: Actor, proposal_id: int, why: str) -> None:
    """What was proposed is not done. Raises ReviewError, NotAllowedError."""
    require_fit(who, why)

    def work(connection: Connection, unit: LockedUnit, _election: Election) -> None:
        waiting = _open(connection, proposal_id)
        _require_another(who, waiting)
        _drop(parts, connection, unit, waiting, who, f"refused: {why}")

    moves.on_unit_of(parts, _report_of(parts, proposal_id), work)


def withdraw(parts: AppContext, who: Actor, proposal_id: int) -> None:
    """Whoever proposed it takes it back. Raises ReviewError, NotAllowedError."""

    def work(connection: Connection, unit: LockedUnit, _election: Election) -> None:
        waiting = _open(connection, proposal_id)
        if who.account_id != waiting.by_id:
            raise NotAllowedError(f"{waiting.by} proposed this: only {waiting.by} can withdraw it")
        _drop(parts, connection, unit, waiting, who, "taken back")

    moves.on_unit_of(parts, _report_of(parts, proposal_id), work)


def require_fit(by: Actor, why: str) -> None:
    """Raises ReviewError unless there is a reason, and one that can be kept."""
    moves.require_reason(by, why)
    if len(why) > LONGEST_REASON:
        raise ReviewError(f"a reason has at most {LONGEST_REASON:,} characters")


def _propose(
    parts: AppContext, connection: Connection, unit: LockedUnit, election: Election, ruling: Ruling
) -> int:
    if ruling.by.account_id is None:
        raise NotAllowedError(f"{ruling.by.name} is no person: a person has to propose this")
    report = moves.in_status(unit, ruling.report_id, ruling.decision)
    moves.require_seen(unit, ruling.seen)
    if ruling.decision is Decision.REPLACE:
        filing.check_figures(election, ruling.figures or {})
        digest = filing.digest_of(ruling.figures or {})
        if unit.counted is not None and unit.counted.digest == digest:
            raise ReviewError(f"report {unit.counted.id} says the same and already counts")
    if earlier := proposals.open_on(connection, report.id):
        raise ReviewError(f"{earlier.by} has proposed a decision on this report: settle that first")
    figures = {c: f.to_document() for c, f in (ruling.figures or {}).items()} or None
    new = NewProposal(
        report_id=report.id,
        decision=ruling.decision,
        figures=figures,
        why=ruling.why,
        by_id=ruling.by.account_id,
        by=ruling.by.name,
        at=parts.now(),
    )
    id = proposals.add_proposal(connection, new)
    log_activity(
        connection,
        parts,
        ruling.by,
        ActivityKind.DECISION_PROPOSED,
        unit=unit.code,
        before={"version": report.version, "status": report.status.value},
        after={"proposal": id, "decision": ruling.decision.value, "figures": figures},
        note=ruling.why,
    )
    return id


def _report_of(parts: AppContext, proposal_id: int) -> int:
    with reading(parts.engine) as connection:
        found = proposals.find_proposal(connection, proposal_id)
    if found is None:
        raise ReviewError(f"there is no proposal {proposal_id}")
    return found.report_id


def _open(connection: Connection, proposal_id: int) -> Proposal:
    found = proposals.find_proposal(connection, proposal_id)
    if found is None or found.state is not ProposalState.OPEN:
        state = found.state.value if found else "gone"
        raise ReviewError(f"this proposal does not wait any more: it is {state}")
    return found


def _require_another(who: Actor, waiting: Proposal) -> None:
    require(who, Role.SUPERVISOR)
    if not may_agree(who, waiting.by_id):
        raise NotAllowedError("a second person has to look at this: you proposed it yourself")


def _settle(
    parts: AppContext,
    connection: Connection,
    waiting: Proposal,
    state: ProposalState,
    who: Actor,
    why: str,
) -> None:
    proposals.settle(connection, waiting.id, state, who.name, why.strip(), parts.now())


def _drop(
    parts: AppContext,
    connection: Connection,
    unit: LockedUnit,
    waiting: Proposal,
    who: Actor,
    why: str,
) -> None:
    _settle(parts, connection, waiting, ProposalState.WITHDRAWN, who, why)
    log_activity(
        connection,
        parts,
        who,
        ActivityKind.DECISION_WITHDRAWN,
        unit=unit.code,
        before={"proposal": waiting.id, "decision": waiting.decision.value, "by": waiting.by},
        after={"state": ProposalState.WITHDRAWN.value},
        note=why,
    )
