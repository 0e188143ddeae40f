"""Publishing: a recount of the whole ledger, and a numbered document only if everything agrees."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import RedisError
from sqlalchemy import Connection

from hotline.operations.parts import Parts
from hotline.operations.recount import Recount, count_events, recount
from hotline.operations.results_document import AccountingError, build
from hotline.store import ledgers, publications, switches
from hotline.store.database import exclusive, reading, transact
from hotline.store.elections import ActiveElection
from hotline.store.publications import Progress, Publication, Refusal
from hotline.store.queues import PUBLISH
from hotline.store.statuses import Switch

__all__ = ["Publication", "Refusal", "is_due", "publish", "publish_now", "request"]

log = logging.getLogger(__name__)

PENDING = "hotline:publish:pending"  # a job is queued, and has not begun to read
PACE = "hotline:publish:pace"  # when the last publication began, and how long it took
PENDING_SECONDS = 60
PACE_SECONDS = 3600
SHARE = 2  # a publication that takes a second begins every two: the rest is tabulation's alone
LONGEST_WAIT = 120.0  # seconds
NAMED = 5  # differences that a refusal spells out


def request(parts: Parts, anew: bool = False) -> bool:
    """Sees to it that what is committed now will be published; False if that has to wait.

    However often it is asked for, one job is queued. `anew` looks whether it is there: the sweep
    asks so, when a publication that was asked for has not come.
    """
    try:
        if anew and not parts.queue(PUBLISH.queue).count:
            parts.redis.delete(PENDING)
        if not parts.redis.set(PENDING, 1, nx=True, ex=PENDING_SECONDS):
            return True
        if parts.enqueue(PUBLISH):
            return True
        parts.redis.delete(PENDING)
    except RedisError as error:
        parts.counts["publication"] += 1
        log.warning("a publication is not requested: %s", error)
    return False


def publish(parts: Parts) -> Publication | Refusal | None:
    """`publish_now`, but not before its turn: publications are some time apart."""
    _wait_for_turn(parts)
    return publish_now(parts)


def publish_now(parts: Parts) -> Publication | Refusal | None:
    """Publishes the ledger that is open, refuses to, or does nothing if nothing has changed.

    A recount from the reports is compared with the running totals and with every unit's state. Any
    difference is a refusal: it is recorded and named, and the last good publication stands. So does
    it while publication is paused, which is recorded as a refusal too, with its reason.
    """
    with _paced(parts):
        seen = _look(parts)
        if seen is None:
            return None
        if seen.paused is not None:
            return _pause(parts, seen, seen.paused)
        try:
            differences = seen.counted.differences
            document = {} if differences else _document(seen)
        except AccountingError as error:
            differences = (str(error),)
        if differences:
            return _refuse(parts, seen, differences)
        said_already = publications.digest_of(document) == seen.progress.digest
        if said_already and seen.progress.refused_since is None:
            return None
        return _write(parts, seen, document)


def is_due(parts: Parts) -> bool:
    """Whether something has happened that no publication includes, or publishing is refused.

    While it is paused, only until that is on record.
    """
    with reading(parts.engine) as connection:
        active = parts.elections.active(connection)
        if active is None:
            return False
        progress = publications.progress(connection, active.ledger_id)
        paused = _paused(connection)
        if paused is not None:
            return progress.refused_reason != paused
        return (
            progress.standing is None
            or progress.refused_since is not None
            or progress.events != count_events(connection, active.ledger_id)
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one moment of the database says."""

    active: ActiveElection
    opened_at: datetime
    progress: Progress
    counted: Recount
    paused: str | None  # why; None while it goes on


def _look(parts: Parts) -> _Seen | None:
    with reading(parts.engine) as connection:
        active = parts.elections.active(connection)
        if active is None:
            return None
        return _Seen(
            active,
            ledgers.opened_at(connection, active.ledger_id),
            publications.progress(connection, active.ledger_id),
            recount(connection, active.election, active.ledger_id),
            _paused(connection),
        )


def _paused(connection: Connection) -> str | None:
    paused = switches.turned_on(connection, Switch.PUBLICATION_PAUSED)
    return None if paused is None else f"paused: {paused.why}"


def _document(seen: _Seen) -> dict[str, Any]:
    counted = seen.counted
    return build(
        seen.active.election,
        seen.active.is_test,
        counted.sums,
        counted.states,
        counted.as_of or seen.opened_at,
        counted.doubted,
    )


def _write(parts: Parts, seen: _Seen, document: dict[str, Any]) -> Publication | None:
    def work(connection: Connection) -> Publication | None:
        if not _is_newest(connection, seen) or _paused(connection) is not None:
            return None
        number = seen.progress.newest + 1
        ledger_id, events = seen.active.ledger_id, seen.counted.events
        return publications.add(connection, ledger_id, number, parts.now(), events, document)

    published = transact(parts.engine, work)
    if published is None:
        request(parts)  # another publisher was faster, and may have seen less; or it was paused
    elif seen.progress.refused_since is not None:
        log.warning("publication %d: publishing goes on", published.number)
    return published


def _refuse(parts: Parts, seen: _Seen, differences: tuple[str, ...]) -> Refusal:
    more = len(differences) - NAMED
    named = [*differences[:NAMED], *([f"and {more} more"] if more > 0 else [])]
    refused = Refusal(parts.now(), "; ".join(named), seen.progress.standing)
    log.error(
        "publication refused, number %s stands: %s", refused.standing or "none", refused.reason
    )
    _record(parts, seen, refused)
    return refused


def _pause(parts: Parts, seen: _Seen, reason: str) -> Refusal:
    refused = Refusal(parts.now(), reason, seen.progress.standing)
    if _record(parts, seen, refused):
        log.warning("publication %s, number %s stands", reason, refused.standing or "none")
    return refused


def _record(parts: Parts, seen: _Seen, refused: Refusal) -> bool:
    """Whether there was something new to record: what is refused again as before is not."""

    def work(connection: Connection) -> bool:
        if not _is_newest(connection, seen) or seen.progress.refused_reason == refused.reason:
            return False
        publications.refuse(connection, seen.active.ledger_id, refused)
        return True

    return transact(parts.engine, work)


def _is_newest(connection: Connection, seen: _Seen) -> bool:
    """Whether nothing was published since we looked; from now on nothing will be."""
    exclusive(connection, "publication")
    now = publications.progress(connection, seen.active.ledger_id)
    return now.newest == seen.progress.newest


# --- One after the other, with room between


def _wait_for_turn(parts: Parts) -> None:
    try:
        pace = parts.redis.get(PACE)
    except RedisError:
        return
    if not isinstance(pace, bytes | str):
        return
    began, took = json.loads(pace)
    due = began + max(parts.settings.publish_seconds, SHARE * took)
    time.sleep(min(max(0.0, due - time.time()), LONGEST_WAIT))


@contextmanager
def _paced(parts: Parts) -> Iterator[None]:
    """Takes what is pending, and notes for the next one how long this one took."""
    began = time.time()
    try:
        # Before the database is read: whoever commits after that asks for another publication.
        parts.redis.delete(PENDING)
    except RedisError:
        parts.counts["publication"] += 1
    try:
        yield
    finally:
        with suppress(RedisError):
            parts.redis.set(PACE, json.dumps([began, time.time() - began]), ex=PACE_SECONDS)
