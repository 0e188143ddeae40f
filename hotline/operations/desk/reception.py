"""The caller's side of the desk: into the queue, what is heard there, and to the person.

Whatever the network asks, it is answered by what the queue in Redis says: a request that comes
twice, late, or after somebody else has acted leads nobody astray.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from redis import RedisError

from hotline.calls.left_over import is_unheard
from hotline.calls.names import spoken_unit
from hotline.calls.prompts import Line as Words
from hotline.calls.prompts import Prompt, line
from hotline.calls.state import State
from hotline.guard.caller import Attestation, last_four
from hotline.guard.triage import TRUSTED, CallerStanding
from hotline.languages.catalogue import SOURCE
from hotline.operations.actors import rule
from hotline.operations.admission import limits
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.desk import waiting as words
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.callbacks import call_soon
from hotline.operations.desk.endings import NETWORK
from hotline.store.desk.waiting import Class, PersonRequest, QueuePlace, Waiter, WaiterState
from hotline.store.enums import ActivityKind, Presence
from hotline.telephony.events import IncomingCall
from hotline.telephony.replies import HANG_UP, LEAVE_QUEUE, Continuation, Destination, Reply
from hotline.telephony.telephone import Telephone, talk

log = logging.getLogger(__name__)

CALLER = rule("the caller")


@dataclass(frozen=True)
class Reception:
    """Answers those who wait for somebody at the desk."""

    board: DeskServices
    door: FrontDoor
    telephone: Telephone

    # --- Into the queue

    def receive(
        self, call: IncomingCall, state: State, number: int, said: tuple[Words, ...], reason: str
    ) -> Reply:
        """A person is wanted at the step `number`: into the queue, once however often."""
        standing = self.door.standing(call.caller)
        rank = rank_of(standing, state)
        asking = self._asking(call, rank, standing, number, state.language, state.unit, reason)
        self.board.waiting.join(call.sid, asking, self.board.parts.now())
        return self.telephone.park(said, number, state.language)

    def call_later(self, call: IncomingCall, state: State, number: int, reason: str) -> bool:
        """A person is wanted while nobody is here: whether the caller will be called back then.

        Raises redis.RedisError, SQLAlchemyError.
        """
        rank = rank_of(self.door.standing(call.caller), state)
        standing = self.door.standing(call.caller)
        asking = self._asking(call, rank, standing, number, state.language, state.unit, reason)
        if rank is Class.UNKNOWN or not asking.number:
            return False
        self.board.waiting.join(call.sid, asking, self.board.parts.now())
        waiter = self.board.waiting.find(call.sid)
        return waiter is not None and self._call_back(waiter)

    def _asking(
        self,
        call: IncomingCall,
        rank: Class,
        standing: CallerStanding,
        number: int,
        language: str,
        unit: str,
        reason: str,
    ) -> PersonRequest:
        caller = call.caller
        # A number that its network denies is somebody else's: it must not ring there.
        ours_to_call = caller.attestation is not Attestation.FAILED and rank is not Class.UNKNOWN
        return PersonRequest(
            rank=rank,
            caller=self.door.key_of(caller),
            last4=last_four(caller.number),
            number=(caller.number or "") if ours_to_call else "",
            standing=standing.value,
            unit=unit,
            reason=reason,
            language=language,
            step=number,
            line=call.line_called,
        )

    # --- In the queue

    def wait(self, call: IncomingCall, number: int, keys: str, waited: int) -> Reply:
        """What somebody in the queue hears next; `waited`: seconds, as the network has counted."""
        try:
            return self._wait(call, number, keys, waited)
        except RedisError:
            log.exception("the queue is silent, call=%s", call.sid)
            speaks = self._first_language()
            return self.telephone.while_waiting((line(Prompt.HOLD),), number, speaks)

    def _wait(self, call: IncomingCall, number: int, keys: str, waited: int) -> Reply:
        waiting, now = self.board.waiting, self.board.parts.now()
        place = waiting.seen(call.sid, now)
        if place.state is WaiterState.UNKNOWN:
            place = self._forgotten(call, number, waited)
        waiter = waiting.find(call.sid)
        if waiter is None or place.state in (WaiterState.KEYING, WaiterState.DONE):
            return LEAVE_QUEUE
        if is_unheard(now.timestamp() - waiter.joined / 1000):
            keys = ""  # the last of what was keyed before; a 1 would end the call
        if waiter.callback or (keys == "1" and self._call_back(waiter)):
            return self._farewell(waiter)
        if keys == "2" or self._too_long(waiter):
            if waiting.step_out(call.sid) is WaiterState.KEYING:
                return LEAVE_QUEUE
            place = waiting.seen(call.sid, now)
        said = self._place(waiter, place)
        return self.telephone.while_waiting(said, number, waiter.language)

    def _farewell(self, waiter: Waiter, *before: Words) -> Reply:
        said = (*before, line(Prompt.WILL_CALL_BACK))
        return self.telephone.announcement(said, waiter.language)

    def _place(self, waiter: Waiter, place: QueuePlace) -> tuple[Words, ...]:
        if place.state is not WaiterState.WAITING:
            return (line(Prompt.HOLD),)
        wait = words.minutes(place.position, *self.board.waiting.work())
        return words.lines(place.position, wait, callback=waiter.can_be_called_back)

    def _forgotten(self, call: IncomingCall, number: int, waited: int) -> QueuePlace:
        """Redis has lost its memory: back to the place by what the network knows."""
        standing = self.door.standing(call.caller)
        rank = rank_of(standing, None)
        speaks = self._first_language()
        asking = self._asking(call, rank, standing, number, speaks, "", "waiting since before")
        now = self.board.parts.now()
        self.board.waiting.join(call.sid, asking, now, now - timedelta(seconds=waited))
        return self.board.waiting.seen(call.sid, now)

    def _first_language(self) -> str:
        """For callers of whom it is not known what they speak."""
        active = self.board.parts.known_election()
        return active.election.languages[0] if active else SOURCE

    def _call_back(self, waiter: Waiter) -> bool:
        """Whether this caller is called back now. Only the roster's telephones need no consent."""
        if not waiter.can_be_called_back:
            return False
        agreed = waiter.standing == CallerStanding.ROSTER
        word = self.board.waiting.call_back(waiter.sid, agreed)
        if word == "kept":
            self.board.write_down(
                CALLER,
                ActivityKind.CALLBACK_SCHEDULED,
                waiter.sid,
                unit=waiter.unit,
                agreed=agreed,
            )
            call_soon(self.board.parts)
        return word in ("kept", "known")

    def _too_long(self, waiter: Waiter) -> bool:
        """Whoever may be anybody does not wait longer than any call may last."""
        waited = int(self.board.parts.now().timestamp()) - waiter.first // 1000
        longest = limits.value(self.board.parts, "call_minutes") * 60
        return waiter.rank >= Class.UNKNOWN and waited >= longest

    def waited(self, call: IncomingCall) -> float:
        """The seconds for which this call has waited, now that it goes on by keypad."""
        waiter = self.board.waiting.find(call.sid)
        self.board.waiting.step_out(call.sid)
        if waiter is None:
            return 0.0
        return max(0.0, self.board.parts.now().timestamp() - waiter.joined / 1000)

    # --- To the person

    def talk(self, call: IncomingCall, number: int) -> Reply:
        """Somebody has taken the call, and it is led to their room."""
        state, room = self.board.waiting.bridged(call.sid, self.board.parts.now())
        return self._led(call, number, state, room, ())

    def talked(self, call: IncomingCall, number: int) -> Reply:
        """The room has ended around the caller: back to the place he had, unless it is over."""
        case = self.board.waiting.case_of(call.sid)
        waiter = self.board.waiting.find(case)
        if waiter is None:
            return self.telephone.goodbye()
        if waiter.state is WaiterState.TAKEN and waiter.bridged:
            self._cut_off(waiter)
        state, room = self.board.waiting.bridged(case, self.board.parts.now())
        return self._led(call, number, state, room, (line(Prompt.CUT_OFF),))

    def _led(
        self,
        call: IncomingCall,
        number: int,
        state: WaiterState,
        room: str,
        said: tuple[Words, ...],
    ) -> Reply:
        case = self.board.waiting.case_of(call.sid)
        waiter = self.board.waiting.find(case)
        if room:
            return talk(number, room)
        if waiter is None or state is WaiterState.DONE:
            return self.telephone.goodbye(waiter.language if waiter else self._first_language())
        if waiter.callback:
            # He has been reached, and lost again: he is called once more, and need not wait.
            return self._farewell(waiter, *said)
        return self.telephone.park(said, number, waiter.language)

    def _cut_off(self, waiter: Waiter) -> None:
        now = self.board.parts.now()
        state = self.board.waiting.give_back(
            waiter.sid, now, account=waiter.by, presence=Presence.WRAPPING_UP
        )
        if state is WaiterState.WAITING:
            self.board.write_down(
                NETWORK,
                ActivityKind.CALL_RETURNED,
                waiter.sid,
                unit=waiter.unit,
                lost=waiter.by_name,
            )

    # --- Called back

    def called_back(self, case: str) -> Reply:
        """A callback was answered: one key, so that nobody talks with a machine."""
        waiter = self.board.waiting.find(case)
        if waiter is None or waiter.state is not WaiterState.TAKEN:
            return HANG_UP
        said = (self._why_called(waiter),)
        then = Continuation(Destination.REACHED, case)
        return self.telephone.press_one(said, then, waiter.language)

    def _why_called(self, waiter: Waiter) -> Words:
        election = self.board.parts.election().election.in_language(waiter.language)
        name, unit = election.greeting or election.title, election.units.get(waiter.unit)
        if waiter.is_outgoing and unit is not None:
            return line(Prompt.CALLED, election=name, unit=spoken_unit(unit))
        return line(Prompt.CALLED_BACK, election=name)

    def reached(self, case: str, keys: str) -> Reply:
        """To the room of whoever has taken the callback, once 1 is pressed."""
        if keys != "1":
            return HANG_UP
        state, room = self.board.waiting.bridged(case, self.board.parts.now())
        waiter = self.board.waiting.find(case)
        if state is WaiterState.TAKEN and room and waiter is not None:
            return talk(waiter.step, room)
        return HANG_UP


def rank_of(standing: CallerStanding, state: State | None) -> Class:
    """The class in which somebody waits. `state` is None where it is lost."""
    if state is not None and state.proved:
        return Class.PROVED
    if standing in TRUSTED or (state is not None and state.trusted):
        return Class.ROSTER
    return Class.UNKNOWN
