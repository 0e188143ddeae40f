"""What callers meet while a part fails: each fault once, under calls that go on all the time.

python -m tests.bench.outages [FAULT … | night]

Two hosts answer behind nginx or HAProxy, set up with the lines of docs/production.md, over a
PostgreSQL and a Redis of their own; worker, messenger and clock run beside them. Callers report one
precinct after the other, with a pause before each key. Each row is one of docs/resilience.md; a
fault takes about a minute. `night`: all of them in one, at random, in an order that its seed
decides (SEED in the environment). Without a name everything is played.
"""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from random import Random

from tests.bench.outages.calls import Kept, Notes, calling
from tests.bench.outages.faults import FAULTS, Fault
from tests.bench.outages.system import PROXIES, System

COMMAND = "python -m tests.bench.outages"
NIGHT = "night"
BEFORE, AFTER = 8.0, 15.0  # seconds of calls before a fault, and after it
DOCTOR_AFTER = 2.0  # seconds from the beginning of a fault
NIGHT_CALLERS, NIGHT_PAUSE = 12, 0.1
BETWEEN = (2.0, 8.0)  # seconds between two faults of a night
HEADS = (
    *("fault", "callers lost", "calls go on", "/readyz", "alerts", "doctor"),
    *("lost / doubled", "command"),
)


def play(system: System, name: str) -> str:
    """The row of the table."""
    fault = FAULTS[name]
    system.go_through(fault.proxy)
    found: set[str] = set()

    def examine() -> None:
        time.sleep(DOCTOR_AFTER)
        found.update(system.doctor())

    with calling(system) as notes:
        time.sleep(BEFORE)
        began = time.monotonic()
        doctor = threading.Thread(target=examine)
        doctor.start()
        over = fault.act(system)
        time.sleep(AFTER)
    doctor.join()
    return row(system, name, notes, began, over, found)


def row(
    system: System, name: str, notes: Notes, began: float, over: float, doctor: set[str]
) -> str:
    fault: Fault = FAULTS[name]
    met = [note for note in notes.calls if note.ended >= began]
    lost = [note for note in met if not note.confirmation]
    filed = [max(over, note.began) for note in met if note.confirmation and note.ended >= over]
    said = [at for at, status in notes.ready[fault.host] if at >= began and status != 200]
    for why in sorted({note.heard for note in lost}):
        print("   lost:", why)
    kept = Kept.of(system, notes)
    alerts = ", ".join(f"{rule} {at - began:.1f}" for at, rule in notes.alerts if at >= began)
    cells = (
        fault.what,
        f"{len(lost)} of {len(met)}",
        _seconds(filed, over),
        _seconds(said, began),
        alerts or "–",
        ", ".join(sorted(doctor)) or "–",
        f"{kept.lost} / {kept.doubled}",
        f"`{COMMAND} {name}`",
    )
    return f"| {' | '.join(cells)} |"


def _seconds(moments: list[float], since: float) -> str:
    return f"{min(moments) - since:.1f}" if moments else "–"


def night(system: System) -> None:
    """Every fault once, in a random order, while precincts report."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    chance = Random(seed)
    names = [name for name, fault in FAULTS.items() if fault.proxy == "nginx"]
    chance.shuffle(names)
    system.go_through("nginx")
    before, began = len(system.assignments), time.monotonic()
    with calling(system, NIGHT_CALLERS, NIGHT_PAUSE) as notes:
        for name in names:
            time.sleep(chance.uniform(*BETWEEN))
            print(f"   {time.monotonic() - began:5.0f} s  {FAULTS[name].what}", flush=True)
            FAULTS[name].act(system)
        time.sleep(AFTER)
    kept = Kept.of(system, notes)
    heard = [note for note in notes.calls if note.confirmation]
    again = Counter(note.heard for note in notes.calls if not note.confirmation)
    print(
        f"night, seed {seed}: {time.monotonic() - began:.0f} s, {len(heard)} of {before} precincts "
        f"reported in {len(notes.calls)} calls; {kept.lost} lost, {kept.doubled} doubled, "
        f"{sum(note.turned_away for note in notes.calls)} calls turned away; had to call again:"
    )
    for why, often in again.most_common():
        print(f"   {often:4}  {why}")
    print(f"   hotline audit verify: {system.verify()}")


def main(names: list[str]) -> int:
    names = names or [*FAULTS, NIGHT]
    needed = {FAULTS[name].proxy for name in names if name in FAULTS} | {"nginx"}
    if missing := [name for name in needed if PROXIES[name].program is None]:
        print(f"{' and '.join(missing)} must be installed: apt-get install {' '.join(missing)}")
        return 1
    print(f"| {' | '.join(HEADS)} |")
    print(f"|{'---|' * len(HEADS)}")
    with ExitStack() as stack:
        system = System(stack)
        for name in names:
            if name == NIGHT:
                night(system)
            else:
                print(play(system, name), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
