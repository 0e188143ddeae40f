"""A language is one catalogue, `<code>/LC_MESSAGES/hotline.po`, and a line in an election.

Texts are written in English in the code that says them, and are their own keys. A catalogue also
has what a language knows of itself: its name, its voice, how it writes a date.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN = "hotline"
SOURCE = "en"
"""The language (ISO 639-1) that texts are written in; it has them all, and no catalogue."""

FOLDERS: tuple[Path, ...] = (Path(__file__).parent,)
"""Where catalogues are looked for, in this order."""


def N_(text: str) -> str:
    """Marks a text that is looked up later, for `make catalogues` to find."""
    return text


class Language:
    """One language's words. The methods are those of gettext, and fall back to English."""

    def __init__(self, code: str, texts: gettext.NullTranslations) -> None:
        self.code = code
        self.gettext = texts.gettext
        self.ngettext = texts.ngettext
        self.pgettext = texts.pgettext
        self.npgettext = texts.npgettext

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return self.pgettext("the name of this language, in it", "English")

    @property
    def voice(self) -> str:
        """The carrier's voice that speaks it, unless the settings name another."""
        return self.pgettext("a voice of the carrier for this language", "Polly.Joanna-Neural")

    @property
    def speech(self) -> str:
        """The BCP 47 tag that the carrier knows it by."""
        return self.pgettext("the tag of this language for its voice", "en-US")


def language(code: str) -> Language:
    """A language by its code (ISO 639-1); one without a catalogue speaks English."""
    return _load(code, FOLDERS)


def available() -> tuple[str, ...]:
    """The codes of all languages that there are words for, English first."""
    return _available(FOLDERS)


def languages(wanted: Iterable[str]) -> tuple[Language, ...]:
    """Those of the wanted languages that there are words for, in order; English if none is."""
    known = available()
    return tuple(language(code) for code in wanted if code in known) or (language(SOURCE),)


def missing(code: str, texts: Iterable[str]) -> list[str]:
    """Those of the texts (of a plural, its first form) that a language has no words for."""
    if code == SOURCE:
        return []
    known = _read(code, FOLDERS)
    known.add_fallback(_Nothing())
    # Debian's Python 3.11.2 finds a text that has a plural only where a plural is asked for.
    return [text for text in texts if not (known.gettext(text) or known.ngettext(text, text, 1))]


class _Nothing(gettext.NullTranslations):
    """What is in no catalogue has no words."""

    def gettext(self, message: str) -> str:
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""


@cache
def _available(folders: tuple[Path, ...]) -> tuple[str, ...]:
    found = {
        path.parents[1].name
        for folder in folders
        for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")
    }
    return (SOURCE, *sorted(found))


@cache
def _load(code: str, folders: tuple[Path, ...]) -> Language:
    return Language(code, _read(code, folders))


def _read(code: str, folders: tuple[Path, ...]) -> gettext.NullTranslations:
    """The texts of a catalogue, which takes some 30 ms; of a language without one, none."""
    for folder in folders:
        path = folder / code / "LC_MESSAGES" / f"{DOMAIN}.po"
        if path.exists():
            compiled = io.BytesIO()
            with path.open("rb") as file:
                write_mo(compiled, read_po(file))
            compiled.seek(0)
            return gettext.GNUTranslations(compiled)
    return gettext.NullTranslations()
