"""The trial of docs/recanvass-trial.md on a smaller night: Iowa's own figures, planted slips."""

from __future__ import annotations

from pathlib import Path

from hotline.election.folder import folder
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from tests.conftest import IOWA
from tests.operations.recanvassing import hold_trial

UNITS = 120
SLIPS = 24


def test_every_planted_slip_is_found_and_mended_exactly(parts: AppContext, tmp_path: Path) -> None:
    election = folder.read_folder(IOWA)
    load_election(parts, election, "test")
    reported = folder.read_results(IOWA, election)[:: len(election.units) // UNITS]
    right = {one.code: one.figures for one in reported}

    trial = hold_trial(parts, election, right, SLIPS, 7, tmp_path)

    assert trial.planted.total() == SLIPS
    assert trial.found == trial.planted
    assert trial.false == []
    assert trial.filed == SLIPS
    assert trial.effect_is_exact
    assert trial.ends_exact
    assert trial.accounted
    assert trial.as_such.total() + trial.seen_as.total() == SLIPS
    assert trial.as_such.total() > SLIPS // 2
