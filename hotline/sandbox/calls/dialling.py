"""Another telephone is rung for a caller: the verb Dial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from hotline.sandbox.calls.interpreter import Interpreter, Whisper
from hotline.sandbox.calls.patience import Patience
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import Callee, Office, Pickup, is_number
from hotline.sandbox.problems import Code, Problem
from hotline.sandbox.transcript import Dialled, Kind
from hotline.sandbox.twiml.verbs import Dial, Number
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.parameters import Direction, Leg, Status


@dataclass(frozen=True, slots=True)
class Dialling:
    """How a Dial went so far. `talk_seconds` counts only when the two were bridged."""

    verb: Dial
    number: str
    status: Status
    sid: str = ""
    bridged: bool = False
    callee: Callee | None = None


class Dialler(Interpreter):
    """A caller's leg for which others may be rung. `legs` are those who were."""

    def __init__(
        self, office: Office, leg: Leg, chance: Chance, patience: Patience | None = None
    ) -> None:
        super().__init__(office, leg, chance, patience)
        self.legs: list[Whisper] = []
        self._bridge: Dialling | None = None

    def _dial(self, verb: Dial) -> None:
        outcome = self._ring(verb)
        self.transcript.append(Dialled(outcome.number, outcome.status, outcome.bridged))
        if outcome.bridged and outcome.callee is not None and outcome.callee.stays:
            self._bridge = outcome
            return
        self._after_dial(outcome, outcome.callee.talk_seconds if outcome.callee else 0)

    def _ring(self, verb: Dial) -> Dialling:
        """Rings the numbers in their order; the first who takes the call has it."""
        owned = self._office.numbers | {self.leg.to}
        outcome = Dialling(verb, "", Status.FAILED)
        if verb.caller_id and verb.caller_id not in owned:
            self._complain(Code.INVALID_CALLER_ID, "callerId is neither the called number nor ours")
            return outcome
        for number in verb.numbers:
            if not is_number(number.number):
                self._complain(Code.INVALID_NUMBER, "not a telephone number in E.164")
                continue
            outcome = self._ring_one(verb, number)
            if outcome.bridged:
                break
        return outcome

    def _ring_one(self, verb: Dial, number: Number) -> Dialling:
        callee = self._office.callee(number.number)
        leg = Leg(
            sid=self._chance.sid("CA"),
            account_sid=self.leg.account_sid,
            from_=verb.caller_id or self.leg.from_,
            to=number.number,
            direction=Direction.OUTBOUND_DIAL,
            parent_sid=self.leg.sid,
        )
        other = Whisper(self._office, leg, self._chance)
        self.legs.append(other)
        outcome = Status(callee.pickup.value) if callee.pickup != Pickup.ANSWERS else None
        if outcome is None:
            taken = not number.url or other.play(
                urljoin(self._base, number.url), number.method, callee.keys
            )
            # Answered but not taken: "completed" is only said of a callee who was connected.
            outcome = Status.COMPLETED if taken else Status.NO_ANSWER
        self.problems.extend(other.problems)
        bridged = outcome is Status.COMPLETED
        return Dialling(verb, number.number, outcome, leg.sid, bridged, callee)

    def _after_dial(self, dialling: Dialling, talk_seconds: int) -> None:
        """The Dial is over: its action, or the next verb."""
        talked = min(talk_seconds, dialling.verb.time_limit) if dialling.bridged else 0
        self.seconds += talked
        if dialling.verb.action:
            url = urljoin(self._base, dialling.verb.action)
            self._go(Kind.DIAL, url, dialling.verb.method, dial_form(dialling, talked))

    def _complain(self, code: Code, message: str) -> None:
        self.problems.append(Problem(code, message))


def dial_form(dialling: Dialling, talk_seconds: int) -> Mapping[str, str]:
    return parameters.dialled(dialling.status, dialling.sid, talk_seconds, bridged=dialling.bridged)
