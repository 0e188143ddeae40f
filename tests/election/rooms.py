"""A small election to try the rules on: one caucus, one primary, a county and a pool."""

from collections.abc import Mapping
from datetime import date

from hotline.election.checks import Finding, Stage, examine
from hotline.election.model import (
    Candidate,
    Contest,
    County,
    Election,
    Policy,
    Pool,
    Unit,
    UnitKind,
)
from hotline.election.rules.caucus_figures import CaucusFigures

NAMES = ("ash", "birch", "cedar", "elm", "oak", "other")
TREES = tuple(
    Candidate(number, name, f"Tree {name.title()}", name.title(), rare=name == "elm")
    for number, name in enumerate(NAMES, start=1)
)
CAUCUS = Contest("president", "President", "iowa-caucus-2020", TREES)
NEVADA_CAUCUS = Contest("president", "President", "nevada-caucus-2020", TREES)
PRIMARY = Contest("council", "Council", "plurality", TREES[:4], seats=2)
SITE = Unit("16793", "Library", UnitKind.SATELLITE, pool="CD1")


def precinct(delegates: int, code: str = "00011") -> Unit:
    return Unit(code, f"Precinct {code}", county="Adair", delegates=delegates)


def election(
    *contests: Contest, policy: Policy | None = None, units: tuple[Unit, ...] = ()
) -> Election:
    return Election(
        id="sample",
        title="Sample",
        date=date(2020, 2, 3),
        timezone="America/Chicago",
        languages=("en",),
        contests=contests or (CAUCUS,),
        units={unit.code: unit for unit in units},
        counties={"Adair": County("Adair", 51, 4)},
        pools={"CD1": Pool("CD1", 6, "Sites")},
        policy=policy or Policy(),
    )


def counts(*numbers: int) -> dict[str, int]:
    """Counts in the order of the sheet, zeros left out."""
    return {name: number for name, number in zip(NAMES, numbers, strict=False) if number}


def room(
    first: Mapping[str, int],
    final: Mapping[str, int] | None = None,
    delegates: Mapping[str, int] | None = None,
    attendance: int | None = None,
) -> CaucusFigures:
    return CaucusFigures(
        attendance=sum(first.values()) if attendance is None else attendance,
        first=first,
        final=first if final is None else final,
        delegates=delegates or {},
    )


def findings(
    figures: CaucusFigures, stage: Stage, delegates: int = 6, contest: Contest = CAUCUS
) -> tuple[Finding, ...]:
    return examine(election(contest), contest, precinct(delegates), figures, stage)


def names(found: tuple[Finding, ...]) -> list[str]:
    """The checks, those that are not said in brackets."""
    return [f.check.value if f.is_spoken else f"({f.check.value})" for f in found]
