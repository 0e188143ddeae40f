"""Which incident is told now, and by whom: a worker, or this process where there is none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring import alert_policy
from hotline.operations.monitoring.alert_policy import Audience, NotToldYet, untold
from hotline.store.monitoring.incidents import Incident, Phase
from hotline.store.queues import ALERT

log = logging.getLogger(__name__)

WORKERS_TIME = timedelta(seconds=60)  # after which what a worker should have told is told directly
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=10)
GIVEN_UP = timedelta(hours=1)
"""What could not be told for so long is not told any more."""

Note = Callable[[str, str], None]
"""Keeps, for a way, how it went."""


def in_a_thread(work: Callable[[], None]) -> None:
    Thread(target=work, name="alert", daemon=True).start()


@dataclass(slots=True)
class _Tried:
    """`next`: not before then. `times`: directly, by this process."""

    next: datetime
    times: int = 0
    running: bool = False


@dataclass
class Dispatch:
    """One a process. `apart` does what may take a while, so that nobody waits for it."""

    board: DeskServices
    apart: Callable[[Callable[[], None]], None] = in_a_thread
    _tried: dict[tuple[str, str, datetime, Phase], _Tried] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def send(self, at: datetime, of: Sequence[Incident], to: Audience, has_worker: bool) -> None:
        """Sees that all is told which is due. `has_worker`: whether somebody takes messages."""
        for incident, phase in _due(at, of, to):
            tried = self._take(at, incident, phase, has_worker)
            if tried is None:
                continue
            if has_worker and not tried.times and self._queue(incident, phase):
                continue
            self._directly(at, tried, partial(self._tell, incident.id, phase))

    def send_unwritten(
        self, at: datetime, of: Sequence[Incident], to: Audience, note: Callable[[Incident], Note]
    ) -> None:
        """The same for incidents that the database does not have."""
        for incident, phase in _due(at, of, to):
            tried = self._take(at, incident, phase, False)
            if tried is not None:
                told = partial(alert_policy.deliver, self.board.parts, self.board.carrier)
                self._directly(at, tried, partial(told, incident, phase, to, note(incident)))

    def _take(
        self, at: datetime, incident: Incident, phase: Phase, by_worker: bool
    ) -> _Tried | None:
        """The attempt, where it is time for one."""
        key = (incident.rule, incident.subject, incident.began_at, phase)
        with self._lock:
            self._tried = {k: t for k, t in self._tried.items() if at - t.next < GIVEN_UP}
            tried = self._tried.get(key)
            if tried is None:
                wait = WORKERS_TIME if by_worker else timedelta()
                self._tried[key] = tried = _Tried(at + wait)
                return tried
            if tried.running or at < tried.next:
                return None
            tried.times = max(1, tried.times)
            return tried

    def _queue(self, incident: Incident, phase: Phase) -> bool:
        return self.board.parts.enqueue(ALERT, incident.id, phase.value)

    def _tell(self, incident_id: int, phase: Phase) -> None:
        alert_policy.tell(self.board.parts, self.board.carrier, incident_id, phase)

    def _directly(self, at: datetime, tried: _Tried, tell: Callable[[], object]) -> None:
        tried.running = True
        tried.next = at + min(FIRST_PAUSE * 2**tried.times, LONGEST_PAUSE)
        tried.times += 1

        def work() -> None:
            try:
                tell()
            except (NotToldYet, LookupError, SQLAlchemyError) as error:
                log.warning("an alert is told later: %s", error)
            except Exception:
                log.exception("an alert is not told")
            finally:
                tried.running = False

        self.apart(work)


def _due(at: datetime, of: Sequence[Incident], to: Audience) -> list[tuple[Incident, Phase]]:
    moments = [
        (incident, phase, since)
        for incident in of
        for phase, since in ((Phase.BEGUN, incident.began_at), (Phase.ENDED, incident.ended_at))
    ]
    return [
        (incident, phase)
        for incident, phase, since in moments
        if since is not None and at - since < GIVEN_UP and untold(incident, phase, to.ways)
    ]
