"""Calls that read like calls: `line.dial(phone).key(code).key(pin)`."""

from __future__ import annotations

from typing import Self

from hotline.sandbox.calls.call import Call
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.transcript import Dialled


class SimulatedCaller:
    """Somebody with a telephone at their ear. `call` has everything else there is to know."""

    def __init__(self, call: Call) -> None:
        self.call = call

    def key(self, keys: str) -> Self:
        """Presses keys; CallEnded if the line is dead."""
        self.call.press(keys)
        return self

    def listen(self, seconds: float) -> Self:
        """Stays on the line, in real time if the caller is patient."""
        self.call.listen(seconds)
        return self

    def wait(self) -> Self:
        """Says and keys nothing until the line gives up waiting, or begins its music again."""
        self.call.silence()
        return self

    def hang_up(self) -> Self:
        self.call.hang_up()
        return self

    def hears(self, text: str) -> bool:
        """Whether `text` was said since the last key, in whatever case."""
        return _plain(text) in _plain(self.heard)

    @property
    def heard(self) -> str:
        """What was said since the last key."""
        return self.call.last_heard

    @property
    def ended(self) -> bool:
        return self.call.ended

    @property
    def in_queue(self) -> bool:
        """Whether the caller waits in a queue."""
        return self.call.queued is not None

    @property
    def in_conference(self) -> bool:
        return self.call.meeting is not None

    @property
    def company(self) -> int:
        """How many others are in the same conference."""
        here = self.call.meeting
        return 0 if here is None else max(len(here.room.participants) - 1, 0)

    @property
    def was_put_through(self) -> bool:
        """Whether a person's telephone was rung for this caller."""
        return any(isinstance(entry, Dialled) for entry in self.call.transcript)

    @property
    def turned_away(self) -> bool:
        """Whether the call was never answered."""
        return self.call.ended and not self.call.answered


class SimulatedLine:
    """A number that can be called, from any telephone."""

    def __init__(self, exchange: Exchange, number: str) -> None:
        self.exchange = exchange
        self.number = number

    def dial(
        self,
        phone: str,
        *,
        to: str = "",
        hang_up: bool = False,
        patient: bool = False,
        **extras: str | None,
    ) -> SimulatedCaller:
        """Calls this line (or `to`) from `phone`; the rest as for `Exchange.dial`."""
        call = self.exchange.dial(
            phone, to or self.number, hang_up=hang_up, patient=patient, **extras
        )
        return SimulatedCaller(call)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
