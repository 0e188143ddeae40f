"""Who is calling, in every spelling that the network is known to use (twilio.md)."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from hotline.guard.caller import Attestation, Caller, key_of, last_four, prefixes, read_caller


@pytest.mark.parametrize(
    "number", ["+15155550101", "+442079460101", "+819012345678", "+26622123456", "+390612345678"]
)
def test_a_number_is_taken_as_it_stands(number):
    assert read_caller(number, None) == Caller(number)
    assert not read_caller(number, None).withheld


def test_spaces_around_a_number_do_not_matter():
    assert read_caller(" +15155550101\n", None).number == "+15155550101"


@pytest.mark.parametrize(
    "from_",
    [
        None,
        "",
        "  ",
        "anonymous",
        "Anonymous",
        "unknown",
        "restricted",
        "blocked",
        "unavailable",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "266696687",
        "client:volunteer",
        "sip:chair@example.org",
        "15155550101",
        "+05155550101",
        "+1515555010123456",
        "+515555",
        "+1 515 555 0101",
        "+1515555010a",
        "+१५१५५५५०१०१",
        "+15155550101;ext=1",
        "+1515555010",  # too short for its country
        "+5551234",
        "+15550142",  # without its area code
        "+99912345678",  # no country's
        "+",
    ],
)
def test_a_withheld_number_and_garbage_are_nobody(from_):
    caller = read_caller(from_, "TN-Validation-Passed-A")
    assert caller.withheld
    assert caller.number is None


@pytest.mark.parametrize("neighbour", ["+26669668800", "+73787428331", "+865669612345"])
def test_a_number_that_only_looks_like_a_keyed_word_is_a_number(neighbour):
    assert read_caller(neighbour, None).number == neighbour


@pytest.mark.parametrize("diverted", ["", "-Diverted"])
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("TN-Validation-Passed-A", Attestation.PASSED_A),
        ("TN-Validation-Passed-B", Attestation.PASSED_B),
        ("TN-Validation-Passed-C", Attestation.PASSED_C),
        ("TN-Validation-Failed", Attestation.FAILED),
        ("TN-Validation-Failed-A", Attestation.FAILED),
        ("TN-Validation-Failed-B", Attestation.FAILED),
        ("TN-Validation-Failed-C", Attestation.FAILED),
        ("No-TN-Validation", Attestation.NONE),
    ],
)
def test_attestation(said, meant, diverted):
    assert read_caller("+15155550101", said + diverted).attestation is meant


@pytest.mark.parametrize(
    "said",
    [None, "", "TN-Validation-Passed", "TN-Validation-Passed-D", "TN-Validation-Passed-A-", "A"],
)
def test_what_is_not_known_to_be_a_pass_is_none(said):
    assert read_caller("+15155550101", said).attestation is Attestation.NONE


def test_a_failure_is_believed_whatever_follows_it():
    said = "TN-Validation-Failed-A-Something-New"
    assert read_caller("+15155550101", said).attestation is Attestation.FAILED


@given(st.none() | st.text(), st.none() | st.text())
@example("\ud800", "\ud800")
@example("+" + "1" * 65536, "TN-Validation-Passed-" + "A" * 65536)
def test_no_text_is_too_odd(from_, attestation):
    caller = read_caller(from_, attestation)
    assert caller.withheld is (caller.number is None)
    assert caller.number is None or re.fullmatch(r"\+[1-9][0-9]{6,14}", caller.number)


@given(
    st.sampled_from(sorted(COUNTRY_CODE_TO_REGION_CODE)),
    st.from_regex(r"[0-9]{2,13}", fullmatch=True),
)
@example(43, "00000")  # too short without the zeros that Austria drops
@example(46, "00000000")  # Sweden drops one at a time
def test_whoever_is_known_by_a_number_is_known_by_it_when_it_is_read_again(country, digits):
    number = read_caller(f"+{country}{digits}", None).number
    assert number is None or read_caller(number, None).number == number


def test_only_the_last_four_digits_are_shown():
    assert last_four("+15155550142") == "0142"
    assert last_four(None) == ""


class TestKeys:
    def test_a_key_says_nothing_of_the_number_and_is_always_the_same(self):
        key = key_of("pepper", "+15155550101")
        assert key == key_of("pepper", "+15155550101")
        assert len(key) == 16
        assert "0101" not in key

    def test_another_pepper_or_number_is_another_key(self):
        numbers = [f"+1515555{n:04}" for n in range(100, 200)]
        keys = {key_of(pepper, number) for pepper in ("a", "b") for number in numbers}
        assert len(keys) == 200

    def test_a_withheld_number_has_none(self):
        assert key_of("pepper", None) == ""

    def test_without_a_pepper_there_is_none(self):
        with pytest.raises(ValueError, match="PIN_PEPPER"):
            key_of("", "+15155550101")


def test_the_beginnings_of_a_number():
    found = prefixes("+15155550101")
    assert found[0] == "+1515"
    assert found[-1] == "+1515555010"
