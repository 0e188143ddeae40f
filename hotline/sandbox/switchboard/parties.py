"""What queues and rooms know of a call: who it is, what to tell it, what to ask of it."""

from __future__ import annotations

from typing import Protocol

from hotline.sandbox.switchboard.orders import Order
from hotline.sandbox.transcript import Entry
from hotline.sandbox.wire.parameters import Status


class Party(Protocol):
    """A call. None of these waits for anybody, so they may be used with a lock held."""

    state: Status

    @property
    def sid(self) -> str: ...

    def note(self, entry: Entry) -> None:
        """Writes down what is heard on this leg."""

    def order(self, order: Order) -> None:
        """Has it carried out soon, by the leg itself."""
