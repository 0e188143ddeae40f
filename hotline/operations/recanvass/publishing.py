"""What a recanvass or recount has come to goes out under its name."""

from __future__ import annotations

from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.publication import orders
from hotline.operations.recanvass.asking import find_recanvass
from hotline.operations.recanvass.refusal import RecanvassError, known
from hotline.store.enums import RecanvassKind, RecanvassState, ResultStatus, Role
from hotline.store.publication.orders import PublicationOrder

STATUS = {
    RecanvassKind.RECANVASS: ResultStatus.RECANVASS,
    RecanvassKind.RECOUNT: ResultStatus.RECOUNT,
}


def publish(parts: AppContext, by: Actor, number: int) -> PublicationOrder:
    """Orders that results go out as recanvass or recount from now on. For administrators.

    Raises RecanvassError, OrderError, NotAllowedError.
    """
    require(by, Role.ADMIN)
    found = known(find_recanvass(parts, number), number)
    if found.state is not RecanvassState.FILED:
        raise RecanvassError(f"{found.kind} {number} is {found.state}: file it first")
    if found.ledger_id != parts.election().ledger_id:
        raise RecanvassError(f"{found.kind} {number} belongs to a ledger that is closed")
    why = f"{found.kind} {number} is filed: {found.why}"[: orders.LONGEST_REASON]
    return orders.set_status(parts, by, STATUS[found.kind], why)
