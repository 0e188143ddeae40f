"""What goes wrong between the network and the webhooks, by the codes of Twilio's debugger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Code(IntEnum):
    """Twilio's error codes, as far as this network meets them."""

    HTTP_ERROR_STATUS = 11200  # the answer's status is neither 2xx nor a redirect
    CONNECTION_REFUSED = 11202
    CONNECTION_FAILED = 11205  # also: no answer within 15 seconds
    PROTOCOL_VIOLATION = 11206  # what came back is not HTTP, or broke off
    BAD_HOST = 11210
    TOO_MANY_REDIRECTS = 11215
    BODY_TOO_LARGE = 11750
    NOT_XML = 12100
    SCHEMA_WARNING = 12200
    CONTENT_TYPE = 12300
    INVALID_CALLER_ID = 13214
    INVALID_NUMBER = 13224
    INVALID_COACH = 13240  # nobody by that CallSid is in the conference
    INVALID_FINISH_KEY = 13310
    # Not Twilio's: what this network notices besides.
    ENDLESS = 1  # documents follow one another without ever asking the caller
    ANSWERED_OTHERWISE = 2  # the same request, sent twice, was answered differently
    UNPLAYED = 3  # a verb that Twilio knows and this network does not play


@dataclass(frozen=True, slots=True)
class DebuggerLine:
    """One line of the debugger. After a warning the call goes on, without what was wrong."""

    code: int
    message: str
    warning: bool = False


class TwimlError(ValueError):
    """A document that cannot be executed at all."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(f"{int(code)}: {message}")
        self.problem = DebuggerLine(code, message)


class UnsupportedVerb(NotImplementedError):
    """Right TwiML, but a verb that this network does not play. The call has been ended."""


class CallEnded(RuntimeError):
    """A key or a silence on a line that is dead; the message says what was heard last."""


class NotListening(RuntimeError):
    """A silence where nobody is waiting for a key."""
