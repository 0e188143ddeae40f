"""Whether this host can do its work now, and whether another one can: who should answer a call.

Each host has database and Redis keep how it finds them, every few seconds, and reads how others
do. A request that this host cannot serve while another one can is refused before anything is done,
with a 503, so that the proxy or the telephone network takes it there. Where nobody can, the caller
hears so from here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread
from time import monotonic

from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from hotline.store import postgresql, redis_client
from hotline.store.database import reading, transact
from hotline.store.monitoring import hosts
from hotline.store.monitoring.hosts import HostState
from hotline.store.redis_client import CannotWork, impatient
from hotline.store.schema.migration import SchemaState, schema_state

log = logging.getLogger(__name__)

DATABASE, REDIS = "database", "redis"
UNREACHABLE, NO_WRITES = "cannot be reached", "takes no writes"
OLDER_SCHEMA = "has an older schema: run hotline db upgrade"
EVERY = 2.0  # seconds between two times that a part is had to work
FIRST = 15.0  # seconds after which a process begins by itself; at once where it is asked if ready
PATIENCE = 2.5  # seconds for the database, 1 for Redis
LATELY = 10.0  # seconds for which another host's word counts


class OlderSchemaError(Exception):
    """Calls cannot be answered: tables that this version works with are missing.

    A newer schema is none of our business: until this process is restarted, it goes on with the
    tables that it knows.
    """


@dataclass
class HostHealth:
    """One a process; threads may share it."""

    host: str
    engine: Engine
    redis: Redis
    now: Callable[[], datetime]
    _lock: Lock = field(default_factory=Lock)
    _due: float = field(default_factory=lambda: monotonic() + FIRST)
    _wrong: frozenset[str] = frozenset()
    _others: dict[str, tuple[HostState, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._redis = impatient(self.redis, 1.0)

    @property
    def must_pass_on(self) -> bool:
        """Another host should answer: this one cannot, and that one can."""
        return self._somebody_works and bool(self.wrong)

    @property
    def _somebody_works(self) -> bool:
        """Another host, as far as is known: who is cut off from both parts hears nothing new."""
        lately = monotonic() - LATELY
        cut_off = len(self.wrong) > 1
        return any(state.works and (cut_off or seen > lately) for state, seen in self._seen())

    def passes_on_failure(self) -> bool:
        """Whether what has just failed here should be done by another host: asked anew."""
        if not self._somebody_works:
            return False
        self.check()
        return self.must_pass_on

    @property
    def wrong(self) -> frozenset[str]:
        """The parts that do not work: as was just found out, or when they were last tried."""
        silent = {
            DATABASE: postgresql.breaker_of(self.engine),
            REDIS: redis_client.breaker_of(self.redis),
        }
        return self._wrong | {part for part, known in silent.items() if known and known.is_open}

    def check_when_due(self) -> None:
        """Has the parts work, in a thread of its own, if it is time."""
        with self._lock:
            if monotonic() < self._due:
                return
            self._due = monotonic() + EVERY
        Thread(target=self.check, name="host", daemon=True).start()

    def check(self) -> HostState:
        """Has both parts keep the state of this host, and reads those of others. Never raises."""
        self._due = monotonic() + EVERY
        at = self.now()
        wrong_redis = self._tried(REDIS, lambda: redis_client.prove_redis(self._redis))
        state = HostState(self.host, at, redis=wrong_redis)
        wrong_database = self._tried(DATABASE, lambda: self._write(state))
        state = HostState(self.host, at, wrong_database, wrong_redis)
        self._tried(REDIS, lambda: self._tell(state))
        parts = {DATABASE: wrong_database, REDIS: wrong_redis}
        self._wrong = frozenset(part for part, wrong in parts.items() if wrong)
        return state

    def _write(self, state: HostState) -> None:
        with postgresql.answered_within(PATIENCE):
            with reading(self.engine) as connection:
                if schema_state(connection) is SchemaState.OLDER:
                    raise OlderSchemaError(OLDER_SCHEMA)
            transact(self.engine, lambda connection: hosts.write_state(connection, state))
            with reading(self.engine) as connection:
                self._see(hosts.read_states(connection))

    def _tell(self, state: HostState) -> None:
        hosts.tell_state(self._redis, state)
        self._see(hosts.told_states(self._redis))

    def _seen(self) -> list[tuple[HostState, float]]:
        return list(self._others.values())

    def _see(self, states: Iterable[HostState]) -> None:
        """By our own clock: those of other machines may be off."""
        for state in states:
            known = self._others.get(state.host)
            if state.host != self.host and (known is None or known[0].at < state.at):
                self._others[state.host] = (state, monotonic())

    def _tried(self, part: str, work: Callable[[], None]) -> str:
        """What is wrong, in words that name no address; those go to the log."""
        try:
            work()
        except Exception as error:  # whatever a driver raises, the part does not work
            log.warning("%s: %s", part, error)
            return _in_words(error)
        return ""


def _in_words(error: Exception) -> str:
    if isinstance(error, OlderSchemaError):
        return OLDER_SCHEMA
    return NO_WRITES if takes_no_writes(error) else UNREACHABLE


def takes_no_writes(error: Exception) -> bool:
    """Whether a part answered that it is read-only, or full."""
    if isinstance(error, DBAPIError):
        return getattr(error.orig, "sqlstate", None) in postgresql.USELESS
    return isinstance(error, CannotWork)
