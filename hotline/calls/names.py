"""How the voice says the names of units, which are written for lists and not for ears."""

from __future__ import annotations

from hotline.calls.spelling import spell
from hotline.election.model import Unit


def spoken_unit(unit: Unit) -> str:
    """The county and the unit, e.g. `Adair, 1 North West Adair`; as `spoken` has it if given."""
    name = unit.spoken or spell(unit.name)
    return f"{unit.county}, {name}" if unit.county else name


def written_unit(unit: Unit) -> str:
    """The same as lists and paper have it, for what is read and not heard."""
    return f"{unit.county}, {unit.name}" if unit.county else unit.name


def spoken_number(number: str) -> str:
    """A telephone number (E.164) digit by digit, in North America without its country code."""
    return ", ".join(number.removeprefix("+1") if len(number) == 12 else number.removeprefix("+"))
