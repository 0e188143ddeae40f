"""What it costs to read a whole ledger anew, at 1,765 units and at 175,000.

    python -m tests.bench.verification

Every unit has one report that counts, bound as it is bound on the night, and one publication was
made of all of them. The baseline is a bare pass over the same rows: every event with its report,
fetched and not looked at. Uses SQLite in a temporary folder.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr
from sqlalchemy import insert, select

from config.settings import Settings
from hotline.election.audit.chain import link
from hotline.election.audit.entries import PRIVATE, ReportEvent, entry_of, opening_digest
from hotline.operations.audit import ledger as audit
from hotline.operations.audit.signing import new_seed
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.ledgers import rebuild_totals
from hotline.operations.reports.load_election import load_election
from hotline.store import database
from hotline.store.database import reading, writing
from hotline.store.reports import ledgers
from hotline.store.schema import chain_tables, migration, tables
from tests.bench.tabulation import SIZES, election_of, fill, settle
from tests.servers import RedisServer

AT_ONCE = 5_000
Result = TypeVar("Result")


def bind(parts: AppContext, ledger_id: int) -> None:
    """Links for what `fill` wrote, in the order of its events."""
    event, report = tables.report_event, tables.report
    wanted = (
        select(event, *(c for c in report.c if c.name not in event.c))
        .join(report, report.c.id == event.c.report_id)
        .order_by(event.c.id)
    )
    with reading(parts.engine) as connection:
        kept = ledgers.find_ledgers(connection, ledger_id)
        assert kept is not None
        digest = opening_digest(kept.id, kept.election_id, kept.is_test, kept.opened_at)
        links = []
        rows = connection.execution_options(yield_per=AT_ONCE).execute(wanted).mappings()
        for number, row in enumerate(rows, 1):
            is_first = row["step"] == 1
            filed = {name: row[name] for name in ("figures", *PRIVATE)} if is_first else None
            told = (row["unit_code"], row["version"], row["step"], row["status"], row["at"])
            entry = entry_of(
                ledger_id, number, ReportEvent(*told, row["who"], row["why"], filed), SALT
            )
            digest = link(digest, entry)
            links.append(
                {
                    "ledger_id": ledger_id,
                    "number": number,
                    "event_id": row["id"],
                    "digest": digest,
                    "salt": SALT,
                }
            )
    with writing(parts.engine) as connection:
        connection.execute(insert(chain_tables.ledger_link), links)


SALT = "0" * 32


def bare_pass(parts: AppContext, ledger_id: int) -> int:
    """Every event with the report that it belongs to, and nothing done with them."""
    event, report = tables.report_event, tables.report
    wanted = (
        select(event, report)
        .join(report, report.c.id == event.c.report_id)
        .where(report.c.ledger_id == ledger_id)
        .order_by(event.c.id)
    )
    with reading(parts.engine) as connection:
        rows = connection.execution_options(yield_per=AT_ONCE).execute(wanted)
        return sum(1 for _ in rows)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def measure(size: int, url: str, redis_url: str, folder: Path) -> tuple[float, ...]:
    """Seconds: bare pass, verification, recount and publication."""
    engine = database.connect(url)
    migration.upgrade(engine)
    settings = Settings(
        var=folder, pin_pepper=SecretStr("bench"), signing_key=SecretStr(new_seed())
    )
    parts = AppContext(settings, engine, connect_redis(redis_url))
    election = election_of(size)
    ledger_id = load_election(parts, election, "bench").ledger_id
    fill(parts, ledger_id, list(election.units))
    bind(parts, ledger_id)
    rebuild_totals(parts, "bench")
    settle(parts)
    publication, published = timed(lambda: publish_now(parts))
    bare, events = timed(lambda: bare_pass(parts, ledger_id))
    verification, findings = timed(lambda: audit.verify(parts))
    engine.dispose()
    if findings or events != 2 * size or published is None:
        raise SystemExit(f"{events} events, {published}, {findings[:3]}")
    return bare, verification, publication


def main() -> None:
    print("SQLite: seconds to read a whole ledger, two events a unit")
    print(f"{'units':>10}{'bare pass':>12}{'verification':>14}{'ratio':>8}{'publication':>13}")
    with RedisServer() as redis, tempfile.TemporaryDirectory() as name:
        for size in SIZES:
            url = f"sqlite:///{Path(name) / f'{size}.db'}"
            bare, verified, published = measure(size, url, redis.url, Path(name))
            print(f"{size:10,}{bare:12.2f}{verified:14.2f}{verified / bare:8.1f}{published:13.2f}")


if __name__ == "__main__":
    main()
