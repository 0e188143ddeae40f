"""Who waits for a person, in Redis: our own queue, and the truth, whatever the network plays.

A waiter's place is a class (whoever has proved a PIN in this call, then telephones that are known,
then anybody, then further calls of a telephone that has a place already) and in it the time at
which the waiting began, which is kept through everything: a callback, a staff member who is cut
off, going back to the keypad for a while. Each step is one script, so that two people at the desk
can never have the same caller. All of it raises redis.RedisError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from redis import Redis

from hotline.languages.catalogue import SOURCE
from hotline.store.desk.scripts import DeskScripts, milliseconds, text
from hotline.store.enums import Presence
from hotline.store.keys import ON_SHIFT, PREFIX, WAITING, claim_key, waiter_key

PAUSES = (600, 1800, 3600)
"""Seconds after which a callback that reached nobody is tried again; then it is left to people."""

OUTGOING = "OUT"
"""What the sid of a case begins with that nobody asked for: the desk calls."""


class Class(IntEnum):
    """Who is asked in first."""

    PROVED = 0  # a PIN was proved in this call: caller ID alone is no proof
    ROSTER = 1  # a telephone on the roster, or from which a PIN was proved lately
    UNKNOWN = 2
    BEHIND = 3  # no PIN proved, and another call of the same telephone waits already


class WaiterState(StrEnum):
    """Where somebody is who asked for a person."""

    WAITING = "waiting"
    KEYING = "keying"  # went on by keypad, and keeps the place
    TAKEN = "taken"
    DONE = "done"
    UNKNOWN = ""  # never waited, or long ago


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who asked for a person. Times are unix milliseconds."""

    sid: str  # of the call in which it was asked; the name of the case from then on
    state: WaiterState
    rank: Class
    first: int  # since when
    joined: int  # since when, the last time
    seen: int  # when the network last played to this caller
    live: str  # sid of the call that the person is on now; empty: on none
    callback: bool
    agreed: bool  # the callback may be made
    attempts: int  # callbacks that reached nobody; the next is made at `first`
    caller: str  # guard.caller.key_of; empty when withheld
    last4: str
    number: str  # E.164, if it may be called back; never shown where it is not needed
    standing: str
    unit: str
    reason: str
    language: str
    step: int  # of the conversation, at which a person was asked for
    line: str  # the line that was called
    by: int | None  # the account that has taken the call
    by_name: str
    taken: int
    bridged: int  # 0 until the two are connected

    @property
    def can_be_called_back(self) -> bool:
        return bool(self.number) and self.rank < Class.UNKNOWN

    @property
    def is_outgoing(self) -> bool:
        """Nobody asked for this callback: the desk wants to speak with a unit's chair."""
        return self.sid.startswith(OUTGOING)


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """What is known of somebody who asks for a person now."""

    rank: Class
    caller: str
    last4: str
    number: str
    standing: str
    unit: str
    reason: str
    language: str
    step: int
    line: str


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """How somebody waits: `position` from 1, 0 where they do not; `waiting`: how many do."""

    state: WaiterState
    position: int
    waiting: int


@dataclass(frozen=True, slots=True)
class QueueAnswer:
    """What became of a wish: `word` is "ok" or what hinders it; `more`: a sid, or a name."""

    word: str
    more: str = ""

    @property
    def ok(self) -> bool:
        return self.word == "ok"


