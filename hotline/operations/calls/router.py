"""What happens on any call of ours, led to what answers it: the line, the desk's queue, the staff.

The telephone network, whichever it is, asks here for every reply.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from hotline.calls.turns import DialEnded, Event, Lost
from hotline.guard.triage import Entrance
from hotline.operations.calls.answer import TelephoneLine
from hotline.operations.desk.endings import caller_gone, staff_gone
from hotline.operations.desk.staff_line import StaffLine
from hotline.store.postgresql import answered_within
from hotline.telephony.events import CallNews, IncomingCall, QueueResult
from hotline.telephony.replies import (
    AS_IT_IS,
    HANG_UP,
    TURN_AWAY,
    Continuation,
    Destination,
    Reply,
)
from hotline.telephony.telephone import to_talk

log = logging.getLogger(__name__)

DATABASE_SECONDS = 6.0
"""For which an answer may wait for the database: the network waits 15, and a person comes after."""


@dataclass(frozen=True)
class CallRouter:
    """Answers for the whole house."""

    line: TelephoneLine
    staff: StaffLine

    def reply(self, news: CallNews, at: Continuation) -> Reply:
        """What the network is to do next on a call that has come to this stage.

        Raises LookupError for a stage that gives no replies.
        """
        if not news.call.sid:
            return self.line.telephone.goodbye()
        with answered_within(DATABASE_SECONDS):
            for answer in (self._conversation, self._queue, self._staff_telephone):
                found = answer(news, at)
                if found is not None:
                    return found
        raise LookupError(f"nothing answers at {at.path}")

    def apology(self, call: IncomingCall) -> Reply:
        """What is said when nothing else can be."""
        return self.line.telephone.apology(call.line_called)

    def ended(self, news: CallNews) -> None:
        """The network says that a call is over; of one that is not, nothing is kept.

        Raises redis.RedisError.
        """
        call, board = news.call, self.staff.board
        if call.sid and news.is_over and not staff_gone(board, call.sid):
            caller_gone(board, call.sid, news.status)
            self.line.ended(call, news.status, news.seconds)

    def _conversation(self, news: CallNews, at: Continuation) -> Reply | None:
        call, line = news.call, self.line
        match at:
            case Continuation(Destination.ANSWER):
                return self._greet_staff(call) if self.staff.is_called(call) else line.answer(call)
            case Continuation(Destination.TURN, int(number)):
                return line.turn(call, number, news.keys)
            case Continuation(Destination.DIALLED, int(number)):
                return line.turn(call, number, news.dial)
            case Continuation(Destination.DIALLED):
                return line.telephone.goodbye()
            case Continuation(Destination.ACCEPT):
                return line.telephone.whisper()
            case Continuation(Destination.ACCEPTED):
                return AS_IT_IS if news.keys.digits == "1" else HANG_UP
            case Continuation(Destination.FALLBACK):
                log.error("fallback: error=%s call=%s", news.error or "?", call.sid)
                return self.apology(call)
        return None

    def _greet_staff(self, call: IncomingCall) -> Reply:
        admitted = self.line.admit(call, Entrance.STAFF).judgement.admitted
        return self.staff.greet() if admitted else TURN_AWAY

    def _queue(self, news: CallNews, at: Continuation) -> Reply | None:
        call, reception = news.call, self.line.reception
        match at:
            case Continuation(Destination.WAITING, int(number)):
                return reception.wait(call, number, news.keys.digits, news.queue_seconds)
            case Continuation(Destination.WAITED, int(number)):
                return self._waited(news, number)
            case Continuation(Destination.TALK, int(number)):
                return reception.talk(call, number)
            case Continuation(Destination.TALKED, int(number)):
                return HANG_UP if news.is_over else reception.talked(call, number)
            case Continuation(Destination.CALLED, str(case)):
                return reception.called_back(case)
            case Continuation(Destination.REACHED, str(case)):
                return reception.reached(case, news.keys.digits)
        return None

    def _waited(self, news: CallNews, number: int) -> Reply:
        if news.queue_result is QueueResult.ELSEWHERE:
            return to_talk(number - 1)
        goes_on = news.queue_result is QueueResult.ON
        event: Event = Lost() if goes_on else DialEnded(talked=False)
        return self.line.turn(news.call, number, event, self.line.reception.waited(news.call))

    def _staff_telephone(self, news: CallNews, at: Continuation) -> Reply | None:
        call, staff = news.call, self.staff
        match at:
            case Continuation(Destination.STAFF_ENTERED):
                return staff.entered(call, news.keys.digits)
            case Continuation(Destination.STAFF_CALLED, str(token)):
                return staff.called(token)
            case Continuation(Destination.STAFF_ACCEPTED, str(token)):
                return staff.accepted(call, token, news.keys.digits)
            case Continuation(Destination.STAFF_ROOM):
                return staff.room(call.sid)
            case Continuation(Destination.STAFF_LEFT):
                return staff.left(call, news.is_over)
        return None
