"""The telephone of a member of staff: connected once at the beginning of a shift, and kept.

They call the staff line, with extension and PIN, or the desk calls them and they press 1. Their
telephone then waits in a room of its own, into which callers are led.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from hotline.calls.prompts import Line, Prompt, line
from hotline.guard.pins import PIN_DIGITS
from hotline.languages.catalogue import SOURCE
from hotline.operations.accounts.accounts import actor_of, verify_phone_pin
from hotline.operations.actors import Actor
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.callbacks import call_soon
from hotline.operations.desk.endings import staff_gone
from hotline.store.desk.staff import Mode, StaffMember
from hotline.store.enums import ActivityKind, Role
from hotline.telephony.events import IncomingCall
from hotline.telephony.network import CarrierBusy, CarrierRefused
from hotline.telephony.replies import HANG_UP, Continuation, Destination, Reply
from hotline.telephony.telephone import Telephone, staff_room

log = logging.getLogger(__name__)

EXTENSION_DIGITS = 4
TRIES = 3  # in a call
DIGITS = EXTENSION_DIGITS + PIN_DIGITS
MOST_GUESSES = 10
"""Wrong PINs of an extension, from a telephone, or of all withheld callers, in an hour. Whoever is
kept out by the guesses of others still has the desk call their telephone."""


@dataclass(frozen=True)
class StaffLine:
    """Answers the telephones of the staff."""

    board: DeskServices
    door: FrontDoor
    telephone: Telephone

    def is_called(self, call: IncomingCall) -> bool:
        """Whether this call came to the staff line."""
        number = self.board.parts.settings.staff_line
        return bool(number) and call.line_called == number

    def greet(self) -> Reply:
        """Extension and PIN, in one go."""
        return self._enter(self._words(Prompt.STAFF_ENTER))

    def entered(self, call: IncomingCall, keys: str) -> Reply:
        """What was keyed. A try counts as a guess until it was right."""
        extension, pin = keys[:EXTENSION_DIGITS], keys[EXTENSION_DIGITS:]
        if len(keys) != DIGITS or not (keys.isascii() and keys.isdigit()):
            extension = pin = ""
        key = self.door.key_of(call.caller) or "withheld"
        names = {f"x:{extension}": MOST_GUESSES, f"p:{key}": MOST_GUESSES, f"c:{call.sid}": TRIES}
        if not self.board.staff.count_guess(names):
            log.warning("staff line: too many guesses, extension=%s call=%s", extension, call.sid)
            return HANG_UP
        found = verify_phone_pin(self.board.parts, extension, pin)
        actor = actor_of(found) if found else None
        if actor is None or not actor.may(Role.STAFF):
            return self._enter((line(Prompt.STAFF_WRONG), *self._words(Prompt.STAFF_ENTER)))
        self.board.staff.forgive(names)
        self.door.know_staff(call.sid, call.caller)
        return self._connected(call.sid, actor)

    def called(self, token: str) -> Reply:
        """A telephone that we call was answered: one key, which defeats voicemail."""
        if self.board.staff.expected(token) is None:
            return HANG_UP
        said, then = (
            self._words(Prompt.STAFF_CALLED),
            Continuation(Destination.STAFF_ACCEPTED, token),
        )
        return self.telephone.press_one(said, then, SOURCE)

    def accepted(self, call: IncomingCall, token: str, keys: str) -> Reply:
        """1 was pressed, or something else."""
        expected = self.board.staff.expected(token)
        if keys != "1" or expected is None:
            return HANG_UP
        return self._connected(call.sid, Actor(*expected, Role.STAFF))

    def _connected(self, leg: str, actor: Actor) -> Reply:
        if actor.account_id is None:
            return HANG_UP
        room = f"desk-{secrets.token_hex(8)}"
        now = self.board.parts.now()
        before, put_back = self.board.staff.begin_shift(
            actor.account_id, actor.name, leg, room, now
        )
        self.board.write_down(actor, ActivityKind.SHIFT_BEGUN, again=bool(before) or None)
        if put_back:
            self.board.write_down(actor, ActivityKind.CALL_RETURNED, put_back)
        if before:
            self._drop(before)
        call_soon(self.board.parts)
        return self.room(leg)

    def _drop(self, leg: str) -> None:
        """An earlier telephone of the same account: its room must not be taken for the new one."""
        try:
            self.board.carrier.hang_up(leg)
        except (CarrierBusy, CarrierRefused) as error:
            log.warning("an earlier staff telephone is still up: %s", error)

    def room(self, leg: str) -> Reply:
        """Where this telephone belongs now: its own room, or that of another."""
        member = self.board.staff.of_leg(leg)
        if member is None or not member.room:
            return HANG_UP
        host = self._host(member)
        if host is None:
            return staff_room(member.room, own=True)
        return staff_room(
            host.room,
            own=False,
            muted=member.mode is Mode.LISTEN,
            coached=host.leg if member.mode is Mode.COACH else "",
        )

    def _host(self, member: StaffMember) -> StaffMember | None:
        host = self.board.staff.find(member.visiting) if member.visiting is not None else None
        return host if host is not None and host.room else None

    def left(self, call: IncomingCall, over: bool) -> Reply:
        """This telephone is out of the room: it has hung up, or the room has ended around it."""
        if over:
            staff_gone(self.board, call.sid)
            return HANG_UP
        member = self.board.staff.of_leg(call.sid)
        if member is not None and member.visiting is not None:
            self.board.staff.visit(member.account_id, None, Mode.OWN)
        return self.room(call.sid)

    def _enter(self, said: tuple[Line, ...]) -> Reply:
        return self.telephone.enter_staff(said, DIGITS, SOURCE)

    def _words(self, prompt: Prompt) -> tuple[Line, ...]:
        known = self.board.parts.known_election()
        name = (known.election.greeting or known.election.title) if known else "Hotline"
        return (line(prompt, election=name),)
