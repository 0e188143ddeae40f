"""Two spellings of one telephone are one telephone, at whatever door they come in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.telephones import (
    TelephoneError,
    as_network,
    beginning,
    country_of_zone,
    hidden,
    read_telephone,
    read_telephones,
)

ONE, TWO = "+15155550142", "+15155550143"


@pytest.mark.parametrize(
    "written",
    [
        ONE,
        "(515) 555-0142",
        "515.555.0142 cell",
        "cell: 515-555-0142",
        "(c) 515-555-0142",
        "Pat's cell 515-555-0142",
        "515-555-0142c",
        "1-515-555-0142",
        "+1 515 555 0142",
        "+115155550142",
        "+1 1 515 555 0142",
        "115155550142",
        "001 1 515 555 0142",
        "\u202a+1 515 555 0142\u202c",
        "\ufeff515\u00a0555\u20110142\u200b",
        "５１５ ５５５ ０１４２",
        "tel:+15155550142",
        "'+15155550142",
        "5155550142.0",
        "5.155550142E+09",
        "5,155550142E+09",
    ],
)
def test_one_telephone_in_many_spellings(written: str) -> None:
    assert read_telephone(written, "US") == ONE
    assert [phone.number for phone in read_telephones(written, "US")] == [ONE]


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("+52 1 55 1234 5678", "US", "+525512345678"),
        ("+5215512345678", "", "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("5215512345678", "MX", "+525512345678"),
        ("07911 123456", "GB", "+447911123456"),
        ("447911123456", "GB", "+447911123456"),
        ("+44 (0)7911 123456", "US", "+447911123456"),
        ("011 44 7911 123456", "US", "+447911123456"),
        ("0044 7911 123456", "US", "+447911123456"),
        ("06 12345678", "IT", "+390612345678"),
        ("+4752345678", "US", "+4752345678"),
    ],
)
def test_other_countries(written: str, country: str, number: str) -> None:
    assert read_telephone(written, country) == number


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "not a telephone number"),
        ("none", "not a telephone number"),
        ("anonymous", "not a telephone number"),
        ("555-0142", "lacks its area code"),
        ("+15550142", "lacks its area code"),
        ("+1515555014", "too short"),
        ("+151555501422", "too long"),
        ("+9991234567", "no country's code"),
        ("+2562533", "withheld"),
        ("+86282452253", "withheld"),
        ("5.15555E+09", "lost its last digits"),
        ("(515) 555-0142 x12", "extension"),
        ("515-555-0142 ext. 12", "extension"),
        ("515-555-0142 (old)", "old"),
        ("+1-800-FLOWERS", "digits"),
        ("+1515555014x", "digits"),
        ("+5155550142", "no country's code: if it is one, write .15155550142"),
        ("1" * 300, "international form"),
    ],
)
def test_what_is_no_telephone_is_refused_with_its_reason(written: str, reason: str) -> None:
    with pytest.raises(TelephoneError, match=reason):
        read_telephone(written, "US")


@pytest.mark.parametrize("written", ["5155550142", "(515) 555-0142", "15155550142"])
def test_without_a_country_a_number_names_its_own(written: str) -> None:
    with pytest.raises(TelephoneError, match="international form"):
        read_telephone(written)


@pytest.mark.parametrize(
    "cell",
    [
        f"{ONE};{TWO}",
        "515-555-0142, 515-555-0143",
        "515 555 0142 / 515 555 0143",
        "5155550142/5155550143",
        "515-555-0142 or 515-555-0143",
        "515-555-0142 515-555-0143",
        "515-555-0142 (home)\n515-555-0143 (cell)",
        "515-555-0142, 1-515-555-0142 & 515-555-0143",
    ],
)
def test_several_in_one_cell(cell: str) -> None:
    assert [phone.number for phone in read_telephones(cell, "US")] == [ONE, TWO]


def test_a_word_behind_a_comma_is_no_telephone() -> None:
    assert [phone.number for phone in read_telephones("515-555-0142, cell", "US")] == [ONE]
    with pytest.raises(TelephoneError):
        read_telephones("see below", "US")
    assert read_telephones("", "US") == []


def test_what_was_written_otherwise_is_told_apart() -> None:
    first, second = read_telephones(f"{ONE}; 515 555 0143", "US")
    assert not first.is_mended
    assert second.is_mended


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True), st.sampled_from(["", "US", "MX"]))
def test_a_number_is_the_same_from_a_network_and_from_people(number: str, country: str) -> None:
    """A number that people may write is known when its telephone calls."""
    try:
        written = read_telephone(number, country)
    except TelephoneError:
        return
    assert written == as_network(number)
    assert read_telephone(written, country) == written


@given(st.text(max_size=40), st.sampled_from(["", "US", "DE"]))
def test_whatever_is_written_is_a_telephone_or_refused(text: str, country: str) -> None:
    try:
        number = read_telephone(text, country)
    except TelephoneError:
        return
    assert as_network(number) == number


@pytest.mark.parametrize(
    ("written", "country", "text"),
    [
        ("+1515555", "", "+1515555"),
        ("+1 (515) 555", "", "+1515555"),
        ("+11515555", "", "+1515555"),
        ("1515555", "US", "+1515555"),
        ("515-555", "US", "+1515555"),
        ("0151", "DE", "+49151"),
    ],
)
def test_the_beginning_of_a_range(written: str, country: str, text: str) -> None:
    assert beginning(written, country) == text


def test_a_beginning_with_two_readings_is_refused() -> None:
    with pytest.raises(TelephoneError, match="could be"):
        beginning("49151", "DE")
    with pytest.raises(TelephoneError, match="international form"):
        beginning("515555")


def test_countries_by_time_zone() -> None:
    zones = ("America/Chicago", "US/Central", "America/Mexico_City", "UTC")
    assert [country_of_zone(zone) for zone in zones] == ["US", "US", "MX", ""]


def test_a_message_shows_the_end_of_a_number_only() -> None:
    assert hidden("(515) 555-0142") == "“…0142”"
    assert hidden("anonymous") == "“anonymous”"
