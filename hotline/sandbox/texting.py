"""Text messages to one of our lines: the form of the request, and what its answer says.

As Twilio has it: a `<Message>` in the `<Response>` is sent back to whoever wrote, its body either
its own text or that of a `<Body>`; an empty `<Response>` is no reply; text/plain is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.sandbox.calls.asking import XML_TYPES
from hotline.sandbox.problems import Code, DebuggerLine, TwimlError
from hotline.sandbox.twiml import markup
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.client import Failure, HttpAnswer
from hotline.sandbox.wire.parameters import API_VERSION


@dataclass(frozen=True, slots=True)
class TextResult:
    """A text message of somebody's: the replies to it, and what went wrong."""

    sid: str
    replies: tuple[str, ...] = ()
    problems: tuple[DebuggerLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """What is sent along with a text message, and what its sender says that it is."""

    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture that the network keeps at an address."""

    content_type: str
    url: str


def message_form(
    sid: str,
    account_sid: str,
    from_: str,
    to: str,
    body: str,
    attached: Sequence[Attachment] = (),
) -> dict[str, str]:
    """The parameters of the request, as Twilio sends them."""
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": account_sid,
        "From": from_,
        "To": to,
        "Body": body,
        "NumMedia": str(len(attached)),
        "NumSegments": str(count_segments(body)),
        "SmsStatus": "received",
        "ApiVersion": API_VERSION,
        **parameters.place("From", from_),
        **parameters.place("To", to),
        **{f"MediaUrl{n}": one.url for n, one in enumerate(attached)},
        **{f"MediaContentType{n}": one.content_type for n, one in enumerate(attached)},
    }


_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_ESCAPED = frozenset("^{}\\[~]|€\f")


def count_segments(body: str) -> int:
    """How many messages Twilio says that a body is: by septets in GSM's alphabet, of which some
    characters take two, else by UTF-16 units; no character is split."""
    if set(body) <= _GSM | _GSM_ESCAPED:
        alone, joined = 160, 153
        lengths = [1 + (character in _GSM_ESCAPED) for character in body]
    else:
        alone, joined = 70, 67
        lengths = [1 + (ord(character) > 0xFFFF) for character in body]
    if sum(lengths) <= alone:
        return 1
    count = used = 0
    for length in lengths:
        if count == 0 or used + length > joined:
            count, used = count + 1, 0
        used += length
    return count


def judge_reply(sid: str, answer: HttpAnswer | Failure) -> TextResult:
    """What an answer replies; a bad one is a problem and no reply."""
    try:
        return TextResult(sid, _replies(answer))
    except TwimlError as error:
        return TextResult(sid, problems=(error.problem,))


def _replies(answer: HttpAnswer | Failure) -> tuple[str, ...]:
    if isinstance(answer, Failure):
        raise TwimlError(answer.code, answer.message)
    if not 200 <= answer.status < 300:
        raise TwimlError(Code.HTTP_ERROR_STATUS, f"status {answer.status}")
    content_type = answer.content_type.partition(";")[0].strip().lower()
    if content_type == "text/plain":
        text = answer.body.decode(errors="replace").strip()
        return (text,) if text else ()
    if content_type not in XML_TYPES:
        raise TwimlError(Code.CONTENT_TYPE, f"content type {content_type or 'missing'}")
    root = markup.read(answer.body)
    if root.tag != "Response":
        raise TwimlError(Code.NOT_XML, f"the root element is <{root.tag}>, not <Response>")
    unknown = [child.tag for child in root.children if child.tag != "Message"]
    if unknown:
        raise TwimlError(Code.SCHEMA_WARNING, f"<{unknown[0]}> is not allowed in a text's answer")
    bodies = (
        "".join(part.own_text for part in [message, *message.children] if part.own_text)
        for message in root.children
    )
    return tuple(body for body in bodies if body)
