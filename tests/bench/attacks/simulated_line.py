"""The real application on a clock that runs ahead: an hour of callers in a minute or two.

Callers are generators: each yields the seconds until it goes on. What they key goes as signed
forms through the web application to a real Redis and a real database. Redis itself forgets by its
own clock, which is slower; so the alarm, the one thing that ends within the hour by being
forgotten, is ended by the simulated clock. All else that matters the scripts count by the clock
they are given.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from itertools import count

from redis import Redis
from twilio.request_validator import RequestValidator

from app import create_app
from hotline.operations.calls import conversation
from hotline.operations.calls.deliver_code import deliver_code
from hotline.operations.context import AppContext
from hotline.store.keys import ALARM
from hotline.store.queues import QueueName
from tests.conftest import Clock

Caller = Generator[float, None, None]


@dataclass
class Tally:
    """What became of the calls of some callers."""

    tried: int = 0
    answered: int = 0
    keyed: int = 0  # PINs
    looked_at: Counter[str] = field(default_factory=Counter)  # PINs, by unit
    during_alarm: int = 0  # of those looked at
    proved: int = 0  # PINs taken for right
    persons: int = 0


class TextsOnly:
    """The telephone network's side of a text message: it arrives, or so we say."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def send_text(self, from_: str, to: str, body: str) -> str:
        self.texts.append((to, body))
        return f"SM{len(self.texts)}"


class SimulatedLine:
    """The line, everybody who calls it, and the time."""

    def __init__(self, parts: AppContext, clock: Clock, pins: Mapping[str, str], line: str) -> None:
        self.parts = parts
        self.pins = pins
        self.called = line
        self.carrier = TextsOnly()
        self.looking: list[tuple[str, bool]] = []  # PINs compared just now, by unit
        self._clock = clock
        self._client = create_app(parts=parts).test_client()
        self._validator = RequestValidator(parts.settings.auth_tokens[0])
        self._began = clock.time
        self._agenda: list[tuple[float, int, Caller]] = []
        self._turns = count()
        self._sids = count(1)
        self._alarm_left = -2
        self._alarm_until = 0.0
        self._alarm_seconds = 0.0  # until then

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return (self._clock.time - self._began).total_seconds()

    def start(self, caller: Caller, after: float = 0.0) -> None:
        heapq.heappush(self._agenda, (self.now + after, next(self._turns), caller))

    def run(self, seconds: float) -> None:
        """Lets everybody call until then, in the order of their times."""
        with self._counted_checks():
            while self._agenda and self._agenda[0][0] <= seconds:
                at, _, caller = heapq.heappop(self._agenda)
                self._set(at)
                pause = next(caller, None)
                if pause is not None:
                    self.start(caller, pause)
            self._set(seconds)

    def dial(self, from_: str, verstat: str, tally: Tally) -> Call:
        return Call(self, f"CA{next(self._sids):032x}", from_, verstat, tally)

    def post(self, path: str, form: dict[str, str]) -> str:
        signature = self._validator.compute_signature(self.parts.settings.url + path, form)
        answer = self._client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        if answer.status_code not in (200, 204):
            raise SystemExit(f"{path}: {answer.status_code}")
        return answer.get_data(as_text=True)

    def deliver_codes(self) -> None:
        """The worker's part: the codes of second factors go out as text messages."""
        queue = self.parts.queue(QueueName.MESSAGES)
        for job in queue.jobs:
            deliver_code(self.parts, self.carrier, job.args[0])
        queue.empty()

    def watch_alarm(self) -> None:
        """Notes when an alarm was raised or prolonged: then Redis has more of it left again."""
        left = self.parts.redis.pttl(ALARM)
        if left > self._alarm_left:
            began = max(self.now, self._alarm_until)
            self._alarm_until = self.now + self.parts.settings.alarm_minutes * 60
            self._alarm_seconds += self._alarm_until - began
        self._alarm_left = left

    @property
    def alarm_seconds(self) -> float:
        """How long there has been an alarm so far."""
        return self._alarm_seconds - max(0.0, self._alarm_until - self.now)

    def _set(self, seconds: float) -> None:
        self._clock.time = self._began + timedelta(seconds=seconds)
        if self._alarm_left > 0 and seconds > self._alarm_until:
            self.parts.redis.delete(ALARM)
            self._alarm_left = -2

    @contextmanager
    def _counted_checks(self) -> Iterator[None]:
        """Notes every PIN that is really compared, and whether an alarm lasted."""
        real = conversation.check_pin

        def noting(
            parts: AppContext, election_id: str, ledger_id: int, unit: str, pin: str
        ) -> bool:
            self.looking.append((unit, bool(parts.redis.exists(ALARM))))
            return real(parts, election_id, ledger_id, unit, pin)

        conversation.check_pin = noting
        try:
            yield
        finally:
            conversation.check_pin = real


class Call:
    """One call. Keys go to where the last question said."""

    def __init__(
        self, line: SimulatedLine, sid: str, from_: str, verstat: str, tally: Tally
    ) -> None:
        self._line, self._tally = line, tally
        self.sid = sid
        self._form = {"CallSid": sid, "From": from_, "To": line.called}
        if verstat:
            self._form["StirVerstat"] = verstat
        self.twiml = line.post("/voice/answer", self._form)
        tally.tried += 1
        tally.answered += not self.turned_away

    @property
    def turned_away(self) -> bool:
        return "<Reject" in self.twiml

    @property
    def asks(self) -> bool:
        """Whether the line waits for keys."""
        return "<Gather" in self.twiml

    @property
    def with_person(self) -> bool:
        return "<Dial" in self.twiml

    def hears(self, text: str) -> bool:
        said = re.findall(r"<Say[^>]*>([^<]*)", self.twiml)
        return text in " ".join(unescape(each) for each in said)

    def key(self, digits: str) -> None:
        action = re.search(r'<Gather[^>]* action="([^"]+)"', self.twiml)[1]
        self.twiml = self._line.post(action, {**self._form, "Digits": digits})

    def key_pin(self, pin: str) -> None:
        self._line.looking.clear()
        self.key(pin)
        self._line.watch_alarm()
        tally = self._tally
        tally.keyed += 1
        for unit_, alarm in self._line.looking:
            tally.looked_at[unit_] += 1
            tally.during_alarm += alarm
        tally.persons += self.with_person
        tally.proved += self.hears("How many attend?") or self.hears("A code of six digits")

    def hang_up(self) -> None:
        ending = {**self._form, "CallStatus": "completed", "CallDuration": "60"}
        self._line.post("/voice/status", ending)


def alarms(redis: Redis, events: str) -> Counter[str]:
    """What the staff were warned of: the whole line, or a unit's own telephones."""
    entries = (fields for _, fields in redis.xrange(events))
    return Counter(fields[b"what"].decode() for fields in entries if fields[b"kind"] == b"alarm")
