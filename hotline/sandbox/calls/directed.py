"""A leg that can be given orders from outside, by REST or by the room that it is in."""

from __future__ import annotations

from hotline.sandbox.calls.asking import Fetched
from hotline.sandbox.calls.meeting import Guest
from hotline.sandbox.problems import TwimlError
from hotline.sandbox.switchboard.orders import Dismissed, Entertained, HungUp, Order, Redirected
from hotline.sandbox.switchboard.queues import QueueResult
from hotline.sandbox.switchboard.rooms import Leaving
from hotline.sandbox.transcript import Kind
from hotline.sandbox.twiml import parser as twiml


class Directed(Guest):
    """Whatever the leg is doing, before each step it does what was ordered."""

    _hung_up_on = False

    def _heed(self) -> None:
        while self._orders:
            order = self._orders.popleft()
            if not self.ended:
                self._carry_out(order)

    def _carry_out(self, order: Order) -> None:
        match order:
            case HungUp():
                self._hung_up_on = True
                self._leave()
            case Redirected():
                self._leave_all()
                self._start_anew(order)
            case Dismissed(participant) if self.meeting is participant:
                self._quit_meeting(Leaving.BY_REST)
            case Entertained(participant, url, method) if self._meeting is not None:
                if self.meeting is participant:
                    self._play_alone(self._meeting, url, method)

    def _leave_all(self) -> None:
        """Out of whatever the call is in, without going on there; what was being said is cut."""
        if self._patience is not None:
            self.seconds = min(self.seconds, self._patience.elapsed)
        self.waiting = None
        self._ahead = ""
        self._bridge = None
        self._documents = 0
        self._walk_out(Leaving.BY_REST)
        self._drop_out(QueueResult.REDIRECTED, self.state)

    def _start_anew(self, order: Redirected) -> None:
        if not order.twiml:
            self._go(Kind.ORDERED, order.url, order.method)
            return
        try:
            self._take(Fetched(twiml.parse(order.twiml.encode()), ""))
        except TwimlError as error:
            self.problems.append(error.problem)
            self._take(None)

    def _leave(self) -> None:
        """The call ends, whoever ends it."""
        raise NotImplementedError
