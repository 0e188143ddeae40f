"""How the voice says the names of units, which are written for lists and not for ears."""

from __future__ import annotations

import re

from hotline.calls.spelling import spell
from hotline.election.model import Unit


def spoken_unit(unit: Unit) -> str:
    """The county and the unit, e.g. `Adair, Summit Township`; as `spoken` has it if given.

    A county that is in the unit's name is not said twice: `1 North West Adair`.
    """
    name = unit.spoken or spell(unit.name)
    says_county = re.search(rf"\b{re.escape(unit.county)}\b", name, re.IGNORECASE)
    return name if says_county else f"{unit.county}, {name}"


def written_unit(unit: Unit) -> str:
    """The same as lists and paper have it, for what is read and not heard."""
    return f"{unit.county}, {unit.name}" if unit.county else unit.name


def spoken_number(number: str) -> str:
    """A telephone number (E.164) digit by digit, in North America without its country code."""
    return ", ".join(number.removeprefix("+1") if len(number) == 12 else number.removeprefix("+"))
