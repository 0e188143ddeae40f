"""What the line says, as replies: its prompts, how long it waits for keys, whom it can dial."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from hotline.calls.prompts import Line, Prompt, line
from hotline.calls.recorded.phrases import Fragment, Phrase, fragments_of
from hotline.calls.turns import Ask, Connect, End, Turn
from hotline.languages.catalogue import SOURCE
from hotline.telephony.replies import (
    Bridge,
    Continuation,
    Destination,
    Gather,
    HangUp,
    Join,
    Park,
    Play,
    Redirect,
    Reply,
    RoomPart,
    Say,
    Spoken,
)

WAITING_SECONDS = 20
"""Silence between two words to somebody who waits."""


def _nothing_recorded(_phrase: Phrase) -> None:
    """The voice speaks everything."""


@dataclass(frozen=True, slots=True)
class Telephone:
    """Makes replies of what there is to say.

    `recording_of` has the URL of a phrase's recording, None where the voice has to speak.
    """

    key_seconds: int  # silence that ends an entry
    dial_seconds: int  # how long a person's telephone rings
    person_number: str  # E.164; empty when there is nobody to dial
    recording_of: Callable[[Phrase], str | None] = _nothing_recorded

    # --- The conversation

    def turn(self, turn: Turn, number: int, language: str, line_called: str) -> Reply:
        """The call's answer `number`; it goes on with step `number` + 1."""
        said = self.spoken(turn.lines, language)
        match turn:
            case Ask():
                seconds = turn.key_seconds or self.key_seconds
                then = Continuation(Destination.TURN, number + 1)
                return (Gather(said, then, seconds, turn.digits),)
            case Connect():
                then = Continuation(Destination.DIALLED, number + 1)
                return (*said, self._bridge(then, line_called, turn.limit))
            case End():
                return (*said, HangUp())

    def apology(self, line_called: str, language: str = SOURCE) -> Reply:
        """What is said when nothing else can be: needs neither database nor Redis."""
        if self.person_number:
            said = self.spoken((line(Prompt.FAILED), line(Prompt.PERSON)), language)
            return (*said, self._bridge(Continuation(Destination.DIALLED), line_called))
        return self.announcement((line(Prompt.FAILED), line(Prompt.CALL_AGAIN)), language)

    def goodbye(self, language: str = SOURCE) -> Reply:
        """A polite end."""
        return self.announcement((line(Prompt.GOODBYE),), language)

    def announcement(self, lines: tuple[Line, ...], language: str) -> Reply:
        """Says this and hangs up."""
        return (*self.spoken(lines, language), HangUp())

    def whisper(self, language: str = SOURCE) -> Reply:
        """On the callee's side, before bridging: one key to accept, which defeats voicemail."""
        said = self.spoken((line(Prompt.ACCEPT),), language)
        return (Gather(said, Continuation(Destination.ACCEPTED), self.key_seconds, 1), HangUp())

    def _bridge(self, then: Continuation, line_called: str, limit: int | None = None) -> Bridge:
        screen = Continuation(Destination.ACCEPT)
        return Bridge(self.person_number, then, screen, self.dial_seconds, line_called, limit)

    # --- The desk

    def park(self, lines: tuple[Line, ...], number: int, language: str) -> Reply:
        """The caller waits for somebody at the desk, after the call's answer `number`."""
        waiting, then = (
            Continuation(Destination.WAITING, number),
            Continuation(Destination.WAITED, number + 1),
        )
        return (*self.spoken(lines, language), Park(waiting, then))

    def while_waiting(self, lines: tuple[Line, ...], number: int, language: str) -> Reply:
        """What is heard in the queue, over and over, with one key to press."""
        said = self.spoken(lines, language)
        return (Gather(said, Continuation(Destination.WAITING, number), WAITING_SECONDS, 1),)

    def press_one(self, lines: tuple[Line, ...], then: Continuation, language: str) -> Reply:
        """A call of ours was answered: one key, which defeats voicemail, or it is over."""
        said = self.spoken(lines, language)
        return (Gather(said, then, self.key_seconds, 1, or_else=True), HangUp())

    def enter_staff(self, lines: tuple[Line, ...], digits: int, language: str) -> Reply:
        """Extension and PIN, in one go."""
        said = self.spoken(lines, language)
        return (Gather(said, Continuation(Destination.STAFF_ENTERED), self.key_seconds, digits),)

    # --- Words

    def spoken(self, lines: tuple[Line, ...], language: str) -> tuple[Spoken, ...]:
        """What is recorded of the lines is played; all between is spoken in one fragment."""
        orders: list[Spoken] = []
        for tongue, several in groupby(lines, lambda said: said.language or language):
            orders.extend(self._in_one_language(several, tongue))
        return tuple(orders)

    def _in_one_language(self, lines: Iterable[Line], language: str) -> Iterator[Spoken]:
        text, has_played = "", False
        for said in lines:
            text += " " if text else ""
            for fragment in _sentence(fragments_of(said, language)):
                urls = [self.recording_of(phrase) for phrase in fragment.phrases]
                if None in urls or not urls:
                    text += fragment.written
                    continue
                if _has_words(text):
                    yield _say(text, language, has_played)
                yield from (Play(url) for url in urls if url)
                text, has_played = "", True
        if _has_words(text) or not has_played:
            yield _say(text, language, has_played)


def to_talk(number: int) -> Reply:
    """Wherever the desk has the caller go."""
    return (Redirect(Continuation(Destination.TALK, number)),)


def talk(number: int, room: str) -> Reply:
    """The caller joins the staff member who has taken the call."""
    return (Join(room, Continuation(Destination.TALKED, number), RoomPart.CALLER),)


def staff_room(room: str, *, own: bool, muted: bool = False, coached: str = "") -> Reply:
    """A staff member's telephone waits in its own room; a supervisor's visits another's.

    The room ends when its owner leaves it, so that a caller in it is never left alone.
    """
    part = RoomPart.OWNER if own else RoomPart.VISITOR
    return (Join(room, Continuation(Destination.STAFF_LEFT), part, muted, coached),)


def _has_words(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _say(text: str, language: str, has_played: bool) -> Say:
    """Without the signs that end what has been played before."""
    return Say(text.rstrip().lstrip(" .,;:?!" if has_played else ""), language)


def _sentence(fragments: list[Fragment]) -> list[Fragment]:
    """With a period where a sentence has no end, as for a name alone."""
    ends = "".join(fragment.written for fragment in fragments).endswith((".", "?", "!", ":"))
    return fragments if ends else [*fragments, Fragment(".", ())]
