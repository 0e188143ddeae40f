"""Talking with callers: taking one, hold, handing over, putting back, and the end of it.

The queue in Redis decides first who has whom; then the carrier is asked to connect the two. Where
the carrier fails, the queue is put right at once and the member of staff is told. A request whose
answer is lost may still have been heard: then the caller's own telephone asks us where to go, and
is told what the queue says.
"""

from __future__ import annotations

import logging

from hotline.operations.actors import Actor, require
from hotline.operations.desk import claims
from hotline.operations.desk.board import DeskError, DeskServices, account_of, patiently
from hotline.operations.desk.claims import ClaimedError
from hotline.operations.desk.ringing import ring
from hotline.store.desk.staff import StaffMember
from hotline.store.desk.waiting import QueueAnswer, Waiter, WaiterState
from hotline.store.enums import ActivityKind, Presence, Role
from hotline.telephony.network import CarrierBusy, CarrierRefused
from hotline.telephony.replies import Continuation, Destination

log = logging.getLogger(__name__)

CARRIER = (CarrierBusy, CarrierRefused)
HINDERED = {
    "nobody": "nobody is waiting",
    "gone": "this caller is not waiting any more",
    "no-line": "no telephone is connected: begin the shift first",
    "talking": "there is a caller on the line already",
    "visiting": "leave the other conversation first",
    "needs-agreement": "this number is not on the roster: a supervisor has to agree first",
    "no-room": "no telephone is connected there",
}


class TakenError(DeskError):
    """Somebody else was quicker: `by`."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} has taken this caller")
        self.by = by


class CarrierFailedError(DeskError):
    """The telephone network did not do it."""


def take_next(board: DeskServices, actor: Actor) -> Waiter:
    """The next caller, connected. Raises DeskError, NotAllowedError; redis.RedisError."""
    return take(board, actor, "")


def take(board: DeskServices, actor: Actor, sid: str) -> Waiter:
    """This caller, connected; a callback is called. Raises as `take_next` does."""
    require(actor, Role.STAFF)
    account, now = account_of(actor), board.parts.now()
    may_agree = actor.may(Role.SUPERVISOR)
    answer = board.waiting.take(account, actor.name, now, sid, any_callback=may_agree)
    if not answer.ok:
        raise hindered(answer)
    waiter = board.waiting.find(answer.more)
    if waiter is None:
        raise DeskError(HINDERED["gone"])
    try:
        _connect(board, waiter, account)
    except CARRIER as error:
        _not_connected(board, actor, waiter, error)
    board.write_down(
        actor,
        ActivityKind.CALL_TAKEN,
        waiter.sid,
        unit=waiter.unit,
        waited=max(0, int(now.timestamp()) - waiter.first // 1000),
        callback=waiter.callback,
    )
    claim_unit(board, actor, waiter.unit)
    return waiter


def hindered(answer: QueueAnswer) -> DeskError:
    """The error that says what hindered it."""
    if answer.word == "taken":
        return TakenError(answer.more)
    return DeskError(HINDERED.get(answer.word, answer.word))


def _connect(board: DeskServices, waiter: Waiter, account: int) -> None:
    if not waiter.callback:
        to_talk = Continuation(Destination.TALK, waiter.step)
        patiently(lambda: board.carrier.redirect(waiter.live, to_talk))
        return
    ring(board, waiter, account)


def _not_connected(board: DeskServices, actor: Actor, waiter: Waiter, error: Exception) -> None:
    """Puts the queue right, and raises; unless the two were connected all the same."""
    log.warning("not connected: %s, call=%s", error, waiter.sid)
    now = board.parts.now()
    state = board.waiting.give_back(waiter.sid, now, account=account_of(actor), unless_bridged=True)
    if state is WaiterState.TAKEN:
        return
    gone = state is WaiterState.DONE or _has_gone(board, waiter, error)
    if gone:
        board.waiting.remove(waiter.sid)
    board.write_down(actor, ActivityKind.CALL_NOT_TAKEN, waiter.sid, note=str(error), gone=gone)
    if gone:
        raise DeskError("the caller has hung up")
    raise CarrierFailedError("the telephone network did not connect you; the caller waits on")


def _has_gone(board: DeskServices, waiter: Waiter, error: Exception) -> bool:
    """Whether the call is over. Asked only where the carrier answers at all."""
    if waiter.callback or not isinstance(error, CarrierRefused):
        return False
    try:
        return board.carrier.is_over(waiter.live)
    except CARRIER:
        return False


def claim_unit(board: DeskServices, actor: Actor, unit: str) -> None:
    """Whoever talks with a unit's chair is on that unit, unless somebody else is already."""
    if not unit:
        return
    try:
        claims.claim(board, actor, unit)
    except ClaimedError as claimed:
        log.info("%s", claimed)


# --- While talking


def talking(board: DeskServices, actor: Actor) -> tuple[StaffMember, Waiter]:
    """The actor's own desk, and the caller there. Raises DeskError where there is none."""
    require(actor, Role.STAFF)
    member = board.staff.find(account_of(actor))
    waiter = board.waiting.find(member.talking_to) if member and member.talking_to else None
    if member is None or waiter is None:
        raise DeskError("nobody is on the line")
    return member, waiter


