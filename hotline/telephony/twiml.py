"""Turns as TwiML: the one place that writes what Twilio is to do (twilio.md)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby

from hotline.calls.prompts import Line, Prompt, line, placeholders, speak
from hotline.calls.turns import Ask, Connect, End, Turn
from hotline.languages.catalogue import SOURCE
from hotline.languages.catalogue import language as language_of

QUEUE = "desk"
WAITING_SECONDS = 20
"""Silence between two words to somebody who waits."""
LARGEST = 64_000  # bytes; Twilio refuses more than 64 kB


@dataclass(frozen=True, slots=True)
class Voice:
    """How the line sounds: a voice for each language, the speed in percent, recorded prompts.

    `recorded` holds names like `en/pin`; the file is at `recordings_url/en/pin.mp3`.
    """

    by_language: tuple[tuple[str, str], ...]
    rate: int = 100
    recordings_url: str = ""
    recorded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Telephone:
    """What TwiML needs to know besides the turn."""

    voice: Voice
    key_seconds: int  # silence that ends an entry
    dial_seconds: int  # how long a person's telephone rings
    person_number: str  # E.164; empty when there is nobody to dial


def write(turn: Turn, number: int, language: str, telephone: Telephone, line_called: str) -> bytes:
    """The TwiML of the call's answer `number`; its action leads to step `number` + 1."""
    said = _said(turn.lines, language, telephone.voice)
    match turn:
        case Ask():
            seconds = turn.key_seconds or telephone.key_seconds
            return _document(_gather(said, turn.digits, f"/voice/turn/{number + 1}", seconds))
        case Connect():
            action = f"/voice/dialled/{number + 1}"
            return _document(said + _dial(action, telephone, line_called, turn.limit))
        case End():
            return _document(said + "<Hangup/>")


def apology(telephone: Telephone, line_called: str, language: str = SOURCE) -> bytes:
    """What is said when nothing else can be: needs neither database nor Redis."""
    if telephone.person_number:
        said = _said((line(Prompt.FAILED), line(Prompt.PERSON)), language, telephone.voice)
        return _document(said + _dial("/voice/dialled", telephone, line_called))
    lines = (line(Prompt.FAILED), line(Prompt.CALL_AGAIN))
    return _document(_said(lines, language, telephone.voice) + "<Hangup/>")


def goodbye(telephone: Telephone, language: str = SOURCE) -> bytes:
    """A polite end."""
    return _document(_said((line(Prompt.GOODBYE),), language, telephone.voice) + "<Hangup/>")


def whisper(telephone: Telephone, language: str = SOURCE) -> bytes:
    """On the callee's side, before bridging: one key to accept, which defeats voicemail."""
    said = _said((line(Prompt.ACCEPT),), language, telephone.voice)
    gather = _gather(said, 1, "/voice/accepted", telephone.key_seconds)
    return _document(gather + "<Hangup/>")


def bridge() -> bytes:
    """Nothing more to do on the callee's side: the two are connected."""
    return _document("")


def hang_up() -> bytes:
    return _document("<Hangup/>")


def turn_away() -> bytes:
    """A busy tone instead of an answer: free of charge, as the only verb there is."""
    return TURNED_AWAY


# --- Waiting for the desk, and talking with it


def enqueue(lines: tuple[Line, ...], number: int, language: str, telephone: Telephone) -> bytes:
    """The caller waits for somebody at the desk, after the call's answer `number`."""
    waiting = (
        f'<Enqueue action="/voice/waited/{number + 1}" method="POST" '
        f'waitUrl="/voice/waiting/{number}" waitUrlMethod="POST">{QUEUE}</Enqueue>'
    )
    return _document(_said(lines, language, telephone.voice) + waiting)


def while_waiting(
    lines: tuple[Line, ...], number: int, language: str, telephone: Telephone
) -> bytes:
    """What is heard in the queue, over and over, with one key to press."""
    said = _said(lines, language, telephone.voice)
    return _document(_gather(said, 1, f"/voice/waiting/{number}", WAITING_SECONDS))


def leave_queue() -> bytes:
    """Out of the queue; its action says what comes then."""
    return _document("<Leave/>")


def to_talk(number: int) -> bytes:
    """Wherever the desk has the caller go."""
    return _document(f'<Redirect method="POST">/voice/talk/{number}</Redirect>')


def talk(number: int, room: str) -> bytes:
    """The caller joins the staff member who has taken the call."""
    return _conference(f"/voice/talked/{number}", room, 'beep="onEnter"')


