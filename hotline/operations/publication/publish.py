"""Publishing: a recount of the whole ledger, and a numbered document only if everything agrees."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from redis import RedisError
from sqlalchemy import Connection

from hotline.operations.context import AppContext
from hotline.operations.publication.draft import (
    PublicationDraft,
    add_publication,
    compose,
    is_newest,
    lock_publication,
    look_at_draft,
    paused,
)
from hotline.operations.publication.recount import count_events
from hotline.store.database import reading, transact
from hotline.store.publication import orders, publications
from hotline.store.publication.publications import Publication, PublicationRefusal
from hotline.store.queues import PUBLISH

__all__ = ["Publication", "PublicationRefusal", "is_due", "publish", "publish_now", "request"]

log = logging.getLogger(__name__)

PENDING = "hotline:publish:pending"  # a job is queued, and has not begun to read
PACE = "hotline:publish:pace"  # when the last publication began, and how long it took
PENDING_SECONDS = 60
PACE_SECONDS = 3600
SHARE = 2  # a publication that takes a second begins every two: the rest is tabulation's alone
LONGEST_WAIT = 120.0  # seconds
NAMED = 5  # differences that a refusal spells out


def request(parts: AppContext, anew: bool = False) -> bool:
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


def publish(parts: AppContext) -> Publication | PublicationRefusal | None:
    """`publish_now`, but not before its turn: publications are some time apart."""
    _wait_for_turn(parts)
    return publish_now(parts)


def publish_now(parts: AppContext) -> Publication | PublicationRefusal | None:
    """Publishes the ledger that is open, refuses to, or does nothing if nothing has changed.

    A recount from the reports is compared with the running totals and with every unit's state. Any
    difference is a refusal: it is recorded and named, and the last good publication stands. So does
    it while publication is paused, which is recorded as a refusal too, with its reason. Where
    people ordered that nothing goes out without approval, or before a time, nothing does.
    """
    with _paced(parts):
        seen = look_at_draft(parts)
        if seen is None:
            return None
        if seen.paused is not None:
            return _pause(parts, seen, seen.paused)
        document, differences = compose(seen)
        if differences:
            return _refuse(parts, seen, differences)
        if seen.waits(parts.now()) or _is_said_already(seen, document):
            return None
        return _write(parts, seen, document)


def _is_said_already(seen: PublicationDraft, document: dict[str, Any]) -> bool:
    """An order is carried out by publishing once, even where nothing else is new."""
    return (
        publications.digest_of(document) == seen.progress.digest
        and seen.progress.refused_since is None
        and seen.progress.order_id == seen.order_id
    )


def is_due(parts: AppContext) -> bool:
    """Whether something has happened that no publication includes, or publishing is refused.

    While it is paused, only until that is on record; while it waits for somebody's approval or the
    end of an embargo, never.
    """
    with reading(parts.engine) as connection:
        active = parts.elections.active(connection)
        if active is None:
            return False
        progress = publications.progress(connection, active.ledger_id)
        reason = paused(connection)
        if reason is not None:
            return progress.refused_reason != reason
        order = orders.last(connection, active.ledger_id)
        if order is not None and order.waits(parts.now()):
            return False
        return (
            progress.standing is None
            or progress.refused_since is not None
            or progress.order_id != (None if order is None else order.id)
            or progress.events != count_events(connection, active.ledger_id)
        )


def _write(
    parts: AppContext, seen: PublicationDraft, document: dict[str, Any]
) -> Publication | None:
    def work(connection: Connection) -> Publication | None:
        if not lock_publication(connection, seen):
            return None
        return add_publication(connection, parts, seen, document, seen.order_id)

    published = transact(parts.engine, work)
    if published is None:
        request(parts)  # another publisher was faster, and may have seen less; or it was paused
    elif seen.progress.refused_since is not None:
        log.warning("publication %d: publishing goes on", published.number)
    return published


def _refuse(
    parts: AppContext, seen: PublicationDraft, differences: tuple[str, ...]
) -> PublicationRefusal:
    more = len(differences) - NAMED
    named = [*differences[:NAMED], *([f"and {more} more"] if more > 0 else [])]
    refused = PublicationRefusal(parts.now(), "; ".join(named), seen.progress.standing)
    log.error(
        "publication refused, number %s stands: %s", refused.standing or "none", refused.reason
    )
    _record(parts, seen, refused)
    return refused


def _pause(parts: AppContext, seen: PublicationDraft, reason: str) -> PublicationRefusal:
    refused = PublicationRefusal(parts.now(), reason, seen.progress.standing)
    if _record(parts, seen, refused):
        log.warning("publication %s, number %s stands", reason, refused.standing or "none")
    return refused


def _record(parts: AppContext, seen: PublicationDraft, refused: PublicationRefusal) -> bool:
    """Whether there was something new to record: what is refused again as before is not."""

    def work(connection: Connection) -> bool:
        if not is_newest(connection, seen) or seen.progress.refused_reason == refused.reason:
            return False
        publications.refuse(connection, seen.active.ledger_id, refused)
        return True

    return transact(parts.engine, work)


# --- One after the other, with room between


def _wait_for_turn(parts: AppContext) -> None:
    """Never for longer than publications are apart: the clock may have been set back since."""
    try:
        pace = parts.redis.get(PACE)
    except RedisError:
        return
    if not isinstance(pace, bytes | str):
        return
    began, took = json.loads(pace)
    apart = min(max(parts.settings.publish_seconds, SHARE * took), LONGEST_WAIT)
    time.sleep(min(max(0.0, began + apart - time.time()), apart))


@contextmanager
def _paced(parts: AppContext) -> Iterator[None]:
    """Takes what is pending, and notes for the next one how long this one took."""
    at, began = time.time(), time.monotonic()
    try:
        # Before the database is read: whoever commits after that asks for another publication.
        parts.redis.delete(PENDING)
    except RedisError:
        parts.counts["publication"] += 1
    try:
        yield
    finally:
        took = time.monotonic() - began  # whatever becomes of the clock meanwhile
        with suppress(RedisError):
            parts.redis.set(PACE, json.dumps([at, took]), ex=PACE_SECONDS)
