"""What may be blocked: numbers and ranges as the front door finds them, for a while, with a why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.guard.blocking import (
    LONGEST,
    USUAL,
    BlockingError,
    Pattern,
    as_written,
    block_of,
    check_consent,
    end_of,
    read_duration,
    read_moment,
    read_pattern,
    read_reason,
)
from hotline.guard.caller import prefixes, read_caller
from hotline.guard.triage import BlockKind
from hotline.telephones import WITHHELD_AS_DIGITS

NOW = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)
NUMBER = Pattern("+15155550142", is_prefix=False)
RANGE = Pattern("+1515555", is_prefix=True)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("+15155550142", NUMBER),
        (" +15155550142 ", NUMBER),
        ("+1515555*", RANGE),
        ("+1515*", Pattern("+1515", is_prefix=True)),
        ("+3581*", Pattern("+3581", is_prefix=True)),
        ("+1 515 555 0142", NUMBER),
        ("\u202a+1 515 555 0142\u202c", NUMBER),
        ("+115155550142", NUMBER),
        ("+1 (515) 555*", RANGE),
        ("+1 515 555-XXXX", RANGE),
        ("+4407911123456", Pattern("+447911123456", is_prefix=False)),  # its callers come so
    ],
)
def test_what_may_be_blocked(text: str, pattern: Pattern) -> None:
    assert read_pattern(text) == pattern


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a telephone number"),
        ("anonymous", "not a telephone number"),
        ("5155550142", "international form"),
        ("+1515555**", "no part of a telephone number|international form"),
        ("+*", "not a telephone number"),
        ("*", "not a telephone number"),
        ("+1515555014", "too short"),
        ("+1515555", "too short"),
        ("+99955501420", "no country's code"),
        ("+1*", "at least 4 digits"),
        ("+151*", "at least 4 digits"),
        ("+358*", "at least 4 digits"),
        ("+9995*", "no country's numbers"),
        ("+15155550142*", "a single number has no asterisk"),
        ("+15155550100", "the line itself"),
        ("+266696687", "withheld"),
        ("+266696687*", "withheld"),
    ],
)
def test_what_may_not_be_blocked(text: str, reason: str) -> None:
    with pytest.raises(BlockingError, match=reason):
        read_pattern(text, own_lines=("+15155550100",))


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("(515) 555-0142", NUMBER),
        ("1515555*", RANGE),
        ("515 555 *", RANGE),
        ("515-555-xxxx", RANGE),
    ],
)
def test_national_spellings_are_of_the_elections_country(text: str, pattern: Pattern) -> None:
    assert read_pattern(text, country="US") == pattern
    with pytest.raises(BlockingError):
        read_pattern(text)


@pytest.mark.parametrize("withheld", sorted(WITHHELD_AS_DIGITS))
def test_withheld_callers_are_not_blocked_as_if_they_were_one(withheld: str) -> None:
    with pytest.raises(BlockingError):
        read_pattern(withheld)


@given(st.text(alphabet="+*0123456789x ", max_size=20))
def test_whatever_is_written_is_a_pattern_or_refused(text: str) -> None:
    try:
        pattern = read_pattern(text)
    except BlockingError:
        return
    assert as_written(str(pattern)) == pattern
    assert read_pattern(str(pattern)) == pattern


@given(st.integers(0, 99), st.integers(1, 13))
def test_a_range_is_found_among_the_beginnings_of_its_numbers(last: int, length: int) -> None:
    number = f"+151555501{last:02}"
    try:
        pattern = read_pattern(number[:length] + "*")
    except BlockingError:
        assert number[:length] not in prefixes(number)
    else:
        assert pattern.covers(number)
        assert pattern.text in prefixes(number)


@given(st.integers(10**6, 10**14))
def test_a_number_is_blocked_as_its_callers_are_known(digits: int) -> None:
    caller = read_caller(f"+{digits}", None)
    try:
        pattern = read_pattern(f"+{digits}")
    except BlockingError:
        assert caller.number is None
    else:
        assert pattern.covers(str(caller.number))


def test_a_second_person_makes_a_block_that_even_a_chair_is_held_to() -> None:
    assert block_of(NUMBER, "") is BlockKind.NUMBER
    assert block_of(NUMBER, "Bo") is BlockKind.CONFIRMED
    assert block_of(RANGE, "Bo") is BlockKind.PREFIX


@pytest.mark.parametrize("pattern", [NUMBER, RANGE])
def test_telephones_of_the_roster_take_a_second_person(pattern: Pattern) -> None:
    check_consent(pattern, 0, "ann (command line)", "")
    check_consent(pattern, 3, "ann (command line)", "bo")
    with pytest.raises(BlockingError, match="a second person has to agree"):
        check_consent(pattern, 3, "ann (command line)", "")


def test_a_range_says_how_many_telephones_of_the_roster_it_holds() -> None:
    with pytest.raises(BlockingError, match=r"^3 telephones.* still get through$"):
        check_consent(RANGE, 3, "ann", "")


@pytest.mark.parametrize("second", ["ann (command line)", "ann", "Ann", " ANN (at the desk)"])
@pytest.mark.parametrize("phones", [0, 1])
def test_nobody_agrees_with_themselves(second: str, phones: int) -> None:
    with pytest.raises(BlockingError, match="another one"):
        check_consent(NUMBER, phones, "ann (command line)", second)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        (" 7d", timedelta(days=7)),
        ("0h", timedelta()),
    ],
)
def test_durations(text: str, duration: timedelta) -> None:
    assert read_duration(text) == duration


@pytest.mark.parametrize("text", ["", "2", "h", "-2h", "2 h", "1.5h", "2w", "9999999d", "٢h"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(BlockingError, match="30m, 2h or 7d"):
        read_duration(text)


def test_moments_have_a_zone() -> None:
    assert read_moment("2020-02-03T19:00-06:00") == NOW
    assert read_moment("2020-02-04T01:00:00Z") == NOW
    for text, reason in (
        ("2020-02-04", "needs its zone"),
        ("2020-02-04T01:00", "needs its zone"),
        ("9999-12-31T23:59-23:59", "this is no time"),
        ("tomorrow", "write it as in 2020-02-03 19:00Z"),
    ):
        with pytest.raises(BlockingError, match=reason):
            read_moment(text)


def test_a_block_ends() -> None:
    assert end_of(NOW, None) == NOW + USUAL
    assert end_of(NOW, NOW + LONGEST) == NOW + LONGEST
    for until, reason in (
        (NOW, "over already"),
        (NOW - timedelta(hours=1), "over already"),
        (read_moment("0001-01-01T00:00Z"), "over already"),
        (NOW + LONGEST + timedelta(seconds=1), "30 days at most"),
        (read_moment("9999-12-31T23:59Z"), "30 days at most"),
    ):
        with pytest.raises(BlockingError, match=reason):
            end_of(NOW, until)


def test_a_reason_is_a_line_that_can_be_read() -> None:
    assert read_reason("  keeps\n calling ") == "keeps calling"
    for text in ("", " \n", "a\x00b", "x" * 201):
        with pytest.raises(BlockingError, match="reason"):
            read_reason(text)
