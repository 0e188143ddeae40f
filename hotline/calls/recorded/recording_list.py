"""Everything that is to be recorded for an election, in each of its languages. Pure.

A recording says one phrase; its file is called by what it says and, at the end, by a digest of it.
So a text that has changed asks for another file, and the old one is never played for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from string import Formatter

from hotline.calls.names import spoken_unit
from hotline.calls.prompts import (
    Address,
    Prompt,
    Value,
    counted_by,
    everything_said,
    line,
    speak,
)
from hotline.calls.recorded.numbers import all_number_words
from hotline.calls.recorded.phrases import (
    Fragment,
    Phrase,
    conjunction,
    fragments_of,
    fragments_of_value,
)
from hotline.election.model import Election
from hotline.election.rules.registry import rules_of, texts, texts_of
from hotline.election.rules.sheet import Text
from hotline.languages.catalogue import Language, language

SUFFIX = ".wav"
LONGEST_NAME = 40  # letters of what a file says, before the digest
SEVERAL = (1, 2, 5, 100)
"""Between them they have every form that a language counts with."""

IN_TEXT_MESSAGES = frozenset(
    {
        Prompt.SECOND_TEXT,
        Prompt.PIN_TEXT,
        Prompt.STOP_ENDS,
        Prompt.RESULTS_TEXT,
        Prompt.REMINDER,
        Prompt.INVITATION,
        *(
            prompt
            for prompt in Prompt
            if prompt.name.startswith(("RECEIPT", "NOT_YOU", "TEXT_", "PHOTO"))
        ),
    }
)
"""Prompts that are read, never heard."""

FREE = frozenset({Prompt.CLOSED_BECAUSE})
"""Prompts that say what people have typed: the voice speaks them."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One file to record. `where`: in what it is heard; `sentence`: all of that sentence, with
    braces for what is filled in, empty for names and numbers."""

    phrase: Phrase
    where: str
    sentence: str = ""

    @property
    def file(self) -> str:
        """Its path in the folder of recordings: `en/key-your-pin-1f0c2d3e4a.wav`."""
        return file_of(self.phrase)


def file_of(phrase: Phrase) -> str:
    """The path of a phrase's recording; only the digest at its end counts."""
    plain = unicodedata.normalize("NFKD", phrase.text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-")
    return f"{phrase.language}/{words}-{phrase.digest}{SUFFIX}"


def recordings_for(election: Election, address: str = "") -> list[Recording]:
    """What is to be recorded, each phrase once: sentences first, then numbers, then names.

    `address`: where results are, as it is spoken.
    """
    found: dict[Phrase, Recording] = {}
    for code in election.languages:
        for recording in _in_language(election, code, address):
            found.setdefault(recording.phrase, recording)
    return list(found.values())


def _in_language(election: Election, code: str, address: str) -> Iterator[Recording]:
    named = election.in_language(code)
    for prompt in _heard(election):
        yield from _sentences(prompt, language(code))
    for word in all_number_words(code):
        yield Recording(Phrase(word, code), "numbers")
    yield Recording(Phrase(language(code).name, code), "the offer of this language")
    yield Recording(Phrase(conjunction(code), code), "between names")
    if address:
        said = line(Prompt.WHERE, address=Address(address))
        yield from _phrases(fragments_of(said, code), "where the results are")
    for where, names in _names(named):
        for name in dict.fromkeys(names):
            yield from _phrases(fragments_of_value(name, code), where)


def _heard(election: Election) -> Iterator[Prompt | Text]:
    """What may be said in calls of this election: texts of other rules are not."""
    others = set(texts()) - {text for rule in rules_of(election) for text in texts_of(rule)}
    for prompt in everything_said():
        if prompt not in IN_TEXT_MESSAGES and prompt not in FREE and prompt not in others:
            yield prompt


@cache  # they are those of any election
def _sentences(prompt: Prompt | Text, spoken: Language) -> tuple[Recording, ...]:
    """The parts of a sentence around what is filled in, in each form that counts differently."""
    found, code = [], spoken.code
    where, numbers = f"sentence {prompt.name}", {*all_number_words(code)}
    fields = sorted({field for _, field, _, _ in Formatter().parse(prompt.value) if field})
    for number in SEVERAL if "|" in prompt.value else SEVERAL[:1]:
        counted: dict[str, Value] = {counted_by(prompt): number} if "|" in prompt.value else {}
        shown: dict[str, Value] = {field: f"{{{field}}}" for field in fields}
        template = speak(line(prompt, **(shown | counted)), code)
        blank: dict[str, Value] = dict.fromkeys(fields, "")
        for fragment in fragments_of(line(prompt, **(blank | counted)), code):
            for phrase in fragment.phrases:
                if phrase.text not in numbers:
                    found.append(Recording(phrase, where, template))
    return tuple(found)


def _phrases(fragments: Iterable[Fragment], where: str) -> Iterator[Recording]:
    for fragment in fragments:
        yield from (Recording(phrase, where) for phrase in fragment.phrases)


def _names(election: Election) -> Iterator[tuple[str, Iterable[str]]]:
    """Where names are heard, and which."""
    yield "name of the election", (election.greeting or election.title, election.title)
    yield "names of contests", (contest.title for contest in election.contests)
    yield "names of candidates", (c.said for t in election.contests for c in t.candidates)
    yield "names of precincts", (spoken_unit(unit) for unit in election.units.values())
