"""Somebody who calls again and again and keys nonsense, for whoever wants to feel the door close.

The calls take no longer than the line's answers; only between them is a little time, so that one
can watch. (Nuisance callers that live in real time are those of a rehearsal.)
"""

from __future__ import annotations

import secrets
import threading
import time

from hotline.sandbox.calls.call import Call
from hotline.sandbox.chance import Chance
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.page.screen import Json
from hotline.sandbox.problems import CallEnded, UnsupportedVerb

CALLS = 10
PAUSE_S = 0.4  # between two calls
MOST_GUESSES = 6
AT_ONCE = 3
KEPT = 20


class TooManyNuisances(RuntimeError):
    """Enough of them are calling already."""


class Nuisance:
    """Ten calls from one telephone, in a thread of their own. `error` is what broke them off."""

    def __init__(self, exchange: Exchange, from_: str, to: str, attestation: str | None) -> None:
        self.calls: list[Call] = []
        self.error = ""
        self._exchange = exchange
        self._from, self._to, self._attestation = from_, to, attestation
        self._chance = Chance(secrets.randbits(64))
        self._thread = threading.Thread(target=self._keep_calling, daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def wait(self) -> None:
        self._thread.join()

    def _keep_calling(self) -> None:
        try:
            for place in range(CALLS):
                if place:
                    time.sleep(PAUSE_S)
                call = self._exchange.dial(self._from, self._to, StirVerstat=self._attestation)
                _key_nonsense(call, self._chance)
                self.calls.append(call.hang_up())
        except (ValueError, UnsupportedVerb) as error:
            self.error = str(error)


def _key_nonsense(call: Call, chance: Chance) -> None:
    """A code, a PIN and so on, none of them looked up anywhere, until the line has had enough."""
    try:
        for guess in range(MOST_GUESSES):
            if call.ended or call.bridged_to:
                return
            call.press(
                f"{chance.randrange(10 ** (6 if guess % 2 else 5)):0{6 if guess % 2 else 5}}"
            )
    except CallEnded:
        return


class Nuisances:
    """The nuisance callers of the page, the newest ones only; safe between threads."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._kept: dict[str, Nuisance] = {}
        self._lock = threading.Lock()

    def begin(self, from_: str, to: str, attestation: str | None) -> Json:
        """Raises TooManyNuisances."""
        with self._lock:
            if sum(not nuisance.over for nuisance in self._kept.values()) >= AT_ONCE:
                raise TooManyNuisances("enough nuisance callers are at it already")
            name = secrets.token_hex(8)
            self._kept[name] = Nuisance(self._exchange, from_, to, attestation)
            for oldest in list(self._kept)[:-KEPT]:
                del self._kept[oldest]
        return self.look(name)

    def look(self, name: str) -> Json:
        """What has come of each call so far. Raises KeyError."""
        nuisance = self._kept[name]
        over = nuisance.over  # before the calls are read: none comes after
        return {
            "id": name,
            "over": over,
            "planned": CALLS,
            "error": nuisance.error,
            "calls": [
                {"answered": call.answered, "seconds": call.duration, "state": call.state.value}
                for call in list(nuisance.calls)
            ],
        }
