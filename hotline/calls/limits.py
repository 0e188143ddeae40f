"""How long a turn takes, and turns that are over in time. Pure.

The model is that of call.md: words spoken ÷ 2.5 a second, and 0.75 s for the turn itself. A gather
of a fixed length is over after that many silences at the latest, as each key but the last starts
the clock anew; so a call from which nobody has proved anything ends in time whatever is keyed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from math import floor

from hotline.calls.prompts import Line, Prompt, line, speak
from hotline.calls.turns import Ask, Connect, End, Turn
from hotline.languages import catalogue

WORDS_A_SECOND = 2.5
TURN_SECONDS = 0.75
SHORTEST_KEY_SECONDS = 2
"""Nobody finds the next key in less."""
SHORTEST_TALK = 20
"""Seconds; for less, nobody is put through to a person."""

TEXTS_KNOWN = 1024
"""How many texts a process remembers the words of: the line says the same ones all night."""

_FAREWELLS = (
    (line(Prompt.HAVE_READY),),
    (line(Prompt.TIME_UP), line(Prompt.SAVED)),
    (line(Prompt.GOODBYE),),
)


@lru_cache(maxsize=TEXTS_KNOWN)
def words(text: str) -> int:
    """Words as a voice speaks them: 116 is "one hundred sixteen", 5.3 is "five point three"."""
    points = len(re.findall(r"\d\.\d", text))
    return points + sum(
        _number_words(int(word)) if word.isdecimal() else 1 for word in re.findall(r"[\w']+", text)
    )


def _number_words(number: int) -> int:
    if number < 21 or (number < 100 and number % 10 == 0):
        return 1
    if number < 100:
        return 2
    for size in (10**6, 1000, 100):
        if number >= size:
            rest = number % size
            return _number_words(number // size) + 1 + (_number_words(rest) if rest else 0)
    raise ValueError(f"no number of words for {number}")


def speech_seconds(lines: tuple[Line, ...], language: str, rate: int = 100) -> float:
    """How long a voice needs for these lines; `rate` is its speed in percent."""
    return _seconds(_words_of(lines, language), rate)


def farewell_seconds(language: str, rate: int = 100) -> float:
    """How long it takes at most to say that time is up."""
    return _seconds(_farewell_words(catalogue.language(language)), rate)


@cache
def _farewell_words(language: catalogue.Language) -> int:
    """Every step of a call wants to know; they change with the catalogues only."""
    return max(_words_of(lines, language.code) for lines in _FAREWELLS)


def _words_of(lines: tuple[Line, ...], language: str) -> int:
    return sum(words(speak(said, language)) for said in lines)


def _seconds(spoken: int, rate: int) -> float:
    return spoken / WORDS_A_SECOND * 100 / rate


def fit(turn: Turn, language: str, left: float, key_seconds: int, rate: int = 100) -> Turn | None:
    """The turn so that it is over, and the call can be ended with a word, within `left` seconds.

    `key_seconds` is what the line is set to; the caller is hurried rather than cut off. None where
    not even that is enough: then time is up. An entry of no fixed length is only begun in time. For
    a Connect, `left` is the longest that the talk may last.
    """
    speech = speech_seconds(turn.lines, language, rate)
    match turn:
        case End():
            return turn if speech <= left else None
        case Connect():
            talk = floor(left - speech)
            return replace(turn, limit=talk) if talk >= SHORTEST_TALK else None
        case Ask():
            wanted = turn.key_seconds or key_seconds
            silences = left - speech - TURN_SECONDS - farewell_seconds(language, rate)
            seconds = min(wanted, floor(silences / (turn.digits or 1)))
            if seconds < min(wanted, SHORTEST_KEY_SECONDS):
                return None
            return turn if seconds == wanted else replace(turn, key_seconds=seconds)
