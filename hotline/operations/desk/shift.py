"""A shift: presence, the desk calling a telephone, and supervisors in the rooms of others."""

from __future__ import annotations

import secrets

from hotline.guard.caller import last_four
from hotline.operations.actors import Actor, require
from hotline.operations.desk import claims
from hotline.operations.desk.board import DeskError, DeskServices, account_of, patiently
from hotline.operations.desk.callbacks import call_soon
from hotline.operations.desk.talk import CARRIER, HINDERED, CarrierFailedError
from hotline.store.desk.staff import Mode
from hotline.store.enums import ActivityKind, Presence, Role
from hotline.telephones import TelephoneError, country_of, have_one_code, read_telephone
from hotline.telephony.replies import Continuation, Destination

RINGING = 300  # seconds in which a telephone that we call must be answered
KINDS = {
    Mode.LISTEN: ActivityKind.LISTENED,
    Mode.COACH: ActivityKind.COACHED,
    Mode.JOIN: ActivityKind.JOINED,
}


class PhoneError(DeskError):
    """The desk does not call this telephone; the message says why."""


def set_presence(board: DeskServices, actor: Actor, presence: Presence) -> None:
    """Ready, away or wrapping up. Raises DeskError while a caller is on the line."""
    require(actor, Role.STAFF)
    account = account_of(actor)
    if presence is Presence.TALKING:
        raise DeskError("whoever takes a caller is talking")
    before = board.staff.find(account)
    word = board.staff.say(account, actor.name, presence, board.parts.now())
    if word != "ok":
        raise DeskError(HINDERED[word])
    if before and before.last and presence is not Presence.WRAPPING_UP:
        waiter = board.waiting.find(before.last)
        if waiter is not None and waiter.unit:
            claims.release(board, actor, waiter.unit)
    if presence is Presence.READY:
        call_soon(board.parts)
    board.write_down(
        actor,
        ActivityKind.PRESENCE,
        was=(before.presence if before else Presence.AWAY).value,
        presence=presence.value,
    )


def call_me(board: DeskServices, actor: Actor, written: str) -> None:
    """Calls a telephone for this actor's shift; it is connected once 1 is pressed there.

    Raises PhoneError, DeskError, NotAllowedError.
    """
    require(actor, Role.STAFF)
    ours = board.our_number
    number = read_phone(written, ours)
    token = secrets.token_hex(8)
    board.staff.expect(token, account_of(actor), actor.name, RINGING)
    first = Continuation(Destination.STAFF_CALLED, token)
    try:
        patiently(lambda: board.carrier.call(ours, number, first))
    except CARRIER as error:
        raise CarrierFailedError(f"…{last_four(number)} could not be called: {error}") from error


def read_phone(written: str, ours: str) -> str:
    """The telephone as E.164, with the country of our own line, and no other: a call to the other
    end of the world is dear, and nobody works there. Raises PhoneError."""
    try:
        number = read_telephone(written, country_of(ours))
    except TelephoneError as error:
        raise PhoneError(f"the number {error}") from None
    if not have_one_code(number, ours):
        raise PhoneError("the desk calls telephones of its own country only")
    if number == ours:
        raise PhoneError("this is the number of the line itself")
    return number


def hang_up(board: DeskServices, actor: Actor) -> None:
    """Ends the shift: the telephone is let go. The network then says that it is over."""
    member = board.staff.find(account_of(actor))
    if member is None or not member.leg:
        raise DeskError(HINDERED["no-line"])
    try:
        patiently(lambda: board.carrier.hang_up(member.leg))
    except CARRIER as error:
        raise CarrierFailedError(f"the telephone network did not do it: {error}") from error


# --- Supervisors


def visit(board: DeskServices, actor: Actor, account: int, mode: Mode) -> None:
    """The supervisor's telephone goes into another's room: to listen, coach or join.

    Raises DeskError, NotAllowedError.
    """
    require(actor, Role.SUPERVISOR)
    other = board.staff.find(account)
    if other is None or account == actor.account_id or mode is Mode.OWN:
        raise DeskError(HINDERED["no-room"])
    _move(board, actor, account, mode)
    board.write_down(actor, KINDS[mode], other.talking_to, of=other.name)


def leave(board: DeskServices, actor: Actor) -> None:
    """Back into the own room."""
    require(actor, Role.SUPERVISOR)
    _move(board, actor, None, Mode.OWN)
    board.write_down(actor, ActivityKind.LEFT_CALL)


def _move(board: DeskServices, actor: Actor, account: int | None, mode: Mode) -> None:
    mine = account_of(actor)
    before = board.staff.find(mine)
    word = board.staff.visit(mine, account, mode)
    if word != "ok" or before is None:
        raise DeskError(HINDERED.get(word, word))
    try:
        patiently(lambda: board.carrier.redirect(before.leg, Continuation(Destination.STAFF_ROOM)))
    except CARRIER as error:
        board.staff.visit(mine, before.visiting, before.mode)
        raise CarrierFailedError(f"the telephone network did not do it: {error}") from error
