"""What is done about units whose paper differs: the paper is filed, or the ledger kept."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from hotline.election.rules.mistakes import ErrorKind
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.recanvass.comparing import compare_all, compare_recanvass
from hotline.operations.recanvass.refusal import RecanvassError, held, reason
from hotline.store.database import transact
from hotline.store.enums import RecanvassState, RecordDecision, Role
from hotline.store.recanvass import recanvasses


def decide(
    parts: AppContext,
    by: Actor,
    number: int,
    records: Iterable[int],
    decision: RecordDecision,
    why: str,
) -> int:
    """Decides on these records (ids), as they were looked at; how many that changes anything of.

    For supervisors. Raises RecanvassError, also where a paper says otherwise since.
    """
    require(by, Role.SUPERVISOR)
    why = reason(why)
    wanted = set(records)
    if not wanted:
        raise RecanvassError("choose at least one precinct")

    def work(connection: Connection) -> int:
        held(parts, connection, number, RecanvassState.OPEN)
        found = {one.id: one for one in recanvasses.records_by_unit(connection, number).values()}
        if not wanted <= found.keys():
            raise RecanvassError("a paper says otherwise since you looked: look again")
        asked = (decision, by.name, why)
        changed = [
            found[id]
            for id in sorted(wanted)
            if (found[id].decision, found[id].decided_by, found[id].decided_why) != asked
        ]
        if not changed:
            return 0
        recanvasses.decide(connection, [one.id for one in changed], decision, by.name, why)
        log_activity(
            connection,
            parts,
            by,
            ActivityKind.RECANVASS_DECIDED,
            unit=changed[0].unit_code if len(changed) == 1 else "",
            before={one.unit_code: one.decision and one.decision.value for one in changed},
            after={"number": number, "decision": decision.value},
            note=why,
        )
        return len(changed)

    return transact(parts.engine, work)


def decide_kind(
    parts: AppContext, by: Actor, number: int, kind: ErrorKind, decision: RecordDecision, why: str
) -> int:
    """Decides on every undecided unit in which all that differs is of this kind."""
    require(by, Role.SUPERVISOR)
    records = [
        case.record.id
        for case in compare_recanvass(parts, number).undecided
        if case.kinds == (kind,) and case.record is not None
    ]
    if not records:
        raise RecanvassError("nothing of this kind is left to decide")
    return decide(parts, by, number, records, decision, why)


def finish(parts: AppContext, by: Actor, number: int) -> None:
    """Every difference has its decision: nothing more is taken in, and it can be filed.

    Raises RecanvassError, NotAllowedError.
    """
    require(by, Role.SUPERVISOR)

    def work(connection: Connection) -> None:
        found = held(parts, connection, number, RecanvassState.OPEN, RecanvassState.DECIDED)
        if found.state is RecanvassState.DECIDED:
            return
        comparison = compare_all(parts, connection, found)
        if not comparison.records:
            raise RecanvassError("there is no paper yet: take in records first")
        if left := len(comparison.undecided):
            raise RecanvassError(
                f"{left} {'precinct is' if left == 1 else 'precincts are'} not decided"
            )
        columns = {"decided_by": by.name, "decided_at": parts.now()}
        recanvasses.move(connection, number, RecanvassState.DECIDED, **columns)
        log_activity(
            connection,
            parts,
            by,
            ActivityKind.RECANVASS_DECIDED,
            before={"number": number, "state": found.state.value},
            after={
                "state": RecanvassState.DECIDED.value,
                "to file": len(comparison.to_file),
                "without paper": len(comparison.without_paper),
            },
        )

    transact(parts.engine, work)
