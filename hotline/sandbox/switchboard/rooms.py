"""Conference rooms: who is in them, who hears whom, and what the status callback is told.

Only the switchboard, with its lock, touches them. Nobody waits in here: legs are given orders, and
events are handed over to be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hotline.sandbox.switchboard.orders import DismissOrder, Party
from hotline.sandbox.transcript import Joined, Left, OnHold, OthersPresent, Tones
from hotline.sandbox.twiml.verbs import Conference


class ConferenceEnd(StrEnum):
    """Why a conference ended, as REST and the status callback say it."""

    BY_REST = "conference-ended-via-api"
    MODERATOR_LEFT = "participant-with-end-conference-on-exit-left"
    MODERATOR_KICKED = "participant-with-end-conference-on-exit-kicked"
    LAST_LEFT = "last-participant-left"
    LAST_KICKED = "last-participant-kicked"


class LeavingReason(StrEnum):
    """Why somebody left, as the status callback says it."""

    HUNG_UP = "participant_hung_up"
    BY_REST = "participant_updated_via_api"
    ENDED_BY_REST = "conference_ended_via_api"
    MODERATOR_ENDED = "moderator_ended_conference"
    NOT_ADDED = "participant_add_failed"


class NobodyToCoach(RuntimeError):
    """The call that was to be coached is not in this conference (13240)."""


@dataclass(eq=False, slots=True)
class Participant:
    """A call in a room. A coach is heard by `coached` alone and hears everybody."""

    party: Party
    room: ConferenceRoom
    since: datetime
    updated: datetime
    starts: bool
    ends: bool
    muted: bool
    coached: str = ""
    hold: bool = False
    label: str = ""
    gone: bool = False  # hung up

    @property
    def sid(self) -> str:
        return self.party.sid

    def heard_by(self, other: Participant) -> bool:
        """Whether what is keyed or said here reaches `other`."""
        if not self.room.started or self.muted or self.hold or other.hold:
            return False
        return not self.coached or self.coached == other.sid

    def as_form(self) -> dict[str, str]:
        """As every event about a participant has it."""
        form = {
            "CallSid": self.sid,
            "Muted": _word(self.muted),
            "Hold": _word(self.hold),
            "Coaching": _word(bool(self.coached)),
            "EndConferenceOnExit": _word(self.ends),
            "StartConferenceOnEnter": _word(self.starts),
        }
        return form | ({"ParticipantLabel": self.label} if self.label else {})


@dataclass(eq=False, slots=True)
class ConferenceRoom:
    """One conference, from the first who joins to its end; then the name begins another.

    `tell` hands over an event (its name, short and long, and what it says) to be sent to whoever
    the first participant's document named.
    """

    sid: str
    name: str
    made: datetime
    updated: datetime
    status_url: str
    events: frozenset[str]
    tell: Callable[[ConferenceRoom, str, Mapping[str, str]], None]
    participants: dict[str, Participant] = field(default_factory=dict)
    started: bool = False
    ending: ConferenceEnd | None = None
    ended_by: str = ""
    told: int = 0

    @property
    def over(self) -> bool:
        return self.ending is not None

    @property
    def status(self) -> str:
        """`init` until it has started, which takes two."""
        return "completed" if self.over else "in-progress" if self.started else "init"

    def others(self, participant: Participant) -> Iterator[Participant]:
        return (p for p in self.participants.values() if p is not participant)

    def join(self, party: Party, noun: Conference, now: datetime) -> Participant:
        """Raises NobodyToCoach."""
        if noun.coach and noun.coach not in self.participants:
            raise NobodyToCoach(noun.coach)
        joined = Participant(
            party, self, now, now, noun.starts, noun.ends, noun.muted, noun.coach, label=noun.label
        )
        self.participants[party.sid] = joined
        self.updated = now
        self._say("join", "participant-join", joined.as_form())
        if not self.started and len(self.participants) > 1:
            self.started = any(p.starts for p in self.participants.values())
            if self.started:
                self._say("start", "conference-start", {})
        party.note(Joined(self.name, len(self.participants) - 1))
        self._count_for(joined)
        return joined

    def leave(self, participant: Participant, why: LeavingReason, now: datetime) -> None:
        """Who left is not told; a moderator takes everybody else along."""
        if self.participants.pop(participant.sid, None) is None:
            return
        self.updated = now
        self._say_left(participant, why)
        kicked = why is LeavingReason.BY_REST
        if participant.ends:
            self._end(
                ConferenceEnd.MODERATOR_KICKED if kicked else ConferenceEnd.MODERATOR_LEFT,
                participant.sid,
            )
        elif not self.participants:
            self._end(
                ConferenceEnd.LAST_KICKED if kicked else ConferenceEnd.LAST_LEFT, participant.sid
            )
        else:
            self._count_for(participant)

    def dismiss(self, participant: Participant, now: datetime) -> None:
        """Sent out by REST: the leg goes on with what follows its Dial."""
        if participant.sid in self.participants:
            participant.party.order(DismissOrder(participant))
            self.leave(participant, LeavingReason.BY_REST, now)

    def close(self, now: datetime) -> None:
        """Ended by REST."""
        self.updated = now
        self._end(ConferenceEnd.BY_REST, "")

    def mute(self, participant: Participant, muted: bool) -> None:
        if participant.muted != muted:
            participant.muted = muted
            event = "participant-mute" if muted else "participant-unmute"
            self._say("mute", event, participant.as_form())

    def hold(self, participant: Participant, hold: bool) -> bool:
        """Whether that changed anything. On hold one neither hears nor is heard."""
        if participant.hold == hold:
            return False
        participant.hold = hold
        participant.party.note(OnHold(hold))
        event = "participant-hold" if hold else "participant-unhold"
        self._say("hold", event, participant.as_form())
        return True

    def modify(self, participant: Participant, *, ends: bool, coached: str) -> None:
        """Raises NobodyToCoach."""
        if coached and (coached == participant.sid or coached not in self.participants):
            raise NobodyToCoach(coached)
        if (participant.ends, participant.coached) != (ends, coached):
            participant.ends, participant.coached = ends, coached
            self._say("modify", "participant-modify", participant.as_form())

    def key(self, participant: Participant, keys: str) -> None:
        """The tones of somebody's keys, for whoever hears them."""
        for other in self.others(participant):
            if participant.heard_by(other):
                other.party.note(Tones(keys))

    def _end(self, ending: ConferenceEnd, by: str) -> None:
        self.ending, self.ended_by = ending, by
        by_rest = ending is ConferenceEnd.BY_REST
        why = LeavingReason.ENDED_BY_REST if by_rest else LeavingReason.MODERATOR_ENDED
        left, self.participants = list(self.participants.values()), {}
        for participant in left:
            self._say_left(participant, why)
            participant.party.order(DismissOrder(participant))
        form = {"ReasonConferenceEnded": ending.value, "Reason": ending.value.replace("-", " ")}
        self._say("end", "conference-end", form | ({"CallSidEndingConference": by} if by else {}))

    def _say_left(self, participant: Participant, why: LeavingReason) -> None:
        participant.party.note(Left(self.name))
        status = "completed" if participant.gone else participant.party.state.value
        about = {"ReasonParticipantLeft": why.value, "ParticipantCallStatus": status}
        self._say("leave", "participant-leave", participant.as_form() | about)

    def _count_for(self, newcomer: Participant) -> None:
        """Everybody else hears the beep: somebody came or went."""
        for other in self.others(newcomer):
            other.party.note(OthersPresent(len(self.participants) - 1))

    def _say(self, event: str, name: str, about: Mapping[str, str]) -> None:
        if event in self.events:
            self.told += 1
            self.tell(self, name, {"SequenceNumber": str(self.told), **about})


def _word(value: bool) -> str:
    return "true" if value else "false"
