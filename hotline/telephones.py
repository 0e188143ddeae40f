"""One rule for telephone numbers, at every door: files, pages, settings, and what networks send.

A number is kept in E.164, spelled as its country spells it today: two spellings of one telephone
are one text. What has exactly one reading is mended; what has two, or none, is refused with what
would be right. Asked is whether a number is possible, not whether it is given out: areas and
exchanges change.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from babel.core import get_global
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
EXAMPLE = "+15155550100"

WITHHELD_AS_DIGITS = frozenset(
    {
        "+266696687",  # anonymous; without this it would be a number in Lesotho
        "+7378742833",  # restricted
        "+2562533",  # blocked
        "+8656696",  # unknown
        "+86282452253",  # unavailable
    }
)
"""The words for "withheld" spelled on a keypad, as some networks send them."""

# Mobile telephones of Mexico were called +52 1 until 2019; networks still have it.
_OUTDATED = ((re.compile(r"\+521([0-9]{10})"), "+52"),)
_OUTDATED_AT_HOME = {"MX": re.compile(r"\s*0(?:1|44|45)(?=(?:[\s().-]*[0-9]){10}\s*$)")}

_WRONG_LENGTH = {
    ValidationResult.TOO_SHORT: "is too short",
    ValidationResult.TOO_LONG: "is too long",
    ValidationResult.INVALID_LENGTH: "has a wrong number of digits",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "lacks its area code",
}
_DOUBTFUL = frozenset(
    {"not", "old", "wrong", "disconnected", "former", "dead", "except", "fax", "never", "don't"}
)
_GLUED = r"(?:cell|mobile|home|work|office|phone|tel|cel|c|m|h|w)"
_BETWEEN = re.compile(r"[;,|\n\r]+|\s/\s|\s(?:or|and|und|o|y|ou|et)\s|\s?&\s?", re.IGNORECASE)
_EXPONENT = re.compile(r"([0-9])(?:[.,]([0-9]+))?[Ee]\+?([0-9]{1,2})")
_EXTENSION = re.compile(
    r"(?:\bext(?:ension)?\b\.?|(?<=[0-9\s])x|#)\s*[0-9]{1,7}\s*$", re.IGNORECASE
)


class TelephoneError(ValueError):
    """This is no telephone that could call or be called; the message ends a sentence that begins
    with what was `written`."""

    written = ""


@dataclass(frozen=True, slots=True)
class ReadTelephone:
    """`number` is E.164. `is_mended`: it was written in another way."""

    number: str
    is_mended: bool


def read_telephone(written: str, country: str = "") -> str:
    """The number (E.164) that somebody wrote. Raises TelephoneError.

    `country` (ISO 3166) is where a number without a country's code belongs; without it, there is
    none that could be read.
    """
    text = _without_words(_whole(plain(written)))
    number = _parsed(text, country)
    reading = as_network(number)
    if number in WITHHELD_AS_DIGITS:
        raise TelephoneError("is what a withheld number looks like")
    if reading is None:
        raise TelephoneError("is not a telephone number")
    _require_one_reading(text, reading, country)
    return reading


def read_telephones(cell: str, country: str = "") -> list[ReadTelephone]:
    """The telephones of a cell or a field that may hold several. Raises TelephoneError."""
    text = re.sub(r"(?:\r\n?|\n)+", ";", cell)
    found: dict[str, ReadTelephone] = {}
    is_quantity = _EXPONENT.fullmatch(plain(text)) is not None
    pieces = [text] if is_quantity else [one for one in _BETWEEN.split(text) if one.strip()]
    # A comma may also come before a word: “515-555-0142, cell”.
    for piece in [one for one in pieces if re.search(r"\d", one)] or pieces:
        for written in _pieces(piece, country):
            try:
                number = read_telephone(written, country)
            except TelephoneError as error:
                error.written = written.strip()
                raise
            found.setdefault(number, ReadTelephone(number, number != written.strip()))
    return list(found.values())


def as_network(text: str) -> str | None:
    """The number that a telephone network sent as E.164, as its country spells it today.

    None for what is no number, is withheld, or has a length that its country does not have: it
    identifies nobody.
    """
    text = text.strip()
    if text in WITHHELD_AS_DIGITS or not E164.fullmatch(text):
        return None
    return _by_its_country(text)


@lru_cache(maxsize=8192)  # whoever calls too often is read again and again
def _by_its_country(text: str) -> str | None:
    for outdated, code in _OUTDATED:
        if found := outdated.fullmatch(text):
            text = code + found[1]
    try:
        parsed = phonenumbers.parse(text)
    except NumberParseException:
        return None
    # Without its area code a number identifies nobody either.
    if phonenumbers.is_possible_number_with_reason(parsed) != ValidationResult.IS_POSSIBLE:
        return None
    spelled = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    # Without the zeros that its country drops it may be nobody's, or have more of them to drop.
    return text if spelled == text else as_network(spelled)


def country_of(number: str) -> str:
    """The country (ISO 3166) of a number in E.164; empty where that cannot be said."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except NumberParseException:
        return ""


