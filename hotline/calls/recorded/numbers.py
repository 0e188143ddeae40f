"""Numbers as a series of recordings: up to 99 each has its own, larger ones are put together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hotline.languages.catalogue import Language, language

LARGEST = 999_999
"""Beyond it, the voice speaks."""


def number_words(number: str, code: str, before: str = "") -> tuple[str, ...]:
    """What is said of `116`, `5.3` or `0142` in a language (ISO 639-1): each word is a recording.

    Digits that begin with a zero are said one by one; a number that is too large is one word,
    of which there is no recording. `before`: the word that the number stands before, if any; in
    Spanish it is `veintiún delegados`, but `veintiuna personas`.
    """
    words = language(code)
    whole, point, places = number.partition(".")
    if point:
        return (*number_words(whole, code), _point(words), *places)
    if whole != "0" and whole.startswith("0"):
        return tuple(whole)
    return _whole(int(whole), words, _forms_before(before, words))


def all_number_words(code: str) -> tuple[str, ...]:
    """Every word that numbers are put together of, each once, in order."""
    words = language(code)
    hundreds = [text for n in range(1, 10) for text in (_hundred(n, words), f"{n}00")]
    thousands = (_one_thousand(words), _thousand(words))
    agreeing = [word for _, forms in _genders(words) for word in forms.values()]
    found = (*map(str, range(100)), *hundreds, *thousands, _point(words), *agreeing)
    return tuple(dict.fromkeys(found))


def _whole(number: int, words: Language, forms: Mapping[str, str]) -> tuple[str, ...]:
    def said(*numbers: str) -> tuple[str, ...]:
        return tuple(forms.get(word, word) for word in numbers)

    if number < 100 or number > LARGEST:
        return said(str(number))
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return said(_hundred(hundreds, words), str(rest)) if rest else said(f"{hundreds}00")
    thousands, rest = divmod(number, 1000)
    thousand = _thousand(words)
    many = (*_whole(thousands, words, forms or _forms_before(thousand, words)), thousand)
    found = (_one_thousand(words),) if thousands == 1 else many
    return (*found, *_whole(rest, words, forms)) if rest else found


def _forms_before(noun: str, words: Language) -> Mapping[str, str]:
    """The numbers that are said otherwise before this word: in Spanish, before `votos`, 1 is `un`.

    Each gender of a language has its nouns, and its numbers.
    """
    return next((forms for nouns, forms in _genders(words) if noun in nouns), {})


@cache
def _genders(words: Language) -> tuple[tuple[frozenset[str], Mapping[str, str]], ...]:
    written = (
        (
            words.pgettext("words after a number that it agrees with: one gender", "none"),
            words.pgettext("numbers before these words, as in 1 = un: one gender", "none"),
        ),
        (
            words.pgettext("words after a number that it agrees with: another gender", "none"),
            words.pgettext("numbers before these words, as in 1 = una: another gender", "none"),
        ),
    )
    return tuple((frozenset(nouns.split()), _pairs(numbers)) for nouns, numbers in written)


def _pairs(written: str) -> Mapping[str, str]:
    """`1 = un, 21 = veintiún` as number to word."""
    pairs = (pair.partition("=") for pair in written.split(","))
    return {number.strip(): word.strip() for number, sign, word in pairs if sign}


def _hundred(hundreds: int, words: Language) -> str:
    """Before the rest of a number: in Spanish 100 is `cien`, but 116 `ciento dieciséis`."""
    if hundreds == 1:
        return words.pgettext("in a number, before the rest of it, as in 116", "100")
    return f"{hundreds}00"


def _one_thousand(words: Language) -> str:
    return words.pgettext("in a number, as in 1,005", "one thousand")


def _thousand(words: Language) -> str:
    return words.pgettext("in a number, after how many, as in 3,005", "thousand")


def _point(words: Language) -> str:
    return words.pgettext("in a number, between 5 and 3 in 5.3", "point")
