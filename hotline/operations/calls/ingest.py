"""Recording: what happened to calls goes from the stream in Redis into SQL, each event once.

The call comes first: what cannot be noted is lost, and counted, and the caller hears nothing of it.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from redis import RedisError
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from hotline.guard.limits import Values
from hotline.guard.triage import Counted, Verdict
from hotline.operations.admission.costs import (
    Prices,
    charge_of_call,
    charge_of_text,
    minutes_of,
    prices_of,
)
from hotline.operations.admission.limits import values
from hotline.operations.context import AppContext
from hotline.store.calls import call_log, events
from hotline.store.calls.call_log import CallRow, KeptNumber, Penalty
from hotline.store.calls.events import CallEvent, Entry, MalformedEventError
from hotline.store.database import transact
from hotline.store.enums import Channel, EventKind

log = logging.getLogger(__name__)

AT_ONCE = 200  # events of one transaction
REST = 0.5
"""After each transaction, this part of the time that it took is the others'. SQLite lets one write
at a time, and whoever waits looks only now and then whether it may: without a rest, a chair who
files would meet one transaction after the other."""
SECONDS = 5.0
"""How long one run goes on while there are events: messages wait behind it, and the next run goes
on where it stopped."""

OPENING = frozenset({EventKind.ARRIVED, EventKind.TEXTED})
"""The events that say who calls. Before one of them is on record there is no row in `call`."""


@dataclass(frozen=True, slots=True)
class Recorded:
    moved: int  # events that were new
    known: int  # entries of events that were on record already
    refused: int  # entries that are set aside: they are no events


def emit_call_event(
    parts: AppContext, kind: EventKind, sid: str, n: int = 0, **detail: str | int
) -> bool:
    """Whether the event, the `n`-th of its kind in this call, is on its way into the records.

    Never raises: whatever is wrong with it is wrong with the records only. For what each kind says
    see store/calls/events.py, FIELDS.
    """
    try:
        events.append(parts.redis, kind, sid, n, parts.now(), **detail)
    except (RedisError, TypeError) as error:
        parts.counts["event"] += 1
        level = logging.ERROR if isinstance(error, TypeError) else logging.WARNING
        log.log(level, "an event is lost (%s): %s", kind, error)
        return False
    return True


def ingest_events(parts: AppContext, seconds: float = SECONDS, rest: float = REST) -> Recorded:
    """Moves events into SQL until none is left or the time is up, with rests in between.

    Safe to repeat, and for two at once: an entry leaves the stream after the commit, and an event
    that is on record changes nothing more. Raises RedisError, or SQLAlchemyError; nothing is lost.
    """
    end = time.monotonic() + seconds
    moved = known = refused = 0
    while entries := events.read_events(parts.redis, AT_ONCE):
        sound, unsound = _sort(parts, entries)
        began = time.monotonic()
        new, unkeepable = _move(parts, sound)
        took = time.monotonic() - began
        events.set_aside(parts.redis, unsound + unkeepable, parts.settings.numbers_hours * 3600)
        events.remove(parts.redis, [entry[0] for entry, _ in sound])
        moved += new
        refused += len(unsound) + len(unkeepable)
        known += len(sound) - new - len(unkeepable)
        if time.monotonic() >= end:
            break
        time.sleep(rest * took)
    recorded = Recorded(moved, known, refused)
    log.debug("recorded: %s", recorded)
    return recorded


Sound = Sequence[tuple[Entry, CallEvent]]


def _sort(parts: AppContext, entries: Sequence[Entry]) -> tuple[Sound, list[Entry]]:
    """Those that are events, and the others."""
    sound, unsound = [], []
    for entry in entries:
        try:
            sound.append((entry, events.parse(entry[1])))
        except MalformedEventError as error:
            _complain(parts, entry, str(error))
            unsound.append(entry)
    return sound, unsound


def _move(parts: AppContext, sound: Sound) -> tuple[int, list[Entry]]:
    """How many were new, and which ones the database does not take.

    One of those must not hold up the others: it is looked for by halves.
    """
    if not sound:
        return 0, []
    found = [event for _, event in sound]
    try:
        return transact(parts.engine, lambda c: _put_down(c, parts, found)), []
    except (DataError, IntegrityError) as error:
        if len(sound) == 1:
            _complain(parts, sound[0][0], type(error).__name__)
            return 0, [sound[0][0]]
    half = len(sound) // 2
    new, unkeepable = _move(parts, sound[:half])
    newer, more = _move(parts, sound[half:])
    return new + newer, unkeepable + more


def _complain(parts: AppContext, entry: Entry, why: str) -> None:
    parts.counts["malformed event"] += 1
    log.error("entry %s of the events is set aside: %s", entry[0].decode(), why)


def _put_down(connection: Connection, parts: AppContext, found: Sequence[CallEvent]) -> int:
    """Puts events on record with all that follows from them; returns how many were new."""
    call_log.lock_call_log(connection)
    lives: defaultdict[str, list[CallEvent]] = defaultdict(list)
    for event in call_log.events_of(connection, {event.sid for event in found}):
        lives[event.sid].append(event)
    known = {event.key for life in lives.values() for event in life}
    new: list[CallEvent] = []
    for event in found:
        if event.key not in known:
            known.add(event.key)
            lives[event.sid].append(event)
            new.append(event)
    if new:
        prices, limits = prices_of(parts.settings), values(parts)
        rows = (summary(lives[sid], prices) for sid in sorted({event.sid for event in new}))
        call_log.add_events(connection, new)
        call_log.write_calls(connection, [row for row in rows if row is not None])
        call_log.keep(connection, _numbers(new))
        call_log.penalise(connection, _penalties(limits, new))
        call_log.hit(connection, _hits(connection, new))
    return len(new)


def _hits(connection: Connection, new: Iterable[CallEvent]) -> dict[int, list[datetime]]:
    """When which block turned somebody away. A penalty is known by the caller alone."""
    hits: defaultdict[int, list[datetime]] = defaultdict(list)
    penalised: defaultdict[str, list[datetime]] = defaultdict(list)
    for event in new:
        if event.kind in OPENING and event.detail["block"]:
            hits[int(event.detail["block"])].append(event.at)
        elif event.kind in OPENING and event.detail["reason"] == Counted.PENALTY:
            penalised[event.detail["caller"]].append(event.at)
    last = {caller: max(times) for caller, times in penalised.items()}
    for caller, id in call_log.penalties_of(connection, last).items():
        hits[id] += penalised[caller]
    return hits


def _numbers(new: Iterable[CallEvent]) -> list[KeptNumber]:
    """Whom somebody may have to call back, or to let in again."""
    return [
        KeptNumber(
            event.detail["caller"],
            event.detail[events.IN_FULL],
            event.detail.get("why", "turned away for repeated calls"),
            event.at,
        )
        for event in new
        if event.detail.get(events.IN_FULL) and event.detail["caller"]
    ]


def _penalties(limits: Values, new: Iterable[CallEvent]) -> list[Penalty]:
    calls, minutes = limits["stranger_calls"], limits["stranger_minutes"]
    rule = f"{calls} calls without a PIN in {minutes} minutes"
    return [
        Penalty(
            event.detail[events.IN_FULL],
            f"{rule}; time {event.detail['times']}",
            event.at,
            events.moment(event.detail["until"]),
        )
        for event in new
        if event.kind is EventKind.PENALISED and event.detail[events.IN_FULL]
    ]


def summary(life: Iterable[CallEvent], prices: Prices) -> CallRow | None:
    """A call in a line, from all its events in any order; None while nobody has said who calls."""
    by_kind: defaultdict[EventKind, list[CallEvent]] = defaultdict(list)
    for event in sorted(life, key=lambda event: event.number):
        by_kind[event.kind].append(event)
    opening = [event for kind in sorted(OPENING) for event in by_kind[kind]]
    if not opening:
        return None
    first, said = opening[0], opening[0].detail
    proofs, to_person = by_kind[EventKind.VERIFIED], by_kind[EventKind.PERSON]
    ended = next(iter(by_kind[EventKind.ENDED]), None)
    person_at = min((event.at for event in to_person), default=None)
    return CallRow(
        sid=first.sid,
        channel=said["channel"],
        entrance=said["entrance"],
        ledger_id=int(said["ledger"]) if said["ledger"] else None,
        began_at=first.at,
        caller_key=said["caller"],
        last_four=said["last4"],
        attestation=said["attestation"],
        standing=said["standing"],
        verdict=said["verdict"],
        reason=said["reason"],
        verified_at=min((event.at for event in proofs), default=None),
        unit_code=proofs[-1].detail["unit"] if proofs else None,
        filings=len(by_kind[EventKind.FILED]),
        person_at=person_at,
        ended_at=ended.at if ended else None,
        ended_as=ended.detail["status"] if ended else None,
        seconds=_seconds(ended),
        charge=_charge(first, ended, person_at, prices),
    )


def _seconds(ended: CallEvent | None) -> int | None:
    return int(ended.detail["seconds"]) if ended and ended.detail["seconds"] else None


def _charge(
    first: CallEvent, ended: CallEvent | None, person_at: datetime | None, prices: Prices
) -> int | None:
    """None while the call goes on, as far as anybody knows."""
    said = first.detail
    if said["channel"] == Channel.TEXT:
        return charge_of_text(prices, said.get("answered") == "1")
    if said["verdict"] == Verdict.TURN_AWAY:
        return 0
    if ended is None:
        return None
    minutes = minutes_of(True, ended.detail["status"], _seconds(ended))
    return charge_of_call(prices, minutes, ended.at - person_at if person_at else None)
