"""From "take" to bridged in the sandbox, next to a bare REST round trip; and the queue by itself.

    python -m tests.bench.queue

The application and the sandbox network are served in this process, over real sockets, on SQLite and
a Redis server of its own. The baseline asks the network about a call, which is the least that a
request to it can be. Taking is measured until both are in one room; then the caller is put back.
"""

from __future__ import annotations

import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis

from hotline.operations.context import AppContext, connect_redis, utc_now
from hotline.operations.desk import talk
from hotline.operations.reports.load_election import load_election
from hotline.store import database
from hotline.store.database import writing
from hotline.store.desk.staff import StaffStore
from hotline.store.desk.waiting import Class, PersonRequest, WaitingStore
from hotline.store.roster import roster
from hotline.store.schema import migration
from tests.calls.dialogue import code, small_election
from tests.operations.loaded import PEPPER
from tests.servers import RedisServer
from tests.web.switchboard import ANN, CHAIR, LINE, Desk, desk, settings_of

ROUNDS = 100
WAITERS = 2_000
PATIENCE = 5.0  # seconds until a bridge that does not come is an error


def main() -> None:
    logging.disable(logging.WARNING)
    with RedisServer() as server:
        with tempfile.TemporaryDirectory() as folder:
            _measure_calls(Path(folder), server.url)
        _measure_queue(server.url)


def _measure_calls(folder: Path, redis_url: str) -> None:
    engine = database.connect(f"sqlite:///{folder / 'hotline.db'}")
    migration.upgrade(engine)
    with connect_redis(redis_url) as redis:
        parts = AppContext(settings_of(folder, PEPPER), engine, redis, utc_now)
        election = replace(small_election(), chairs_line=LINE)
        load_election(parts, election, "bench")
        with writing(engine) as connection:
            chairs = [roster.Chair(code("0001"), "Chair", (CHAIR,))]
            roster.replace_roster(connection, election.id, chairs)
        with desk(parts) as at:
            leg = at.begin(ANN)
            at.dial().press("0")
            bare = [_timed(lambda: at.board.carrier.is_over(leg.sid)) for _ in range(ROUNDS)]
            taken = [_take(at) for _ in range(ROUNDS)]
    engine.dispose()
    _say("a bare REST round trip", bare)
    _say("take, until it is answered", [answered for answered, _ in taken])
    _say("take, until the two are in one room", [bridged for _, bridged in taken])


def _take(at: Desk) -> tuple[float, float]:
    began = time.perf_counter()
    waiter = talk.take_next(at.board, ANN)
    answered = time.perf_counter() - began
    call = at.exchange.find_call(waiter.sid)
    while call is None or call.meeting is None:
        if time.perf_counter() - began > PATIENCE:
            raise RuntimeError("the two were not bridged")
        time.sleep(0.0005)
    bridged = time.perf_counter() - began
    talk.put_back(at.board, ANN)
    at.exchange.settle()
    return answered, bridged


def _measure_queue(redis_url: str) -> None:
    """The queue with very many in it, next to a bare command."""
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        queue, staff, at = WaitingStore(redis), StaffStore(redis), datetime.now(UTC)
        staff.begin_shift(1, "ann", "CAleg", "desk-0", at)
        for n in range(WAITERS):
            asking = PersonRequest(
                Class.ROSTER, f"key{n}", "0101", "", "roster", "", "", "en", 1, LINE
            )
            queue.join(f"CA{n}", asking, at + timedelta(milliseconds=n))

        def take_and_put_back() -> None:
            queue.give_back(queue.take(1, "ann", at).more, at)

        _say("a bare Redis command", [_timed(lambda: bool(redis.get("x"))) for _ in range(1_000)])
        seen = [_timed(lambda: queue.seen("CA999", at)) for _ in range(1_000)]
        _say(f"a place among {WAITERS}", seen)
        _say("take and put back, two scripts", [_timed(take_and_put_back) for _ in range(1_000)])
        _say(f"all {WAITERS} for a desk page", [_timed(queue.everyone) for _ in range(10)])


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _say(what: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    print(
        f"{what:40} median {statistics.median(ordered) * 1000:7.2f} ms, 95 % {p95 * 1000:7.2f} ms"
    )


if __name__ == "__main__":
    main()