def hold_caller(board: DeskServices, actor: Actor) -> None:
    """The caller hears music. Raises DeskError, NotAllowedError."""
    _hold(board, actor, True)


def resume(board: DeskServices, actor: Actor) -> None:
    """The caller is back in the conversation. Raises DeskError, NotAllowedError."""
    _hold(board, actor, False)


def _hold(board: DeskServices, actor: Actor, on: bool) -> None:
    member, waiter = talking(board, actor)
    try:
        patiently(lambda: board.carrier.hold(member.room, waiter.live, on))
    except CARRIER as error:
        raise CarrierFailedError(f"the telephone network did not do it: {error}") from error
    board.write_down(
        actor,
        ActivityKind.CALL_HELD if on else ActivityKind.CALL_RESUMED,
        waiter.sid,
        unit=waiter.unit,
    )


def hand_over(board: DeskServices, actor: Actor, to: int) -> None:
    """To a colleague or supervisor who is free. If it fails, the caller stays where he is."""
    member, waiter = talking(board, actor)
    other = board.staff.find(to)
    if other is None or to == member.account_id:
        raise DeskError(HINDERED["no-room"])
    now = board.parts.now()
    answer = board.waiting.hand_over(waiter.sid, member.account_id, to, other.name, now)
    if not answer.ok:
        raise DeskError(f"{other.name}: {HINDERED.get(answer.word, answer.word)}")
    try:
        to_talk = Continuation(Destination.TALK, waiter.step)
        patiently(lambda: board.carrier.redirect(waiter.live, to_talk))
    except CARRIER as error:
        _hand_back(board, actor, waiter, to, error)
    board.write_down(actor, ActivityKind.HANDED_OVER, waiter.sid, unit=waiter.unit, to=other.name)
    claims.release(board, actor, waiter.unit)


def _hand_back(
    board: DeskServices, actor: Actor, waiter: Waiter, to: int, error: Exception
) -> None:
    """The caller is still in the first room, unless the request was heard after all."""
    found = board.waiting.find(waiter.sid)
    if found is not None and found.bridged:
        return
    now = board.parts.now()
    back = board.waiting.hand_over(waiter.sid, to, account_of(actor), actor.name, now)
    if back.ok:
        board.staff.say(to, found.by_name if found else "", Presence.READY, now)
        board.waiting.bridged(waiter.sid, now)
    else:
        board.waiting.give_back(waiter.sid, now, account=to)
    raise CarrierFailedError(f"the telephone network did not do it: {error}") from error


def put_back(board: DeskServices, actor: Actor) -> None:
    """The caller waits again, at the place he had. If it fails, he stays where he is."""
    member, waiter = talking(board, actor)
    now = board.parts.now()
    board.waiting.give_back(
        waiter.sid, now, account=member.account_id, presence=Presence.WRAPPING_UP
    )
    try:
        to_talk = Continuation(Destination.TALK, waiter.step)
        patiently(lambda: board.carrier.redirect(waiter.live, to_talk))
    except CARRIER as error:
        if board.waiting.take(member.account_id, actor.name, now, waiter.sid).ok:
            board.waiting.bridged(waiter.sid, now)
        raise CarrierFailedError(f"the telephone network did not do it: {error}") from error
    board.write_down(actor, ActivityKind.CALL_RETURNED, waiter.sid, unit=waiter.unit)


def end_talk(
    board: DeskServices, actor: Actor, outcome: str, note: str = "", *, to_keypad: bool = False
) -> str:
    """The talk is over: hung up, or back to the keypad where the caller asked for a person.

    Where the caller has hung up already, the outcome goes to that call. The telephone comes first:
    nobody is called free while a caller is still in their room. Returns the sid of the caller.
    """
    require(actor, Role.STAFF)
    account = account_of(actor)
    member = board.staff.find(account)
    sid = (member.talking_to or member.last) if member else ""
    waiter = board.waiting.find(sid) if sid else None
    if member is None or waiter is None:
        raise DeskError("nobody is on the line")
    if member.talking_to:
        board.waiting.letting_go(sid, account)
        try:
            _let_go(board, waiter, to_keypad)
        except CarrierFailedError:
            board.waiting.letting_go(sid, account, is_so=False)
            raise
        board.waiting.finish(sid, account, board.parts.now())
    board.write_down(
        actor, ActivityKind.CALL_ENDED, sid, unit=waiter.unit, note=note, outcome=outcome
    )
    return sid


def _let_go(board: DeskServices, waiter: Waiter, to_keypad: bool) -> None:
    if not waiter.live:
        return
    try:
        if to_keypad and not waiter.callback:
            onward = Continuation(Destination.WAITED, waiter.step + 1)
            patiently(lambda: board.carrier.redirect(waiter.live, onward))
        else:
            patiently(lambda: board.carrier.hang_up(waiter.live))
    except CARRIER as error:
        raise CarrierFailedError(f"the caller is still on the line: {error}") from error
