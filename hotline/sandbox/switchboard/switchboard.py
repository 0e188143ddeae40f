"""The queues and the conference rooms of an account. Safe between threads.

Its lock is held for moments, never while anybody is asked or a line is taken: a leg may come here
with its own line in hand, and nobody goes from here to a line.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from hotline.sandbox.chance import Chance
from hotline.sandbox.switchboard.orders import Party, PlayOrder, RedirectOrder
from hotline.sandbox.switchboard.queues import CallQueue, QueuedCall, QueueFull
from hotline.sandbox.switchboard.rooms import ConferenceRoom, LeavingReason, Participant
from hotline.sandbox.twiml.verbs import Conference

KEPT_ROOMS = 500
"""Conferences that are over and can still be looked at."""

Tell = Callable[[ConferenceRoom, str, Mapping[str, str]], None]


class Switchboard:
    """`tell` is given what a room's status callback is to be sent; `now` is UTC."""

    def __init__(self, chance: Chance, now: Callable[[], datetime], tell: Tell) -> None:
        self._chance = chance
        self._now = now
        self._tell = tell
        self._queues: dict[str, CallQueue] = {}
        self._rooms: dict[str, ConferenceRoom] = {}
        self._over: deque[ConferenceRoom] = deque(maxlen=KEPT_ROOMS)
        self._lock = threading.RLock()

    @contextmanager
    def looking(self) -> Iterator[datetime]:
        """Nothing changes meanwhile; gives the time."""
        with self._lock:
            yield self._now()

    # Queues

    def queue(self, name: str, max_size: int | None = None) -> CallQueue:
        """The queue of that name, made on demand."""
        with self._lock:
            if name not in self._queues:
                now = self._now()
                self._queues[name] = CallQueue(self._chance.sid("QU"), name, now, now)
            queue = self._queues[name]
            if max_size is not None:
                queue.max_size, queue.updated = max_size, self._now()
            return queue

    def queues(self) -> list[CallQueue]:
        return list(self._queues.values())

    def enqueue(self, name: str, party: Party) -> QueuedCall:
        """Raises QueueFull."""
        with self._lock:
            queue = self.queue(name)
            if len(queue.members) >= queue.max_size:
                raise QueueFull(name)
            member = QueuedCall(party, queue, self._now())
            queue.members.append(member)
            queue.updated = member.since
            return member

    def dequeue(self, member: QueuedCall) -> None:
        """Takes it out, if it is still there."""
        with self._lock:
            if member in member.queue.members:
                member.queue.members.remove(member)
                member.queue.updated = self._now()

    def call_forward(self, queue: CallQueue, sid: str, order: RedirectOrder) -> QueuedCall | None:
        """Redirects a call out of a queue, or its first ("Front"). Who asks second gets None."""
        with self._lock:
            member = find_member(queue, sid)
            if member is None:
                return None
            self.dequeue(member)
            member.party.order(order)
            return member

    # Rooms

    def join(self, party: Party, noun: Conference) -> Participant:
        """Into the room of that name, made on demand. Raises NobodyToCoach."""
        with self._lock:
            now = self._now()
            room = self._rooms.get(noun.name)
            if room is None:
                room = ConferenceRoom(
                    self._chance.sid("CF"),
                    noun.name,
                    now,
                    now,
                    noun.status_url,
                    noun.events if noun.status_url else frozenset(),
                    self._tell,
                )
            joined = room.join(party, noun, now)
            self._rooms[noun.name] = room
            return joined

    def leave(self, participant: Participant, why: LeavingReason) -> None:
        with self._lock:
            participant.room.leave(participant, why, self._now())
            self._tidy(participant.room)

    def dismiss(self, participant: Participant) -> None:
        with self._lock:
            participant.room.dismiss(participant, self._now())
            self._tidy(participant.room)

    def close(self, room: ConferenceRoom) -> None:
        with self._lock:
            if not room.over:
                room.close(self._now())
            self._tidy(room)

    def key(self, participant: Participant, keys: str) -> None:
        with self._lock:
            participant.room.key(participant, keys)

    def update(
        self,
        participant: Participant,
        *,
        muted: bool | None = None,
        hold: bool | None = None,
        hold_document: PlayOrder | None = None,
        ends: bool | None = None,
        coached: str | None = None,
    ) -> None:
        """What is None stays as it is. Raises NobodyToCoach, and then nothing is changed."""
        with self._lock:
            room = participant.room
            room.modify(
                participant,
                ends=participant.ends if ends is None else ends,
                coached=participant.coached if coached is None else coached,
            )
            if muted is not None:
                room.mute(participant, muted)
            if hold is not None and room.hold(participant, hold) and hold and hold_document:
                participant.party.order(hold_document)
            participant.updated = room.updated = self._now()

    def rooms(self) -> list[ConferenceRoom]:
        """Newest first, those that are over too."""
        with self._lock:
            return sorted([*self._over, *self._rooms.values()], key=lambda r: r.made, reverse=True)

    def _tidy(self, room: ConferenceRoom) -> None:
        if room.over and self._rooms.get(room.name) is room:
            del self._rooms[room.name]
            self._over.append(room)


def find_member(queue: CallQueue, sid: str) -> QueuedCall | None:
    """By CallSid, or `Front`."""
    if sid == "Front":
        return queue.members[0] if queue.members else None
    return next((m for m in queue.members if m.party.sid == sid), None)
