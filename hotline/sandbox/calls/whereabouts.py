"""Where a leg is, and so what a key, a silence or the end of its document means for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline.sandbox.problems import NotListening
from hotline.sandbox.transcript import RequestKind
from hotline.sandbox.twiml.verbs import Say, Verb
from hotline.sandbox.wire.parameters import CallStatus

if TYPE_CHECKING:
    from hotline.sandbox.calls.interpreter import Interpreter

MUSIC = "the network's own music"
APPLICATION_ERROR = "We are sorry. An application error has occurred. Goodbye."


class Whereabouts:
    """On the line, with its document alone. Elsewhere: `InQueue`, `InConference`, `Bridged`."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter

    def _back_on_the_line(self) -> None:
        self._interpreter.whereabouts = Whereabouts(self._interpreter)

    # What its document does

    @property
    def holds(self) -> bool:
        """Whether the document's next verb has to wait."""
        return False

    def allows(self, _verb: Verb) -> bool:
        """Whether a verb may be obeyed here; the problems say so if not."""
        return True

    def asks(self) -> None:
        """A Gather begins."""

    def redirect(self, url: str, method: str) -> None:
        self._interpreter.go(RequestKind.REDIRECT, url, method)

    def leave_queue(self) -> None:
        self._interpreter.warn("<Leave> is not allowed outside a queue's wait document")

    def document_over(self) -> None:
        self._interpreter.owner.document_over()

    def document_missing(self) -> None:
        self._interpreter.sound(Say(APPLICATION_ERROR))
        self._interpreter.owner.finish(CallStatus.COMPLETED)

    # What people do

    def key(self, keys: str) -> None:
        self._interpreter.key(keys)

    def wait(self) -> None:
        """Somebody waits where no Gather does. Raises NotListening."""
        raise NotListening("nobody is waiting for a key on this line")

    def talk(self, _seconds: float) -> None:
        """Time passes in a conversation. Raises NotListening."""
        raise NotListening("the call is in no conference")

    def callee_hangs_up(self, _talk_seconds: int) -> None:
        """Raises NotListening."""
        raise NotListening("nobody is at the other end")

    # How it ends

    def abandon(self) -> None:
        """The leg is redirected: it goes on elsewhere."""

    def hang_up(self, _status: CallStatus) -> None:
        """The leg ends, with this status. An action is told, and its TwiML obeyed by nobody."""
