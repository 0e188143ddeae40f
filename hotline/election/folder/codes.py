"""The code of a unit: digits that a chair keys, the last of which is a Verhoeff check digit.

Verhoeff's scheme (J. Verhoeff, *Error Detecting Decimal Codes*, 1969) notices every single wrong
digit and every swap of two neighbours, so that a slip of the finger never opens another precinct.
"""

from __future__ import annotations

DIGITS = 5  # of a code, with its check digit; an election of more than 10,000 units needs more

# The dihedral group of order ten: TIMES[a][b] composes two of the pentagon's symmetries.
TIMES = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
INVERSE = "0432156789"
# What becomes of a digit by its place, counted from the right; the pattern returns after eight.
PLACE = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def check_digit(body: str) -> str:
    """The digit that belongs behind `body`. ValueError unless body is decimal digits."""
    if not _is_digits(body):
        raise ValueError(f"not decimal digits: {body!r}")
    return INVERSE[_product(body, first_place=1)]


def is_well_formed(code: str, digits: int = DIGITS) -> bool:
    """Whether `code` is as long as this election's codes are and its check digit is right."""
    return len(code) == digits and _is_digits(code) and _product(code, first_place=0) == 0


def _product(text: str, first_place: int) -> int:
    product = 0
    for place, digit in enumerate(reversed(text), first_place):
        product = int(TIMES[product][int(PLACE[place % 8][int(digit)])])
    return product


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
