"""Replies as TwiML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from hotline.languages.catalogue import language
from hotline.telephony.replies import (
    TURN_AWAY,
    Bridge,
    Continuation,
    Gather,
    HangUp,
    Join,
    Order,
    Park,
    Play,
    Redirect,
    Reject,
    Reply,
    RoomPart,
    Say,
    Unpark,
)

QUEUE = "desk"
LARGEST = 64_000  # bytes; Twilio refuses more than 64 kB
IN_ROOM = {
    RoomPart.CALLER: 'beep="onEnter"',
    RoomPart.OWNER: 'startConferenceOnEnter="true" endConferenceOnExit="true" beep="false"',
    RoomPart.VISITOR: 'startConferenceOnEnter="true" endConferenceOnExit="false" beep="false"',
}


@dataclass(frozen=True)
class TwimlWriter:
    """Writes documents. `voices`: the name of a voice by language; `rate`: speed in percent."""

    voices: Mapping[str, str] = field(default_factory=dict)
    rate: int = 100

    def write(self, reply: Reply) -> bytes:
        """The document of a reply; of the one that turns a call away, always the same bytes."""
        return TURNED_AWAY if reply is TURN_AWAY else document(self._verbs(reply))

    def _verbs(self, orders: Iterable[Order]) -> str:
        return "".join([_VERBS[type(order)](self, order) for order in orders])

    def _say(self, order: Say) -> str:
        spoken = escape(order.text, quote=False)
        if self.rate != 100:
            spoken = f'<prosody rate="{self.rate}%">{spoken}</prosody>'
        name = self.voices.get(order.language, "")
        attribute = f' voice="{escape(name)}"' if name else ""
        return f'<Say{attribute} language="{language(order.language).speech}">{spoken}</Say>'

    def _play(self, order: Play) -> str:
        return f"<Play>{escape(order.url)}</Play>"

    def _gather(self, order: Gather) -> str:
        action = _path(order.then)
        length = f' numDigits="{order.digits}"' if order.digits else ""
        silent = "" if order.or_else else ' actionOnEmptyResult="true"'
        keys = (
            f'<Gather input="dtmf" action="{action}" method="POST" timeout="{order.seconds}"'
            f'{length} finishOnKey="#"{silent}>{self._verbs(order.said)}</Gather>'
        )
        return keys if order.or_else else keys + _redirect(action)

    def _bridge(self, order: Bridge) -> str:
        caller_id = f' callerId="{escape(order.caller_id)}"' if order.caller_id else ""
        at_most = f' timeLimit="{order.limit}"' if order.limit else ""
        return (
            f'<Dial action="{_path(order.then)}" method="POST" timeout="{order.seconds}"'
            f'{at_most}{caller_id}><Number url="{_path(order.screen)}" method="POST">'
            f"{escape(order.number)}</Number></Dial>"
        )

    def _park(self, order: Park) -> str:
        return (
            f'<Enqueue action="{_path(order.then)}" method="POST" '
            f'waitUrl="{_path(order.waiting)}" waitUrlMethod="POST">{QUEUE}</Enqueue>'
        )

    def _unpark(self, _order: Unpark) -> str:
        """Its queue's action says what comes then."""
        return "<Leave/>"

    def _join(self, order: Join) -> str:
        how = IN_ROOM[order.part] + (' muted="true"' if order.muted else "")
        how += f' coach="{escape(order.coached)}"' if order.coached else ""
        return (
            f'<Dial action="{_path(order.then)}" method="POST">'
            f'<Conference {how} waitUrl="">{escape(order.room)}</Conference></Dial>'
        )

    def _redirect(self, order: Redirect) -> str:
        return _redirect(_path(order.to))

    def _reject(self, _order: Reject) -> str:
        return '<Reject reason="busy"/>'

    def _hang_up(self, _order: HangUp) -> str:
        return "<Hangup/>"


PLAIN = TwimlWriter()

_VERBS: Mapping[type, Callable[..., str]] = {
    Say: TwimlWriter._say,
    Play: TwimlWriter._play,
    Gather: TwimlWriter._gather,
    Bridge: TwimlWriter._bridge,
    Park: TwimlWriter._park,
    Unpark: TwimlWriter._unpark,
    Join: TwimlWriter._join,
    Redirect: TwimlWriter._redirect,
    Reject: TwimlWriter._reject,
    HangUp: TwimlWriter._hang_up,
}


def text_reply(body: str | None) -> bytes:
    """The answer to a text message; None leaves it unanswered."""
    return document("" if body is None else f"<Message>{escape(body, quote=False)}</Message>")


def document(verbs: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'.encode()


TURNED_AWAY = document('<Reject reason="busy"/>')


def _path(continuation: Continuation) -> str:
    return escape(continuation.path)


def _redirect(path: str) -> str:
    return f'<Redirect method="POST">{path}</Redirect>'
