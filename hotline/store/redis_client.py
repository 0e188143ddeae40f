"""Clients of Redis that end a connection which cannot do its work, and find the one that can.

After a failover the old primary may go on as a replica that takes no writes, and keeps its
connections; a full Redis answers, and remembers nothing. Such answers are failures of the
connection: it is closed, and the command tried again on a new one, which Sentinel or the name
server leads to whoever is the primary now.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from redis import Connection, ConnectionPool, Redis, SSLConnection, UnixDomainSocketConnection
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection, parse_url
from redis.exceptions import (
    ConnectionError as NoConnection,
)
from redis.exceptions import (
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import (
    TimeoutError as TooLate,
)
from redis.retry import Retry
from redis.sentinel import Sentinel

from hotline.store.breaker import YOUNG, Breaker

Answer = TypeVar("Answer")

STEP_SECONDS = 4.0
"""For which a step of a call waits for Redis: it asks twice, and the network waits 15 s."""
CONNECT_SECONDS = 0.5
USELESS = ("OOM", "READONLY", "MISCONF", "NOREPLICAS", "MASTERDOWN")
"""How refusals begin of a server that answers, and takes no writes."""
SENTINEL_PORT = 26379
SERVICE = "mymaster"
SENTINEL = "sentinel_"
PROBE = "hotline:probe:"


class RedisURLError(ValueError):
    """The URL names no Redis that the program can use."""


class CannotWork(NoConnection):
    """The server answered that it takes no writes now."""


def connect_redis(url: str, seconds: float = STEP_SECONDS) -> Redis:
    """A client that gives up soon: a caller is on the line, and there is a way without Redis.

    Accepts redis://, rediss:// (TLS), unix://, and redis+sentinel:// or rediss+sentinel://, as in
    `redis+sentinel://:PASSWORD@one:26379,two:26379/SERVICE/0`. Nothing is opened yet. Raises
    RedisURLError.
    """
    plain = _timed(_options(url), seconds, _once_more())
    breaker = Breaker("Redis", lambda: _prove(plain))
    return _client({**plain, "retry": Outlasting(breaker, YOUNG)})


def worker_redis(url: str) -> Redis:
    """A client for a worker, which waits for its jobs and begins again by itself."""
    return _client({**_options(url), "socket_connect_timeout": 5, "retry": _once_more()})


def plain_redis(url: str, seconds: float) -> Redis:
    """A client for whoever asks once."""
    return _client(_timed(_options(url), seconds, Retry(NoBackoff(), 0)))


def impatient(redis: Redis, seconds: float) -> Redis:
    """A client of the same server that gives up sooner, and waits for no failover."""
    given = redis.connection_pool.connection_kwargs
    kind = redis.connection_pool.connection_class
    breaker = breaker_of(redis)
    retry = Outlasting(breaker, 0.0) if breaker else Retry(NoBackoff(), 0)
    return _client({**_timed(given, seconds, retry), "connection_class": kind})


def breaker_of(redis: Redis) -> Breaker | None:
    """What the process knows of this Redis; None for a client that was made elsewhere."""
    retry = redis.connection_pool.connection_kwargs.get("retry")
    return retry.breaker if isinstance(retry, Outlasting) else None


def prove_redis(redis: Redis) -> None:
    """Has Redis remember something and tell it. Raises RedisError where it does not."""
    key, value = PROBE + secrets.token_hex(8), secrets.token_bytes(8)
    redis.set(key, value, ex=10)
    if redis.get(key) != value:
        raise RedisError("what was written was not read back")


def _prove(given: dict[str, Any]) -> None:
    with _client(given) as redis:
        prove_redis(redis)


class Outlasting(Retry):
    """Tries again at once on a new connection, and waits out an outage while it is young.

    Where Redis is known not to work, fails without asking it.
    """

    def __init__(self, breaker: Breaker, within: float) -> None:
        super().__init__(NoBackoff(), 0, (NoConnection, TooLate))
        self.breaker, self._within = breaker, within

    def __deepcopy__(self, _memo: object) -> Outlasting:
        return self  # each connection takes a copy: they all know what one has found out

    def call_with_retry(
        self,
        do: Callable[[], Answer],
        fail: Callable[..., Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,
    ) -> Answer:
        failures = 0
        while True:
            if self.breaker.is_open and not self.breaker.recovers(self._within):
                kind = CannotWork if isinstance(self.breaker.error, CannotWork) else NoConnection
                raise kind(f"Redis does not work: {self.breaker.why}")
            try:
                answer = do()
            except (NoConnection, TooLate) as error:
                failures += 1
                fail(error, failures) if with_failure_count else fail(error)
                if is_retryable is not None and not is_retryable(error):
                    raise
                if not self._is_worth_another(error, failures):
                    raise
            else:
                self.breaker.worked()
                return answer

    def _is_worth_another(self, error: Exception, failures: int) -> bool:
        """A silence was waited for long enough; what is refused or broken may be elsewhere now."""
        if isinstance(error, TooLate):
            self.breaker.suspect()
            return False
        return failures == 1 or (failures <= 3 and self.breaker.recovers(self._within))


class _Working(AbstractConnection):
    """A connection that ends where the server says that it takes no writes."""

    def read_response(self, *given: Any, **named: Any) -> Any:
        try:
            return super().read_response(*given, **named)
        except ResponseError as error:
            if not _is_useless(error):
                raise
            self.disconnect()  # type: ignore[no-untyped-call]
            raise CannotWork(str(error)) from None


def _is_useless(error: ResponseError) -> bool:
    said = str(error)
    known = isinstance(error, ReadOnlyError | OutOfMemoryError)
    return known or said.startswith(USELESS) or "-READONLY" in said or "-OOM" in said


class WorkingConnection(_Working, Connection):
    """Over TCP."""


class WorkingSSLConnection(_Working, SSLConnection):
    """Over TLS."""


class WorkingUnixConnection(_Working, UnixDomainSocketConnection):
    """Over a Unix socket."""


class _FoundBySentinel(_Working, Connection):
    """Asks who is the primary now, each time that it connects."""

    def __init__(self, find_primary: Callable[[], tuple[str, int]], **given: Any) -> None:
        self._find_primary = find_primary
        super().__init__(**given)  # type: ignore[no-untyped-call]

    def connect_check_health(self, *given: Any, **named: Any) -> None:
        if not self.is_connected:
            self.host, self.port = self._find_primary()
        super().connect_check_health(*given, **named)


class SentinelConnection(_FoundBySentinel):
    """Over TCP."""


class SentinelSSLConnection(_FoundBySentinel, SSLConnection):
    """Over TLS."""


CONNECTIONS: dict[type[Any], type[Any]] = {
    Connection: WorkingConnection,
    SSLConnection: WorkingSSLConnection,
    UnixDomainSocketConnection: WorkingUnixConnection,
}


def _options(url: str) -> dict[str, Any]:
    """What a pool of connections is made with."""
    scheme = urlsplit(url).scheme
    try:
        if scheme in ("redis+sentinel", "rediss+sentinel"):
            return _sentinel_options(url)
        given = _parsed(url)
    except (ValueError, TypeError) as error:
        raise RedisURLError(f"REDIS_URL: {error}") from None
    kind = given.pop("connection_class", Connection)
    return {**given, "connection_class": CONNECTIONS[kind]}


def _sentinel_options(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    who, _, hosts = parts.netloc.rpartition("@")
    service, _, database = parts.path.strip("/").partition("/")
    over = parts.scheme.partition("+")[0]
    plain = f"{over}://{who + '@' if who else ''}any/{database}?{parts.query}"
    given = _parsed(plain)
    is_tls = given.pop("connection_class", Connection) is SSLConnection
    asking = {
        key.removeprefix(SENTINEL): given.pop(key) for key in list(given) if SENTINEL in key
    } | {key: value for key, value in given.items() if key.startswith("ssl_")}
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [_address(host) for host in hosts.split(",")],
        sentinel_kwargs={
            **asking,
            "ssl": is_tls,
            "socket_timeout": 1.0,
            "socket_connect_timeout": CONNECT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        },
    )
    return {
        **given,
        "connection_class": SentinelSSLConnection if is_tls else SentinelConnection,
        "find_primary": partial(_primary, sentinel, service or SERVICE),
    }


def _primary(sentinel: Sentinel, service: str) -> tuple[str, int]:
    host, port = sentinel.discover_master(service)  # type: ignore[no-untyped-call]
    return str(host), int(port)


def _parsed(url: str) -> dict[str, Any]:
    return dict(parse_url(url))  # type: ignore[no-untyped-call]


def _address(host: str) -> tuple[str, int]:
    found = urlsplit(f"//{host}")
    if not found.hostname:
        raise ValueError("redis+sentinel:// needs the hosts of the sentinels, as in one:26379,two")
    return found.hostname, found.port or SENTINEL_PORT


def _once_more() -> Retry:
    """At once, on a new connection, where the one that there was is broken."""
    return Retry(NoBackoff(), 1, (NoConnection,))


def _timed(given: dict[str, Any], seconds: float, retry: Retry) -> dict[str, Any]:
    return {
        **given,
        "socket_timeout": seconds,
        "socket_connect_timeout": min(seconds, CONNECT_SECONDS),
        "retry": retry,
    }


def _client(given: dict[str, Any]) -> Redis:
    return Redis.from_pool(ConnectionPool(**given))
