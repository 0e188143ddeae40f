"""A leg in a conference room: the noun Conference of the verb Dial.

Nothing is heard there but that others are there, and the tones of their keys. Until the
conference has begun, and on hold, a document of speech and music plays to this leg alone.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from hotline.sandbox.calls.interpreter import Interpreter
from hotline.sandbox.calls.whereabouts import MUSIC, Whereabouts
from hotline.sandbox.problems import Code
from hotline.sandbox.switchboard.orders import Party
from hotline.sandbox.switchboard.rooms import LeavingReason, NobodyToCoach, Participant
from hotline.sandbox.transcript import KeyedDigits, Played, RequestKind
from hotline.sandbox.twiml.verbs import Conference, Dial, Pause, Play, Redirect, Say
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.parameters import CallStatus


def enter_conference(interpreter: Interpreter, party: Party, verb: Dial, noun: Conference) -> None:
    if not interpreter.live_through():
        return
    if noun.status_url:
        noun = replace(noun, status_url=interpreter.absolute(noun.status_url))
    try:
        participant = interpreter.office.switchboard.join(party, noun)
    except NobodyToCoach:
        interpreter.complain(Code.INVALID_COACH, "nobody there to be coached")
        _go_on(interpreter, verb, joined=False)
        return
    here = InConference(interpreter, verb, participant)
    interpreter.whereabouts = here
    if not participant.room.started:
        here.play_until_it_begins(noun)


class InConference(Whereabouts):
    """In a conference room, as `participant` of it."""

    def __init__(self, interpreter: Interpreter, verb: Dial, participant: Participant) -> None:
        super().__init__(interpreter)
        self.participant = participant
        self._verb = verb
        self._talked = 0.0  # seconds that were said to pass
        self._parked: tuple[str, str] | None = None  # what the music leads on to when one waits

    def play_until_it_begins(self, noun: Conference) -> None:
        if noun.wait_url is None:
            self._interpreter.transcript.append(Played(MUSIC))
        elif noun.wait_url:
            url = self._interpreter.absolute(noun.wait_url)
            if not self.play(url, noun.wait_method):
                self.quit(LeavingReason.NOT_ADDED, joined=False)

    def play(self, url: str, method: str) -> bool:
        """Music and speech for this leg alone; False where there is no such document."""
        leg = self._interpreter
        fetched = leg.asker.ask(
            RequestKind.WAIT, url, leg.state, method=method, may_fall_back=False
        )
        if fetched is None:
            return False
        for verb in fetched.document.verbs:
            if isinstance(verb, Say | Play | Pause):
                leg.sound(verb)
            elif isinstance(verb, Redirect):
                self._parked = (urljoin(fetched.url, verb.url), verb.method)
                break
            else:
                leg.warn(f"<{type(verb).__name__}> is not allowed in music for a conference")
        return True

    # While there

    @property
    def holds(self) -> bool:
        return True

    def key(self, keys: str) -> None:
        """The others hear the tones; a star may end it, and the document goes on."""
        self._interpreter.transcript.append(KeyedDigits(keys))
        self._interpreter.office.switchboard.key(self.participant, keys)
        if self._verb.hangup_on_star and "*" in keys:
            self._hang_up_and_go_on()

    def talk(self, seconds: float) -> None:
        """Time passes in the room, as far as the Dial lets it."""
        left = self._verb.time_limit - self._talked
        self._talked += min(seconds, left)
        self._interpreter.seconds += min(seconds, left)
        if seconds >= left:
            self._hang_up_and_go_on()

    def wait(self) -> None:
        """Somebody waits: the music goes on."""
        parked, self._parked = self._parked, None
        if parked is not None:
            self.play(*parked)

    # Out

    def quit(self, why: LeavingReason, *, joined: bool = True) -> None:
        """Out of the room, to the action or to the next verb."""
        self._walk_out(why)
        _go_on(self._interpreter, self._verb, joined=joined)

    def abandon(self) -> None:
        self._walk_out(LeavingReason.BY_REST)

    def hang_up(self, status: CallStatus) -> None:
        self.participant.gone = True
        self._walk_out(LeavingReason.HUNG_UP)
        verb = self._verb
        if verb.action:
            url, form = self._interpreter.absolute(verb.action), parameters.conferenced(joined=True)
            self._interpreter.asker.tell(RequestKind.DIAL, url, status, form, verb.method)

    def _hang_up_and_go_on(self) -> None:
        """The Dial is over, but not the call."""
        self._interpreter.documents = 0
        self.quit(LeavingReason.HUNG_UP)
        self._interpreter.run()

    def _walk_out(self, why: LeavingReason) -> None:
        self._back_on_the_line()
        office = self._interpreter.office
        office.switchboard.leave(self.participant, why)
        real = (office.now() - self.participant.since).total_seconds()
        self._interpreter.seconds += max(int(real) - self._talked, 0)


def _go_on(interpreter: Interpreter, verb: Dial, *, joined: bool) -> None:
    if verb.action:
        form = parameters.conferenced(joined=joined)
        interpreter.go(RequestKind.DIAL, interpreter.absolute(verb.action), verb.method, form)
