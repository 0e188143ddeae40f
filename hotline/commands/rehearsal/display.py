"""What a rehearsal looks like on a terminal, while it runs and when it is over."""

from __future__ import annotations

import time
from collections.abc import Mapping
from statistics import median
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from hotline.operations.admission.costs import MILLIONTHS, Bill
from hotline.operations.context import AppContext
from hotline.rehearsal.delays import published_after
from hotline.rehearsal.mischief import NuisanceReport
from hotline.rehearsal.plan import published_value
from hotline.rehearsal.progress import RehearsalProgress, StageResult
from hotline.rehearsal.waiting import WaitsCompared, compare_waits

REFRESH = 0.25  # seconds
SHOWN = 12  # lines of trouble


class Display:
    """Live on a terminal; where there is none, a line every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._next = 0.0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(self, progress: RehearsalProgress) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        if self._console.is_terminal:
            self._live.update(_picture(progress), refresh=True)
            self._next = now + REFRESH
        else:
            self._console.print(_line(progress))
            self._next = now + 5


def _line(progress: RehearsalProgress) -> str:
    rate = progress.steps / max(time.monotonic() - progress.began, 0.001)
    return (
        f"release {progress.release}: {progress.doing}, {progress.calls} of {progress.planned} "
        f"reports, {rate:.0f} steps a second, {len(progress.trouble)} in trouble, "
        f"{progress.nuisances.calls} nuisance calls"
    )


def _picture(progress: RehearsalProgress) -> RenderableType:
    bar = ProgressBar(total=progress.planned, completed=progress.calls, width=60)
    return Group(Text(_line(progress)), bar, _objections(progress), _stages(progress.stages))


def summary(
    parts: AppContext, ledger_id: int, progress: RehearsalProgress, phones: int
) -> RenderableType:
    """What happened, at the end. `phones`: so many chairs could be on the line at once."""
    seconds = max(progress.calling_seconds, 0.001)
    times = sorted(progress.milliseconds) or [0.0]
    table = Table(title="Rehearsal", show_header=False)
    table.add_row("reports called in", f"{progress.calls} of {progress.planned}")
    table.add_row("nuisance calls", str(progress.nuisances.calls))
    table.add_row("complete reports a second", f"{progress.calls / seconds:.1f}")
    table.add_row("requests a second", f"{progress.steps / seconds:.0f}")
    table.add_row("request, median", f"{median(times):.1f} ms")
    table.add_row("request, 99th percentile", f"{_percentile(times, 0.99):.1f} ms")
    delays = sorted(published_after(parts.engine, ledger_id))
    if delays:
        table.add_row("filed to published, median", f"{median(delays):.2f} s")
        table.add_row("filed to published, 99th percentile", f"{_percentile(delays, 0.99):.2f} s")
    found: list[RenderableType] = [table, _objections(progress), _stages(progress.stages)]
    found += [totals_compared(stage) for stage in progress.stages if stage.expected]
    waits = compare_waits((stage.waiting for stage in progress.stages), phones)
    found += [
        *([_waits(waits, phones)] if waits else []),
        _honest(progress),
        *([_nuisances(progress.nuisances)] if progress.nuisances.calls else []),
    ]
    for line in progress.trouble[:SHOWN]:
        found.append(Text(f"TROUBLE  {line}"))
    if len(progress.trouble) > SHOWN:
        found.append(Text(f"... and {len(progress.trouble) - SHOWN} more"))
    found += [Text(f"WRONG  {line}") for line in progress.wrong[:SHOWN]]
    for stage in progress.stages:
        found += [Text(f"WRONG  release {stage.release}: {line}") for line in stage.wrong[:SHOWN]]
    return Group(*found)


def bill_of_the_night(bill: Bill, recorded: bool) -> RenderableType:
    """What the carrier would ask for, and what it would without a front door: an estimate."""
    table = Table(title="Estimated bill", show_header=False)
    table.add_row("calls answered", f"{bill.answered}, {bill.minutes} minutes")
    table.add_row("calls turned away", str(bill.turned_away))
    table.add_row("with the front door", f"{bill.charge / MILLIONTHS:.2f}")
    table.add_row("without", f"{bill.without_front_door / MILLIONTHS:.2f}")
    if not recorded:
        table.caption = "Not every call has been recorded yet: the bill is not complete."
    return table


def _waits(found: WaitsCompared, phones: int) -> RenderableType:
    """What the night's callers waited for one of so many telephones, as `hotline plan` has it."""
    table = Table(title=f"Waiting for one of {phones} telephones, in minutes of the real night")
    for column in ("", "mean", "longest"):
        table.add_column(column)
    table.add_row("measured", *(f"{minutes:.1f}" for minutes in found.measured))
    table.add_row("predicted", *(f"{minutes:.1f}" for minutes in found.predicted))
    table.caption = f"{found.calls} calls of {found.minutes:.1f} minutes"
    return table


def _honest(progress: RehearsalProgress) -> RenderableType:
    table = Table(title="Honest callers")
    for column in ("as the line should take them", "visits", "turned away"):
        table.add_column(column)
    for standing, visits in progress.honest.most_common():
        table.add_row(standing, str(visits), str(progress.turned_away[standing]))
    if progress.sent_home:
        table.caption = f"{progress.sent_home} had to call again from the precinct's own phone."
    return table


def _nuisances(report: NuisanceReport) -> RenderableType:
    table = Table(title="Nuisance calls")
    for column in ("kind", "calls", "answered", "turned away", "reached a person", "longest"):
        table.add_column(column)
    for kind, tally in report.by_kind.items():
        counts = (tally.calls, tally.answered, tally.turned_away, tally.persons)
        table.add_row(kind, *map(str, counts), f"{tally.longest:.1f} s")
    return table


def _objections(progress: RehearsalProgress) -> RenderableType:
    table = Table(title="What the checks said on the telephone", show_header=False)
    for name, times in progress.objections.most_common():
        table.add_row(name, str(times))
    return table


def totals_compared(stage: StageResult) -> RenderableType:
    """Every total of a release: as it was published, and beside it what it had to be."""
    table = Table(title=f"Totals of {stage.release}: published, and expected")
    for column in ("contest, measure", "candidate", "published", "expected"):
        table.add_column(column)
    for contest, measures in stage.expected.items():
        for measure, numbers in measures.items():
            choices = numbers if isinstance(numbers, Mapping) else {"": numbers}
            for choice, expected in choices.items():
                published = published_value(stage.published, contest, measure, choice)
                table.add_row(f"{contest} {measure}", choice, published, str(expected))
    return table


def _stages(stages: list[StageResult]) -> RenderableType:
    table = Table(title="Totals")
    for column in ("release", "calls", "held, then released", "corrected", "as expected"):
        table.add_column(column)
    for stage in stages:
        verdict = "-" if not stage.published else ("no" if stage.wrong else "yes")
        counts = (stage.calls, stage.held, stage.corrected)
        table.add_row(stage.release, *map(str, counts), verdict)
    return table


def _percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]
