"""45 people at the desk on a rehearsal's night: how long do those wait who need a person?

    python -m tests.bench.desk_night [--staff 45] [--share 0.13] [--minutes 6] [--speed 100]

The chairs call as on a real night (rehearsal/arrivals.py); a share of them needs a person: 13 % of
Iowa's Republican precincts came in by hand in 2008. A talk takes so many minutes in the middle, and
from half of that to twice as much; then a minute of wrapping up. Two in a hundred talks are cut off
by the staff member's telephone, who begins the shift anew. Time runs `--speed` times as fast, and
what is printed is in minutes of the night. The application and the network are in this process and
speak over real sockets; the two are on SQLite and a Redis server of their own.

Nobody may be lost: every chair is spoken with to the end, by one person at a time.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from hotline.operations.actors import Actor
from hotline.operations.context import AppContext, connect_redis, utc_now
from hotline.operations.desk import shift, talk
from hotline.operations.desk.board import DeskError
from hotline.operations.desk.endings import heal
from hotline.operations.reports.load_election import load_election
from hotline.rehearsal.arrivals import arrivals
from hotline.sandbox.calls.call import Call
from hotline.store import database
from hotline.store.database import writing
from hotline.store.desk.waiting import Waiter
from hotline.store.enums import Presence, Role
from hotline.store.roster import roster
from hotline.store.schema import migration
from hotline.supervisor import demonstration
from tests.bench.night import iowa
from tests.operations.loaded import PEPPER
from tests.servers import RedisServer
from tests.web.switchboard import Desk, desk, settings_of

WRAP_UP = 60.0  # seconds of the night
GLANCE = 3.0  # seconds of the night until somebody who is free looks again
CUT_OFF = 0.02  # of the talks
UPKEEP = 2.0  # real seconds between two looks at who was lost
PATIENCE = 5.0  # real seconds until a bridge that does not come is an error
LATE = 120.0  # real seconds, after the last call came, until those who wait yet are lost
PHONE = "+1202555{:04}"


@dataclass
class Told:
    """What came of the night. Changed under `lock`."""

    waits: list[float] = field(
        default_factory=list
    )  # real seconds, until somebody was there the first time
    bridges: list[float] = field(
        default_factory=list
    )  # real seconds, from wanting to take to being in one room
    spoken: set[str] = field(default_factory=set)  # the sids of those whose talk came to its end
    taken: set[str] = field(default_factory=set)
    cut_off: int = 0
    longest_queue: int = 0
    trouble: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Night:
    """The chairs, and the people at the desk."""

    at: Desk
    line: str
    phones: Sequence[str]
    staff: int
    minutes: float
    speed: float
    told: Told = field(default_factory=Told)
    over: threading.Event = field(default_factory=threading.Event)

    def play(self, chance: Random) -> list[Call]:
        """The whole night. Gives the calls of the chairs."""
        seeds = [chance.getrandbits(32) for _ in range(self.staff)]
        workers = [
            threading.Thread(target=self._work, args=(number, Random(seed)))
            for number, seed in enumerate(seeds, 1)
        ]
        upkeep = threading.Thread(target=self._keep_up)
        for thread in (*workers, upkeep):
            thread.start()
        try:
            calls = self._call_in(chance)
            until = time.monotonic() + LATE
            while len(self.told.spoken) < len(calls) and time.monotonic() < until:
                time.sleep(0.1)
        finally:
            self.over.set()
            for thread in (*workers, upkeep):
                thread.join()
        return calls

    # --- The chairs

    def _call_in(self, chance: Random) -> list[Call]:
        began = time.monotonic()
        with ThreadPoolExecutor(16) as pool:
            due = arrivals(len(self.phones), chance.getrandbits(32))
            calls = []
            for phone, at in zip(self.phones, due, strict=True):
                time.sleep(max(0.0, began + at / self.speed - time.monotonic()))
                calls.append(pool.submit(lambda phone=phone: self._ask_for_a_person(phone)))
            return [call.result() for call in calls]

    def _ask_for_a_person(self, phone: str) -> Call:
        call = self.at.dial(phone, self.line).press("0")
        if call.queued is None and call.meeting is None:
            self._complain(f"{call.sid} is not in the queue: {call.last_heard}")
        return call

    # --- The people at the desk

    def _work(self, number: int, chance: Random) -> None:
        actor = Actor(number, f"staff {number}", Role.STAFF)
        try:
            leg = self._begin_shift(actor)
            while not self.over.is_set():
                began = time.time()
                try:
                    waiter = talk.take_next(self.at.board, actor)
                except DeskError:
                    self.over.wait(GLANCE / self.speed)
                    continue
                leg = self._speak(actor, leg, waiter, began, chance)
        except Exception as error:
            self._complain(f"{actor.name}: {error!r}")

    def _begin_shift(self, actor: Actor) -> Call:
        phone = PHONE.format(actor.account_id)
        shift.call_me(self.at.board, actor, phone)
        (ringing,) = self.at.network.ringing(phone)
        return self.at.network.answer(ringing.sid).press("1")

    def _speak(self, actor: Actor, leg: Call, waiter: Waiter, began: float, chance: Random) -> Call:
        """One talk. Returns the telephone of whoever spoke: another one, if this one was lost."""
        chair = self._wait_for_the_bridge(waiter.sid)
        there = time.time()
        with self.told.lock:
            if waiter.sid in self.told.spoken:
                self.told.trouble.append(f"{waiter.sid} was taken again after the talk")
            if waiter.sid not in self.told.taken:
                self.told.waits.append(there - waiter.first / 1000)
                self.told.bridges.append(there - began)
            self.told.taken.add(waiter.sid)
        seconds = self.minutes * 60 * 2 ** chance.uniform(-1, 1)
        cut_off = chance.random() < CUT_OFF
        time.sleep(seconds * (chance.random() if cut_off else 1) / self.speed)
        self._expect_two(chair)
        if cut_off:
            leg.hang_up()
            with self.told.lock:
                self.told.cut_off += 1
            return self._begin_shift(actor)
        with self.told.lock:
            self.told.spoken.add(waiter.sid)
        talk.end_talk(self.at.board, actor, "reached")
        time.sleep(WRAP_UP / self.speed)
        shift.set_presence(self.at.board, actor, Presence.READY)
        return leg

    def _wait_for_the_bridge(self, sid: str) -> Call:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            call = self.at.exchange.find_call(sid)
            if call is not None and call.meeting is not None:
                return call
            time.sleep(0.002)
        raise RuntimeError(f"{sid} was taken, and not connected")

    def _expect_two(self, chair: Call) -> None:
        """The chair and one person are in the room."""
        meeting = chair.meeting
        people = len(meeting.room.participants) if meeting else 0
        if people != 2:
            self._complain(f"{chair.sid} is in a room of {people}")

    def _keep_up(self) -> None:
        """What the workers do every few seconds; and how many wait."""
        while not self.over.wait(UPKEEP):
            heal(self.at.board)
            waiting = len(self.at.board.waiting.everyone())
            self.told.longest_queue = max(self.told.longest_queue, waiting)

    def _complain(self, text: str) -> None:
        with self.told.lock:
            self.told.trouble.append(text)


def night(at: Desk, given: argparse.Namespace, chance: Random) -> Night:
    """The election is loaded, with a roster; some of its chairs will need a person."""
    election, reports = iowa()
    load_election(at.parts, election, "bench")
    entries = demonstration.roster(election, election.units[reports[0].code])
    with writing(at.parts.engine) as connection:
        chairs = [roster.Chair(e.unit.code, e.name, e.phones) for e in entries]
        roster.replace_roster(connection, election.id, chairs)
    some = chance.sample(entries, round(len(reports) * given.share))
    phones = [entry.phones[0] for entry in some]
    return Night(at, election.chairs_line, phones, given.staff, given.minutes, given.speed)


def main(given: argparse.Namespace) -> None:
    logging.disable(logging.WARNING)
    chance = Random(given.seed)
    with (
        tempfile.TemporaryDirectory() as name,
        RedisServer() as server,
        connect_redis(server.url) as redis,
    ):
        engine = database.connect(f"sqlite:///{Path(name) / 'hotline.db'}")
        migration.upgrade(engine)
        parts = AppContext(settings_of(Path(name), PEPPER), engine, redis, utc_now)
        with desk(parts) as at:
            played = night(at, given, chance)
            calls = played.play(chance)
            at.exchange.settle()
            left = len(at.board.waiting.everyone())
        engine.dispose()
    say(played, calls, left)


def say(played: Night, calls: Sequence[Call], left: int) -> None:
    """The table; ends with an error where anybody was lost."""
    told = played.told
    minutes = sorted(wait * played.speed / 60 for wait in told.waits)
    lost = [call.sid for call in calls if call.sid not in told.spoken]
    print(
        f"{played.staff} at the desk, {len(calls)} chairs who need a person, talks of "
        f"{played.minutes:g} minutes, {played.speed:g} times as fast"
    )
    print(f"{'minutes until somebody is there':34}{'median':>8}{'95 %':>8}{'longest':>9}")
    print(
        f"{'':34}{statistics.median(minutes):8.2f}{minutes[int(len(minutes) * 0.95)]:8.2f}"
        f"{minutes[-1]:9.2f}"
    )
    bridges = [bridge * 1000 for bridge in told.bridges]
    print(
        f"taken, until in one room: median {statistics.median(bridges):.0f} ms, longest "
        f"{max(bridges):.0f} ms"
    )
    print(f"longest queue: {told.longest_queue}; talks cut off and taken up again: {told.cut_off}")
    print(f"lost: {len(lost)}; still in the queue: {left}; trouble: {len(told.trouble)}")
    for text in told.trouble[:10]:
        print(f"  {text}")
    if lost or left or told.trouble:
        raise SystemExit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A night of the desk.")
    parser.add_argument("--staff", type=int, default=45)
    parser.add_argument("--share", type=float, default=0.13, help="of all chairs need a person")
    parser.add_argument("--minutes", type=float, default=6, help="of a talk, in the middle")
    parser.add_argument("--speed", type=float, default=100)
    parser.add_argument("--seed", type=int, default=2020)
    main(parser.parse_args())
