"""Who attacks the line: guessers at PINs, and callers who hold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from hotline.guard.pins import make_pin
from hotline.guard.triage import DoorPolicy
from tests.bench.attacks.simulated_line import Call, Caller, SimulatedLine, Tally

VOUCHED, FAILED, UNSAID = "TN-Validation-Passed-A", "TN-Validation-Failed-C", ""
WITHHELD = "+266696687"
AREAS = range(820, 830)
"""Area codes of the attackers' numbers, of which the demonstration's roster has none."""
HOLD_STEP = 15.0  # seconds; three silences would end the call sooner


@dataclass(frozen=True)
class Pace:
    """Seconds: until the first key, for a code and a PIN, until a busy line is called again, and
    from one call to the next."""

    greeting: float
    attempt: float
    busy: float
    between: float = 1.0


PERSON = Pace(greeting=3, attempt=20, busy=60)
MACHINE = Pace(greeting=1, attempt=3, busy=60)
PATIENT = Pace(greeting=3, attempt=20, busy=60, between=147)  # a call in 210 s


def numbers(areas: range) -> Iterator[str]:
    """Invented ones."""
    for area in areas:
        for last in range(100, 200):
            yield f"+1{area}5550{last}"


class Guesser:
    """Keys PINs at the units it is given, one after the other, from one telephone or line.

    It knows the rules, and calls exactly as often as the door lets it: never a fourth time within
    the window. A PIN that is right by luck is drawn again: the chance is computed, not waited for.
    """

    def __init__(
        self,
        line: SimulatedLine,
        tally: Tally,
        targets: Iterator[str],
        pace: Pace,
        random: Random,
        policy: DoorPolicy | None,
    ) -> None:
        self._line, self._tally, self._targets, self._pace = line, tally, targets, pace
        self._random = random
        self._policy = policy

    def call(self, from_: str, verstat: str) -> Caller:
        answered: list[float] = []
        while True:
            call = self._line.dial(from_, verstat, self._tally)
            if call.turned_away:
                yield self._pace.busy * self._random.uniform(0.8, 1.2)
                continue
            yield from self._guess(call)
            call.hang_up()
            answered.append(self._line.now)
            if self._policy and len(answered) == self._policy.calls:
                yield max(0.0, answered.pop(0) + self._policy.window + 2 - self._line.now)
            yield self._pace.between

    def _guess(self, call: Call) -> Caller:
        yield self._pace.greeting
        while call.asks:
            unit = next(self._targets)
            if not call.hears("Key your PIN."):
                call.key(unit)
            yield self._pace.attempt
            if call.asks:
                call.key_pin(self._wrong(unit))

    def _wrong(self, unit: str) -> str:
        while (pin := make_pin(self._random.randrange, unit)) == self._line.pins[unit]:
            pass
        return pin


def holder(line: SimulatedLine, tally: Tally, from_: str, policy: DoorPolicy) -> Caller:
    """Holds the line for as long as it may, and calls as often as it may."""
    answered: list[float] = []
    while True:
        call = line.dial(from_, UNSAID, tally)
        if call.turned_away:
            yield PERSON.busy
            continue
        while call.asks:
            yield HOLD_STEP
            call.key("*")
        call.hang_up()
        answered.append(line.now)
        if len(answered) == policy.calls:
            yield max(0.0, answered.pop(0) + policy.window + 2 - line.now)
        yield 1.0
