"""The telephone exchange: lets calls come in to the webhooks as Twilio would."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Self

from hotline.sandbox import texting
from hotline.sandbox.calls.call import Call
from hotline.sandbox.calls.patience import CallClock
from hotline.sandbox.chance import Chance
from hotline.sandbox.office import CALM, Adversity, Callee, Office, Routing, is_number
from hotline.sandbox.switchboard.rooms import ConferenceRoom
from hotline.sandbox.switchboard.switchboard import Switchboard
from hotline.sandbox.texting import Attachment, TextResult
from hotline.sandbox.wire import overrides, parameters
from hotline.sandbox.wire.client import Wire
from hotline.sandbox.wire.parameters import CallStatus, Direction, Leg

ATTESTED = "TN-Validation-Passed-A"


def anybody(_number: str) -> Callee:
    """Every dialled number answers, presses 1 and talks for a minute."""
    return Callee()


def utc_now() -> datetime:
    return datetime.now(UTC)


class Exchange:
    """Places calls to the webhooks at `voice_url`, and text messages to the one at `text_url`; safe
    to share between threads.

    `numbers` are the lines owned; empty: any may be called. `callee` says how the person at a
    dialled number behaves. `connect_to` ("host:port") is where requests really go, whatever the
    URLs' host. With a `seed` identifiers and accidents repeat from run to run, so a system that
    remembers calls needs another seed each time, or none. `pace`: how many times as fast as
    real time patient callers live.
    """

    def __init__(
        self,
        voice_url: str,
        status_url: str = "",
        fallback_url: str = "",
        *,
        text_url: str = "",
        auth_token: str,
        account_sid: str,
        numbers: Iterable[str] = (),
        callee: Callable[[str], Callee] = anybody,
        attestation: str | None = ATTESTED,
        adversity: Adversity = CALM,
        status_events: tuple[CallStatus, ...] = (CallStatus.COMPLETED,),
        seed: int | None = None,
        connect_to: str = "",
        cap_s: float = overrides.CAP_S,
        now: Callable[[], datetime] = utc_now,
        pace: float = 1.0,
    ) -> None:
        self.voice_url = voice_url
        self.status_url = status_url
        self.text_url = text_url
        self.numbers = frozenset(numbers)
        self._status_events = status_events
        self._pace = pace
        self._attestation = attestation
        self._seed = secrets.randbits(64) if seed is None else seed
        self._count = itertools.count(1)
        self._room_chance = Chance(f"{self._seed}/rooms")
        self._office = Office(
            wire=Wire(auth_token, connect_to=connect_to, cap_s=cap_s),
            account_sid=account_sid,
            fallback_url=fallback_url,
            numbers=self.numbers,
            callee=callee,
            adversity=adversity,
            now=now,
            switchboard=Switchboard(Chance(f"{self._seed}/switchboard"), now, self._tell_of_room),
        )

    @property
    def switchboard(self) -> Switchboard:
        """The queues and conference rooms."""
        return self._office.switchboard

    def routing_of(self, number: str) -> Routing:
        """Where calls and text messages to one of our numbers lead."""
        usual = Routing(self.voice_url, self._office.fallback_url, self.status_url, self.text_url)
        return self._office.routes.routing_of(number, usual)

    def route_number(self, number: str, routing: Routing) -> None:
        """From now on calls and text messages to this number lead elsewhere."""
        self._office.routes.route_number(number, routing)

    def find_call(self, sid: str) -> Call | None:
        """A call that is not over, whoever called whom, or not long over."""
        return self._office.calls.find_call(sid)

    def run_soon(self, subject: str, task: Callable[[], object]) -> None:
        """Has it done by another thread; one after another for one subject."""
        self._office.background.run_soon(subject, task)

    def dial(
        self,
        from_: str,
        to: str,
        *,
        hang_up: bool = False,
        patient: bool = False,
        **extras: str | None,
    ) -> Call:
        """Calls `to` from `from_` and obeys the answer until somebody is waited for.

        `extras` are Twilio's parameters by name (`StirVerstat`, `CallSid`, `ForwardedFrom` …);
        None leaves one out. With `hang_up` the caller is gone before the answer arrives; a
        `patient` one lives in real time. Raises ValueError for a number that is not one of ours,
        UnsupportedVerb for TwiML not played.
        """
        self._require_ours(to)
        chance = self._chance()
        given = {
            "StirVerstat": self._attestation,
            "CallToken": parameters.call_token(chance),
        } | extras
        sid = given.pop("CallSid", None) or chance.sid("CA")
        leg = Leg(sid, self._office.account_sid, from_, to, extras=given)
        routing = self.routing_of(to)
        call = Call(
            self._office,
            leg,
            chance,
            status_url=routing.status,
            status_events=self._status_events,
            patience=CallClock(pace=self._pace) if patient else None,
        )
        return call.place(routing.voice, hang_up=hang_up)

    def text(
        self, from_: str, to: str, body: str, attached: Sequence[Attachment] = (), sid: str = ""
    ) -> TextResult:
        """Sends a text message to `to`, one of our lines, and gives what was answered.

        `sid` is the message's where pictures are kept for it already.

        Raises ValueError for a number that is not one of ours, a sender that is no number, or where
        no webhook takes text messages.
        """
        self._require_ours(to)
        text_url = self.routing_of(to).text
        if not text_url:
            raise ValueError("this exchange has no webhook for text messages")
        if not is_number(from_):
            raise ValueError("a text message comes from a telephone number")
        sid = sid or self._chance().sid("SM")
        form = texting.message_form(sid, self._office.account_sid, from_, to, body, attached)
        return texting.judge_reply(
            form["MessageSid"], self._office.wire.send("POST", text_url, form)
        )

    def call_out(
        self,
        sid: str,
        from_: str,
        to: str,
        *,
        status_url: str = "",
        status_events: tuple[CallStatus, ...] = (CallStatus.COMPLETED,),
    ) -> Call:
        """A call of ours to `to`, not yet ringing: `ring`, then `place`, `obey` or `decline`."""
        leg = Leg(sid, self._office.account_sid, from_, to, Direction.OUTBOUND_API)
        return Call(
            self._office,
            leg,
            self._chance(),
            status_url=status_url,
            status_events=status_events,
            state=CallStatus.QUEUED,
        )

    def _require_ours(self, to: str) -> None:
        if self.numbers and to not in self.numbers:
            raise ValueError("this exchange has no such line")

    def settle(self) -> None:
        """Waits until what was ordered from outside is done, and delivers the status callbacks
        that are still held back."""
        self._office.background.settle()
        self._office.settle()

    def close(self) -> None:
        """Delivers what is held back and closes the connections."""
        self.settle()
        self._office.wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _tell_of_room(self, room: ConferenceRoom, event: str, about: Mapping[str, str]) -> None:
        """A conference's status callback, sent when there is time; one after another."""
        form = {
            "AccountSid": self._office.account_sid,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "StatusCallbackEvent": event,
            "Timestamp": format_datetime(self._office.now()),
            **about,
        }
        self._office.background.run_soon(
            room.sid,
            lambda: self._office.deliver(
                lambda: self._office.wire.send("POST", room.status_url, form), self._room_chance
            ),
        )

    def _chance(self) -> Chance:
        return Chance(f"{self._seed}/{next(self._count)}")
