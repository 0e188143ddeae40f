"""What came of a flood (tests/bench/flood): the chairs' times, their reports, and the bill."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from hotline.guard.triage import TRUSTED, Verdict
from hotline.operations.admission.costs import MILLIONTHS, bill
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from hotline.operations.publication.recount import recount
from hotline.rehearsal.callers import VisitRecord
from hotline.rehearsal.plan import Assignment
from hotline.store.database import reading
from hotline.store.keys import EVENTS
from hotline.store.reports import reports
from hotline.store.schema import tables
from tests.bench.night import iowa

SLOW = 1_000  # ms


@dataclass
class Seen:
    """What was seen under one kind of load; an entry a round."""

    milliseconds: list[list[float]] = field(default_factory=list)
    webhooks: list[float] = field(default_factory=list)  # of chairs, a second
    nuisances: list[float] = field(default_factory=list)  # webhooks a second
    let_in: int = 0
    busy: list[float] = field(default_factory=list)  # share of the machine's time
    waiting: list[int] = field(default_factory=list)  # events in the stream when it ended

    def percentile(self, n: int) -> list[float]:
        return [statistics.quantiles(each, n=100)[n - 1] for each in self.milliseconds]


def print_times(seen: Mapping[str, Seen]) -> None:
    print(f"{'chairs webhooks, ms':20}{'50th':>8}{'99th':>8}{'(rounds)':>16}{'max':>8}", end="")
    print(
        f"{'over 1 s':>10}{'chairs/s':>10}{'nuisance/s':>12}{'times':>7}{'machine':>9}{'left':>8}"
    )
    for kind, each in seen.items():
        p99 = each.percentile(99)
        everything = [ms for one in each.milliseconds for ms in one]
        chairs, nuisances = statistics.median(each.webhooks), statistics.median(each.nuisances)
        print(
            f"{kind:20}{statistics.median(each.percentile(50)):8.1f}{statistics.median(p99):8.1f}"
            f"{f'{min(p99):.0f}..{max(p99):.0f}':>16}{max(everything):8.1f}"
            f"{sum(ms > SLOW for ms in everything):10}{chairs:10.1f}{nuisances:12.0f}"
            f"{nuisances / chairs:7.0f}{statistics.median(each.busy):9.0%}{max(each.waiting):8,}"
        )
    print("99th against quiet, and against the same load elsewhere:")
    middle = {kind: statistics.median(each.percentile(99)) for kind, each in seen.items()}
    for kind in ("flood", "torrent"):
        others = [other for other in ("quiet", f"{kind} elsewhere", "elsewhere") if other in middle]
        if kind in middle:
            ratios = (f"{middle[kind] / middle[o]:.2f} ({o})" for o in others)
            print(f"    {kind}: {', '.join(ratios)}")


def print_outcome(
    parts: AppContext, ledger_id: int, accounts: Sequence[VisitRecord], given: Sequence[Assignment]
) -> None:
    notes = [note for each in accounts for note in each.notes]
    confirmed = {note.unit: note.confirmation for note in notes if note.confirmation}
    away = sum(len(each.turned_away) for each in accounts) + _chairs_turned_away(parts)
    print(f"chairs turned away: {away} (aim: 0)")
    for note in notes:
        if note.trouble:
            print(f"    trouble: {note.unit}: {note.trouble}")
    _await_tabulation(parts)
    with reading(parts.engine) as connection:
        filed = reports.of_ledger(connection, ledger_id)
        counted = recount(connection, iowa()[0], ledger_id)
    right = sum(_is_right(report, given) for report in filed)
    print(
        f"reports called in {len(accounts)}, confirmed {len(confirmed)}, filed {len(filed)}", end=""
    )
    print(f", as on the chair's sheet {right}; differences of the recount: {counted.differences}")
    ingest_events(parts, seconds=600, rest=0)
    print(f"events left in the stream: {parts.redis.xlen(EVENTS)}")
    cost = bill(parts)
    print(
        f"estimated bill: {cost.charge / MILLIONTHS:,.2f} for {cost.answered:,} answered calls of "
        f"{cost.minutes:,} minutes; {cost.turned_away:,} turned away. Without the front door: "
        f"{cost.without_front_door / MILLIONTHS:,.2f}"
    )


def _chairs_turned_away(parts: AppContext) -> int:
    call = tables.call
    away = call.c.verdict == Verdict.TURN_AWAY.value
    query = select(func.count()).where(away, call.c.standing.in_([s.value for s in TRUSTED]))
    with reading(parts.engine) as connection:
        return connection.execute(query).scalar_one()


def _is_right(report: reports.Report, given: Sequence[Assignment]) -> bool:
    """Who won a toss stands on no sheet."""
    sheets = {each.sheet.code: each.sheet for each in given}
    filed = {c: replace(figures, toss=()) for c, figures in report.figures_by_contest().items()}
    return filed == dict(sheets[report.unit_code].figures)


def _await_tabulation(parts: AppContext) -> None:
    for _ in range(300):
        with reading(parts.engine) as connection:
            if connection.execute(select(tables.outbox.c.report_id).limit(1)).first() is None:
                return
        time.sleep(0.1)
    print("reports still wait to be tabulated after 30 s")
