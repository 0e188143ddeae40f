"""Publications made of the elections that the project ships."""

from __future__ import annotations

from pathlib import Path

from hotline.election.folder.folder import read_folder as read_folder
from hotline.election.folder.returns import read_results
from hotline.election.tally import recount
from hotline.operations.publication.results_document import build
from hotline.store.enums import UnitStatus
from hotline.store.publication.publications import Publication
from hotline.store.reports.unit import UnitState
from tests.web.published import WHEN, publication

ELECTIONS = Path(__file__).parents[3] / "config/elections"


def built(name: str, releases: set[str]) -> Publication:
    """What is published once the units of these releases have reported, all as they filed."""
    election = read_folder(ELECTIONS / name)
    reported = [r for r in read_results(ELECTIONS / name, election) if r.release in releases]
    out = UnitState(UnitStatus.OUTSTANDING, None, contested=False, verified=False)
    counted = UnitState(UnitStatus.COUNTED, 1, contested=False, verified=False)
    states = dict.fromkeys(election.units, out) | {r.code: counted for r in reported}
    sums = recount(election, ((election.units[r.code], r.figures) for r in reported))
    document = build(election, False, sums, states, WHEN, doubted=())
    return publication(document | {"number": 9})
