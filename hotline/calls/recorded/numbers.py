"""Numbers as a series of recordings: up to 99 each has its own, larger ones are put together."""

from __future__ import annotations

from hotline.languages.catalogue import Language, language

LARGEST = 999_999
"""Beyond it, the voice speaks."""


def number_words(number: str, code: str) -> tuple[str, ...]:
    """What is said of `116`, `5.3` or `0142` in a language (ISO 639-1): each word is a recording.

    Digits that begin with a zero are said one by one; a number that is too large is one word,
    of which there is no recording.
    """
    words = language(code)
    whole, point, places = number.partition(".")
    if point:
        return (*number_words(whole, code), _point(words), *places)
    if whole != "0" and whole.startswith("0"):
        return tuple(whole)
    return _whole(int(whole), words)


def all_number_words(code: str) -> tuple[str, ...]:
    """Every word that numbers are put together of, each once, in order."""
    words = language(code)
    hundreds = [text for n in range(1, 10) for text in (_hundred(n, words), f"{n}00")]
    thousands = (_one_thousand(words), _thousand(words))
    found = (*map(str, range(100)), *hundreds, *thousands, _point(words))
    return tuple(dict.fromkeys(found))


def _whole(number: int, words: Language) -> tuple[str, ...]:
    if number < 100 or number > LARGEST:
        return (str(number),)
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return (_hundred(hundreds, words), str(rest)) if rest else (f"{hundreds}00",)
    thousands, rest = divmod(number, 1000)
    many = (*_whole(thousands, words), _thousand(words))
    said = (_one_thousand(words),) if thousands == 1 else many
    return (*said, *_whole(rest, words)) if rest else said


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
