"""`hotline rehearse`: the real command, against a real system of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

NOT_OURS = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "HOTLINE_VAR", "PORT", "HOTLINE_CARRIER")


def rehearse(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in NOT_OURS} | settings
    return subprocess.run(
        [sys.executable, "-m", "hotline", "rehearse", "--alone", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.mark.slow
def test_a_few_reports_and_nuisances_come_out_as_expected():
    done = rehearse("--units", "12", "--pranks", "4", HOTLINE_UNVERIFIED_SECONDS="30")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 of 12" in done.stdout
    assert "TROUBLE" not in done.stdout
    assert "WRONG" not in done.stdout
    assert "Estimated bill" in done.stdout


@pytest.mark.slow
def test_results_that_are_not_to_be_had_are_refused(tmp_path):
    done = rehearse("--results", str(tmp_path))
    assert done.returncode == 1
    assert "has no results.csv" in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_whole_night_of_iowa_comes_out_at_the_totals_on_record():
    done = rehearse("--pranks", "100")
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1765 of 1765" in done.stdout
    assert done.stdout.count("│ yes") == 4
