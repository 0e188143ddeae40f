"""The parts that operations work with, built once a process and handed in."""

from __future__ import annotations

import logging
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from redis import Redis, RedisError
from rq import Queue
from rq import Retry as JobRetry
from rq.serializers import JSONSerializer
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings, SettingsError
from hotline.operations.host_health import HostHealth
from hotline.operations.remembered import WITHOUT_NEWS, Remembered, SilentParts
from hotline.store.admission import drills, limits
from hotline.store.config_version import ConfigVersion
from hotline.store.database import connect
from hotline.store.elections import ActiveElection, Elections
from hotline.store.queues import Job, QueueName
from hotline.store.redis_client import connect_redis
from hotline.telephony.recordings import Recordings

log = logging.getLogger(__name__)

FAILED_JOBS_KEPT = 24 * 3600  # seconds


class NoElectionError(LookupError):
    """No election has been loaded."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class AppContext:
    """Settings, database, Redis and clock. Threads may share one."""

    settings: Settings
    engine: Engine
    redis: Redis
    now: Callable[[], datetime] = utc_now
    counts: Counter[str] = field(default_factory=Counter, compare=False, repr=False)
    """How often this process had to do without something, by what it was."""
    calls: Counter[tuple[str, ...]] = field(default_factory=Counter, compare=False, repr=False)
    """Calls that came in to this process, by line, standing, verdict and reason ('' for none)."""

    @cached_property
    def epoch(self) -> ConfigVersion:
        return ConfigVersion(self.redis)

    @cached_property
    def elections(self) -> Elections:
        return Elections()

    @cached_property
    def host(self) -> HostHealth:
        """This host, and others that answer calls: who can do the work now."""
        name = self.settings.host or socket.gethostname()
        return HostHealth(name, self.engine, self.redis, self.now)

    @cached_property
    def silence(self) -> SilentParts:
        return SilentParts()

    @cached_property
    def recordings(self) -> Recordings:
        return Recordings(self.settings.recordings, self.settings.recordings_address)

    @cached_property
    def _current(self) -> Remembered[ActiveElection | None]:
        return Remembered(
            "election",
            self.engine,
            self.epoch,
            self.counts,
            self.silence,
            read=self.elections.active,
            known=None,
            raises=True,
        )

    @cached_property
    def changed_limits(self) -> Remembered[Mapping[str, int]]:
        """Limits that are not as the settings say (admission/limits.py has all of them)."""
        return Remembered(
            "limits",
            self.engine,
            self.epoch,
            self.counts,
            self.silence,
            read=limits.values,
            known={},
        )

    @cached_property
    def drill_ledger(self) -> Remembered[int | None]:
        """The ledger of the last drill that was begun (operations/admission/drill.py)."""

        def read(connection: Connection) -> int | None:
            last = drills.last(connection)
            return last.ledger_id if last else None

        return Remembered(
            "drill", self.engine, self.epoch, self.counts, self.silence, read=read, known=None
        )

    @cached_property
    def _queues(self) -> dict[QueueName, Queue]:
        return {
            name: Queue(name, connection=self.redis, serializer=JSONSerializer)
            for name in QueueName
        }

    def election(self, epoch: int | None = None) -> ActiveElection:
        """The active election and its ledger, remembered until a change is announced.

        `epoch` spares a round trip where the caller has read it already (`epoch.read`). While Redis
        is silent the database is asked, at most once a second; while that is silent too, what was
        known last goes on. Raises NoElectionError, or SQLAlchemyError if nothing was ever known.
        """
        found = self._current.get(epoch)
        if found is None:
            raise NoElectionError("no election has been loaded")
        return found

    def known_election(self) -> ActiveElection | None:
        """The same as it is remembered, without asking anybody; read only if nothing ever was.

        None while no election is loaded, or none can be read.
        """
        known = self._current.known
        if known is None:
            with suppress(NoElectionError, SQLAlchemyError):
                return self.election()
        return known

    @property
    def country(self) -> str:
        """Where a telephone without a country's code belongs (ISO 3166): the election's country.

        Empty while no election is loaded.
        """
        active = self.known_election()
        return active.election.country if active else ""

    def invalidate(self) -> None:
        """Tells every process that election, ledger, roster or limits changed. After the commit."""
        self._current.forget()
        self.changed_limits.forget()
        self.drill_ledger.forget()
        try:
            self.epoch.invalidate()
        except RedisError:
            self.counts["announcement"] += 1
            log.warning("a change is not announced; others notice it in %g s", WITHOUT_NEWS)

    def queue(self, name: QueueName) -> Queue:
        return self._queues[name]

    def enqueue(self, job: Job, *arguments: object) -> bool:
        """Whether the job is in its queue. If not, that is logged and counted: a sweep finds it."""
        try:
            self.queue(job.queue).enqueue_call(
                job.function,
                arguments,
                timeout=job.seconds,
                result_ttl=0,
                failure_ttl=FAILED_JOBS_KEPT,
                retry=JobRetry(len(job.pauses), list(job.pauses)) if job.pauses else None,
            )
        except RedisError as error:
            self.counts["enqueue"] += 1
            log.warning("%s%s is not queued: %s", job.function, arguments, error)
            return False
        return True


def build(settings: Settings, now: Callable[[], datetime] = utc_now) -> AppContext:
    """The parts of this process. Nothing is contacted yet."""
    if not settings.redis_url:
        raise SettingsError("REDIS_URL: is not set; `hotline up` brings a Redis of its own")
    return AppContext(settings, connect(settings.database), connect_redis(settings.redis_url), now)
