"""TwiML from XML into verbs, warned about as Twilio warns.

What does not fit the schema (an unknown verb or attribute, an element nested where it may not be)
is a warning 12200: Twilio leaves it out and goes on. What is not XML, not a `<Response>`, or above
64 kB cannot be executed at all (twilio.md, "Timing").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hotline.sandbox.problems import Code, DebuggerLine, TwimlError
from hotline.sandbox.twiml import markup
from hotline.sandbox.twiml.gather import KEYS, GatherRule
from hotline.sandbox.twiml.markup import Element
from hotline.sandbox.twiml.schema import RESPONSE, SHAPES, SSML, UNPLAYED, UNPLAYED_NOUNS, Shape
from hotline.sandbox.twiml.verbs import (
    Conference,
    Dial,
    DialedNumber,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Redirect,
    Reject,
    RejectReason,
    Say,
    Unplayed,
    Verb,
)

LIMIT = 64 * 1024
"""Bytes of a document."""


@dataclass(frozen=True, slots=True)
class Document:
    """The verbs in their order, and what was wrong with the rest."""

    verbs: tuple[Verb, ...]
    warnings: tuple[DebuggerLine, ...] = ()


def parse(body: bytes) -> Document:
    """The document in `body`. Raises TwimlError for what cannot be executed at all."""
    if len(body) > LIMIT:
        raise TwimlError(Code.BODY_TOO_LARGE, f"{len(body)} bytes; at most {LIMIT} are allowed")
    root = markup.read(body)
    if root.tag != "Response":
        raise TwimlError(Code.NOT_XML, f"the root element is <{root.tag}>, not <Response>")
    reader = _Reader()
    verbs = tuple(reader.verb(element) for element in reader.fitting(root, RESPONSE))
    return Document(verbs, tuple(reader.warnings))


class _Reader:
    """Turns elements into verbs and gathers the warnings on the way."""

    def __init__(self) -> None:
        self.warnings: list[DebuggerLine] = []

    def warn(self, element: Element, what: str, code: Code = Code.SCHEMA_WARNING) -> None:
        self.warnings.append(DebuggerLine(code, f"line {element.line}: {what}", warning=True))

    def fitting(self, element: Element, shape: Shape) -> list[Element]:
        """The children that the schema allows here; everything else is warned about."""
        for name in element.attributes:
            if name not in shape.attributes:
                self.warn(element, f"attribute {name} is not allowed in <{element.tag}>")
        if not shape.text and element.own_text:
            self.warn(element, f"text is not allowed in <{element.tag}>")
        kept = []
        for child in element.children:
            if child.tag in shape.children:
                kept.append(child)
            else:
                self.warn(child, f"<{child.tag}> is not allowed in <{element.tag}>")
        return kept

    def verb(self, element: Element) -> Verb:
        if element.tag in UNPLAYED:
            return Unplayed(element.tag)
        children = self.fitting(element, SHAPES[element.tag])
        return _READERS[element.tag](self, element, children)

    def say(self, element: Element, _children: list[Element]) -> Say:
        return Say(
            text=" ".join(_spoken(element).split()),
            language=element.attributes.get("language", "en-US"),
            voice=element.attributes.get("voice", ""),
            loop=self.whole(element, "loop", 1, minimum=0),
        )

    def play(self, element: Element, _children: list[Element]) -> Play:
        loop = self.whole(element, "loop", 1, minimum=0)
        return Play(element.own_text, loop, element.attributes.get("digits", ""))

    def pause(self, element: Element, _children: list[Element]) -> Pause:
        return Pause(self.whole(element, "length", 1, minimum=1))

    def gather(self, element: Element, children: list[Element]) -> Gather | Unplayed:
        if "dtmf" not in element.attributes.get("input", "dtmf").split():
            return Unplayed('Gather input="speech"')
        rule = GatherRule(
            num_digits=self.whole(element, "numDigits", 0, minimum=1) or None,
            finish_on_key=self.finish_key(element),
            action_on_empty=self.choice(element, "actionOnEmptyResult", "false", "true") == "true",
            timeout=self.whole(element, "timeout", 5, minimum=0),
        )
        nested = tuple(
            part
            for part in (self.verb(child) for child in children)
            if isinstance(part, Say | Play | Pause)
        )
        return Gather(rule, element.attributes.get("action", ""), self.method(element), nested)

    def redirect(self, element: Element, _children: list[Element]) -> Redirect:
        return Redirect(element.own_text, self.method(element))

    def reject(self, element: Element, _children: list[Element]) -> Reject:
        return Reject(RejectReason(self.choice(element, "reason", "rejected", "busy")))

    def hangup(self, _element: Element, _children: list[Element]) -> Hangup:
        return Hangup()

    def dial(self, element: Element, children: list[Element]) -> Dial | Unplayed:
        for child in children:
            if child.tag in UNPLAYED_NOUNS:
                return Unplayed(f"Dial/{child.tag}")
        rooms = [self.conference(child) for child in children if child.tag == "Conference"]
        numbers = [self.number(child) for child in children if child.tag == "Number"]
        if element.own_text:
            numbers.append(DialedNumber(element.own_text))
        return Dial(
            numbers=tuple(numbers),
            action=element.attributes.get("action", ""),
            method=self.method(element),
            timeout=self.whole(element, "timeout", 30, minimum=1),
            time_limit=self.whole(element, "timeLimit", 14_400, minimum=1),
            caller_id=element.attributes.get("callerId", ""),
            hangup_on_star=self.choice(element, "hangupOnStar", "false", "true") == "true",
            conference=rooms[0] if rooms else None,
        )

    def number(self, element: Element) -> DialedNumber:
        self.fitting(element, SHAPES["Number"])
        return DialedNumber(
            number=element.own_text,
            url=element.attributes.get("url", ""),
            method=self.method(element),
        )

    def conference(self, element: Element) -> Conference:
        self.fitting(element, SHAPES["Conference"])
        given = element.attributes
        self.warn_of_recording(element)
        return Conference(
            name=element.own_text,
            starts=self.choice(element, "startConferenceOnEnter", "true", "false") == "true",
            ends=self.choice(element, "endConferenceOnExit", "false", "true") == "true",
            muted=self.choice(element, "muted", "false", "true") == "true",
            coach=given.get("coach", ""),
            label=given.get("participantLabel", ""),
            wait_url=given.get("waitUrl"),
            wait_method=self.method(element, "waitMethod"),
            status_url=given.get("statusCallback", ""),
            events=frozenset(given.get("statusCallbackEvent", "").split()),
        )

    def warn_of_recording(self, element: Element) -> None:
        if element.attributes.get("record", "do-not-record") != "do-not-record":
            self.warn(element, "a conference is not recorded here", Code.UNPLAYED)

    def enqueue(self, element: Element, _children: list[Element]) -> Enqueue:
        given = element.attributes
        return Enqueue(
            name=element.own_text,
            action=given.get("action", ""),
            method=self.method(element),
            wait_url=given.get("waitUrl"),
            wait_method=self.method(element, "waitUrlMethod"),
        )

    def leave(self, _element: Element, _children: list[Element]) -> Leave:
        return Leave()

    def whole(self, element: Element, name: str, default: int, *, minimum: int) -> int:
        given = element.attributes.get(name)
        if given is None:
            return default
        if given.isascii() and given.isdecimal() and int(given) >= minimum:
            return int(given)
        self.warn(element, f'{name}="{given}" is not a whole number of at least {minimum}')
        return default

    def choice(self, element: Element, name: str, default: str, other: str) -> str:
        given = element.attributes.get(name, default)
        if given in (default, other):
            return given
        self.warn(element, f'{name}="{given}" is neither {default} nor {other}')
        return default

    def method(self, element: Element, name: str = "method") -> str:
        return self.choice(element, name, "POST", "GET")

    def finish_key(self, element: Element) -> str:
        given = element.attributes.get("finishOnKey", "#")
        if given == "" or given in KEYS:
            return given
        self.warn(element, f'finishOnKey="{given}" is not one key', Code.INVALID_FINISH_KEY)
        return "#"


_READERS: dict[str, Callable[[_Reader, Element, list[Element]], Verb]] = {
    "Say": _Reader.say,
    "Play": _Reader.play,
    "Pause": _Reader.pause,
    "Gather": _Reader.gather,
    "Redirect": _Reader.redirect,
    "Reject": _Reader.reject,
    "Hangup": _Reader.hangup,
    "Dial": _Reader.dial,
    "Enqueue": _Reader.enqueue,
    "Leave": _Reader.leave,
}


def _spoken(element: Element) -> str:
    """What a voice says of a Say: its text and that of its SSML, a substitute where one is given.

    Tags end words where they pause, and elsewhere do not.
    """
    parts = []
    for part in element.content:
        if isinstance(part, str):
            parts.append(part)
        elif part.tag == "sub":
            parts.append(part.attributes.get("alias", part.own_text))
        elif part.tag in ("break", "p", "s"):
            parts.append(f" {_spoken(part)} ")
        elif part.tag in SSML:
            parts.append(_spoken(part))
    return "".join(parts)
