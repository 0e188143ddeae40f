"""Days and moments as a language writes them; the names of months are those of Unicode's CLDR."""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names

from hotline.languages.catalogue import SOURCE, Language
from hotline.moments import zone_name


def on_day(day: date, words: Language) -> str:
    """A day: `February 3, 2020`."""
    text = words.pgettext("a date", "{month} {day}, {year}")
    return text.format(month=_months(words)[day.month], day=day.day, year=day.year)


def at_moment(moment: datetime, words: Language) -> str:
    """A moment with its zone: `February 3, 2020, 9:14:15 p.m. CST`."""
    half = words.gettext("p.m.") if moment.hour >= 12 else words.gettext("a.m.")
    return words.pgettext("a moment", "{day}, {hour}:{minutes} {half} {zone}").format(
        day=on_day(moment.date(), words),
        hour=moment.hour % 12 or 12,
        minutes=moment.strftime("%M:%S"),
        half=half,
        zone=zone_name(moment),
    )


def _months(words: Language) -> dict[int, str]:
    try:
        locale = Locale.parse(words.code)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(SOURCE)
    return dict(get_month_names("wide", locale=locale))
