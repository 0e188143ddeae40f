"""A small election: two counties, a pool of two sites, one caucus; and figures that fit it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from hotline.election.model import (
    Candidate,
    Contest,
    County,
    Election,
    Figures,
    Pool,
    Unit,
    UnitKind,
)
from hotline.election.rules.caucus_figures import CaucusFigures

CANDIDATES = (
    Candidate(1, "ash", "Alex Ash", "Ash"),
    Candidate(2, "birch", "Bo Birch", "Birch"),
    Candidate(3, "cedar", "Cy Cedar", "Cedar"),
)
UNITS = (
    Unit("10001", "North 1", county="North", delegates=4),
    Unit("10002", "North 2", county="North", delegates=5),
    Unit("20001", "South 1", county="South", delegates=2),
    Unit("20002", "South 2", county="South", delegates=3),
    Unit("90001", "Abroad 1", UnitKind.SATELLITE, pool="away"),
    Unit("90002", "Abroad 2", UnitKind.SATELLITE, pool="away"),
)
CODES = tuple(unit.code for unit in UNITS)
PRESIDENT = "president"


def town() -> Election:
    return Election(
        id="town",
        title="Town caucus",
        date=date(2020, 2, 3),
        timezone="America/Chicago",
        languages=("en", "es"),
        contests=(Contest(PRESIDENT, "President", "iowa-caucus-2020", CANDIDATES),),
        units={unit.code: unit for unit in UNITS},
        counties={"North": County("North", 9, 3), "South": County("South", 5, 2)},
        pools={"away": Pool("away", 2, "Sites abroad")},
    )


def caucus(
    ash: int = 0, birch: int = 0, cedar: int = 0, won: Mapping[str, int] = MappingProxyType({})
) -> dict[str, Figures]:
    """Figures by contest: as many people in the final as in the first alignment."""
    people = {id: n for id, n in (("ash", ash), ("birch", birch), ("cedar", cedar)) if n}
    return {PRESIDENT: CaucusFigures(sum(people.values()), people, people, won)}
