"""The strangers of tests/bench/flood: who they are, and how they are fired at the webhooks.

They live in a process of their own. A flood is paced: request after request goes out when it is
due, however long the answers take. Whoever is let in holds the line for some seconds, asks for the
results or says nothing, and hangs up.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from hotline.rehearsal.agenda import NUISANCES, invented
from hotline.sandbox.wire.client import encode
from hotline.sandbox.wire.parameters import WITHHELD
from hotline.sandbox.wire.signature import sign
from tests.bench.step import NETWORK

CONNECTIONS = 32
HOLD = (2.0, 20.0)
"""Seconds for which somebody who is let in stays."""
MIX = {"same": 40, "hopper": 30, "withheld": 10, "spoofed": 10, "seeker": 10}
"""Of a hundred calls: of one number; of a new number each time; without a number; of a chair's
number that its network denies; to the line that reads results."""

Signed = tuple[str, str, str]
"""Path, body and signature of a request."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the flood goes. `path` is /voice/answer, or that of a view which it is compared to."""

    address: str  # host:port
    path: str
    url: str  # what is signed
    token: str


@dataclass(frozen=True, slots=True)
class Flooded:
    answered: int
    let_in: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.answered / self.seconds


@dataclass(frozen=True)
class Strangers:
    """Calls without end, no two with the same CallSid, other ones in each `run`."""

    lines: tuple[str, str]  # the chairs' and the public one
    chairs: Sequence[str]  # numbers on the roster
    run: int

    def forms(self) -> Iterator[dict[str, str]]:
        chance = Random(self.run)
        hoppers = itertools.cycle(list(invented(NUISANCES, chance, but=frozenset(self.chairs))))
        same = next(hoppers)
        numbers: dict[str, Callable[[], str]] = {
            "same": lambda: same,
            "hopper": lambda: next(hoppers),
            "withheld": lambda: chance.choice(WITHHELD),
            "spoofed": lambda: chance.choice(self.chairs),
            "seeker": lambda: next(hoppers),
        }
        for place in itertools.count():
            (kind,) = chance.choices(list(MIX), list(MIX.values()))
            form = {**NETWORK, "CallStatus": "ringing"}
            form["CallSid"] = f"CA{self.run:08x}{place:024x}"
            form["To"] = form["Called"] = self.lines[kind == "seeker"]
            form["From"] = form["Caller"] = numbers[kind]()
            if kind == "spoofed":
                form["StirVerstat"] = "TN-Validation-Failed-A"
            yield form


def signed(target: Target, path: str, form: dict[str, str]) -> Signed:
    return path, encode(form), sign(target.token, target.url + path, form)


def raw(target: Target, request: Signed) -> bytes:
    """The request as it goes over the wire."""
    path, body, signature = request
    return (
        f"POST {path} HTTP/1.1\r\nHost: {target.address}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def flood(
    target: Target, strangers: Strangers, rate: float, seconds: float, begin: float
) -> Flooded:
    """Fires `rate` calls a second from `begin` on (`time.monotonic`); what was prepared before then
    costs the machine nothing."""
    forms = strangers.forms()
    calls = [
        (begin + place / rate, raw(target, signed(target, target.path, form)), form)
        for place, form in zip(range(int(rate * seconds)), forms, strict=False)
    ]
    lines = [_Telephone(target, calls[place::CONNECTIONS]) for place in range(CONNECTIONS)]

    async def everybody() -> None:
        await asyncio.gather(*(line.work(begin + seconds) for line in lines))

    asyncio.run(everybody())
    return Flooded(
        sum(line.answered for line in lines), sum(line.let_in for line in lines), seconds
    )


class _Telephone:
    """One connection and the calls that go over it."""

    def __init__(self, target: Target, calls: list[tuple[float, bytes, dict[str, str]]]) -> None:
        self._target = target
        self._chance = Random(len(calls))
        self._order = itertools.count()
        self._due = [(at, next(self._order), request, form) for at, request, form in calls]
        self.answered = 0
        self.let_in = 0

    async def work(self, end: float) -> None:
        """Until `end`; who is still on the line then hangs up at once."""
        host, _, port = self._target.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        while self._due:
            at, _, request, form = heapq.heappop(self._due)
            over = time.monotonic() >= end
            if over and form["CallStatus"] == "ringing":
                continue  # could not be placed in time: counts as not sent
            await asyncio.sleep(0 if over else at - time.monotonic())
            writer.write(request)
            answer = await _answer(reader)
            self.answered += not over
            if form["CallStatus"] == "ringing" and b"<Reject" not in answer:
                self._stay(form)
        writer.close()

    def _stay(self, form: dict[str, str]) -> None:
        if self._target.path != "/voice/answer":
            return
        self.let_in += 1
        held = self._chance.uniform(*HOLD)
        now = time.monotonic()
        if form["To"] != NETWORK["To"]:
            keyed = {**form, "CallStatus": "in-progress", "Digits": "2", "FinishedOnKey": ""}
            self._later(now + held / 2, "/voice/turn/1", keyed)
        ended = {**form, "CallStatus": "completed", "CallDuration": str(round(held))}
        self._later(now + held, "/voice/status", ended)

    def _later(self, at: float, path: str, form: dict[str, str]) -> None:
        request = raw(self._target, signed(self._target, path, form))
        heapq.heappush(self._due, (at, next(self._order), request, form))


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The body of an answer; one that is no success ends the benchmark."""
    head = await reader.readuntil(b"\r\n\r\n")
    status, *fields = head.lower().split(b"\r\n")
    if status.split()[1][:1] != b"2":
        raise SystemExit(f"the flood was answered with {status.decode()}")
    length = next((f.partition(b":")[2] for f in fields if f.startswith(b"content-length:")), b"0")
    return await reader.readexactly(int(length))
