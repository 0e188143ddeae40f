"""The real night, as the benchmarks want it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hotline.election.folder import folder
from hotline.election.folder.folder import UnitReturns
from hotline.election.model import Election

IOWA = Path("config/elections/iowa-2020")


@cache
def iowa() -> tuple[Election, tuple[UnitReturns, ...]]:
    """The election and its 1,765 reports."""
    election = folder.read_folder(IOWA)
    return election, tuple(folder.read_results(IOWA, election))
