"""A leg that waits in a queue: the verb Enqueue.

Its wait document is obeyed like any other, and asked for again when it is over. Each round in which
the caller could have keyed something takes the time of that; one of speech and music alone takes
none to run, so the next is not asked for until somebody waits (`Call.silence`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from hotline.sandbox.calls.asking import Fetched
from hotline.sandbox.calls.reachable import Reachable
from hotline.sandbox.switchboard.queues import Member, QueueFull, QueueResult
from hotline.sandbox.transcript import Dequeued, Kind, Paused, Played, Queued
from hotline.sandbox.twiml.parser import Document
from hotline.sandbox.twiml.verbs import Dial, Enqueue, Gather, Reject, Verb
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.parameters import NOTHING, Status

MUSIC = "the network's own music"
ROUND_S = 8
"""A round of the network's own music, or of silence, where the page has to say when it is over."""
DOCUMENTS_A_ROUND = 5
"""Documents that lead on to one another without a Gather; then somebody has to wait first."""


@dataclass(slots=True)
class Waits:
    """Waiting in a queue, and where the call goes on afterwards.

    `asked` is set in a round in which the caller could key something; `parked` is the request that
    is made when somebody waits.
    """

    verb: Enqueue
    member: Member
    document: Document
    base: str
    position: int
    began: float
    asked: bool = False
    parked: tuple[str, str] | None = None
    idle: bool = False
    heard: int = 0  # entries of the transcript before this round


class Waiter(Reachable):
    """A leg that may wait in a queue. `rounds` counts the wait documents that were asked for."""

    rounds = 0
    _waits: Waits | None = None

    @property
    def queued(self) -> Member | None:
        """The place in a queue, if the call is in one."""
        return self._waits.member if self._waits else None

    @property
    def round_seconds(self) -> int:
        """How long this round of waiting lasts where it asks nothing."""
        entries = self.transcript[self._waits.heard :] if self._waits else []
        return sum(e.seconds for e in entries if isinstance(e, Paused)) or ROUND_S

    # In

    def _enqueue(self, verb: Enqueue) -> None:
        if not self._live_through():
            return
        base = self._base
        try:
            member = self._office.switchboard.enqueue(verb.name, self)
        except QueueFull:
            self._after_queue(verb, base, parameters.dequeued(QueueResult.QUEUE_FULL, "", 0))
            return
        self._waits = Waits(verb, member, self._document, base, self._position, self.seconds)
        self.transcript.append(Queued(verb.name, member.queue.position(member)))
        self._next_round(self._waits)

    def _next_round(self, waits: Waits) -> None:
        waits.asked = waits.idle = False
        waits.parked = None
        waits.heard = len(self.transcript)
        self._document, self._position = Document(()), 0
        self.rounds += 1
        if waits.verb.wait_url:
            url = urljoin(waits.base, waits.verb.wait_url)
            self._go(Kind.WAIT, url, waits.verb.wait_method, self._wait_form(waits))
        elif waits.verb.wait_url is None:
            self.transcript.append(Played(MUSIC))

    def _wait_form(self, waits: Waits) -> Mapping[str, str]:
        queue = waits.member.queue
        with self._office.switchboard.looking() as now:
            return parameters.waiting(
                queue.sid,
                position=queue.position(waits.member),
                size=len(queue.members),
                most=queue.max_size,
                seconds=self._waited(waits),
                average=queue.average_wait(now),
            )

    def _waited(self, waits: Waits) -> int:
        """Whole seconds, by the model's clock or by the real one, whichever ran further."""
        real = (self._office.now() - waits.member.since).total_seconds()
        return int(max(self.seconds - waits.began, real))

    # While there

    def _blocked(self) -> bool:
        return (self._waits is not None and self._waits.idle) or super()._blocked()

    def _obey(self, verb: Verb) -> None:
        if self._waits and isinstance(verb, Dial | Enqueue | Reject):
            self._warn(f"<{type(verb).__name__}> is not allowed in a queue's wait document")
            return
        super()._obey(verb)

    def _open(self, gather: Gather) -> None:
        if self._waits:
            self._waits.asked = True
        super()._open(gather)

    def _redirect(self, url: str, method: str) -> None:
        """A wait document may lead to itself for ever; it does so only as time passes."""
        waits = self._waits
        if waits and not waits.asked and self._documents >= DOCUMENTS_A_ROUND:
            waits.parked, waits.idle = (url, method), True
            return
        super()._redirect(url, method)

    def _at_end(self) -> None:
        if self._waits is None:
            self._finish(Status.COMPLETED)
        elif self._waits.asked:
            self._next_round(self._waits)
        else:
            self._waits.idle = True

    def _wait_on(self, waits: Waits) -> None:
        """Somebody waits: the round is over."""
        self._documents = 0
        waits.idle = False
        parked, waits.parked = waits.parked, None
        if parked is None:
            self._next_round(waits)
        else:
            self.rounds += 1
            waits.heard = len(self.transcript)
            self._go(Kind.REDIRECT, *parked)
        self._run()

    # Out

    def _take(self, fetched: Fetched | None) -> None:
        if fetched is None and self._waits:
            self._quit_queue(QueueResult.ERROR)
            return
        super()._take(fetched)

    def _leave_queue(self) -> None:
        if self._waits is None:
            super()._leave_queue()
        else:
            self._quit_queue(QueueResult.LEAVE)

    def _quit_queue(self, result: QueueResult) -> None:
        """Out of the queue, to the action or to the verb after the Enqueue."""
        waits, form = self._vacate(result)
        if waits:
            self._document, self._position = waits.document, waits.position
            self._after_queue(waits.verb, waits.base, form)

    def _drop_out(self, result: QueueResult, status: Status) -> None:
        """Out of the queue, and nowhere: the action is told, and its TwiML obeyed by nobody."""
        waits, form = self._vacate(result)
        if waits and waits.verb.action:
            url = urljoin(waits.base, waits.verb.action)
            self._asker.tell(Kind.QUEUE, url, status, form, waits.verb.method)

    def _vacate(self, result: QueueResult) -> tuple[Waits | None, Mapping[str, str]]:
        waits, self._waits = self._waits, None
        if waits is None:
            return None, NOTHING
        self._office.switchboard.dequeue(waits.member)
        self.waiting = None
        self.transcript.append(Dequeued(result.value))
        sid = waits.member.queue.sid
        return waits, parameters.dequeued(result.value, sid, self._waited(waits))

    def _after_queue(self, verb: Enqueue, base: str, form: Mapping[str, str]) -> None:
        self._base = base
        if verb.action:
            self._go(Kind.QUEUE, urljoin(base, verb.action), verb.method, form)

    def _finish(self, status: Status) -> None:
        if self._waits and not self.ended:
            self._drop_out(QueueResult.HANGUP, status)
        super()._finish(status)
