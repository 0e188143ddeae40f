"""What a rehearsal's chairs waited, beside what the model of `hotline plan` says."""

from __future__ import annotations

import heapq

import pytest

from hotline.rehearsal.arrivals import arrivals
from hotline.rehearsal.waiting import WaitingRecord, compare_waits


def record(calls, minutes, phones):
    """A release as it is played: each chair takes the telephone that is free first."""
    free, found = [0.0] * phones, WaitingRecord()
    for at in arrivals(calls, 3):
        due = at / 60
        begins = max(due, heapq.heappop(free))
        heapq.heappush(free, begins + minutes)
        found.due.append(due)
        found.waited.append(begins - due)
        found.lasted.append(minutes)
    return found


@pytest.mark.parametrize(("calls", "minutes", "phones"), [(400, 4, 8), (900, 3, 12)])
def test_the_model_says_what_is_measured(calls, minutes, phones):
    found = compare_waits([record(calls, minutes, phones)], phones)
    assert found.calls == calls
    assert found.minutes == pytest.approx(minutes)
    assert found.predicted[0] == pytest.approx(found.measured[0], rel=0.1)
    assert found.predicted[1] == pytest.approx(found.measured[1], rel=0.1)


def test_releases_begin_anew():
    one = record(400, 4, 8)
    assert compare_waits([one, one], 8).predicted == pytest.approx(
        compare_waits([one], 8).predicted
    )


def test_a_night_that_was_not_played_by_its_hours_says_nothing():
    assert compare_waits([WaitingRecord()], 8) is None