def have_one_code(number: str, other: str) -> bool:
    """Whether two numbers (E.164) begin with the same country's code."""
    codes = {phonenumbers.parse(one).country_code for one in (number, other)}
    return len(codes) == 1


def country_of_zone(timezone: str) -> str:
    """The country (ISO 3166) of an IANA time zone; empty where it has none."""
    name = get_global("zone_aliases").get(timezone, timezone)
    territory: str | None = get_global("zone_territories").get(name)
    is_country = territory and territory != "ZZ" and re.fullmatch("[A-Z]{2}", territory)
    return territory if territory and is_country else ""


def national(number: str) -> str:
    """A number (E.164) as people at home write it; abroad, and there, with its country's code."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    at_home = parsed.country_code == 1
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def hidden(written: str) -> str:
    """What somebody wrote, as a message may show it: of a whole number the last four digits."""
    digits = re.sub("[^0-9]", "", plain(written))
    if _EXPONENT.fullmatch(plain(written)):
        return f"“{plain(written)}”"
    return f"“…{digits[-4:]}”" if len(digits) > 6 else f"“{plain(written)[:40]}”"


def beginning(written: str, country: str = "") -> str:
    """The beginning of a range of numbers, with its plus, as people write it. Raises
    TelephoneError; it may still be the beginning of no number."""
    text = re.sub(r"[\s().-]", "", plain(written))
    if not re.fullmatch(r"\+?[0-9]{1,15}", text):
        raise TelephoneError(f"is not in international form, such as {EXAMPLE}")
    code = str(phonenumbers.country_code_for_region(country)) if country else ""
    if text.startswith("+"):
        # No country's numbers go on with the 1 of +1: it was put before a number that had it.
        return "+1" + text[3:] if text.startswith("+11") else text
    if not code:
        raise TelephoneError(f"is not in international form, such as {EXAMPLE}")
    trunk = phonenumbers.ndd_prefix_for_region(country, True) or ""
    if trunk and text.startswith(trunk):
        return f"+{code}{text.removeprefix(trunk)}"
    if text.startswith(code):
        raise TelephoneError(f"could be +{text} or +{code}{text}: write the plus")
    return f"+{code}{text}"


def plain(written: str) -> str:
    """The text without characters that nobody sees, digits and signs as ASCII has them."""
    text = "".join(c for c in written if unicodedata.category(c) != "Cf")
    text = unicodedata.normalize("NFKC", text)
    text = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    return " ".join(text.split()).removeprefix("'")


def _whole(text: str) -> str:
    """A number that a spreadsheet took for a quantity, with its digits back."""
    if found := _EXPONENT.fullmatch(text):
        first, rest, exponent = found[1], found[2] or "", int(found[3])
        if len(rest) < exponent:
            raise TelephoneError(
                "has lost its last digits, as a spreadsheet does with long numbers: "
                "make the column Text there, and write the telephone again"
            )
        return first + rest if len(rest) == exponent else text
    return re.sub(r"^(\+?[0-9]{7,15})[.,]0+$", r"\1", text)


def _without_words(text: str) -> str:
    """The number without what is written beside it: `515.555.0143 cell`. Raises TelephoneError."""
    if _EXTENSION.search(text):
        raise TelephoneError("has an extension: the line knows whole telephones only")
    text = re.sub(r"^(?:tel|phone|cell|mobile)[.:]*\s*(?=[+(0-9])", "", text, flags=re.IGNORECASE)
    text = re.sub(rf"(?<=[0-9]){_GLUED}\.?$", "", text, flags=re.IGNORECASE)
    words = re.sub(r"\([^0-9()]*\)", lambda found: f" {found[0][1:-1]} ", text).split()
    kept = [word for word in words if not re.fullmatch(r"[^\W\d_][^\d+]*", word)]
    left = {word.casefold().strip(".,:!()") for word in words if word not in kept}
    if doubtful := left & _DOUBTFUL:
        raise TelephoneError(f"says “{min(doubtful)}”: leave it out, or write the number alone")
    text = " ".join(kept)
    if not re.search("[0-9]", text):
        raise TelephoneError("is not a telephone number")
    if not re.fullmatch(r"[0-9+().\-/ ]+", text):
        raise TelephoneError("holds what is no part of a telephone number: write it in digits")
    return text


def _parsed(text: str, country: str) -> str:
    """E.164, of a possible length. Raises TelephoneError."""
    digits = re.sub("[^0-9]", "", text)
    if text.lstrip("( ").startswith("+"):
        is_outdated = any(old.fullmatch(f"+{digits}") for old, _ in _OUTDATED)
        if is_outdated or f"+{digits}" in WITHHELD_AS_DIGITS:
            return f"+{digits}"
    elif abroad := _with_lost_plus(text, digits, country):
        return abroad
    outdated = _OUTDATED_AT_HOME.get(country)
    try:
        parsed = phonenumbers.parse(outdated.sub("", text) if outdated else text, country or None)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and "+" in text:
            raise TelephoneError("begins with no country's code") from None
        raise TelephoneError(f"is not in international form, such as {EXAMPLE}") from None
    length = phonenumbers.is_possible_number_with_reason(parsed)
    if length != ValidationResult.IS_POSSIBLE:
        raise TelephoneError(_WRONG_LENGTH.get(length, "is not a telephone number"))
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _with_lost_plus(text: str, digits: str, country: str) -> str:
    """A number with a country's code, but without its plus, which cannot be one at home."""
    code = str(phonenumbers.country_code_for_region(country)) if country else ""
    if not text.startswith("00") and not (code and digits.startswith(code)):
        return ""
    try:
        if phonenumbers.is_possible_number(phonenumbers.parse(text, country or None)):
            return ""
    except NumberParseException:
        pass
    return as_network("+" + (digits[2:] if text.startswith("00") else digits)) or ""


def _require_one_reading(text: str, reading: str, country: str) -> None:
    """A plus before a number without its country's code makes another country's number of it."""
    if not country or not text.startswith("+") or country_of(reading) == country:
        return
    if phonenumbers.is_valid_number(phonenumbers.parse(reading)):
        return
    for digits in (text.replace("+", ""), reading[1:]):
        try:
            at_home = phonenumbers.parse(digits, country)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(at_home):
            meant = phonenumbers.format_number(at_home, PhoneNumberFormat.E164)
            raise TelephoneError(f"has a plus, but no country's code: if it is one, write {meant}")


def _pieces(text: str, country: str) -> list[str]:
    """One number, or several with nothing but a slash or a space between them."""
    if _is_telephone(text, country):
        return [text]
    words = [word for word in re.split(r"[\s/]+", text) if word]
    splits = [
        [" ".join(words[:at]), " ".join(words[at:])]
        for at in range(1, len(words))
        if _is_telephone(" ".join(words[:at]), country)
        and _is_telephone(" ".join(words[at:]), country)
    ]
    return splits[0] if len(splits) == 1 else [text]


def _is_telephone(text: str, country: str) -> bool:
    try:
        read_telephone(text, country)
    except TelephoneError:
        return False
    return True
