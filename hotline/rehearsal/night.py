"""The night itself: many calls at once, release by release, and the totals held to account."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select

from hotline.election.model import Election
from hotline.operations import review
from hotline.operations.parts import Parts
from hotline.rehearsal.callers import Note, prank, report_by_phone
from hotline.rehearsal.plan import Stage, Totals, differences
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import Line
from hotline.store import publications, reports, tables
from hotline.store.database import reading
from hotline.store.statuses import Status

REVIEWER = "rehearsal"
AS_FILED = "rehearsal: released as filed"
PATIENCE = 120.0  # seconds to wait for tabulation and publication before something is wrong
PEAK = 36 / 60  # reports a second at the real night's peak


@dataclass
class StageResult:
    """How one release ended."""

    release: str
    calls: int = 0
    held: int = 0
    published: Totals = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)  # differences, and whatever did not come in time


@dataclass
class Progress:
    """What a watcher is shown, and what is left at the end. Changed under `lock`."""

    planned: int
    calls: int = 0
    pranks: int = 0
    steps: int = 0
    objections: Counter[str] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    stages: list[StageResult] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    calling_seconds: float = 0.0
    release: str = ""
    doing: str = ""
    confirmations: dict[str, str] = field(default_factory=dict)  # unit to what its chair was told
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, note: Note) -> None:
        with self.lock:
            self.steps += len(note.milliseconds)
            self.milliseconds += note.milliseconds
            if note.trouble:
                self.trouble.append(f"{note.unit or 'nuisance call'}: {note.trouble}")
            if not note.unit:
                self.pranks += 1
                return
            self.calls += 1
            self.confirmations[note.unit] = note.confirmation
            self.objections.update(prompt.name for prompt in note.objections)

    @property
    def passed(self) -> bool:
        """Whether every call and every total came out as it should."""
        complete = self.calls == self.planned
        return complete and not self.trouble and not any(stage.wrong for stage in self.stages)


@dataclass(frozen=True)
class Night:
    """Plays stages against the webhooks. `at_once` calls are on the line together."""

    parts: Parts
    election: Election
    ledger_id: int
    exchange: Exchange
    at_once: int = 16
    pranks: int = 0
    speed: float | None = None  # times the real night's peak; None: as fast as the line takes them
    whole: bool = True  # every unit of each release is played

    def play(self, stages: list[Stage], watch: Callable[[Progress], None]) -> Progress:
        """The whole night. `watch` is called from time to time, from this thread."""
        progress = Progress(planned=sum(len(stage.assignments) for stage in stages))
        codes = sorted(self.election.units)
        pranks = iter(range(self.pranks))
        with _telephones(self.at_once) as pool:
            for place, stage in enumerate(stages):
                last = place == len(stages) - 1
                result = StageResult(stage.release, calls=len(stage.assignments))
                progress.stages.append(result)
                progress.release = stage.release
                share = self.pranks if last else self.pranks * len(stage.assignments)
                due = share if last else share // progress.planned
                self._call_in(pool, stage, progress, codes, _take(pranks, due), watch)
                self._settle(stage, result, progress, watch)
        return progress

    def _call_in(
        self,
        pool: ThreadPoolExecutor,
        stage: Stage,
        progress: Progress,
        codes: list[str],
        pranks: list[int],
        watch: Callable[[Progress], None],
    ) -> None:
        progress.doing = "calls"
        began = time.monotonic()
        line = Line(self.exchange, self.election.chairs_line)
        pace = _pace(self.speed)
        pending = []
        between = max(1, len(stage.assignments) // (len(pranks) or 1))
        for place, given in enumerate(stage.assignments):
            if pranks and place % between == 0:
                pending.append(pool.submit(prank, line, codes, pranks.pop()))
            one_go = place % 2 == 0
            pending.append(
                pool.submit(_at, next(pace), report_by_phone, line, self.election, given, one_go)
            )
        pending += [pool.submit(prank, line, codes, seed) for seed in pranks]
        for done in as_completed(pending):
            progress.add(done.result())
            watch(progress)
        progress.calling_seconds += time.monotonic() - began

    def _settle(
        self,
        stage: Stage,
        result: StageResult,
        progress: Progress,
        watch: Callable[[Progress], None],
    ) -> None:
        """Waits for the tabulation, releases what is held, and compares what is published."""
        progress.doing = "tabulation"
        if not self._wait(self._tabulated, progress, watch):
            result.wrong.append(f"reports were not tabulated within {PATIENCE:.0f} s")
        progress.doing = "review"
        for report_id in self._held():
            review.release(self.parts, report_id, REVIEWER, AS_FILED)
            result.held += 1
        progress.doing = "publication"

        def agrees() -> bool:
            result.published = self._published()
            return not differences(stage, result.published, whole=self.whole)

        if not self._wait(agrees, progress, watch):
            result.wrong += differences(stage, result.published, whole=self.whole)
        watch(progress)

    def _wait(
        self, ready: Callable[[], bool], progress: Progress, watch: Callable[[Progress], None]
    ) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if ready():
                return True
            watch(progress)
            time.sleep(0.1)
        return ready()

    def _tabulated(self) -> bool:
        outbox = tables.outbox
        with reading(self.parts.engine) as connection:
            return connection.execute(select(outbox.c.report_id).limit(1)).first() is None

    def _held(self) -> list[int]:
        with reading(self.parts.engine) as connection:
            found = reports.of_ledger(connection, self.ledger_id)
        return [report.id for report in found if report.status is Status.HELD]

    def _published(self) -> Totals:
        newest = publications.latest(self.parts.engine)
        if newest is None:
            return {}
        return {each["id"]: totals_of(each) for each in newest.document["contests"]}


def totals_of(contest: dict[str, Any]) -> dict[str, Any]:
    """A published contest's totals as the tally has them: lines below the candidates are votes."""
    totals: dict[str, Any] = dict(contest["totals"])
    if "ballots" in contest:
        below = {line.replace("_", "-"): n for line, n in contest["ballots"].items()}
        totals["ballots"] = below.pop("ballots")
        totals["votes"] = {**totals["votes"], **below}
    return totals


def _take(numbers: Iterator[int], most: int) -> list[int]:
    return [number for _, number in zip(range(most), numbers, strict=False)]


def _pace(speed: float | None) -> Iterator[float]:
    """When each call may begin, in monotonic seconds."""
    began = time.monotonic()
    if speed is None:
        return (began for _ in count())
    return (began + place / (PEAK * speed) for place in count())


def _at(
    when: float,
    call: Callable[..., Note],
    line: Line,
    election: Election,
    given: Any,
    in_one_go: bool,
) -> Note:
    time.sleep(max(0.0, when - time.monotonic()))
    return call(line, election, given, in_one_go=in_one_go)


@contextmanager
def _telephones(at_once: int) -> Iterator[ThreadPoolExecutor]:
    """Whoever is on the line when the rehearsal is broken off ends the call; nobody else calls."""
    pool = ThreadPoolExecutor(at_once)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def calling(exchange: Exchange) -> Iterator[Exchange]:
    """The exchange for the time of the rehearsal; its held-back callbacks are delivered."""
    try:
        yield exchange
    finally:
        exchange.close()
