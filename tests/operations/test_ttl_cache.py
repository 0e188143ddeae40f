"""The cache of a process: one makes a value, the others wait or see the one before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from hotline.operations.ttl_cache import FOREVER, TimedCache


class Source:
    """Counts how often it is read; a read may be held up, or take some time by the clock."""

    def __init__(self) -> None:
        self.now = 100.0
        self.reads = 0
        self.takes = 0.0
        self.began, self.may_end = Event(), Event()
        self.may_end.set()

    def clock(self) -> float:
        return self.now

    def read(self) -> int:
        self.reads += 1
        found = self.reads
        self.began.set()
        self.may_end.wait(10)
        self.now += self.takes
        return found


@pytest.fixture
def source() -> Source:
    return Source()


def test_a_value_is_made_again_once_its_time_is_over(source: Source) -> None:
    cache: TimedCache[str, int] = TimedCache(2.0, clock=source.clock)

    found = []
    for seconds in (0, 1.9, 0.1, 1.9, 0.1):
        source.now += seconds
        found.append(cache.get("it", source.read))

    assert found == [1, 1, 2, 2, 3]


def test_each_key_has_a_value_and_the_one_not_asked_for_longest_goes(source: Source) -> None:
    cache: TimedCache[str, int] = TimedCache(FOREVER, size=2)

    assert [cache.get(key, source.read) for key in "abacab"] == [1, 2, 1, 3, 1, 4]


def test_who_has_changed_it_sees_the_change(source: Source) -> None:
    cache: TimedCache[str, int] = TimedCache(FOREVER)

    assert [cache.get("it", source.read, anew=anew) for anew in (False, True, False)] == [1, 2, 2]


def test_what_took_long_to_make_is_kept_longer(source: Source) -> None:
    cache: TimedCache[str, int] = TimedCache(2.0, rest=4.0, clock=source.clock)
    source.takes = 1.0
    cache.get("it", source.read)

    source.now += 3.9
    assert cache.get("it", source.read) == 1
    source.now += 0.1
    assert cache.get("it", source.read) == 2


def test_a_clock_that_is_set_back_freezes_nothing(source: Source) -> None:
    cache: TimedCache[str, int] = TimedCache(2.0, clock=source.clock)
    cache.get("it", source.read)

    source.now -= 3600

    assert cache.get("it", source.read) == 2


def test_an_error_is_raised_and_what_there_was_stays(source: Source) -> None:
    cache: TimedCache[str, int] = TimedCache(2.0, stale=FOREVER, clock=source.clock)
    cache.get("it", source.read)

    with pytest.raises(ZeroDivisionError):
        cache.get("it", lambda: 1 // 0, anew=True)

    assert cache.get("it", source.read) == 1
    cache.clear()
    assert cache.get("it", source.read) == 2


def test_no_time_at_all_keeps_nothing(source: Source) -> None:
    cache: TimedCache[str, int] = TimedCache(0.0, clock=source.clock)

    assert [cache.get("it", source.read) for _ in range(3)] == [1, 2, 3]


def test_those_who_ask_at_once_share_what_one_makes(source: Source) -> None:
    cache: TimedCache[str, int] = TimedCache(FOREVER)
    source.may_end.clear()

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.get, "it", source.read) for _ in range(8)]
        assert source.began.wait(10)
        source.may_end.set()
        assert {each.result(10) for each in asked} == {1}

    assert source.reads == 1


@pytest.mark.parametrize(("late", "waits"), [(0.0, False), (9.9, False), (10.0, True)])
def test_an_old_value_is_shown_while_another_makes_it_and_a_very_old_one_to_nobody(
    source: Source, late: float, waits: bool
) -> None:
    cache: TimedCache[str, int] = TimedCache(2.0, stale=10.0, clock=source.clock)
    cache.get("it", source.read)
    source.now += 2.0 + late
    source.began.clear()
    source.may_end.clear()

    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(cache.get, "it", source.read)
        assert source.began.wait(10)
        asking = pool.submit(cache.get, "it", source.read)
        if not waits:
            assert asking.result(10) == 1
        source.may_end.set()
        assert making.result(10) == 2
        assert asking.result(10) == (2 if waits else 1)
