"""What the database says of the situation: reports, units, publications, calls, and the bill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from hotline.election.model import Election
from hotline.guard.triage import TRUSTED
from hotline.operations.admission import costs
from hotline.operations.context import AppContext
from hotline.operations.monitoring.minutes import MINUTE, Minute, Minutes
from hotline.operations.ttl_cache import TimedCache
from hotline.store.admission import switches
from hotline.store.calls import per_minute
from hotline.store.calls.per_minute import TurnedAway
from hotline.store.database import reading
from hotline.store.elections import ActiveElection
from hotline.store.enums import Switch, UnitStatus
from hotline.store.monitoring import hosts
from hotline.store.monitoring.hosts import HostState
from hotline.store.publication import publications
from hotline.store.reports import unit_counts

LATELY = 15  # minutes in which a chair was turned away
MOST_TURNED_AWAY = 50  # chairs that are named one by one


@dataclass(frozen=True, slots=True)
class Units:
    """total = outstanding + held + counted; contested and verified are among those counted."""

    total: int = 0
    outstanding: int = 0
    held: int = 0
    counted: int = 0
    contested: int = 0
    verified: int = 0


@dataclass(frozen=True, slots=True)
class AreaProgress:
    """A county, or a pool of sites."""

    name: str
    units: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """Reports that are filed and in no total yet. `oldest`: seconds; None: there are none."""

    waiting: int = 0
    oldest: float | None = None


@dataclass(frozen=True, slots=True)
class Publishing:
    """The publication that stands, and whether later ones are refused or paused."""

    number: int | None = None  # None before the first
    at: datetime | None = None  # UTC
    refused_since: datetime | None = None  # UTC; a pause is recorded as a refusal as well
    refused_reason: str = ""
    paused: str | None = None  # why; None while it goes on


@dataclass(frozen=True, slots=True)
class Records:
    """What was read in one moment of the database; the fields are those of Situation."""

    minutes: Sequence[Minute]
    chairs_turned_away: Sequence[TurnedAway]
    outbox: Outbox
    units: Units
    areas: Sequence[AreaProgress]
    publication: Publishing
    bill: int
    hosts: Sequence[HostState]


@dataclass
class RecordsMemory:
    """What need not be read anew each time. Threads may not share it at once."""

    minutes: Minutes = field(default_factory=Minutes)
    units: TimedCache[Hashable, tuple[Units, Sequence[AreaProgress]]] = field(
        default_factory=lambda: TimedCache(15.0)
    )
    bill: TimedCache[Hashable, int] = field(default_factory=lambda: TimedCache(60.0))


def read_records(
    parts: AppContext,
    memory: RecordsMemory,
    active: ActiveElection | None,
    at: datetime,
    recorded: datetime | None,
) -> Records:
    """`recorded`: all calls that happened before it are on record; None: all. Raises
    SQLAlchemyError."""
    ledger_id = active.ledger_id if active else 0
    units: tuple[Units, Sequence[AreaProgress]] = (Units(), ())
    with reading(parts.engine) as connection:
        minutes = memory.minutes.read_records(connection, ledger_id, at, recorded)
        turned_away = _chairs_turned_away(connection, minutes)
        waiting, first = unit_counts.untabulated(connection)
        publication = _publishing(connection, ledger_id)
        told = hosts.read_states(connection)
        if active is not None:
            election = active.election
            version = (ledger_id, unit_counts.newest_event(connection))
            units = memory.units.get(version, lambda: _units(connection, election, ledger_id))
    return Records(
        minutes,
        turned_away,
        Outbox(waiting, (at - first).total_seconds() if first else None),
        *units,
        publication,
        memory.bill.get(ledger_id, lambda: costs.bill(parts).charge),
        told,
    )


def _chairs_turned_away(connection: Connection, minutes: Sequence[Minute]) -> Sequence[TurnedAway]:
    """Looked for one by one only where the counts say that there are any."""
    lately = minutes[-LATELY:]
    if not any(standing in TRUSTED for minute in lately for _, standing in minute.turned_away):
        return ()
    since, until = lately[0].at, lately[-1].at + MINUTE
    return per_minute.chairs_turned_away(connection, since, until, MOST_TURNED_AWAY)


def _units(
    connection: Connection, election: Election, ledger_id: int
) -> tuple[Units, Sequence[AreaProgress]]:
    """How many units stand where, and the areas, those with most outstanding first."""
    count: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    outstanding: Counter[str] = Counter()
    for code, status, contested, verified in unit_counts.states(connection, ledger_id):
        count.update(total=1, contested=contested, verified=verified)
        count[status] += 1
        if code in election.units:
            name = election.area_of(election.units[code])
            all_of[name] += 1
            outstanding[name] += status == UnitStatus.OUTSTANDING
    areas = [AreaProgress(name, units, outstanding[name]) for name, units in all_of.items()]
    return (
        Units(**{name: count[name] for name in Units.__dataclass_fields__}),
        sorted(areas, key=lambda area: (-area.outstanding, area.name)),
    )


def _publishing(connection: Connection, ledger_id: int) -> Publishing:
    known = publications.progress(connection, ledger_id)
    paused = switches.turned_on(connection, Switch.PUBLICATION_PAUSED)
    return Publishing(
        known.standing,
        known.published_at,
        known.refused_since,
        known.refused_reason,
        paused.why if paused else None,
    )
