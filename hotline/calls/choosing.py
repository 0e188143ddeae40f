"""Which key leads to which language: it follows from the election's list, and from nothing else.

The line begins in the first language. The second has the 9, the third the 8, and so on; the key of
the language that is being spoken leads back to the first.
"""

from __future__ import annotations

from collections.abc import Mapping

from hotline.calls.prompts import Line, Prompt
from hotline.calls.state import State
from hotline.election.model import Election
from hotline.languages.catalogue import language

LAST_KEY = 9


def languages_by_key(election: Election, spoken: str) -> Mapping[str, str]:
    """Key to language (ISO 639-1), for a call that is held in `spoken`."""
    first, *others = election.languages
    return {
        str(LAST_KEY - place): first if code == spoken else code
        for place, code in enumerate(others)
    }


def chosen(election: Election, state: State, texts: tuple[str, ...]) -> str | None:
    """The language that was asked for by what was keyed; None if it was something else."""
    return languages_by_key(election, state.language).get(texts[0]) if len(texts) == 1 else None


def offers(election: Election, state: State, prompt: Prompt) -> tuple[Line, ...]:
    """What says the other languages' keys, each in its own language; nothing once one has filed."""
    if state.filings:
        return ()
    return tuple(
        Line(prompt, (("language", language(code).name), ("key", key)), code)
        for key, code in languages_by_key(election, state.language).items()
    )
