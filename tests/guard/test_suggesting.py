"""Which blocks are suggested: no wider than what was seen, and never of what did not call."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotline.guard.blocking import Pattern, read_pattern
from hotline.guard.suggesting import FEWEST_CALLS, MOST, Suggestion, suggest

numbers = st.integers(0, 99_999).map(lambda n: f"+1312555{n:05}"[:12]) | st.integers(
    0, 9_999_999
).map(lambda n: f"+1515{n:07}")
counted = st.dictionaries(numbers, st.integers(1, 60), max_size=60)


def prefix(text: str, calls: int, of: int) -> Suggestion:
    return Suggestion(Pattern(text, is_prefix=True), calls, of)


def test_a_range_that_calls_a_lot_is_suggested_as_narrow_as_it_was_seen() -> None:
    calls = {f"+131255501{n:02}": 10 for n in range(10)}
    assert suggest(calls) == [prefix("+1312555010", 100, 10)]


def test_two_ranges_are_told_apart() -> None:
    calls = {f"+13125550{n:03}": 4 for n in range(10)} | {f"+13127770{n:03}": 5 for n in range(10)}
    assert suggest(calls) == [prefix("+1312777000", 50, 10), prefix("+1312555000", 40, 10)]


def test_numbers_all_over_a_range_are_one_suggestion() -> None:
    calls = {f"+1312555{n:04}": 1 for n in range(0, 10_000, 100)}
    assert suggest(calls) == [prefix("+1312555", 100, 100)]


def test_one_telephone_that_calls_a_lot_is_suggested_by_its_number() -> None:
    number = Pattern("+13125550142", is_prefix=False)
    assert suggest({"+13125550142": FEWEST_CALLS}) == [Suggestion(number, FEWEST_CALLS, 1)]


def test_what_called_a_little_is_not() -> None:
    assert suggest({f"+1312555{n:04}": 1 for n in range(FEWEST_CALLS - 1)}) == []
    assert suggest({}) == []


@given(counted)
def test_whatever_is_suggested_may_be_blocked_and_did_call(calls: dict[str, int]) -> None:
    for one in suggest(calls):
        assert read_pattern(str(one.pattern)) == one.pattern
        covered = {number: count for number, count in calls.items() if one.pattern.covers(number)}
        assert (one.calls, one.numbers) == (sum(covered.values()), len(covered))
        assert one.calls >= FEWEST_CALLS


@given(counted)
def test_no_call_is_suggested_twice_and_the_loudest_come_first(calls: dict[str, int]) -> None:
    found = suggest(calls)
    assert len(found) <= MOST
    assert [one.calls for one in found] == sorted((one.calls for one in found), reverse=True)
    for number in calls:
        assert sum(one.pattern.covers(number) for one in found) <= 1
