"""Callbacks are made by the program, in the order of their first waiting time.

Somebody who is ready is kept for each before the telephone rings, so that there are never more
calls than people, whoever answers is led to a person at once, and that person has the story on the
screen while it rings.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from hotline.operations.actors import Actor, rule
from hotline.operations.context import AppContext
from hotline.operations.desk import claims
from hotline.operations.desk.board import DeskError, DeskServices, account_of
from hotline.operations.desk.outstanding import missing_units
from hotline.operations.desk.ringing import ring
from hotline.operations.desk.talk import claim_unit
from hotline.store.database import reading
from hotline.store.desk.waiting import Waiter, WaiterState
from hotline.store.enums import ActivityKind, Presence, Role
from hotline.store.queues import CALL_BACK
from hotline.telephony.network import CarrierBusy, CarrierRefused

log = logging.getLogger(__name__)

QUEUE = rule("the callbacks")
REFUSED = "refused"


def call_soon(parts: AppContext) -> None:
    """Somebody has become ready, or is to be called: it is seen to at once."""
    parts.enqueue(CALL_BACK)


def call_next(board: DeskServices) -> str:
    """Calls back the next one, if it is due and somebody is ready; returns the sid of the case.

    Where there may be more it is queued anew, so that other messages come in between. A network
    that does not do it leaves the case at its place. Raises redis.RedisError; SQLAlchemyError.
    """
    active = board.parts.known_election()
    if active is None:
        return ""
    strike_off_reported(board)
    found = board.waiting.dispatch(board.parts.now(), active.ledger_id)
    if found is None:
        return ""
    sid, account = found
    waiter, member = board.waiting.find(sid), board.staff.find(account)
    if waiter is None or member is None:
        return ""
    actor = Actor(account, member.name, Role.STAFF)
    try:
        ring(board, waiter, account)
    except CarrierRefused as error:
        _refused(board, actor, waiter, error)
    except (CarrierBusy, DeskError) as error:
        _failed(board, actor, waiter, error)
        return ""
    else:
        board.write_down(
            QUEUE,
            ActivityKind.CALLBACK_PLACED,
            sid,
            unit=waiter.unit,
            to=member.name,
            attempt=waiter.attempts + 1,
        )
        claim_unit(board, actor, waiter.unit)
    call_soon(board.parts)
    return sid


def _failed(board: DeskServices, actor: Actor, waiter: Waiter, error: Exception) -> None:
    """Nothing is lost: the case is back at its place, and the next sweep tries again."""
    log.warning("not called back: %s, case=%s", error, waiter.sid)
    board.waiting.give_back(
        waiter.sid, board.parts.now(), account=actor.account_id, presence=Presence.READY
    )
    board.write_down(
        QUEUE, ActivityKind.CALL_NOT_TAKEN, waiter.sid, unit=waiter.unit, note=str(error)
    )


def _refused(board: DeskServices, actor: Actor, waiter: Waiter, error: CarrierRefused) -> None:
    """The network will not call this number now: as if nobody had answered."""
    log.warning("a callback is refused: %s, case=%s", error, waiter.sid)
    board.waiting.refused(waiter.sid, account_of(actor), board.parts.now())
    not_reached(board, actor, waiter.sid, REFUSED)


def not_reached(board: DeskServices, actor: Actor, sid: str, outcome: str) -> None:
    """Writes down an attempt, and when the next one is; none: from now on people see to it."""
    waiter = board.waiting.find(sid)
    if waiter is None:
        return
    if _is_free_again(board, actor):
        claims.release(board, actor, waiter.unit)
    again = waiter.state is WaiterState.WAITING
    due = datetime.fromtimestamp(waiter.first / 1000, UTC).isoformat() if again else ""
    board.write_down(
        actor,
        ActivityKind.CALL_ATTEMPTED,
        sid,
        unit=waiter.unit,
        outcome=outcome,
        attempt=waiter.attempts,
        next=due,
    )
    if not again:
        board.write_down(
            QUEUE,
            ActivityKind.CALLBACK_DONE,
            sid,
            unit=waiter.unit,
            outcome="given-up",
            ends=waiter.last4,
        )


def _is_free_again(board: DeskServices, actor: Actor) -> bool:
    """Whether the case was given to this one by rule, who goes on with another."""
    member = board.staff.find(actor.account_id) if actor.account_id is not None else None
    return member is not None and member.presence is Presence.READY


def strike_off_reported(board: DeskServices) -> None:
    """Units that have reported meanwhile are not called to ask why they have not."""
    outgoing = [waiter for waiter in board.waiting.everyone() if waiter.is_outgoing]
    if not outgoing:
        return
    with reading(board.parts.engine) as connection:
        missing = missing_units(connection, board.parts.election().ledger_id)
    for waiter in outgoing:
        if waiter.unit not in missing:
            strike_off(board, QUEUE, waiter, "reported")


def strike_off(board: DeskServices, actor: Actor, waiter: Waiter, outcome: str) -> None:
    """There is no need for this callback any more. One that somebody has taken goes on."""
    if board.waiting.remove(waiter.sid) is WaiterState.WAITING:
        board.write_down(
            actor, ActivityKind.CALLBACK_DONE, waiter.sid, unit=waiter.unit, outcome=outcome
        )
