"""Nuisance callers at work, in threads of their own, so that chairs never wait for them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from hotline.rehearsal.nuisances import ACTS, NuisanceKind, Placed, Spell
from hotline.sandbox.calls.call import Call
from hotline.sandbox.chance import Chance
from hotline.sandbox.line import SimulatedCaller, SimulatedLine
from hotline.sandbox.problems import CallEnded
from hotline.sandbox.wire.parameters import CallStatus

AT_ONCE = 150
BREATH = 1.0  # seconds, at most, between two calls of one prankster


@dataclass
class Tally:
    """What became of one kind's calls. Calls that were given up unanswered are in `calls` only."""

    calls: int = 0
    answered: int = 0
    turned_away: int = 0
    persons: int = 0  # calls for which a person was rung
    longest: float = 0.0  # seconds on the line


@dataclass
class NuisanceReport:
    """The nuisance calls of a night. Changed under `lock`."""

    by_kind: dict[NuisanceKind, Tally] = field(
        default_factory=lambda: {kind: Tally() for kind in NuisanceKind}
    )
    milliseconds: list[float] = field(default_factory=list)  # of each request
    trouble: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, kind: NuisanceKind, caller: SimulatedCaller) -> None:
        call = caller.call
        with self.lock:
            tally = self.by_kind[kind]
            tally.calls += 1
            tally.answered += call.answered
            tally.turned_away += call.state is CallStatus.BUSY
            tally.persons += caller.was_put_through
            tally.longest = max(tally.longest, call.seconds)
            self.milliseconds += [sent.milliseconds for sent in call.requests]
            if call.problems:
                self.trouble.append(f"{kind}: {call.problems[0]}")
            if caller.hears("Filed."):
                self.trouble.append(f"{kind}: was told that it had filed: {caller.heard}")

    @property
    def calls(self) -> int:
        return sum(tally.calls for tally in self.by_kind.values())

    def failures(self, most_seconds: float) -> list[str]:
        """What nuisance callers must never get, each in a line."""
        found = [
            f"{kind}: {tally.persons} calls reached a person"
            for kind, tally in self.by_kind.items()
            if tally.persons
        ]
        found += [
            f"{kind}: held the line for {tally.longest:.1f} s, more than {most_seconds:.0f} s"
            for kind, tally in self.by_kind.items()
            if tally.longest > most_seconds
        ]
        return found + self.trouble


class Mischief:
    """Plays spells of nuisance calls; `stop` has whoever is on the line hang up."""

    def __init__(
        self,
        chairs: SimulatedLine,
        public: SimulatedLine,
        codes: Sequence[str],
        report: NuisanceReport,
        most: int = AT_ONCE,
    ) -> None:
        self._chairs, self._public = chairs, public
        self._codes = codes
        self._report = report
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="nuisance")
        self._stopped = threading.Event()
        self._live: set[Call] = set()
        self._spells: list[Future[None]] = []

    def begin(self, spell: Spell) -> None:
        self._spells.append(self._pool.submit(self._play, spell))

    @property
    def over(self) -> bool:
        return all(spell.done() for spell in self._spells)

    def join(self) -> None:
        """Raises whatever broke a spell off."""
        for spell in self._spells:
            spell.result()

    def stop(self) -> None:
        """Nobody calls any more, and whoever is on the line hangs up."""
        self._stopped.set()
        for call in list(self._live):
            call.hang_up()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _play(self, spell: Spell) -> None:
        chance = Chance(spell.seed)
        for place, placed in enumerate(spell.calls):
            if place:
                self._stopped.wait(chance.uniform(0, BREATH))
            if self._stopped.is_set():
                return
            self._call(spell.kind, placed, chance)

    def _call(self, kind: NuisanceKind, placed: Placed, chance: Chance) -> None:
        line = self._public if placed.public else self._chairs
        caller = line.dial(
            placed.from_, hang_up=placed.gone, patient=True, StirVerstat=placed.attestation
        )
        self._live.add(caller.call)
        try:
            if not caller.ended:
                ACTS[kind](caller, chance, self._codes)
        except CallEnded:
            if not self._stopped.is_set():
                raise
        finally:
            caller.hang_up()
            self._live.discard(caller.call)
        self._report.add(kind, caller)
