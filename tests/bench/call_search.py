"""How long a page of calls takes out of a million, whatever is asked for.

    python -m tests.bench.call_search [--calls 1000000]

Invented calls of a night under attack: nine of ten are turned away, half of the others are of
strangers. For every kind of search the first page, a page in the middle and the count, median and
99th percentile, beside a look-up by primary key. On SQLite in a temporary folder and on
PostgreSQL.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from hotline.guard.triage import Counted, Entrance, Verdict
from hotline.store import database
from hotline.store.calls import call_log
from hotline.store.calls.call_search import CallFilter, CameTo, count, search
from hotline.store.database import reading, writing
from hotline.store.enums import Channel
from hotline.store.paging import PagePlace
from hotline.store.schema import migration
from hotline.store.schema.tables import call
from tests.servers import PostgreSQLServer

BEGAN = datetime(2020, 2, 4, 0, 0, tzinfo=UTC)
AT_ONCE = 20_000
ATTACKER = "0142"
MIDDLE = PagePlace(BEGAN + timedelta(hours=4), "CA")

SEARCHES: dict[str, CallFilter] = {
    "everything": CallFilter(),
    "ten minutes": CallFilter(
        since=BEGAN + timedelta(hours=3), until=BEGAN + timedelta(minutes=190)
    ),
    "turned away (900,000)": CallFilter(verdict=Verdict.TURN_AWAY),
    "fast lane (50,000)": CallFilter(verdict=Verdict.FAST_LANE),
    "challenged (none)": CallFilter(verdict=Verdict.CHALLENGE),
    "reason: penalty": CallFilter(reason=Counted.PENALTY),
    "reason: roster only (none)": CallFilter(reason=Counted.ROSTER_ONLY),
    "unit": CallFilter(units=["01234"]),
    "unit (none)": CallFilter(units=["99999"]),
    "100 units": CallFilter(units=[f"{n:05}" for n in range(100)]),
    "last four": CallFilter(last_four="0777"),
    "last four of an attacker": CallFilter(last_four=ATTACKER),
    "filed (early in the night)": CallFilter(came_to=CameTo.FILED),
    "proved": CallFilter(came_to=CameTo.PROVED),
    "put to a person": CallFilter(came_to=CameTo.PERSON),
    "turned away, as outcome": CallFilter(came_to=CameTo.TURNED_AWAY),
    "hung up": CallFilter(came_to=CameTo.HUNG_UP),
    "line: public": CallFilter(entrance=Entrance.PUBLIC),
    "line: chairs": CallFilter(entrance=Entrance.CHAIRS),
    "channel: text": CallFilter(channel=Channel.TEXT),
    "channel: voice": CallFilter(channel=Channel.VOICE),
    "public, admitted": CallFilter(entrance=Entrance.PUBLIC, verdict=Verdict.ADMIT),
    "attacker, challenged (none)": CallFilter(last_four=ATTACKER, verdict=Verdict.CHALLENGE),
    "attacker, filed (none)": CallFilter(last_four=ATTACKER, came_to=CameTo.FILED),
    "filed, public line (none)": CallFilter(came_to=CameTo.FILED, entrance=Entrance.PUBLIC),
}


def invented(calls: int) -> Iterator[dict[str, Any]]:
    """Calls in the order of time, over eight hours; reports come in the first six."""
    chance = random.Random(2020)
    for number in range(calls):
        at = BEGAN + timedelta(hours=8) * (number / calls)
        kind = chance.random()
        row: dict[str, Any] = {
            "sid": f"CA{number * 2654435761 % 2**128:032x}",
            "channel": "text" if number % 500 == 7 else "voice",
            "entrance": "public" if chance.random() < 0.1 else "chairs",
            "ledger_id": 1,
            "began_at": at,
            "caller_key": f"{chance.randrange(50_000):016}",
            "last_four": f"{chance.randrange(10_000):04}",
            "attestation": "passed-a",
            "standing": "unknown",
            "verdict": "turn-away",
            "reason": "recent",
            **dict.fromkeys(("verified_at", "unit_code", "person_at")),
            "filings": 0,
            "ended_at": at + timedelta(seconds=9),
            "ended_as": "completed",
            "seconds": 9,
            "charge": 0,
        }
        if kind < 0.9:
            row["reason"] = "penalty" if kind < 0.7 else "room"
            row["last_four"] = ATTACKER if kind < 0.3 else row["last_four"]
        elif kind < 0.95:
            row |= {"verdict": "admit", "reason": ""}
        else:
            row |= {"verdict": "fast-lane", "reason": "", "entrance": "chairs"}
            row |= {"verified_at": at, "unit_code": f"{chance.randrange(1_765):05}"}
            row |= {"filings": int(at < BEGAN + timedelta(hours=6))}
            row |= {"person_at": at if chance.random() < 0.1 else None}
        yield row


def fill(engine: Engine, calls: int) -> None:
    """Puts the calls into the table and tells the database how they are spread."""
    rows, some = invented(calls), True
    while some:
        portion = [row for row, _ in zip(rows, range(AT_ONCE), strict=False)]
        some = len(portion) == AT_ONCE
        if portion:
            _add(engine, portion)
    with writing(engine) as connection:
        connection.execute(text("ANALYZE call"))


def _add(engine: Engine, portion: list[dict[str, Any]]) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(insert(call), portion)
            return
        names = list(portion[0])
        driver: Any = connection.connection.driver_connection
        statement = f"COPY call ({', '.join(names)}) FROM STDIN"
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in portion:
                copy.write_row([row[name] for name in names])


def timed(engine: Engine, rounds: int, work: Callable[[Connection], object]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds."""
    took = []
    for _ in range(rounds):
        with reading(engine) as connection:
            began = time.perf_counter()
            work(connection)
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def measure(engine: Engine, calls: int, rounds: int) -> None:
    began = time.perf_counter()
    fill(engine, calls)
    print(f"\n{engine.dialect.name}: {calls:,} calls, put in {time.perf_counter() - began:.0f} s")
    sid = f"CA{calls // 2 * 2654435761 % 2**128:032x}"
    median, worst = timed(engine, rounds, lambda c: call_log.find_call(c, sid))
    print(f"{'ms':30} {'first page':>16} {'in the middle':>16} {'count':>16}")
    print(f"{'by primary key (baseline)':30} {median:8.2f} {worst:7.2f}")
    for name, wanted in SEARCHES.items():
        figures = [
            timed(engine, rounds, lambda c, w=wanted: search(c, w)),  # type: ignore[misc]
            timed(engine, rounds, lambda c, w=wanted: search(c, w, MIDDLE)),  # type: ignore[misc]
            timed(engine, rounds, lambda c, w=wanted: count(c, w)),  # type: ignore[misc]
        ]
        print(f"{name:30} " + " ".join(f"{m:8.2f} {w:7.2f}" for m, w in figures), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    print("median and 99th percentile of a search, in milliseconds")
    with tempfile.TemporaryDirectory() as name:
        _on(f"sqlite:///{Path(name) / 'hotline.db'}", given.calls, given.rounds)
    with PostgreSQLServer() as server:
        _on(server.url, given.calls, given.rounds)


def _on(url: str, calls: int, rounds: int) -> None:
    engine = database.connect(url)
    migration.upgrade(engine)
    measure(engine, calls, rounds)
    engine.dispose()


if __name__ == "__main__":
    main()
