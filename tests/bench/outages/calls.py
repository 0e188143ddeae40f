"""Callers who report one precinct after the other, and what they note."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import select

from hotline.rehearsal.chair import Bewildered, SimulatedChair
from hotline.rehearsal.plan import Assignment
from hotline.sandbox.calls.call import CallEnded
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import SimulatedLine
from hotline.store.database import reading
from hotline.store.schema import tables
from tests.bench.outages.system import System

CALLERS = 10
PAUSE = 0.25  # seconds before each key
REDIAL = 4.0  # seconds until somebody who was not served calls again
ON_RECORD = re.compile(r"is on record\. Confirmation number ([\d, ]+)\.")


@dataclass(frozen=True)
class CallNote:
    """A call: from when to when (monotonic seconds), its unit, number, and what was last heard."""

    began: float
    ended: float
    unit: str
    confirmation: str
    heard: str
    turned_away: bool = False


@dataclass
class Notes:
    """What was seen, each with its moment (monotonic seconds)."""

    calls: list[CallNote] = field(default_factory=list)
    ready: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    alerts: list[tuple[float, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Kept:
    """The callers' notes against the ledger."""

    lost: int  # numbers that were heard and are not there
    doubled: int  # units with more than one report
    filed: int

    @classmethod
    def of(cls, system: System, notes: Notes) -> Kept:
        with reading(system.parts.engine) as connection:
            rows = connection.execute(
                select(tables.report.c.unit_code, tables.report.c.confirmation)
            )
            kept = [(row.unit_code, row.confirmation) for row in rows]
        heard = {(note.unit, note.confirmation) for note in notes.calls if note.confirmation}
        units = Counter(unit for unit, _ in kept)
        return cls(len(heard - set(kept)), sum(n > 1 for n in units.values()), len(kept))


@contextmanager
def calling(system: System, callers: int = CALLERS, pause: float = PAUSE) -> Iterator[Notes]:
    """Callers report all the time, and somebody looks at /readyz and at alerts."""
    notes, done = Notes(), threading.Event()
    url = f"{system.environment['PUBLIC_URL']}/voice"
    settings = system.parts.settings
    exchange = Exchange(
        f"{url}/answer#rc=2&ct=2000&rt=5000&rp=ct,rt,5xx",
        f"{url}/status",
        f"{url}/fallback",
        auth_token=settings.auth_tokens[0],
        account_sid=settings.account_sid,
    )
    line = SimulatedLine(exchange, system.election.chairs_line)

    def keep_calling() -> None:
        while not done.is_set() and system.assignments:
            given = system.assignments.pop()
            note = call(system, line, given, pause)
            notes.calls.append(note)
            if not note.confirmation:
                system.assignments.insert(0, given)
                done.wait(REDIAL)

    def keep_asking(host: str) -> None:
        while not done.wait(0.25):
            status = system.readyz(host)[0]
            notes.ready.setdefault(host, []).append((time.monotonic(), status))

    def keep_listening() -> None:
        heard = len(system.sink.got)
        while not done.wait(0.1):
            new, heard = system.sink.got[heard:], len(system.sink.got)
            notes.alerts += [
                (time.monotonic(), one["rule"]) for one in new if one["event"] == "begun"
            ]

    with ThreadPoolExecutor(callers + 3) as pool:
        work = [pool.submit(keep_calling) for _ in range(callers)]
        work += [pool.submit(keep_asking, host) for host in ("a", "b")]
        work.append(pool.submit(keep_listening))
        try:
            yield notes
        finally:
            done.set()
        for one in work:
            one.result()
    exchange.close()


def call(system: System, line: SimulatedLine, given: Assignment, pause: float) -> CallNote:
    """One report in one call, with a pause before each key."""
    began = time.monotonic()
    chair = SimulatedChair(system.election, given.sheet, in_one_go=False, code_sent=lambda: None)
    trouble = ""
    caller = line.dial(given.phone)
    turned_away = caller.turned_away
    confirmation = ""
    try:
        while not caller.ended:
            if on_record := ON_RECORD.search(caller.heard):  # the call before filed it, unheard
                confirmation = on_record[1].replace(", ", "")
                break
            if (keys := chair.answer(caller.heard)) is None:
                break
            time.sleep(pause)
            caller.key(keys)
    except (Bewildered, CallEnded) as lost:
        trouble = str(lost)[:70]
    with suppress(CallEnded):
        caller.hang_up()
    return CallNote(
        began,
        time.monotonic(),
        given.sheet.code,
        confirmation or chair.confirmation,
        trouble or caller.heard[:70],
        turned_away,
    )
