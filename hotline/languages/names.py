"""What languages are called in English, for staff."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError

from hotline.languages.catalogue import SOURCE


@cache
def english_name(code: str) -> str:
    """`Spanish` for `es`; the code itself where nobody knows it."""
    try:
        return Locale.parse(code).get_display_name(SOURCE) or code
    except (UnknownLocaleError, ValueError):
        return code
