"""How the voice says the names of units, which are written for lists and not for ears."""

from __future__ import annotations

import re

from hotline.election.model import Unit

COMPASS = {"N": "North", "E": "East", "S": "South", "W": "West"}
SHORT_FORMS = {"Twp": "Township", "Pct": "Precinct", "No.": "number"}


def spoken_unit(unit: Unit) -> str:
    """The county and the unit, e.g. `Adair, 1 North West Adair`; as `spoken` has it if given."""
    name = unit.spoken or _spoken(unit.name)
    return f"{unit.county}, {name}" if unit.county else name


def _spoken(name: str) -> str:
    words = re.sub(r"[_/]|(?<=\D)-|-(?=\D)", " ", name).split()
    said = " ".join(_word(word) for word in words)
    return said.replace(". ", " ").rstrip(".")


def _word(word: str) -> str:
    numbered = re.fullmatch(r"(\d+)([NS]?[EW]?)", word)
    if numbered:
        return " ".join([numbered[1], *(COMPASS[letter] for letter in numbered[2])])
    if word.title() in SHORT_FORMS:
        return SHORT_FORMS[word.title()]
    # An acronym is short, or has no vowel after its first letter.
    is_word = len(word) > 2 and re.search("[AEIOUY]", word[1:])
    return word.title() if word.isupper() and is_word else word
