"""Calls that are over: said by the network, or found out where it has said nothing.

A callback of the network may be lost, and a process may die between two steps. So from time to time
the queue is held against what the network knows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from hotline.operations.actors import Actor, rule
from hotline.operations.desk import callbacks
from hotline.operations.desk.board import DeskServices
from hotline.store.desk.staff import StaffMember
from hotline.store.desk.waiting import Waiter, WaiterState
from hotline.store.enums import ActivityKind, Presence, Role
from hotline.telephony.network import CarrierBusy, CarrierRefused

log = logging.getLogger(__name__)

NETWORK = rule("the telephone network")
HEALING = rule("the upkeep")

UNANSWERED = {"busy": "busy", "failed": "failed", "completed": "not-accepted"}
"""How a callback can have reached nobody; `completed`: it was answered, and 1 was not pressed."""

UNSEEN = 90  # seconds without a word from the network before it is asked about a waiter
UNBRIDGED = 15  # seconds in which a caller who was taken must be connected
RINGING = 90  # seconds in which a callback is answered, or not
ASKED_AGAIN = 60  # seconds until the network is asked about the same call again


def caller_gone(board: DeskServices, sid: str, status: str = "") -> str:
    """A call is over (`status`: how, as the network has it); returns what it meant.

    Raises redis.RedisError.
    """
    word, case, account = board.waiting.hung_up(sid, board.parts.now())
    member = board.staff.find(account) if account is not None else None
    if word == "not-reached":
        callbacks.not_reached(board, _as_actor(member), case, UNANSWERED.get(status, "no-answer"))
        callbacks.call_soon(board.parts)
    elif word == "talked":
        waiter = board.waiting.find(case)
        board.write_down(
            _as_actor(member),
            ActivityKind.CALL_ENDED,
            case,
            unit=waiter.unit if waiter else "",
            outcome="the caller hung up",
        )
    return word


def staff_gone(board: DeskServices, sid: str) -> bool:
    """A call is over: whether it was a staff telephone. Whoever was there waits again.

    Raises redis.RedisError.
    """
    ended = board.staff.end_shift(sid, board.parts.now())
    if ended is None:
        return False
    if ended.name:
        actor = Actor(ended.account_id, ended.name, Role.STAFF)
        board.write_down(actor, ActivityKind.SHIFT_ENDED)
        if ended.put_back:
            waiter = board.waiting.find(ended.put_back)
            unit = waiter.unit if waiter else ""
            board.write_down(actor, ActivityKind.CALL_RETURNED, ended.put_back, unit=unit)
    return True


def _as_actor(member: StaffMember | None) -> Actor:
    return Actor(member.account_id, member.name, Role.STAFF) if member else NETWORK


# --- From time to time


@dataclass(frozen=True, slots=True)
class Healed:
    gone: int  # waiters and talks whose call was over
    put_back: int  # callers taken by nobody who is there
    lost: int  # staff telephones that were gone


def heal(board: DeskServices) -> Healed:
    """Puts right what nobody has said. Safe to repeat, and for two at once.

    Raises redis.RedisError. A carrier that does not answer leaves all as it is.
    """
    gone = sum(_heal_waiter(board, waiter) for waiter in board.waiting.everyone())
    lost = sum(_heal_staff(board, member) for member in board.staff.everyone())
    put_back = sum(_heal_taken(board, waiter) for waiter in board.waiting.taken())
    gone += sum(_heal_talk(board, waiter) for waiter in board.waiting.taken())
    healed = Healed(gone, put_back, lost)
    if gone or lost or put_back:
        log.warning("the desk is put right: %s", healed)
    return healed


def _heal_waiter(board: DeskServices, waiter: Waiter) -> bool:
    """Whether somebody was struck off who is not on the line any more."""
    if waiter.callback or _age(board, waiter.seen) < UNSEEN or not _is_over(board, waiter.live):
        return False
    return caller_gone(board, waiter.live) == "left"


def _heal_staff(board: DeskServices, member: StaffMember) -> bool:
    if not member.leg or not _is_over(board, member.leg):
        return False
    return staff_gone(board, member.leg)


def _heal_taken(board: DeskServices, waiter: Waiter) -> bool:
    """Whether a caller was put back whom nobody has, or with whom nobody was connected."""
    member = board.staff.find(waiter.by) if waiter.by is not None else None
    vanished = member is None or member.talking_to != waiter.sid
    patience = RINGING if waiter.callback else UNBRIDGED
    stuck = not waiter.bridged and _age(board, waiter.taken) >= patience
    if not (vanished or stuck) or (waiter.callback and waiter.live and not vanished):
        return False
    state = board.waiting.give_back(
        waiter.sid, board.parts.now(), account=waiter.by, presence=Presence.READY
    )
    if state is not WaiterState.WAITING:
        return False
    board.write_down(HEALING, ActivityKind.CALL_RETURNED, waiter.sid, unit=waiter.unit)
    return True


def _heal_talk(board: DeskServices, waiter: Waiter) -> bool:
    """Whether a talk has ended of which nobody has said so."""
    if not waiter.live or _age(board, waiter.taken) < UNBRIDGED:
        return False
    return _is_over(board, waiter.live) and caller_gone(board, waiter.live) != "over"


def _age(board: DeskServices, since: int) -> float:
    return board.parts.now().timestamp() - since / 1000


def _is_over(board: DeskServices, call_sid: str) -> bool:
    """Whether the network says that a call is over; asked once in a while for each."""
    if not board.waiting.checked(call_sid, ASKED_AGAIN):
        return False
    try:
        return board.carrier.is_over(call_sid)
    except (CarrierBusy, CarrierRefused) as error:
        log.warning("the network does not say whether a call is over: %s", error)
        return False