def staff_room(room: str, *, own: bool, muted: bool = False, coached: str = "") -> bytes:
    """A staff member's telephone waits in its own room; a supervisor's visits another's.

    The room ends when its owner leaves it, so that a caller in it is never left alone.
    """
    how = f'startConferenceOnEnter="true" endConferenceOnExit="{_yes(own)}" beep="false"'
    how += ' muted="true"' if muted else ""
    how += f' coach="{escape(coached)}"' if coached else ""
    return _conference("/voice/staff/left", room, how)


def press_one(lines: tuple[Line, ...], action: str, language: str, telephone: Telephone) -> bytes:
    """A call of ours was answered: one key, which defeats voicemail, or it is over."""
    said = _said(lines, language, telephone.voice)
    return _document(_gather_once(said, 1, action, telephone.key_seconds) + "<Hangup/>")


def enter_staff(lines: tuple[Line, ...], digits: int, language: str, telephone: Telephone) -> bytes:
    """Extension and PIN, in one go."""
    said = _said(lines, language, telephone.voice)
    return _document(_gather(said, digits, "/voice/staff/entered", telephone.key_seconds))


def text_reply(body: str) -> bytes:
    """The answer to a text message."""
    return _document(f"<Message>{escape(body, quote=False)}</Message>")


def no_reply() -> bytes:
    """A text message is left unanswered."""
    return _document("")


def speech(lines: tuple[Line, ...], language: str, voice: Voice) -> bytes:
    """What is said on a call that goes out from us, before it hangs up."""
    return _document(_said(lines, language, voice) + "<Hangup/>")


def _document(verbs: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'.encode()


TURNED_AWAY = _document('<Reject reason="busy"/>')


def _gather(said: str, digits: int | None, action: str, seconds: int) -> str:
    length = f' numDigits="{digits}"' if digits else ""
    return (
        f'<Gather input="dtmf" action="{action}" method="POST" timeout="{seconds}"'
        f'{length} finishOnKey="#" actionOnEmptyResult="true">{said}</Gather>'
        f'<Redirect method="POST">{action}</Redirect>'
    )


def _gather_once(said: str, digits: int, action: str, seconds: int) -> str:
    """Keys, or on to the next verb."""
    return (
        f'<Gather input="dtmf" action="{action}" method="POST" timeout="{seconds}" '
        f'numDigits="{digits}" finishOnKey="#">{said}</Gather>'
    )


def _conference(action: str, room: str, how: str) -> bytes:
    return _document(
        f'<Dial action="{action}" method="POST">'
        f'<Conference {how} waitUrl="">{escape(room)}</Conference></Dial>'
    )


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _dial(action: str, telephone: Telephone, line_called: str, limit: int | None = None) -> str:
    caller_id = f' callerId="{escape(line_called)}"' if line_called else ""
    at_most = f' timeLimit="{limit}"' if limit else ""
    return (
        f'<Dial action="{action}" method="POST" timeout="{telephone.dial_seconds}"'
        f"{at_most}{caller_id}>"
        f'<Number url="/voice/accept" method="POST">{escape(telephone.person_number)}</Number>'
        "</Dial>"
    )


def _said(lines: tuple[Line, ...], language: str, voice: Voice) -> str:
    """Lines of one language in one Say; a recorded prompt is played instead."""
    verbs: list[str] = []
    for key, several in groupby(lines, lambda said: _key(said, language, voice)):
        if key[1]:
            verbs.extend(f"<Play>{escape(key[1])}</Play>" for _ in several)
        else:
            text = " ".join(_sentence(speak(said, key[0])) for said in several)
            verbs.append(_say(text, key[0], voice))
    return "".join(verbs)


def _key(said: Line, language: str, voice: Voice) -> tuple[str, str]:
    language = said.language or language
    name = f"{language}/{said.prompt.name.lower()}"
    if name in voice.recorded and not placeholders(said.prompt.value):
        return language, f"{voice.recordings_url}/{name}.mp3"
    return language, ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":")) else f"{text}."


def _say(text: str, language: str, voice: Voice) -> str:
    spoken = escape(text, quote=False)
    if voice.rate != 100:
        spoken = f'<prosody rate="{voice.rate}%">{spoken}</prosody>'
    name = dict(voice.by_language).get(language, "")
    attribute = f' voice="{escape(name)}"' if name else ""
    return f'<Say{attribute} language="{language_of(language).speech}">{spoken}</Say>'
