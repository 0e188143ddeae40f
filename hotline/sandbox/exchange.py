"""The telephone exchange: lets calls come in to the webhooks as Twilio would."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Self

from hotline.sandbox import overrides, parameters
from hotline.sandbox.call import Call
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import CALM, Adversity, Callee, Office
from hotline.sandbox.parameters import Direction, Leg
from hotline.sandbox.transcript import Status
from hotline.sandbox.wire import Wire

ATTESTED = "TN-Validation-Passed-A"


def anybody(_number: str) -> Callee:
    """Every dialled number answers, presses 1 and talks for a minute."""
    return Callee()


def utc_now() -> datetime:
    return datetime.now(UTC)


class Exchange:
    """Places calls to the webhooks at `voice_url`; safe to share between threads.

    `numbers` are the lines owned; empty: any may be called. `callee` says how the person at a
    dialled number behaves. `connect_to` ("host:port") is where requests really go, whatever the
    URLs' host. With a `seed` identifiers and accidents repeat from run to run, so a system that
    remembers calls needs another seed each time, or none.
    """

    def __init__(
        self,
        voice_url: str,
        status_url: str = "",
        fallback_url: str = "",
        *,
        auth_token: str,
        account_sid: str,
        numbers: Iterable[str] = (),
        callee: Callable[[str], Callee] = anybody,
        attestation: str | None = ATTESTED,
        adversity: Adversity = CALM,
        status_events: tuple[Status, ...] = (Status.COMPLETED,),
        seed: int | None = None,
        connect_to: str = "",
        cap_s: float = overrides.CAP_S,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.voice_url = voice_url
        self.status_url = status_url
        self.numbers = frozenset(numbers)
        self._status_events = status_events
        self._attestation = attestation
        self._seed = secrets.randbits(64) if seed is None else seed
        self._count = itertools.count(1)
        self._office = Office(
            wire=Wire(auth_token, connect_to=connect_to, cap_s=cap_s),
            account_sid=account_sid,
            fallback_url=fallback_url,
            numbers=self.numbers,
            callee=callee,
            adversity=adversity,
            now=now,
        )

    def dial(self, from_: str, to: str, *, hang_up: bool = False, **extras: str | None) -> Call:
        """Calls `to` from `from_` and obeys the answer until somebody is waited for.

        `extras` are Twilio's parameters by name (`StirVerstat`, `CallSid`, `ForwardedFrom` …);
        None leaves one out. With `hang_up` the caller is gone before the answer arrives. Raises
        ValueError for a number that is not one of ours, UnsupportedVerb for TwiML not played.
        """
        if self.numbers and to not in self.numbers:
            raise ValueError("this exchange has no such line")
        chance = self._chance()
        given = {
            "StirVerstat": self._attestation,
            "CallToken": parameters.call_token(chance),
        } | extras
        sid = given.pop("CallSid", None) or chance.sid("CA")
        leg = Leg(sid, self._office.account_sid, from_, to, extras=given)
        call = Call(
            self._office,
            leg,
            chance,
            status_url=self.status_url,
            status_events=self._status_events,
        )
        return call.place(self.voice_url, hang_up=hang_up)

    def call_out(
        self,
        sid: str,
        from_: str,
        to: str,
        *,
        status_url: str = "",
        status_events: tuple[Status, ...] = (Status.COMPLETED,),
    ) -> Call:
        """A call of ours to `to`, not yet ringing: `ring`, then `place`, `obey` or `decline`."""
        leg = Leg(sid, self._office.account_sid, from_, to, Direction.OUTBOUND_API)
        call = Call(
            self._office,
            leg,
            self._chance(),
            status_url=status_url,
            status_events=status_events,
        )
        call.state = Status.QUEUED
        return call

    def settle(self) -> None:
        """Delivers the status callbacks that are still held back."""
        self._office.settle()

    def close(self) -> None:
        """Delivers what is held back and closes the connections."""
        self.settle()
        self._office.wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _chance(self) -> Chance:
        return Chance(f"{self._seed}/{next(self._count)}")
