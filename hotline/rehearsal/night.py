"""The night itself: many calls at once, release by release, and the totals held to account."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import select

from hotline.election.model import Election
from hotline.election.rules.registry import named
from hotline.operations.actors import Actor
from hotline.operations.admission import limits
from hotline.operations.context import AppContext
from hotline.operations.recanvass import asking, deciding, publishing, records
from hotline.operations.recanvass.comparing import compare_recanvass
from hotline.operations.recanvass.filing import file_decided
from hotline.operations.review.decisions import decide
from hotline.operations.review.moves import Ruling
from hotline.rehearsal.agenda import Due, agenda
from hotline.rehearsal.callers import CodeSent, visit
from hotline.rehearsal.mischief import Mischief
from hotline.rehearsal.nuisances import Spell
from hotline.rehearsal.plan import RecountStage, ReleaseStage, Totals, differences
from hotline.rehearsal.progress import RehearsalProgress, StageResult
from hotline.rehearsal.visits import Visit
from hotline.rehearsal.waiting import WaitingRecord
from hotline.sandbox.chance import Chance
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import SimulatedLine
from hotline.store.database import reading
from hotline.store.enums import (
    Decision,
    RecanvassKind,
    RecordDecision,
    ResultStatus,
    Role,
    Status,
)
from hotline.store.publication import publications
from hotline.store.reports import reports
from hotline.store.schema import tables

FIRST_REVIEWER = "rehearsal, first reviewer"
SECOND_REVIEWER = Actor(None, "rehearsal, second reviewer", Role.SUPERVISOR)
ADMINISTRATOR = Actor(None, "rehearsal, administrator", Role.ADMIN)
AS_CORRECTED = "rehearsal: the recount that is on record"
AS_FILED = "rehearsal: released as filed"
PATIENCE = 120.0  # seconds to wait for tabulation and publication before something is wrong
GLANCE = 0.1  # seconds between two looks


@dataclass(frozen=True)
class Night:
    """Plays stages against the webhooks. `at_once` honest calls are on the line together.

    `roster` holds the phones (E.164) that the line knows; `code_sent` reads out what a phone was
    sent. Nuisance callers are not counted among those at once.
    """

    parts: AppContext
    election: Election
    ledger_id: int
    exchange: Exchange
    roster: Collection[str]
    code_sent: CodeSent
    at_once: int = 16
    pranks: int = 0
    speed: float | None = None  # times the real night's pace; None: as fast as the line takes them
    whole: bool = True  # every unit of each release is played
    chance: Random = field(default_factory=Chance)

    def play(
        self,
        stages: list[ReleaseStage],
        watch: Callable[[RehearsalProgress], None],
        recount: RecountStage | None = None,
    ) -> RehearsalProgress:
        """The whole night, and the recount after it.

        `watch` is called from time to time, from this thread.
        """
        progress = RehearsalProgress(
            planned=sum(len(stage.assignments) for stage in stages),
            most_seconds=limits.value(self.parts, "unverified_seconds"),
        )
        with _Callers(self, progress) as callers:
            began = 0.0
            due_by_stage = agenda(
                [stage.assignments for stage in stages],
                self.roster,
                self.pranks,
                self.chance,
                public=bool(self.election.public_line),
            )
            for stage, due in zip(stages, due_by_stage, strict=True):
                result = StageResult(stage.release, calls=len(stage.assignments))
                progress.stages.append(result)
                progress.release = stage.release
                self._call_in(callers, due, began, result, progress, watch)
                began = due[-1][0] if due else began
                self._settle(stage, result, progress, watch)
            progress.doing = "nuisances"
            while not callers.mischief.over:
                watch(progress)
                time.sleep(GLANCE)
            callers.mischief.join()
        if recount is not None:
            self.recount(recount, progress, watch)
        return progress

    def recount(
        self,
        stage: RecountStage,
        progress: RehearsalProgress,
        watch: Callable[[RehearsalProgress], None],
    ) -> None:
        """Files what the papers say in place of what was reported, and publishes it as recount."""
        parts = self.parts
        result = StageResult(ResultStatus.RECOUNT.value)
        progress.stages.append(result)
        progress.release, progress.doing = result.release, "papers"
        first = Actor(None, FIRST_REVIEWER, Role.SUPERVISOR)
        number = asking.ask(parts, first, RecanvassKind.RECOUNT, None, AS_CORRECTED)
        records.take_file(parts, first, number, stage.path)
        differing = compare_recanvass(parts, number).undecided
        wanted = [case.record.id for case in differing if case.record is not None]
        if wanted:
            deciding.decide(parts, first, number, wanted, RecordDecision.FILE, AS_CORRECTED)
        deciding.finish(parts, first, number)
        result.corrected = file_decided(parts, SECOND_REVIEWER, number).filed
        publishing.publish(parts, ADMINISTRATOR, number)
        progress.doing = "publication"
        last = ReleaseStage(result.release, (), stage.totals, {})
        self._compare(last, result, progress, watch)
        # What was filed may have gone out by itself, before the publication as recount.
        if not self._wait(lambda: self._status() == ResultStatus.RECOUNT, progress, watch):
            result.wrong.append(f"published as {self._status()}")

    def _call_in(
        self,
        callers: _Callers,
        due: list[Due],
        began: float,
        result: StageResult,
        progress: RehearsalProgress,
        watch: Callable[[RehearsalProgress], None],
    ) -> None:
        """Everybody calls when it is due; comes back when the chairs are through."""
        progress.doing = "calls"
        start = time.monotonic()
        pending: list[Future[None]] = []
        for at, who in due:
            callers.wait(start, at - began, lambda: watch(progress))
            if isinstance(who, Spell):
                callers.mischief.begin(who)
            else:
                pending.append(callers.begin(who, result.waiting, lambda: watch(progress)))
                self._note_waiting(result.waiting, start, at - began)
        while not all(call.done() for call in pending):
            watch(progress)
            time.sleep(GLANCE)
        for call in pending:
            call.result()
        progress.calling_seconds += time.monotonic() - start

    def _note_waiting(self, waiting: WaitingRecord, start: float, due: float) -> None:
        if self.speed is None:
            return
        late = time.monotonic() - start - due / self.speed
        waiting.due.append(due / 60)
        waiting.waited.append(max(late, 0.0) * self.speed / 60)

    def _settle(
        self,
        stage: ReleaseStage,
        result: StageResult,
        progress: RehearsalProgress,
        watch: Callable[[RehearsalProgress], None],
    ) -> None:
        """Waits for the tabulation, releases what is held, and compares what is published."""
        progress.doing = "tabulation"
        if not self._wait(self._tabulated, progress, watch):
            result.wrong.append(f"reports were not tabulated within {PATIENCE:.0f} s")
        progress.doing = "review"
        for report_id in self._held():
            by, first = SECOND_REVIEWER, FIRST_REVIEWER
            decide(
                self.parts,
                Ruling(report_id, Decision.RELEASE, by, AS_FILED, proposed_by=first),
            )
            result.held += 1
        progress.doing = "publication"
        self._compare(stage, result, progress, watch)

    def _compare(
        self,
        stage: ReleaseStage,
        result: StageResult,
        progress: RehearsalProgress,
        watch: Callable[[RehearsalProgress], None],
    ) -> None:
        """Waits for a publication with the totals that must come out."""
        result.expected = stage.totals

        def agrees() -> bool:
            result.published = self._published()
            return not differences(stage, result.published, whole=self.whole)

        if not self._wait(agrees, progress, watch):
            result.wrong += differences(stage, result.published, whole=self.whole)
        watch(progress)

    def _wait(
        self,
        ready: Callable[[], bool],
        progress: RehearsalProgress,
        watch: Callable[[RehearsalProgress], None],
    ) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if ready():
                return True
            watch(progress)
            time.sleep(GLANCE)
        return ready()

    def _tabulated(self) -> bool:
        outbox = tables.outbox
        with reading(self.parts.engine) as connection:
            return connection.execute(select(outbox.c.report_id).limit(1)).first() is None

    def _held(self) -> list[int]:
        with reading(self.parts.engine) as connection:
            found = reports.of_ledger(connection, self.ledger_id)
        return [report.id for report in found if report.status is Status.HELD]

    def _status(self) -> str:
        newest = publications.latest(self.parts.engine)
        return str(newest.document["status"]) if newest else "nothing"

    def _published(self) -> Totals:
        newest = publications.latest(self.parts.engine)
        if newest is None:
            return {}
        return {each["id"]: totals_of(each) for each in newest.document["contests"]}


def totals_of(contest: dict[str, Any]) -> dict[str, Any]:
    """A published contest's totals as the tally has them, with what the ballots held besides."""
    totals: dict[str, Any] = dict(contest["totals"])
    rule, besides = named(contest["rule"]), contest.get("ballots", {})
    for column in rule.columns:
        if column.below and besides:
            below = {line.choice: besides[line.key] for line in column.below}
            totals[column.key] = {**totals[column.key], **below}
    return totals | {key: besides[key] for key in rule.totals_of if key in besides}


