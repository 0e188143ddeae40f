"""A leg that others can reach: they write down what it hears and leave it orders."""

from __future__ import annotations

import contextlib
import threading
from collections import deque

from hotline.sandbox.calls.dialling import Dialler
from hotline.sandbox.calls.patience import Patience
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import Office
from hotline.sandbox.problems import UnsupportedVerb
from hotline.sandbox.switchboard.orders import HungUp, Order, Redirected
from hotline.sandbox.transcript import Entry
from hotline.sandbox.wire.parameters import Leg


class Reachable(Dialler):
    """Whoever works on this leg holds `_lock`. An order is given without it: a webhook may be under
    way, and its answer is then for nobody."""

    def __init__(
        self, office: Office, leg: Leg, chance: Chance, patience: Patience | None = None
    ) -> None:
        super().__init__(office, leg, chance, patience)
        self._lock = threading.RLock()
        self._orders: deque[Order] = deque()

    @property
    def sid(self) -> str:
        return self.leg.sid

    def note(self, entry: Entry) -> None:
        """Something is heard on this leg. Waits for nobody."""
        self.transcript.append(entry)

    def order(self, order: Order) -> None:
        """Has the leg do something, soon. Waits for nobody."""
        self._orders.append(order)
        if self._patience is not None:
            self._patience.nudge()
        self._office.errands.run(self.sid, self._attend)

    def _attend(self) -> None:
        with self._lock, contextlib.suppress(UnsupportedVerb):  # it stands among the problems
            self._run()

    def _called_away(self) -> bool:
        return any(isinstance(order, Redirected | HungUp) for order in list(self._orders))
