"""Small elections to print: one of each rule, and one with names that printers stumble over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hotline.election.model import Candidate, Contest, Election, Unit, UnitKind

NAMES = ("Ann Ash", "Bo Birch", "Cy Cedar", "Uncommitted")


def candidates(names: Sequence[str]) -> tuple[Candidate, ...]:
    return tuple(Candidate(n, f"c{n}", name, name) for n, name in enumerate(names, start=1))


def precinct(code: str, delegates: int, name: str = "1 North") -> Unit:
    return Unit(code, name, county="Adair", delegates=delegates)


UNITS = (
    precinct("00011", 1, "1 North"),
    precinct("00024", 2, "2 South"),
    precinct("00030", 3, "3 West"),
    precinct("00048", 8, "4 East"),
    Unit("16793", "Library", UnitKind.SATELLITE, pool="CD1"),
)


def caucus(
    *,
    rule: str = "iowa-caucus-2020",
    units: Sequence[Unit] = UNITS,
    names: Sequence[str] = NAMES,
    languages: tuple[str, ...] = ("en", "es"),
) -> Election:
    return Election(
        id="maple-caucus",
        title="Maple caucus",
        date=date(2020, 2, 3),
        timezone="America/Chicago",
        languages=languages,
        contests=(Contest("president", "President", rule, candidates(names)),),
        units={unit.code: unit for unit in units},
        chairs_line="+15155550100",
        help_line="+15155550105",
    )


def primary(*, languages: tuple[str, ...] = ("en",)) -> Election:
    contests = (
        Contest("governor", "Governor", "plurality", candidates(NAMES[:3])),
        Contest("council", "City council", "plurality", candidates(("Di Elm", "Ed Fir")), seats=2),
    )
    units = {"00011": Unit("00011", "Ward 1")}
    return replace(
        caucus(languages=languages), contests=contests, units=units, chairs_line="", help_line=""
    )
