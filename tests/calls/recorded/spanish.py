"""Spanish numbers in letters, as a person reads them: by the rules of the Academy, not by ours."""

from __future__ import annotations

from collections.abc import Iterable

UNITS = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
TENS = [
    "-",
    "-",
    "-",
    "treinta",
    "cuarenta",
    "cincuenta",
    "sesenta",
    "setenta",
    "ochenta",
    "noventa",
]
HUNDREDS = [
    "-",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
]
FEMININE = frozenset({"boleta", "boletas", "foto", "fotos", "persona", "personas"})
MASCULINE = frozenset(
    {"delegado", "delegados", "minuto", "minutos", "precinto", "precintos", "voto", "votos"}
)


def spelled(number: int, noun: str = "") -> str:
    """A number under a million as it is said alone, or before a noun."""
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _under_thousand(rest, noun)
    before_mil = noun if noun in FEMININE else "precintos"
    many = "" if thousands == 1 else _under_thousand(thousands, before_mil) + " "
    return f"{many}mil {_under_thousand(rest, noun) if rest else ''}".strip()


def _under_thousand(number: int, noun: str) -> str:
    if number == 100:
        return "cien"
    hundreds, rest = divmod(number, 100)
    hundred = HUNDREDS[hundreds] if hundreds else ""
    if noun in FEMININE and hundreds > 1:
        hundred = hundred.removesuffix("os") + "as"
    return f"{hundred} {_under_hundred(rest, noun) if rest or not hundreds else ''}".strip()


def _under_hundred(number: int, noun: str) -> str:
    tens, ones = divmod(number, 10)
    said = UNITS[number] if number < 30 else TENS[tens] + (f" y {UNITS[ones]}" if ones else "")
    if not said.endswith("uno"):
        return said
    if noun in FEMININE:
        return said.removesuffix("o") + "a"
    if noun in MASCULINE:
        return "veintiún" if number == 21 else said.removesuffix("o")
    return said


def recorded_as_text(words: Iterable[str]) -> str:
    """What is heard of recordings, one after the other: `ciento`, `16` as `ciento dieciséis`."""
    return " ".join(spelled(int(word)) if word.isdecimal() else word for word in words)
