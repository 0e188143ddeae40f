"""How fast events of calls are moved into SQL, against a bare insert of the same rows.

    python -m tests.bench.records [--postgresql]

The stream holds a flood: mostly calls that are turned away, and chairs among them. The baseline
puts the very rows that came out of it into the same tables, by executemany, in portions of the same
size; it reads no stream, looks for no doubles and derives nothing. The program's rests, in which
others may write, are left out. Both in turn, on SQLite in a temporary folder or on PostgreSQL.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, insert, select

from config.settings import Settings
from hotline.operations.calls.ingest import AT_ONCE, ingest_events
from hotline.operations.context import AppContext, connect_redis
from hotline.store import database
from hotline.store.database import reading, writing
from hotline.store.schema import migration
from hotline.store.schema.tables import block, call, call_event, kept_number
from tests.conftest import Clock
from tests.operations.lives import arrive, end, file, penalise, turned_away, verify
from tests.servers import PostgreSQLServer, RedisServer

CALLS = 10_000
TABLES = (call_event, call, kept_number, block)


def flood(parts: AppContext) -> int:
    """Tells the stream of many calls; returns how many events that is."""
    for number in range(CALLS):
        sid = f"CA{number:032x}"
        caller = f"{number % 2_000:016}"
        if number % 10:
            turned_away(parts, sid, caller=caller)
            if number % 10 == 1:
                penalise(parts, sid)
        else:
            arrive(parts, sid, caller=caller, standing="roster", verdict="fast-lane")
            verify(parts, sid)
            file(parts, sid)
            end(parts, sid, seconds=100)
    return int(parts.redis.xlen("hotline:events"))


def empty(parts: AppContext) -> None:
    for table in TABLES:
        with writing(parts.engine) as connection:
            connection.execute(delete(table))


def moving(parts: AppContext, events: int) -> float:
    """Seconds for the program."""
    began = time.perf_counter()
    done = ingest_events(parts, seconds=600, rest=0)
    took = time.perf_counter() - began
    if done.moved != events:
        raise SystemExit(f"of {events} events: {done}")
    return took


def outcome(parts: AppContext) -> list[tuple[Table, list[dict[str, Any]]]]:
    with reading(parts.engine) as connection:
        return [
            (table, [dict(row) for row in connection.execute(select(table)).mappings()])
            for table in TABLES
        ]


def inserting(parts: AppContext, rows: list[tuple[Table, list[dict[str, Any]]]]) -> float:
    """Seconds for the bare inserts, with as many events a transaction as the program moves."""
    began = time.perf_counter()
    portions = -(-len(rows[0][1]) // AT_ONCE)
    for portion in range(portions):
        with writing(parts.engine) as connection:
            for table, all_of_it in rows:
                size = -(-len(all_of_it) // portions)
                some = all_of_it[portion * size : (portion + 1) * size]
                if some:
                    connection.execute(insert(table), some)
    return time.perf_counter() - began


@contextmanager
def measured_database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{folder / 'hotline.db'}"
        return
    with PostgreSQLServer() as server:
        yield server.url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    given = parser.parse_args()
    rounds, kind = given.rounds, "PostgreSQL" if given.postgresql else "SQLite"
    clock = Clock()
    program, bare, events = [], [], 0
    with (
        tempfile.TemporaryDirectory() as name,
        measured_database(kind, Path(name)) as url,
        RedisServer() as redis,
    ):
        engine = database.connect(url)
        migration.upgrade(engine)
        parts = AppContext(Settings(var=Path(name)), engine, connect_redis(redis.url), clock)
        for _ in range(rounds):
            clock.time += timedelta(seconds=1)
            events = flood(parts)
            program.append(moving(parts, events))
            rows = outcome(parts)
            empty(parts)
            bare.append(inserting(parts, rows))
            empty(parts)
        engine.dispose()
    moved, inserted = (events / statistics.median(times) for times in (program, bare))
    print(f"{kind}: {events:,} events of {CALLS:,} calls, median of {rounds} rounds")
    print(f"bare executemany of the same rows: {inserted:8,.0f} events a second")
    print(f"moved out of the stream:           {moved:8,.0f} events a second")
    print(f"ratio: {moved / inserted:.2f}")


if __name__ == "__main__":
    main()
