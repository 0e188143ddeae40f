"""What a rehearsal looks like on a terminal, while it runs and when it is over."""

from __future__ import annotations

import time
from statistics import median
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from hotline.operations.parts import Parts
from hotline.rehearsal.delays import published_after
from hotline.rehearsal.night import Progress, StageResult

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

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        if self._console.is_terminal:
            self._live.update(_picture(progress), refresh=True)
            self._next = now + REFRESH
        else:
            self._console.print(_line(progress))
            self._next = now + 5


def _line(progress: Progress) -> str:
    rate = progress.steps / max(time.monotonic() - progress.began, 0.001)
    return (
        f"release {progress.release}: {progress.doing}, {progress.calls} of {progress.planned} "
        f"calls, {rate:.0f} steps a second, {len(progress.trouble)} in trouble"
    )


def _picture(progress: Progress) -> RenderableType:
    bar = ProgressBar(total=progress.planned, completed=progress.calls, width=60)
    return Group(Text(_line(progress)), bar, _objections(progress), _stages(progress.stages))


def summary(parts: Parts, ledger_id: int, progress: Progress) -> RenderableType:
    """What happened, at the end."""
    seconds = max(progress.calling_seconds, 0.001)
    times = sorted(progress.milliseconds) or [0.0]
    table = Table(title="Rehearsal", show_header=False)
    table.add_row("calls", f"{progress.calls} of {progress.planned}")
    table.add_row("nuisance calls", str(progress.pranks))
    table.add_row("complete reports a second", f"{progress.calls / seconds:.1f}")
    table.add_row("requests a second", f"{progress.steps / seconds:.0f}")
    table.add_row("request, median", f"{median(times):.1f} ms")
    table.add_row("request, 99th percentile", f"{_percentile(times, 0.99):.1f} ms")
    delays = sorted(published_after(parts.engine, ledger_id))
    if delays:
        table.add_row("filed to published, median", f"{median(delays):.2f} s")
        table.add_row("filed to published, 99th percentile", f"{_percentile(delays, 0.99):.2f} s")
    found: list[RenderableType] = [table, _objections(progress), _stages(progress.stages)]
    for line in progress.trouble[:SHOWN]:
        found.append(Text(f"TROUBLE  {line}"))
    if len(progress.trouble) > SHOWN:
        found.append(Text(f"... and {len(progress.trouble) - SHOWN} more"))
    for stage in progress.stages:
        found += [Text(f"WRONG  release {stage.release}: {line}") for line in stage.wrong[:SHOWN]]
    return Group(*found)


def _objections(progress: Progress) -> RenderableType:
    table = Table(title="What the checks said on the telephone", show_header=False)
    for name, times in progress.objections.most_common():
        table.add_row(name, str(times))
    return table


def _stages(stages: list[StageResult]) -> RenderableType:
    table = Table(title="Totals")
    for column in ("release", "calls", "held, then released", "as expected"):
        table.add_column(column)
    for stage in stages:
        verdict = "-" if not stage.published else ("no" if stage.wrong else "yes")
        table.add_row(stage.release, str(stage.calls), str(stage.held), verdict)
    return table


def _percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]
