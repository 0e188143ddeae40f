"""Watching the line: what is wrong becomes an incident, and is told; so is that it is over.

The clock watches (workers/clock.py), as a worker that is dead cannot say so. An incident is open
once for a rule and subject, however many watch, and ends when it has not been seen for a while, so
that it does not come and go with every look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from redis import RedisError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import rule
from hotline.operations.admission import limits
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring import alert_policy
from hotline.operations.monitoring.alert_policy import Audience
from hotline.operations.monitoring.notifier import GIVEN_UP, Dispatch, Note, in_a_thread
from hotline.operations.monitoring.rules import AlertRule, Problem, problems, unknown
from hotline.operations.monitoring.situation import (
    DATABASE,
    Memory,
    Situation,
    gather,
    without,
)
from hotline.store.database import reading, transact
from hotline.store.monitoring import incidents
from hotline.store.monitoring.incidents import Incident, Phase
from hotline.store.postgresql import answered_within
from hotline.store.queues import QueueName

log = logging.getLogger(__name__)

WATCHER = rule("watching the line")
WATCHED_AT = "hotline:alerts:watched"
"""In Redis: when somebody last watched, in unix seconds."""
OVER_AFTER = timedelta(seconds=30)
"""An incident is over when it has not been seen for so long."""
LOOK_SECONDS = 4.0  # for which one look may wait for the database

Key = tuple[str, str]
"""Rule and subject."""


class Watch:
    """One a process. `apart` does what may take a while."""

    def __init__(
        self, board: DeskServices, apart: Callable[[Callable[[], None]], None] = in_a_thread
    ) -> None:
        self._parts = board.parts
        self._board = board
        self._dispatch = Dispatch(board, apart)
        self._memory = Memory()
        self._unseen: dict[Key, datetime] = {}  # open incidents that are not seen: since when
        self._since: dict[Key, datetime] = {}  # problems
        self._alive: dict[str, datetime] = {}  # when a worker of each queue last was
        self._unwritten: dict[Key, Incident] = {}  # begun while the database was away
        self._open: frozenset[Key] = frozenset()  # as the database said last, as is the next
        self._audience = Audience(webhook=bool(board.parts.settings.alert_url))

    def look(self) -> None:
        """Once; to be called every few seconds. Never raises for a part that is down, nor waits
        for one that hangs."""
        with answered_within(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        parts = self._parts
        seen = gather(parts, self._board, self._memory)
        found = self._ripe(seen, problems(seen, limits.values(parts)))
        self._leave_mark(seen.at)
        try:
            transact(parts.engine, partial(self._write, seen.at, found, unknown(seen)))
            self._unwritten = {}
            self._audience = alert_policy.audience(parts)
            with reading(parts.engine) as connection:
                lately = incidents.unended(connection, seen.at - GIVEN_UP)
        except SQLAlchemyError as error:
            log.warning("the database cannot be written: alerts are told without it")
            found = self._ripe(seen, problems(without(seen, DATABASE, error), limits.values(parts)))
            self._go_on_without_database(seen.at, found)
            return
        self._open = frozenset((one.rule, one.subject) for one in lately if one.ended_at is None)
        self._dispatch.send(seen.at, lately, self._audience, self._takes_messages(seen))

    def _ripe(self, seen: Situation, found: Sequence[Problem]) -> dict[Key, Problem]:
        """Without those that may pass by themselves, unless they are incidents already."""
        for queue, silence in seen.workers.items():
            if silence is not None:
                self._alive[queue] = seen.at - timedelta(seconds=silence)
        by_key = {(one.rule.value, one.subject): one for one in found}
        self._since = {key: self._since.get(key) or self._begin_of(key, seen.at) for key in by_key}
        return {
            key: one
            for key, one in by_key.items()
            if key in self._open or seen.at - self._since[key] >= timedelta(seconds=one.wait)
        }

    def _begin_of(self, key: Key, at: datetime) -> datetime:
        """A worker that hangs is soon forgotten by Redis; its last sign of life counts."""
        rule, subject = key
        return self._alive.get(subject, at) if rule == AlertRule.WORKER_SILENT else at

    def _leave_mark(self, at: datetime) -> None:
        try:
            self._parts.redis.set(WATCHED_AT, int(at.timestamp()))
        except RedisError:
            self._parts.counts["watching"] += 1

    def _takes_messages(self, seen: Situation) -> bool:
        queue = seen.queues.get(QueueName.MESSAGES)
        longest = limits.value(self._parts, "alert_worker_seconds")
        return queue is not None and queue.worker is not None and queue.worker < longest

    def _write(
        self,
        at: datetime,
        found: Mapping[Key, Problem],
        unjudged: frozenset[AlertRule],
        connection: Connection,
    ) -> None:
        """Opens what is new, and ends what is over."""
        for incident in self._unwritten.values():
            self._begin(connection, incident)
        known = {(one.rule, one.subject): one for one in incidents.unended(connection)}
        for key, problem in found.items():
            self._unseen.pop(key, None)
            if key not in known:
                self._begin(connection, Incident(0, *key, problem.said, at))
            elif known[key].said != problem.said:
                incidents.say(connection, known[key].id, problem.said)
        for key, incident in known.items():
            if key in found or incident.rule in unjudged:
                self._unseen.pop(key, None)
            elif at - self._unseen.setdefault(key, at) >= OVER_AFTER:
                self._end(connection, incident, at)

    def _begin(self, connection: Connection, new: Incident) -> None:
        begun = incidents.begin(connection, new)
        if begun is not None:
            self._log(connection, ActivityKind.ALERT_BEGUN, begun)

    def _end(self, connection: Connection, incident: Incident, at: datetime) -> None:
        if incidents.end(connection, incident.id, at):
            self._log(connection, ActivityKind.ALERT_ENDED, incident)

    def _log(self, connection: Connection, kind: ActivityKind, incident: Incident) -> None:
        what = {"incident": incident.id, "rule": incident.rule, "subject": incident.subject}
        log_activity(connection, self._parts, WATCHER, kind, after=what, note=incident.said)
        log.warning("%s, incident %d: %s", kind, incident.id, incident.said)

    def _go_on_without_database(self, at: datetime, found: Mapping[Key, Problem]) -> None:
        """What begins now is told at once, and written down when the database is back."""
        for key, problem in found.items():
            if key not in self._open and key not in self._unwritten:
                self._unwritten[key] = Incident(0, *key, problem.said, at)
        self._dispatch.send_unwritten(
            at, list(self._unwritten.values()), self._audience, self._note
        )

    def _note(self, incident: Incident) -> Note:
        key = (incident.rule, incident.subject)

        def note(way: str, how: str) -> None:
            if (kept := self._unwritten.get(key)) is not None:
                begun = {**kept.outcomes(Phase.BEGUN), way: how}
                self._unwritten[key] = replace(kept, told={**kept.told, Phase.BEGUN.value: begun})

        return note
