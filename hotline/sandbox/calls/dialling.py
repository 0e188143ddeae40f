"""Another telephone is rung for a caller: the verb Dial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.sandbox.calls.interpreter import MAX_DOCUMENTS, Interpreter
from hotline.sandbox.calls.whereabouts import Whereabouts
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import Callee, Office, Pickup, is_number
from hotline.sandbox.problems import Code
from hotline.sandbox.transcript import Dialled, KeyedDigits, RequestKind
from hotline.sandbox.twiml.verbs import Dial, DialedNumber, Enqueue
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.parameters import CallStatus, Direction, Leg


@dataclass(frozen=True, slots=True)
class DialResult:
    """How a Dial went so far. `bridged`: the two could talk."""

    verb: Dial
    number: str
    status: CallStatus
    sid: str = ""
    bridged: bool = False
    callee: Callee | None = None

    def as_form(self, talk_seconds: int) -> Mapping[str, str]:
        return parameters.dialled(self.status, self.sid, talk_seconds, bridged=self.bridged)


class Dialler:
    """Rings others for the caller's leg. `legs` are those who were rung."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.legs: list[Interpreter] = []
        self._interpreter = interpreter

    def dial(self, verb: Dial) -> None:
        result = self._ring(verb)
        self._interpreter.transcript.append(Dialled(result.number, result.status, result.bridged))
        if result.bridged and result.callee is not None and result.callee.stays:
            self._interpreter.whereabouts = Bridged(self._interpreter, result)
            return
        _go_on(self._interpreter, result, result.callee.talk_seconds if result.callee else 0)

    def _ring(self, verb: Dial) -> DialResult:
        """Rings the numbers in their order; the first who takes the call has it."""
        owned = self._interpreter.office.numbers | {self._interpreter.leg.to}
        result = DialResult(verb, "", CallStatus.FAILED)
        if verb.caller_id and verb.caller_id not in owned:
            what = "callerId is neither the called number nor ours"
            self._interpreter.complain(Code.INVALID_CALLER_ID, what)
            return result
        for number in verb.numbers:
            if not is_number(number.number):
                what = "not a telephone number in E.164"
                self._interpreter.complain(Code.INVALID_NUMBER, what)
                continue
            result = self._ring_one(verb, number)
            if result.bridged:
                break
        return result

    def _ring_one(self, verb: Dial, number: DialedNumber) -> DialResult:
        callers = self._interpreter
        callee = callers.office.callee(number.number)
        leg = Leg(
            sid=callers.chance.sid("CA"),
            account_sid=callers.leg.account_sid,
            from_=verb.caller_id or callers.leg.from_,
            to=number.number,
            direction=Direction.OUTBOUND_DIAL,
            parent_sid=callers.leg.sid,
        )
        whisper = Whisper(callers.office, leg, callers.chance)
        self.legs.append(whisper.interpreter)
        if callee.pickup is not Pickup.ANSWERS:
            return DialResult(verb, number.number, CallStatus(callee.pickup.value), leg.sid)
        taken = not number.url or whisper.play(
            callers.absolute(number.url), number.method, callee.keys
        )
        callers.problems.extend(whisper.interpreter.problems)
        # Answered but not taken: "completed" is only said of a callee who was connected.
        status = CallStatus.COMPLETED if taken else CallStatus.NO_ANSWER
        return DialResult(verb, number.number, status, leg.sid, taken, callee)


class Bridged(Whereabouts):
    """Speaking with a callee who stays until either hangs up."""

    def __init__(self, interpreter: Interpreter, result: DialResult) -> None:
        super().__init__(interpreter)
        self.number = result.number
        self._result = result

    @property
    def holds(self) -> bool:
        return True

    def key(self, keys: str) -> None:
        """The other side hears the tones; a star may end it, and the document goes on."""
        self._interpreter.transcript.append(KeyedDigits(keys))
        if self._result.verb.hangup_on_star and "*" in keys:
            self.callee_hangs_up(TALK_SECONDS)

    def callee_hangs_up(self, talk_seconds: int) -> None:
        self._back_on_the_line()
        _go_on(self._interpreter, self._result, talk_seconds)
        self._interpreter.run()

    def abandon(self) -> None:
        self._back_on_the_line()

    def hang_up(self, _status: CallStatus) -> None:
        self._back_on_the_line()
        verb = self._result.verb
        if verb.action:
            url, form = self._interpreter.absolute(verb.action), self._result.as_form(0)
            self._interpreter.asker.tell(RequestKind.DIAL, url, CallStatus.COMPLETED, form)


TALK_SECONDS = 60
"""How long two people talk who are bridged, unless told."""


class Whisper:
    """The callee's side of a Dial: `url` of a Number, run before the two are bridged.

    Reaching the end of its document accepts; a Hangup, or an error, does not.
    """

    def __init__(self, office: Office, leg: Leg, chance: Chance) -> None:
        self.interpreter = Interpreter(office, leg, chance, self, state=CallStatus.IN_PROGRESS)
        self._accepted = False

    def play(self, url: str, method: str, keys: str) -> bool:
        """Whether the callee, who keys `keys` when first asked, takes the call."""
        self.interpreter.go(RequestKind.WHISPER, url, method)
        self.interpreter.run()
        for _ in range(MAX_DOCUMENTS):
            if self.interpreter.waiting is None:
                break
            if keys:
                self.interpreter.key(keys)
                keys = ""
            else:
                self.interpreter.time_out(self.interpreter.waiting)
        return self._accepted

    # What the interpreter asks of its owner

    def before_step(self) -> bool:
        return not self._accepted

    def called_away(self) -> bool:
        return False

    def connect(self, verb: Dial | Enqueue) -> None:
        self.interpreter.warn(f"<{type(verb).__name__}> is not allowed on the callee's side")

    def document_over(self) -> None:
        self._accepted = True

    def finish(self, status: CallStatus) -> None:
        if not self.interpreter.ended:
            self.interpreter.end(status)


def _go_on(interpreter: Interpreter, result: DialResult, talk_seconds: int) -> None:
    """The Dial is over: its action, or the next verb."""
    verb = result.verb
    talked = min(talk_seconds, verb.time_limit) if result.bridged else 0
    interpreter.seconds += talked
    if verb.action:
        url = interpreter.absolute(verb.action)
        interpreter.go(RequestKind.DIAL, url, verb.method, result.as_form(talked))
