"""The arrival curve, against the night of 2008 (lessons.md)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

import pytest

from hotline.rehearsal.arrivals import NIGHT, arrivals, quantile

REPORTS = 1765


@pytest.mark.parametrize("seed", range(5))
def test_the_night_is_that_of_2008(seed):
    times = arrivals(REPORTS, seed)
    assert len(times) == REPORTS
    assert times == sorted(times)

    a_minute = Counter(int(at // 60) for at in times)
    assert 30 <= max(a_minute.values()) <= 42  # 36 in the busiest
    assert 0.48 * REPORTS <= sum(at < 3600 for at in times) <= 0.56 * REPORTS  # half
    busiest = max(bisect_left(times, at + 3600) - place for place, at in enumerate(times))
    assert 1_010 <= busiest <= 1_120  # 1,062
    assert times[-1] > 4 * 3600, "the tail is long"


def test_the_same_seed_is_the_same_night():
    assert arrivals(50, 7) == arrivals(50, 7) != arrivals(50, 8)


def test_quantiles_rise_from_the_first_call_to_the_last():
    found = [quantile(share / 1000) for share in range(1001)]
    assert found == sorted(found)
    assert found[0] == 0
    assert found[-1] == pytest.approx(NIGHT)