class _Callers:
    """The telephones of a night: so many for chairs, and the nuisance callers' own.

    Whoever is on the line when the rehearsal is broken off ends the call; nobody else calls.
    """

    def __init__(self, night: Night, progress: RehearsalProgress) -> None:
        election = night.election
        self._night = night
        self._progress = progress
        self._line = SimulatedLine(night.exchange, election.chairs_line)
        self._free = threading.Semaphore(night.at_once)
        self._chairs = ThreadPoolExecutor(night.at_once, thread_name_prefix="chair")
        public = SimulatedLine(night.exchange, election.public_line or election.chairs_line)
        codes = sorted(election.units)
        self.mischief = Mischief(self._line, public, codes, progress.nuisances)

    def __enter__(self) -> _Callers:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.mischief.stop()
        self._chairs.shutdown(wait=True, cancel_futures=True)

    def wait(self, start: float, seconds: float, watch: Callable[[], None]) -> None:
        """Until a second of the night, counted from `start`; without a speed not at all."""
        if self._night.speed is None:
            return
        while (left := start + seconds / self._night.speed - time.monotonic()) > 0:
            watch()
            time.sleep(min(left, GLANCE))

    def begin(
        self, wanted: Visit, waiting: WaitingRecord, watch: Callable[[], None]
    ) -> Future[None]:
        """Has a chair call, as soon as a telephone is free."""
        while not self._free.acquire(timeout=GLANCE):
            watch()
        chance = Chance(self._night.chance.random())
        return self._chairs.submit(self._visit, wanted, waiting, chance)

    def _visit(self, wanted: Visit, waiting: WaitingRecord, chance: Random) -> None:
        began = time.monotonic()
        try:
            account = visit(
                self._line,
                self._night.election,
                wanted,
                in_one_go=chance.random() < 0.5,
                code_sent=self._night.code_sent,
                chance=chance,
            )
            self._progress.add(account)
        finally:
            if self._night.speed is not None:
                waiting.lasted.append((time.monotonic() - began) * self._night.speed / 60)
            self._free.release()


@contextmanager
def calling(parts: AppContext, connect: str = "") -> Iterator[Exchange]:
    """An exchange that calls this system's webhooks; its held-back callbacks are delivered.

    `connect` ("host:port") is where to call, whatever the public URL says.
    """
    settings = parts.settings
    exchange = Exchange(
        f"{settings.url}/voice/answer",
        f"{settings.url}/voice/status",
        f"{settings.url}/voice/fallback",
        auth_token=settings.auth_tokens[0],
        account_sid=settings.account_sid,
        connect_to=connect,
    )
    try:
        yield exchange
    finally:
        exchange.close()
