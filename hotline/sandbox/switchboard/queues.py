"""Call queues, as Enqueue fills them. Only the switchboard, with its lock, touches them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hotline.sandbox.switchboard.orders import Party

MAX_SIZE = 1000
MOST = 5000
"""The greatest size that a queue may be given."""


class QueueResult(StrEnum):
    """How waiting in a queue ended, as the action is told."""

    LEAVE = "leave"
    REDIRECTED = "redirected"
    HANGUP = "hangup"
    QUEUE_FULL = "queue-full"
    ERROR = "error"


class QueueFull(RuntimeError):
    """No more calls may wait there."""


@dataclass(eq=False, slots=True)
class QueuedCall:
    """A call in a queue."""

    party: Party
    queue: CallQueue
    since: datetime


@dataclass(eq=False, slots=True)
class CallQueue:
    """First in, first out; whoever is redirected leaves out of turn."""

    sid: str
    name: str
    made: datetime
    updated: datetime
    max_size: int = MAX_SIZE
    members: list[QueuedCall] = field(default_factory=list)

    def position(self, member: QueuedCall) -> int:
        """From 1; 0 for who is no longer there."""
        return self.members.index(member) + 1 if member in self.members else 0

    def average_wait(self, now: datetime) -> int:
        """Whole seconds."""
        if not self.members:
            return 0
        return int(sum((now - m.since).total_seconds() for m in self.members) / len(self.members))
