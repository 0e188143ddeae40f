"""What is said at the end of a run about tests that did not run: a line for each reason."""

from __future__ import annotations

from collections import Counter

import pytest

APART = {"browser": "make test-browser", "slow": "make test-slow"}
"""Tests that are left out where no marker is asked for, and what runs them."""


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr:
        return
    left = [item for item in items if any(map(item.get_closest_marker, APART))]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def write(reporter: pytest.TerminalReporter) -> None:
    skipped = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in reporter.getreports("skipped")
    )
    reporter.ensure_newline()
    for reason, number in skipped.most_common():
        reporter.write_line(f"skipped {number}: {reason}")
    if not reporter.config.option.markexpr:
        for kind, command in APART.items():
            reporter.write_line(f"left out: {kind} tests, which `{command}` runs")
