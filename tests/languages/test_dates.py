"""Days and moments as each language writes them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from hotline.languages.catalogue import language
from hotline.languages.dates import at_moment, on_day

DAY = date(2020, 2, 3)
EVENING = datetime(2020, 2, 3, 21, 4, 15, tzinfo=ZoneInfo("America/Chicago"))


@pytest.mark.parametrize(
    ("code", "written"),
    [("en", "February 3, 2020"), ("es", "3 de febrero de 2020"), ("xx", "February 3, 2020")],
)
def test_a_day(code, written):
    assert on_day(DAY, language(code)) == written


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "February 3, 2020, 9:04:15 p.m. CST"),
        ("es", "3 de febrero de 2020, 9:04:15 p. m. CST"),
    ],
)
def test_a_moment(code, written):
    assert at_moment(EVENING, language(code)) == written


def test_midnight_is_twelve():
    midnight = EVENING.replace(hour=0)
    assert at_moment(midnight, language("en")).endswith("12:04:15 a.m. CST")
