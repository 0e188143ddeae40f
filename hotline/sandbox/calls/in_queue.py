"""A leg that waits in a queue: the verb Enqueue.

Its wait document is obeyed like any other, and asked for again when it is over. Each round in which
the caller could have keyed something takes the time of that; one of speech and music alone takes
none to run, so the next is not asked for until somebody waits (`Call.silence`).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin

from hotline.sandbox.calls.interpreter import Bookmark, Interpreter
from hotline.sandbox.calls.whereabouts import MUSIC, Whereabouts
from hotline.sandbox.switchboard.orders import Party
from hotline.sandbox.switchboard.queues import QueuedCall, QueueFull, QueueResult
from hotline.sandbox.transcript import LeftQueue, Paused, Played, Queued, RequestKind
from hotline.sandbox.twiml.parser import Document
from hotline.sandbox.twiml.verbs import Dial, Enqueue, Reject, Verb
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.parameters import CallStatus

ROUND_S = 8
"""A round of the network's own music, or of silence, where the page has to say when it is over."""
DOCUMENTS_A_ROUND = 5
"""Documents that lead on to one another without a Gather; then somebody has to wait first."""


def enter_queue(interpreter: Interpreter, party: Party, verb: Enqueue) -> None:
    if not interpreter.live_through():
        return
    try:
        member = interpreter.office.switchboard.enqueue(verb.name, party)
    except QueueFull:
        _go_on(interpreter, verb, parameters.dequeued(QueueResult.QUEUE_FULL, "", 0))
        return
    here = InQueue(interpreter, verb, member)
    interpreter.whereabouts = here
    interpreter.transcript.append(Queued(verb.name, member.queue.position(member)))
    here.next_round()


class InQueue(Whereabouts):
    """Waiting in a queue, as `member` of it."""

    def __init__(self, interpreter: Interpreter, verb: Enqueue, member: QueuedCall) -> None:
        super().__init__(interpreter)
        self.member = member
        self._verb = verb
        self._left_at = interpreter.bookmark()
        self._began = interpreter.seconds
        self._asked = False  # whether the caller could key something in this round
        self._idle = False  # whether the round is over as soon as somebody waits
        self._parked: tuple[str, str] | None = None  # what is asked for then, if not a new round
        self._heard = 0  # entries of the transcript before this round

    @property
    def round_seconds(self) -> int:
        """How long this round of waiting lasts where it asks nothing."""
        entries = self._interpreter.transcript[self._heard :]
        return sum(e.seconds for e in entries if isinstance(e, Paused)) or ROUND_S

    def next_round(self) -> None:
        self._asked = self._idle = False
        self._parked = None
        self._count_round()
        self._interpreter.resume(Bookmark(Document(()), self._left_at.base))
        if self._verb.wait_url:
            url = urljoin(self._left_at.base, self._verb.wait_url)
            self._interpreter.go(RequestKind.WAIT, url, self._verb.wait_method, self._wait_form())
        elif self._verb.wait_url is None:
            self._interpreter.transcript.append(Played(MUSIC))

    def _count_round(self) -> None:
        self._heard = len(self._interpreter.transcript)
        self._interpreter.rounds += 1

    def _wait_form(self) -> Mapping[str, str]:
        queue = self.member.queue
        with self._interpreter.office.switchboard.looking() as now:
            return parameters.waiting(
                queue.sid,
                position=queue.position(self.member),
                size=len(queue.members),
                most=queue.max_size,
                seconds=self._waited(),
                average=queue.average_wait(now),
            )

    def _waited(self) -> int:
        """Whole seconds, by the model's clock or by the real one, whichever ran further."""
        real = (self._interpreter.office.now() - self.member.since).total_seconds()
        return int(max(self._interpreter.seconds - self._began, real))

    # While there

    @property
    def holds(self) -> bool:
        return self._idle

    def allows(self, verb: Verb) -> bool:
        if isinstance(verb, Dial | Enqueue | Reject):
            what = f"<{type(verb).__name__}> is not allowed in a queue's wait document"
            self._interpreter.warn(what)
            return False
        return True

    def asks(self) -> None:
        self._asked = True

    def redirect(self, url: str, method: str) -> None:
        """A wait document may lead to itself for ever; it does so only as time passes."""
        if not self._asked and self._interpreter.documents >= DOCUMENTS_A_ROUND:
            self._parked, self._idle = (url, method), True
        else:
            super().redirect(url, method)

    def document_over(self) -> None:
        if self._asked:
            self.next_round()
        else:
            self._idle = True

    def wait(self) -> None:
        """Somebody waits: the round is over."""
        self._interpreter.documents = 0
        self._idle = False
        parked, self._parked = self._parked, None
        if parked is None:
            self.next_round()
        else:
            self._count_round()
            self._interpreter.go(RequestKind.REDIRECT, *parked)
        self._interpreter.run()

    # Out

    def leave_queue(self) -> None:
        self._quit(QueueResult.LEAVE)

    def document_missing(self) -> None:
        self._quit(QueueResult.ERROR)

    def abandon(self) -> None:
        self._drop_out(QueueResult.REDIRECTED, self._interpreter.state)

    def hang_up(self, status: CallStatus) -> None:
        self._drop_out(QueueResult.HANGUP, status)

    def _quit(self, result: QueueResult) -> None:
        """Out of the queue, to the action or to the verb after the Enqueue."""
        form = self._vacate(result)
        self._interpreter.resume(self._left_at)
        _go_on(self._interpreter, self._verb, form)

    def _drop_out(self, result: QueueResult, status: CallStatus) -> None:
        """Out of the queue, and nowhere: the action is told."""
        form = self._vacate(result)
        if self._verb.action:
            url = urljoin(self._left_at.base, self._verb.action)
            self._interpreter.asker.tell(RequestKind.QUEUE, url, status, form, self._verb.method)

    def _vacate(self, result: QueueResult) -> Mapping[str, str]:
        self._back_on_the_line()
        self._interpreter.office.switchboard.dequeue(self.member)
        self._interpreter.waiting = None
        self._interpreter.transcript.append(LeftQueue(result.value))
        return parameters.dequeued(result.value, self.member.queue.sid, self._waited())


def _go_on(interpreter: Interpreter, verb: Enqueue, form: Mapping[str, str]) -> None:
    if verb.action:
        interpreter.go(RequestKind.QUEUE, interpreter.absolute(verb.action), verb.method, form)
