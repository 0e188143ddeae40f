"""The faults, each of which is over when its function returns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from redis import Redis

from tests.bench.outages.system import System


@dataclass(frozen=True)
class Fault:
    """`act` lets it happen and gives when it was over, or the failover done (monotonic seconds).

    `host`: whose /readyz is to say so. `proxy`: what calls come in through.
    """

    what: str
    act: Callable[[System], float]
    host: str = "a"
    proxy: str = "nginx"


def _for(
    seconds: float, fault: Callable[[System], AbstractContextManager[None]]
) -> Callable[[System], float]:
    def act(system: System) -> float:
        with fault(system):
            time.sleep(seconds)
        return time.monotonic()

    return act


@contextmanager
def _full(system: System) -> Iterator[None]:
    with Redis.from_url(system.redis.servers[0].url) as redis:
        redis.config_set("maxmemory", 1)
        yield
        redis.config_set("maxmemory", 0)


@contextmanager
def _read_only(system: System) -> Iterator[None]:
    system.database.set_read_only("on")
    yield
    system.database.set_read_only("off")


def _fail_over(system: System) -> float:
    system.redis.promote()
    time.sleep(1)  # until the name leads there
    system.redis.rename()
    over = time.monotonic()
    system.redis.servers = system.redis.servers[1], system.redis.servers[0]  # for the next time
    return over


def _restart(system: System) -> float:
    for host in ("a", "b"):
        system.restart(host)
    return time.monotonic()


FAULTS = {
    "redis-hangs": Fault(
        "Redis stands still (SIGSTOP) for 15 s", _for(15, lambda s: s.redis.servers[0].hanging())
    ),
    "host-without-redis": Fault(
        "one host of two is cut off from Redis for 20 s",
        _for(20, lambda s: s.cables["redis"].cut()),
        "b",
    ),
    "database-hangs": Fault(
        "PostgreSQL stands still (SIGSTOP) for 40 s", _for(40, lambda s: s.database.hanging())
    ),
    "redis-full": Fault("Redis is full for 20 s", _for(20, _full)),
    "host-without-database": Fault(
        "one host of two is cut off from PostgreSQL for 20 s",
        _for(20, lambda s: s.cables["database"].cut()),
        "b",
    ),
    "database-read-only": Fault(
        "PostgreSQL is read-only for 3 s, connections live on", _for(3, _read_only)
    ),
    "redis-failover": Fault("Redis fails over; the old primary goes on as a replica", _fail_over),
    "rolling-restart": Fault("`voice` on two hosts is restarted, one after the other", _restart),
    "rolling-restart-haproxy": Fault(
        "the same behind HAProxy instead of nginx", _restart, proxy="haproxy"
    ),
}
"""In an order in which no alert is still open when it is to begin again."""
