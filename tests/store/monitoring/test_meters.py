from __future__ import annotations

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from hotline.store.monitoring.meters import (
    APOLOGY,
    BOUNDS,
    KEPT_SECONDS,
    MOST_MINUTES,
    Meter,
    RequestGroup,
    WebhookTimes,
    _milliseconds,
    recent,
    totals,
)
from hotline.store.redis_client import breaker_of, connect_redis
from tests.servers import RedisServer

NOON = 1_580_774_400.0


class Time:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def meter(redis: Redis, without: Counter[str] | None = None, time: Time | None = None) -> Meter:
    return Meter(redis, Counter() if without is None else without, time or Time(), every=3600)


def test_what_two_processes_count_is_summed(redis: Redis) -> None:
    for _ in range(2):
        one = meter(redis, Counter({"front door": 3}))
        one.count(RequestGroup.VOICE, "2xx", 0.004)
        one.count(RequestGroup.VOICE, "2xx", 0.3)
        one.count(RequestGroup.DESK, "5xx", 20)
        assert one.tell()

    found = totals(redis)

    voice, desk = sorted(found.requests, key=lambda one: one.group, reverse=True)
    assert (voice.group, voice.status, voice.count) == (RequestGroup.VOICE, "2xx", 4)
    assert voice.seconds == pytest.approx(0.608)
    assert voice.buckets[BOUNDS.index(0.005)] == voice.buckets[BOUNDS.index(0.35)] == 2
    assert (desk.status, desk.buckets[-1]) == ("5xx", 2)
    assert found.without == {"front door": 6}


def test_calls_are_summed_by_what_became_of_them(redis: Redis) -> None:
    calls = Counter({("chairs", "roster", "fast-lane", ""): 2})
    one = Meter(redis, Counter(), Time(), calls=calls)
    one.tell()
    calls["chairs", "unknown", "turn-away", "recent"] += 1
    one.tell()
    assert totals(redis).calls == calls


def test_nothing_is_told_twice(redis: Redis) -> None:
    without = Counter({"roster": 1})
    one = meter(redis, without)
    one.count(RequestGroup.SMS, "2xx", 0.01)
    assert one.tell()
    assert one.tell()
    without["roster"] += 1
    assert one.tell()

    found = totals(redis)
    assert found.without == {"roster": 2}
    assert found.requests[0].count == 1


def test_the_last_minutes_are_those_of_the_webhooks(redis: Redis) -> None:
    time = Time()
    one = meter(redis, time=time)
    one.count(RequestGroup.VOICE, "2xx", 1)
    time.now += 300
    for _ in range(98):
        one.count(RequestGroup.VOICE, "2xx", 0.004)
    one.count(RequestGroup.SMS, APOLOGY, 0.004)
    one.count(RequestGroup.VOICE, "5xx", 9)
    one.count(RequestGroup.RESULTS, "5xx", 9)
    one.tell()

    seen = recent(redis, 2, time.now)
    assert (seen.requests, seen.errors) == (100, 2)
    assert seen.error_share == 0.02
    assert seen.p50 == pytest.approx(3.75, abs=0.1)
    assert seen.p99 == pytest.approx(5.0)
    assert recent(redis, 5, time.now).requests == 101
    assert recent(redis, 5, time.now + 3600) == WebhookTimes()


def test_a_minute_is_forgotten_and_the_sum_is_not(redis: Redis) -> None:
    one = meter(redis)
    one.count(RequestGroup.VOICE, "2xx", 1)
    one.tell()

    minute = f"hotline:meters:{int(NOON // 60)}"
    assert 0 < redis.ttl(minute) <= KEPT_SECONDS
    assert redis.ttl("hotline:meters") == -1


def test_while_redis_is_away_counts_are_kept_and_bounded() -> None:
    server, time = RedisServer(), Time()
    server.start()
    try:
        client = connect_redis(server.url)
        one = meter(client, Counter({"epoch": 2}), time)
        client.ping()
        server.stop()
        for _ in range(2 * MOST_MINUTES):
            one.count(RequestGroup.VOICE, "2xx", 0.01)
            time.now += 60
            assert not one.tell()
        assert len(one._counted) == MOST_MINUTES

        server.start()
        assert breaker_of(client).recovers(60)
        assert one.tell()
        found = totals(client)
        assert found.requests[0].count == 2 * MOST_MINUTES
        assert found.without == {"epoch": 2}
    finally:
        client.close()
        server.remove()


def test_the_one_who_comes_when_it_is_time_has_it_told(redis: Redis) -> None:
    one = Meter(redis, Counter(), every=0)
    one.count(RequestGroup.VOICE, "2xx", 0.01)

    for thread in threading.enumerate():
        if thread.name == "meter":
            thread.join()
    assert totals(redis).requests[0].count == 1


def test_threads_lose_nothing(redis: Redis) -> None:
    one = meter(redis)

    def work() -> None:
        for number in range(500):
            one.count(RequestGroup.VOICE, "2xx", 0.01)
            if number % 100 == 0:
                one.tell()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one.tell()

    assert totals(redis).requests[0].count == 2_000


@given(
    st.lists(st.integers(0, 50), min_size=len(BOUNDS) + 1, max_size=len(BOUNDS) + 1),
    st.floats(0.01, 1),
)
def test_a_share_lies_in_the_bucket_in_which_it_is_reached(
    buckets: list[int], share: float
) -> None:
    found = _milliseconds(buckets, share)

    if found is None:
        assert sum(buckets) == 0
        return
    ends = (*BOUNDS, BOUNDS[-1])
    below = sum(count for count, high in zip(buckets, ends, strict=True) if 1000 * high < found)
    assert below <= share * sum(buckets) + 1e-6
    assert 0 <= found <= 1000 * BOUNDS[-1]
