"""The model of queues, against Erlang's formula C, against a queue that is played, and by hand."""

from __future__ import annotations

import heapq
from itertools import islice, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.capacity.curves import NIGHT_OF_2008, curve_named
from hotline.capacity.queueing import (
    lines_needed,
    most_at_once,
    people_needed,
    shares_blocked,
    waits,
)


def played(calls, minutes, people, seed):
    """The waits of one night: calls at random in their minutes, lengths at random."""
    chance, times = Random(seed), []
    for minute, n in enumerate(calls):
        at = minute + chance.expovariate(n) if n else minute + 1
        while at < minute + 1:
            times.append(at)
            at += chance.expovariate(n)
    free, found = [0.0] * people, []
    for at in times:
        begins = max(at, heapq.heappop(free))
        found.append(begins - at)
        heapq.heappush(free, begins + chance.expovariate(1 / minutes))
    return found


@pytest.mark.parametrize(("minutes", "hours"), [(6, 1.8), (12, 5.4)])
def test_forty_five_phones_in_2020(minutes, hours):
    found = waits(NIGHT_OF_2008.calls(1765), minutes, 45)
    assert found.longest / 60 == pytest.approx(hours, abs=0.05)
    assert found.late > 0.9


@pytest.mark.parametrize(
    ("calls", "minutes", "people"),
    [(1765, 6, 45), (1765, 12, 45), (1765, 6, 100), (1765, 6, 120), (229, 6, 10), (229, 6, 18)],
)
def test_a_night_that_is_played_waits_as_long(calls, minutes, people):
    curve = NIGHT_OF_2008.calls(calls)
    nights = [played(curve, minutes, people, seed) for seed in range(12)]
    mean = sum(sum(night) / len(night) for night in nights) / len(nights)
    late = sum(sum(w > 1 for w in night) / len(night) for night in nights) / len(nights)
    found = waits(curve, minutes, people)
    assert found.mean == pytest.approx(mean, rel=0.15, abs=0.1)
    assert found.late == pytest.approx(late, abs=0.06)


def blocked_with(lines, load):
    return next(islice(shares_blocked(load), lines, None))


@pytest.mark.parametrize(("load", "people"), [(80, 90), (40, 45), (18, 22), (9, 11)])
def test_calls_that_come_evenly_wait_as_erlang_has_it(load, people):
    blocked = blocked_with(people, load)
    waiting = people * blocked / (people - load * (1 - blocked))
    erlang = waiting * 1 / (people - load)  # in calls' lengths
    found = waits([load / 4] * 600, 4, people)
    assert found.mean / 4 == pytest.approx(erlang, rel=0.45)


def test_nobody_waits_where_nobody_calls():
    assert waits([0.0] * 10, 6, 1).longest == 0
    assert waits([], 6, 1).mean == 0


def test_the_last_is_answered_when_all_calls_have_been():
    # Ten calls a minute for ten minutes, five answered a minute: through after twenty.
    found = waits([10.0] * 10, 1, 5)
    assert found.longest == pytest.approx(10, rel=0.05)
    assert 20 <= found.over <= 21


def test_erlangs_formula_b_by_hand():
    assert blocked_with(2, 2) == pytest.approx(2 / (1 + 2 + 2))
    assert lines_needed(2, 0.4) == 2
    assert lines_needed(2, 0.39) == 3


def test_a_line_without_waiting_has_the_calls_of_the_last_minutes():
    assert most_at_once([3.0, 5.0, 1.0], 1) == 5
    assert most_at_once([3.0, 5.0, 1.0], 2) == 8
    assert most_at_once([3.0, 5.0, 1.0], 1.5) == 6.5
    assert most_at_once([3.0], 5) == 3


def test_curves_by_name():
    assert sum(NIGHT_OF_2008.by_minute) == pytest.approx(1)
    assert curve_named("2008") is NIGHT_OF_2008
    assert curve_named("even:4").by_minute == (0.25,) * 4
    for wrong in ("", "even:", "even:0", "even:9999", "even:-1", "even:٣", "2009"):
        with pytest.raises(ValueError, match=r"there is no curve|1 to 1440"):
            curve_named(wrong)


nights = st.lists(st.floats(0, 40), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(nights, st.floats(0.5, 15), st.integers(1, 60))
def test_more_people_never_make_it_longer(calls, minutes, people):
    found = [waits(calls, minutes, n) for n in (people, people + 3)]
    for few, many in pairwise(found):
        assert many.longest <= few.longest + 0.05
        assert many.mean <= few.mean + 0.05
    assert all(0 <= each.late <= 1 + 1e-9 and each.mean >= 0 for each in found)


@settings(max_examples=25, deadline=None)
@given(nights, st.floats(0.5, 15), st.floats(0.5, 20))
def test_the_people_needed_are_enough(calls, minutes, longest):
    people = people_needed(calls, minutes, longest)
    assert waits(calls, minutes, people).longest <= longest
