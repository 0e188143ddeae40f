"""How the line fares at a moment: what the control room shows, and what alerts are judged by."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from redis import Redis, RedisError
from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.admission import limits
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.host_health import DATABASE, REDIS, takes_no_writes
from hotline.operations.monitoring.minutes import MINUTE, MINUTES, Minute
from hotline.operations.monitoring.records import (
    AreaProgress,
    Outbox,
    Publishing,
    RecordsMemory,
    Units,
    read_records,
)
from hotline.operations.ttl_cache import TimedCache
from hotline.store.admission import line
from hotline.store.calls.per_minute import TurnedAway
from hotline.store.desk.staff import StaffMember, StaffStore
from hotline.store.desk.waiting import Class, Waiter, WaitingStore
from hotline.store.elections import ActiveElection
from hotline.store.enums import Presence
from hotline.store.monitoring import carrier_state, meters, queue_states
from hotline.store.monitoring.carrier_state import CarrierState
from hotline.store.monitoring.hosts import HostState, newest_states, told_states
from hotline.store.monitoring.meters import WebhookTimes
from hotline.store.monitoring.queue_states import QueueState
from hotline.store.redis_client import impatient, prove_redis
from hotline.store.upkeep import sweeps

__all__ = [
    "DATABASE",
    "REDIS",
    "AreaProgress",
    "CarrierState",
    "Memory",
    "Minute",
    "Outbox",
    "Publishing",
    "QueueState",
    "Situation",
    "TurnedAway",
    "Units",
    "WebhookTimes",
    "gather",
]

PATIENCE = 1.0  # seconds for an answer of Redis
WEBHOOK_MINUTES = 5
HOSTS_WORD = timedelta(seconds=30)  # for which what a host said of its parts counts


@dataclass(frozen=True, slots=True)
class Situation:
    """The line at a moment. What a silent part would have told is empty; `silent` names it."""

    at: datetime  # UTC
    silent: frozenset[str] = frozenset()
    no_writes: frozenset[str] = frozenset()  # of the silent, those that answer and cannot work
    hosts: Sequence[HostState] = ()  # that answer calls, as each was lately

    on_line: int = 0  # all calls that are up, the next two among them
    strangers_on_line: int = 0  # on the chairs' line, nothing proved
    public_on_line: int = 0  # on the line that reads results
    capacity: int = 0
    minutes: Sequence[Minute] = ()  # the last 60, the oldest first; the last one has just begun
    webhooks: WebhookTimes = field(default_factory=WebhookTimes)  # of the last five minutes

    waiting: int = 0  # for a person, on the line
    longest_wait: float = 0.0  # seconds
    chairs_waiting: int = 0  # of them, by a roster phone or a proved PIN
    chairs_longest_wait: float = 0.0  # seconds
    callbacks: int = 0  # who wait for a call of ours
    callback_overdue: float = 0.0  # seconds since the first of them could have been called
    staff_ready: int = 0
    staff_on_shift: int = 0

    chairs_turned_away: Sequence[TurnedAway] = ()  # in the last 15 minutes, the newest first
    alarm: float | None = None  # PINs are guessed all over the line: seconds that it still lasts
    locked_units: frozenset[str] = frozenset()  # their PINs work from their own phones only
    guessed_units: frozenset[str] = frozenset()  # guessed at from their own phones

    units: Units = field(default_factory=Units)
    areas: Sequence[AreaProgress] = ()  # those with most outstanding first
    outbox: Outbox = field(default_factory=Outbox)
    queues: Mapping[str, QueueState] = field(default_factory=dict)  # by queues.QueueName
    events_waiting: int = 0  # of calls, on their way into the records
    swept: datetime | None = None  # the last sweep: old where clock or messenger is gone
    publication: Publishing = field(default_factory=Publishing)
    carrier: CarrierState = field(default_factory=CarrierState)
    bill: int = 0  # estimated, millionths of the currency of the settings

    @property
    def workers(self) -> Mapping[str, float | None]:
        """Seconds since the last sign of life of a worker for each queue; None: there is none."""
        return {name: queue.worker for name, queue in self.queues.items()}


@dataclass
class Memory:
    """What need not be read anew each time, for whoever looks again and again. Threads may not
    share it at once."""

    records: RecordsMemory = field(default_factory=RecordsMemory)
    guessed: TimedCache[Hashable, tuple[frozenset[str], frozenset[str]]] = field(
        default_factory=lambda: TimedCache(5.0)
    )
    redis: Redis | None = None


def gather(parts: AppContext, board: DeskServices, memory: Memory | None = None) -> Situation:
    """The line as it is now. Never raises for a part that is down."""
    memory = memory or Memory()
    redis = memory.redis = memory.redis or impatient(board.parts.redis, PATIENCE)
    at, active = parts.now(), parts.known_election()
    seen = Situation(at, capacity=limits.settings(parts).capacity)
    recorded: datetime | None = at - MINUTES * MINUTE  # without Redis nobody can tell
    try:
        seen, recorded = _ask_redis(redis, memory, active, seen)
    except RedisError as error:
        seen = without(seen, REDIS, error)
    try:
        seen = _ask_database(parts, memory, active, recorded, seen)
        if REDIS not in seen.silent:
            counted = memory.records.minutes.add_counts(redis, seen.minutes)
            seen = replace(seen, minutes=counted)
    except SQLAlchemyError as error:
        seen = without(seen, DATABASE, error)
        seen = replace(seen, hosts=lately(seen.hosts, at))
    except RedisError as error:
        seen = without(seen, REDIS, error)
    return seen


def without(seen: Situation, part: str, error: Exception) -> Situation:
    """The situation where this part has just failed."""
    refused = {part} if takes_no_writes(error) else frozenset()
    return replace(seen, silent=seen.silent | {part}, no_writes=seen.no_writes | refused)


def lately(states: Iterable[HostState], at: datetime) -> list[HostState]:
    """What hosts have said just now, by name."""
    new = [state for state in states if abs(at - state.at) <= HOSTS_WORD]
    return sorted(new, key=lambda state: state.host)


def _ask_redis(
    redis: Redis, memory: Memory, active: ActiveElection | None, seen: Situation
) -> tuple[Situation, datetime | None]:
    """The situation with what Redis holds; and before which moment all calls are on record."""
    prove_redis(redis)
    up = line.on_line(redis, seen.at)
    units = sorted(active.election.units) if active else []
    ledger_id = active.ledger_id if active else None
    locked, guessed = memory.guessed.get(ledger_id, lambda: line.guessed(redis, units))
    seen = replace(
        seen,
        on_line=up.chairs + up.strangers + up.public,
        strangers_on_line=up.strangers,
        public_on_line=up.public,
        alarm=up.alarm,
        events_waiting=up.events,
        swept=sweeps.last(redis),
        locked_units=locked,
        guessed_units=guessed,
        queues=queue_states.read_queues(redis, seen.at),
        carrier=carrier_state.carrier_state(redis),
        webhooks=meters.recent(redis, WEBHOOK_MINUTES, seen.at.timestamp()),
        hosts=told_states(redis),
    )
    seen = _with_queue(WaitingStore(redis).everyone(), seen)
    return _with_staff(StaffStore(redis).everyone(), seen), up.recorded


def _with_queue(waiters: Sequence[Waiter], seen: Situation) -> Situation:
    now = seen.at.timestamp() * 1000

    def longest(some: Sequence[Waiter]) -> float:
        return max((max(0.0, now - one.first) / 1000 for one in some), default=0.0)

    on_line = [one for one in waiters if not one.callback]
    chairs = [one for one in on_line if one.rank < Class.UNKNOWN]
    callbacks = [one for one in waiters if one.callback]
    return replace(
        seen,
        waiting=len(on_line),
        longest_wait=longest(on_line),
        chairs_waiting=len(chairs),
        chairs_longest_wait=longest(chairs),
        callbacks=len(callbacks),
        callback_overdue=longest(callbacks),
    )


def _with_staff(members: Sequence[StaffMember], seen: Situation) -> Situation:
    on_shift = [member for member in members if member.leg]
    ready = [member for member in on_shift if member.presence is Presence.READY]
    return replace(seen, staff_on_shift=len(on_shift), staff_ready=len(ready))


def _ask_database(
    parts: AppContext,
    memory: Memory,
    active: ActiveElection | None,
    recorded: datetime | None,
    seen: Situation,
) -> Situation:
    found = read_records(parts, memory.records, active, seen.at, recorded)
    return replace(
        seen,
        minutes=found.minutes,
        chairs_turned_away=found.chairs_turned_away,
        outbox=found.outbox,
        units=found.units,
        areas=found.areas,
        publication=found.publication,
        bill=found.bill,
        hosts=lately(newest_states(seen.hosts, found.hosts).values(), seen.at),
    )