class WaitingStore:
    """The queue. Safe to share between threads."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._run = DeskScripts(redis)

    # --- The caller's side

    def join(
        self, sid: str, asking: PersonRequest, at: datetime, since: datetime | None = None
    ) -> str:
        """Into the queue, once however often; returns the state. `since`: when the wait began."""
        now, first = milliseconds(at), milliseconds(since or at)
        fields: list[str | int] = [
            "caller",
            asking.caller,
            "last4",
            asking.last4,
            "number",
            asking.number,
            "standing",
            asking.standing,
            "unit",
            asking.unit,
            "reason",
            asking.reason,
            "language",
            asking.language,
            "step",
            asking.step,
            "line",
            asking.line,
        ]
        return text(self._run("join", sid, int(asking.rank), first, now, *fields)[0])

    def seen(self, sid: str, at: datetime) -> QueuePlace:
        """The caller is still there; where in the queue."""
        state, rank, waiting = self._run("seen", sid, milliseconds(at))
        return QueuePlace(WaiterState(text(state)), int(rank) + 1, int(waiting))

    def step_out(self, sid: str) -> WaiterState:
        """Goes on by keypad; the place is kept for coming back. Returns the state."""
        return WaiterState(text(self._run("step_out", sid)))

    def call_back(self, sid: str, agreed: bool) -> str:
        """Will be called back at the same place: "kept", "known" (is so already), or why not."""
        return text(self._run("call_back", sid, "1" if agreed else ""))

    def agree(self, sid: str) -> bool:
        """The callback may be made. False where it is none."""
        waiter = self.find(sid)
        if waiter is None or not waiter.callback or waiter.state is not WaiterState.WAITING:
            return False
        self._redis.hset(waiter_key(sid), "agreed", "1")
        return True

    def bridged(self, sid: str, at: datetime) -> tuple[WaiterState, str]:
        """The caller's telephone asks where to go: the state, and the room if there is one."""
        state, room = self._run("bridged", sid, milliseconds(at))
        return WaiterState(text(state)), text(room)

    def hung_up(self, call_sid: str, at: datetime) -> tuple[str, str, int | None]:
        """A call is over: what it meant, the waiter's sid, and whose talk it ended.

        unknown, over (nothing to do), left (the queue), talked, not-reached (a callback), let-go
        (whoever talked with the caller hung up).
        """
        word, sid, account = self._run("hung_up", call_sid, milliseconds(at), *PAUSES)
        return text(word), text(sid), int(account) if account else None

    # --- The desk's side

    def take(
        self, account: int, name: str, at: datetime, sid: str = "", *, any_callback: bool = False
    ) -> QueueAnswer:
        """That caller, or the next one. Not ok: nobody, gone, taken (`more`: by whom), no-line,
        talking, visiting, needs-agreement (unless `any_callback`)."""
        only_agreed = "" if any_callback else "1"
        found = self._run("take", account, name, sid, milliseconds(at), only_agreed)
        return QueueAnswer(*map(text, found))

    def give_back(
        self,
        sid: str,
        at: datetime,
        *,
        account: int | None = None,
        presence: Presence = Presence.READY,
        unless_bridged: bool = False,
    ) -> WaiterState:
        """Back to the place that was his; `account`: only if that one has him. Returns the state.

        `presence`: that of whoever had him.
        """
        found = self._run(
            "give_back",
            sid,
            "" if account is None else account,
            presence.value,
            milliseconds(at),
            "unbridged" if unless_bridged else "",
        )
        return WaiterState(text(found))

    def letting_go(self, sid: str, account: int, *, is_so: bool = True) -> None:
        """The network may say that a call is over before whoever hung up has had the answer."""
        self._run("letting_go", sid, account, "1" if is_so else "")

    def finish(self, sid: str, account: int, at: datetime) -> bool:
        """The talk is over, and with it the waiting. False: this account does not have him."""
        return bool(self._run("finish", sid, account, milliseconds(at)))

    def remove(self, sid: str) -> WaiterState:
        """Struck off, unless somebody is talking with him. Returns the state until now."""
        return WaiterState(text(self._run("remove", sid)))

    def hand_over(self, sid: str, from_: int, to: int, to_name: str, at: datetime) -> QueueAnswer:
        """From one account to another. Not ok: gone, no-line, talking, visiting."""
        found = self._run("hand_over", sid, from_, to, to_name, milliseconds(at))
        return QueueAnswer(*map(text, found))

    def dialled(self, sid: str, account: int, call_sid: str) -> bool:
        """The call that was made for a callback. False: it is not this account's any more."""
        return bool(self._run("dialled", sid, account, call_sid))

    def dispatch(self, at: datetime, ledger_id: int) -> tuple[str, int] | None:
        """The next callback, taken for somebody who is ready: its sid and their account."""
        found = self._run("dispatch", milliseconds(at), claim_key(ledger_id, ""))
        return (text(found[0]), int(found[1])) if found else None

    def refused(self, sid: str, account: int, at: datetime) -> bool:
        """The network will not call this number; as if nobody had answered. False: not theirs."""
        return bool(self._run("refused", sid, account, milliseconds(at), *PAUSES))

    # --- Looking

    def find(self, sid: str) -> Waiter | None:
        found: Any = self._redis.hgetall(waiter_key(sid))
        return _waiter(found) if b"sid" in found else None

    def case_of(self, call_sid: str) -> str:
        """The waiter whose call this is; the same sid unless we made the call for a callback."""
        found = self._redis.get(f"{PREFIX}live:{call_sid}")
        return found.decode() if isinstance(found, bytes) else call_sid

    def everyone(self) -> list[Waiter]:
        """All who wait, callbacks too, in the order in which they are asked in."""
        return self._all(self._redis.zrange(WAITING, 0, -1))

    def taken(self) -> list[Waiter]:
        """All whom somebody has taken."""
        return self._all(self._redis.zrange(PREFIX + "taken", 0, -1))

    def _all(self, sids: Any) -> list[Waiter]:
        with self._redis.pipeline(transaction=False) as pipeline:
            for sid in sids:
                pipeline.hgetall(waiter_key(sid.decode()))
            rows = pipeline.execute()
        return [_waiter(row) for row in rows if b"sid" in row]

    def work(self) -> tuple[int, list[float]]:
        """How many are on shift, and the seconds that the latest talks took with their notes."""
        with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.scard(ON_SHIFT)
            pipeline.lrange(PREFIX + "talks", 0, -1)
            staff, talks = pipeline.execute()
        return int(staff), [int(each) / 1000 for each in talks]

    def checked(self, key: str, seconds: int) -> bool:
        """Whether this has not been checked with the network for so long; notes that it is now."""
        return bool(self._redis.set(f"{PREFIX}checked:{key}", "1", nx=True, ex=seconds))


def _waiter(found: Mapping[bytes, bytes]) -> Waiter:
    field: dict[str, Any] = {name.decode(): value.decode() for name, value in found.items()}

    def number(name: str) -> int:
        return int(field.get(name) or 0)

    return Waiter(
        **{name: field.get(name, "") for name in ("sid", "live", "caller", "last4", "number")},
        **{name: field.get(name, "") for name in ("standing", "unit", "reason", "line")},
        state=WaiterState(field.get("state", "")),
        rank=Class(number("class")),
        first=number("first"),
        joined=number("joined"),
        seen=number("seen"),
        callback=field.get("callback") == "1",
        agreed=field.get("agreed") == "1",
        attempts=number("attempts"),
        language=field.get("language") or SOURCE,
        step=number("step"),
        by=number("by") if field.get("by") else None,
        by_name=field.get("by_name", ""),
        taken=number("taken"),
        bridged=number("bridged"),
    )
