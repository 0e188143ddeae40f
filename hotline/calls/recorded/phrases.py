"""A line as a series of fragments, each of which is one recording or several. Pure.

A sentence is cut where a name or a number is filled in; what is filled in, at its commas, numbers
and each "and". So few recordings say much: "Total", the numbers and the candidates read back any
count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import zip_longest
from string import Formatter

from babel import localedata
from babel.lists import format_list

from hotline.calls.prompts import Line, filling
from hotline.calls.recorded.numbers import number_words
from hotline.languages.catalogue import SOURCE

_FIRST_WORD = re.compile(r"\s+(\w+)")
_EDGES = " \t\n.,;:!?¡¿…"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one recording says. `text` has no signs at its ends: "Total", "North West Adair"."""

    text: str
    language: str  # ISO 639-1

    @property
    def digest(self) -> str:
        """Names the recording: another text, or another language, has another."""
        return sha256(f"{self.language}\n{self.text}".encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a line as it is written, signs and all, and the recordings that say it.

    Of fragments without a word, such as a period, there are none.
    """

    written: str
    phrases: tuple[Phrase, ...]


def fragments_of(said: Line, spoken: str) -> list[Fragment]:
    """The parts of a line in a language (ISO 639-1). Put together they are what `speak` says."""
    language = said.language or spoken
    text, values = filling(said, language)
    if not values:
        return [_fixed(text, language)]
    fragments: list[Fragment] = []
    parts = [*Formatter().parse(text)]
    for (literal, field, _, _), after in zip_longest(parts, parts[1:]):
        if literal:
            fragments.append(_fixed(literal, language))
        if field is not None:
            value = values[field]
            noun = _FIRST_WORD.match(after[0]) if after and isinstance(value, int) else None
            fragments.extend(fragments_of_value(str(value), language, noun[1] if noun else ""))
    return fragments


def fragments_of_value(text: str, language: str, before: str = "") -> Iterator[Fragment]:
    """What is filled in: names, numbers, or names with their numbers.

    `before`: the word that a number stands before, if any.
    """
    start = 0
    for found in _cuts(language).finditer(text):
        if found.start() > start:
            yield _fixed(text[start : found.start()], language)
        if found[1]:
            words = number_words(found[1], language, before)
            yield Fragment(found[1], tuple(Phrase(word, language) for word in words))
        else:
            yield _fixed(found[0], language)
        start = found.end()
    if start < len(text):
        yield _fixed(text[start:], language)


def conjunction(language: str) -> str:
    """The word before the last name of a list, as Unicode's CLDR has it: `and`."""
    *_, last = format_list(["{", "{", "{"], locale=_locale(language)).split("{")[:-1]
    return last.strip(_EDGES)


@cache
def _cuts(language: str) -> re.Pattern[str]:
    """Where names and numbers are cut: at numbers, commas, and the word between two names."""
    word = re.escape(conjunction(language))
    return re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?)(?!\w|\.\d)|,\s|(?<=\s){word}(?=\s)")


def _locale(language: str) -> str:
    return language if localedata.exists(language) else SOURCE


def _fixed(text: str, language: str) -> Fragment:
    words = " ".join(text.split()).strip(_EDGES)
    return Fragment(text, (Phrase(words, language),) if words else ())
