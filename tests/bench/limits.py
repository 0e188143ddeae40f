"""The call after a limit was changed, beside calls without one: what it costs, and nobody else.

    python -m tests.bench.limits

One process's front door, SQLite, a Redis of its own, Iowa with 3,000 telephones on the roster. The
baseline is a stranger who is turned away while nothing changes. Beside it: the first such call
after each change, which reads roster and limits anew and builds the scripts; and what a step of
a call pays to know its limits.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import count

from config.settings import load
from hotline.guard.caller import Caller
from hotline.guard.triage import Entrance
from hotline.operations.actors import Actor
from hotline.operations.admission import limits
from hotline.operations.admission.denylist import pass_on
from hotline.operations.admission.front_door import FrontDoor
from hotline.operations.context import AppContext, build
from hotline.operations.reports.load_election import load_election
from hotline.store import database
from hotline.store.database import writing
from hotline.store.enums import Role
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from hotline.store.schema import migration
from tests.bench.night import iowa
from tests.servers import RedisServer

PHONES = 3_000
CALLS = 2_000
CHANGES = 50
STRANGER = Caller("+13125550142")
ADA = Actor(None, "bench", Role.ADMIN)


def ready() -> AppContext:
    settings = load()
    migration.upgrade(database.connect(settings.database))
    parts = build(settings)
    election, _ = iowa()
    load_election(parts, election, "bench")
    codes = list(election.units)
    chairs = [Chair(codes[n % len(codes)], "A. Chair", (f"+1515{n:07}",)) for n in range(PHONES)]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, election.id, chairs)
    parts.invalidate()
    pass_on(parts)
    return parts


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def measure(parts: AppContext) -> None:
    door, sids = FrontDoor(parts), count(1)

    def turned_away() -> None:
        sid = f"CA{next(sids)}"
        found = door.admit(sid, STRANGER, Entrance.CHAIRS, 1)
        if found.judgement.admitted:
            door.ended(sid, STRANGER, "completed", "3")
        if found.judgement.admitted and next(sids) > 20:
            raise SystemExit("a call was let in: these are not the figures of turning away")

    for _ in range(8):
        turned_away()
    usual = [milliseconds(turned_away) for _ in range(CALLS)]
    first, next_ones = [], []
    for n in range(CHANGES):
        limits.change(parts, "withheld_calls", 100 + n, ADA, "bench")
        first.append(milliseconds(turned_away))
        next_ones += [milliseconds(turned_away) for _ in range(20)]
    epoch = parts.epoch.current()
    known = [milliseconds(lambda: limits.values(parts, epoch)) for _ in range(CALLS)]
    for what, found in (
        ("turned away, nothing changes (baseline)", usual),
        ("turned away, first call after a change", first),
        ("turned away, the calls after that one", next_ones),
        ("a step of a call asks for its limits", known),
    ):
        worst = statistics.quantiles(found, n=100)[98]
        print(f"{what:42} median {statistics.median(found):7.3f} ms, 99th {worst:7.3f} ms")


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with RedisServer() as redis, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HOTLINE_VAR": folder, "REDIS_URL": redis.url}
        measure(ready())


if __name__ == "__main__":
    main()
