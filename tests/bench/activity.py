"""What binding the log of activity costs, and how long it takes to verify it.

    python -m tests.bench.activity [--entries 100000]

An entry added in a transaction of its own, beside the bare insert of the same row; and the
verification of the whole log, beside a bare pass over its rows. On SQLite in a temporary folder and
on PostgreSQL.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, insert, select, text

from config.settings import Settings
from hotline.election.audit.chain import START
from hotline.operations.audit import activity as audit
from hotline.operations.context import AppContext, connect_redis
from hotline.store import database
from hotline.store.audit import activity
from hotline.store.audit.activity import ActivityEntry
from hotline.store.audit.activity_chain import digest_of
from hotline.store.database import reading, transact
from hotline.store.enums import ActivityKind
from hotline.store.schema import migration
from hotline.store.schema.chain_tables import activity_link
from hotline.store.schema.desk_tables import activity as table
from tests.conftest import Clock
from tests.servers import PostgreSQLServer, RedisServer

AT_ONCE = 5_000
SINGLY = 500


def entry(clock: Clock, number: int) -> ActivityEntry:
    after = {"report": number, "outcome": "filed"}
    return ActivityEntry(
        clock(), 1, "ann", ActivityKind.NOTE, f"CA{number}", "00011", 1, None, after, "it"
    )


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def adding(engine: Engine, clock: Clock) -> tuple[float, float]:
    """Milliseconds of an entry that is bound, and of the same row without: medians."""
    bound, bare = [], []
    for number in range(SINGLY):
        one = entry(clock, number)
        bound.append(timed(lambda e=one: transact(engine, lambda c: activity.add_entry(c, e))))  # type: ignore[misc]
    with reading(engine) as connection:
        row = dict(connection.execute(select(table).limit(1)).mappings().one())
    del row["id"]
    for _ in range(SINGLY):
        bare.append(timed(lambda: transact(engine, lambda c: c.execute(insert(table), row))))
    return statistics.median(bound) * 1000, statistics.median(bare) * 1000


def fill(engine: Engine, clock: Clock, entries: int) -> None:
    """A log of so many entries, with its links, in large portions."""
    digest, rows, links = START, [], []
    for number in range(1, entries + 1):
        one = entry(clock, number)
        names = ("at", "account_id", "who", "call_sid", "unit_code", "ledger_id", "before", "after")
        row = {name: getattr(one, name) for name in names}
        row |= {"id": number, "kind": one.kind.value, "note": one.note}
        digest = digest_of(digest, row)
        rows.append(row)
        links.append({"number": number, "activity_id": number, "digest": digest})
    for first in range(0, entries, AT_ONCE):
        portion = slice(first, first + AT_ONCE)
        transact(engine, lambda c, p=portion: c.execute(insert(table), rows[p]))  # type: ignore[misc]
        transact(engine, lambda c, p=portion: c.execute(insert(activity_link), links[p]))  # type: ignore[misc]
    if engine.dialect.name == "postgresql":  # it counts up by itself, and was not asked
        goes_on = text(f"SELECT setval(pg_get_serial_sequence('activity', 'id'), {entries})")
        transact(engine, lambda c: c.execute(goes_on))


def measure(url: str, redis: str, entries: int) -> None:
    engine = database.connect(url)
    migration.upgrade(engine)
    clock = Clock()
    with tempfile.TemporaryDirectory() as var:
        parts = AppContext(Settings(var=Path(var)), engine, connect_redis(redis), clock)
        fill(engine, clock, entries)
        whole = timed(lambda: _must_be_whole(parts))
        bare = timed(lambda: _pass(engine))
        bound, alone = adding(engine, clock)
    print(f"\n{engine.dialect.name}: {entries:,} entries")
    print(f"bare pass over the rows:     {bare:8.2f} s")
    print(f"verified:                    {whole:8.2f} s, {whole / bare:.1f} times as long")
    print(f"bare insert of an entry:     {alone:8.2f} ms")
    print(f"entry added and bound:       {bound:8.2f} ms, {bound / alone:.2f} times as long")
    engine.dispose()


def _must_be_whole(parts: AppContext) -> None:
    if found := audit.verify(parts):
        raise SystemExit(str(found[0]))


def _pass(engine: Engine) -> None:
    with reading(engine) as connection:
        connection.execute(select(table).order_by(table.c.id)).all()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    entries = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as name, RedisServer() as redis:
        measure(f"sqlite:///{Path(name) / 'hotline.db'}", redis.url, entries)
        with PostgreSQLServer() as server:
            measure(server.url, redis.url, entries)


if __name__ == "__main__":
    main()
