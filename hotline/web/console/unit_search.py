"""Looking for a unit by what people call it."""

from __future__ import annotations

from hotline.election.model import Election, Unit

MOST = 50


def is_called(unit: Unit, wanted: str) -> bool:
    """Whether it is the unit's code that is wanted, or words of its county and name."""
    place = f"{unit.county} {unit.name}".casefold()
    return unit.code == wanted or all(word in place for word in wanted.casefold().split())


def found_units(election: Election, wanted: str) -> list[Unit]:
    """The units that are called so; at most 50, and none where nothing is wanted."""
    return [unit for unit in election.units.values() if wanted and is_called(unit, wanted)][:MOST]
