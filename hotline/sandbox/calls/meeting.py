"""A leg in a conference room: the noun Conference of the verb Dial.

Nothing is heard there but that others are there, and the tones of their keys. Until the
conference has begun, and on hold, a document of speech and music plays to this leg alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urljoin

from hotline.sandbox.calls.waiting import MUSIC, Waiter
from hotline.sandbox.problems import Code, Problem
from hotline.sandbox.switchboard.rooms import Leaving, NobodyToCoach, Participant
from hotline.sandbox.transcript import Keyed, Kind, Played
from hotline.sandbox.twiml.verbs import Conference, Dial, Pause, Play, Redirect, Say
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.parameters import Status


@dataclass(slots=True)
class Meeting:
    """Being in a room. `talked` are seconds that were said to pass; `parked` is the document that
    the music would lead on to, for whoever waits."""

    verb: Dial
    base: str
    participant: Participant
    talked: float = 0.0
    parked: tuple[str, str] | None = None


class Guest(Waiter):
    """A leg that may be in a conference room."""

    _meeting: Meeting | None = None

    @property
    def meeting(self) -> Participant | None:
        """The place in a conference, if the call is in one."""
        return self._meeting.participant if self._meeting else None

    # In

    def _dial(self, verb: Dial) -> None:
        if verb.conference is None:
            super()._dial(verb)
        else:
            self._join(verb, verb.conference)

    def _join(self, verb: Dial, noun: Conference) -> None:
        if not self._live_through():
            return
        base = self._base
        if noun.status_url:
            noun = replace(noun, status_url=urljoin(base, noun.status_url))
        try:
            participant = self._office.switchboard.join(self, noun)
        except NobodyToCoach:
            self.problems.append(Problem(Code.INVALID_COACH, "nobody there to be coached"))
            self._after_meeting(verb, base, joined=False)
            return
        meeting = self._meeting = Meeting(verb, base, participant)
        if participant.room.started or noun.wait_url == "":
            return
        if noun.wait_url is None:
            self.transcript.append(Played(MUSIC))
        elif not self._play_alone(meeting, urljoin(base, noun.wait_url), noun.wait_method):
            self._quit_meeting(Leaving.NOT_ADDED, joined=False)

    def _play_alone(self, meeting: Meeting, url: str, method: str) -> bool:
        """Music and speech for this leg alone; False where there is no such document."""
        fetched = self._asker.ask(Kind.WAIT, url, self.state, method=method, may_fall_back=False)
        if fetched is None:
            return False
        for verb in fetched.document.verbs:
            if isinstance(verb, Say | Play | Pause):
                self._sound(verb, cut=False)
            elif isinstance(verb, Redirect):
                meeting.parked = (urljoin(fetched.url, verb.url), verb.method)
                break
            else:
                self._warn(f"<{type(verb).__name__}> is not allowed in music for a conference")
        return True

    # While there

    def _blocked(self) -> bool:
        return self._meeting is not None or super()._blocked()

    def _key(self, keys: str) -> None:
        """In a room the others hear the tones; a star may end it, and the document goes on."""
        if self._meeting is None:
            super()._key(keys)
            return
        self.transcript.append(Keyed(keys))
        self._office.switchboard.key(self._meeting.participant, keys)
        if self._meeting.verb.hangup_on_star and "*" in keys:
            self._documents = 0
            self._quit_meeting(Leaving.HUNG_UP)
            self._run()

    def _talk(self, meeting: Meeting, seconds: float) -> None:
        """Time passes in the room, as far as the Dial lets it."""
        left = meeting.verb.time_limit - meeting.talked
        meeting.talked += min(seconds, left)
        self.seconds += min(seconds, left)
        if seconds >= left:
            self._documents = 0
            self._quit_meeting(Leaving.HUNG_UP)
            self._run()

    def _listen_on(self, meeting: Meeting) -> None:
        """Somebody waits: the music goes on."""
        parked, meeting.parked = meeting.parked, None
        if parked is not None:
            self._play_alone(meeting, *parked)

    # Out

    def _quit_meeting(self, why: Leaving, *, joined: bool = True) -> None:
        """Out of the room, to the action or to the next verb."""
        meeting = self._walk_out(why)
        if meeting:
            self._after_meeting(meeting.verb, meeting.base, joined=joined)

    def _walk_out(self, why: Leaving) -> Meeting | None:
        meeting, self._meeting = self._meeting, None
        if meeting:
            self._office.switchboard.leave(meeting.participant, why)
            real = (self._office.now() - meeting.participant.since).total_seconds()
            self.seconds += max(int(real) - meeting.talked, 0)
        return meeting

    def _after_meeting(self, verb: Dial, base: str, *, joined: bool) -> None:
        if verb.action:
            form = parameters.conferenced(joined=joined)
            self._go(Kind.DIAL, urljoin(base, verb.action), verb.method, form)

    def _finish(self, status: Status) -> None:
        """Whoever hangs up in a room leaves it; the action is told, as with any Dial."""
        if self._meeting and not self.ended:
            verb, base = self._meeting.verb, self._meeting.base
            self._meeting.participant.gone = True
            self._walk_out(Leaving.HUNG_UP)
            if verb.action:
                form = parameters.conferenced(joined=True)
                url = urljoin(base, verb.action)
                self._asker.tell(Kind.DIAL, url, status, form, verb.method)
        super()._finish(status)
