"""What it costs to tabulate a report at 1,765 units and at 175,000.

    python -m tests.bench.tabulation [--postgresql]

Both ledgers are nine tenths full before the clock starts. Reports are then filed and tabulated in
alternating portions; what counts is the ratio of the medians. On SQLite in a temporary folder, or
on PostgreSQL.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import insert

from config.settings import Settings
from hotline.election.folder import codes
from hotline.election.model import Election, Unit
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.reports.filing import Filing, file_report
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store import database
from hotline.store.database import writing
from hotline.store.enums import Source
from hotline.store.schema import migration, tables
from tests.bench.night import iowa
from tests.servers import PostgreSQLServer, RedisServer

SIZES = (1_765, 175_000)
MEASURED = 150  # reports of each size
AT_ONCE = 5_000  # rows
FIGURES = CaucusFigures(
    100,
    {"biden": 20, "buttigieg": 25, "sanders": 30, "warren": 15, "yang": 10},
    {"biden": 25, "buttigieg": 30, "sanders": 30, "warren": 15},
    {"biden": 2, "buttigieg": 2, "sanders": 2, "warren": 1},
)


def election_of(size: int) -> Election:
    """Iowa's counties and candidates with so many precincts."""
    election, _ = iowa()
    digits = 5 if size < 10_000 else 7
    counties = sorted(election.counties)
    units = {}
    for number in range(size):
        body = f"{number:0{digits - 1}}"
        code = body + codes.check_digit(body)
        units[code] = Unit(code, f"Unit {number}", county=counties[number % 99], delegates=7)
    return replace(election, id=f"iowa-{size}", units=units)


def fill(parts: AppContext, ledger_id: int, unit_codes: list[str]) -> None:
    """Reports that have been counted, written straight into the tables, without totals."""
    document = {"president": FIGURES.to_document()}
    now = parts.now()
    for start in range(0, len(unit_codes), AT_ONCE):
        some = list(enumerate(unit_codes))[start : start + AT_ONCE]
        with writing(parts.engine) as connection:
            connection.execute(
                insert(tables.report),
                [
                    {
                        "id": number + 1,
                        "ledger_id": ledger_id,
                        "unit_code": code,
                        "version": 1,
                        "filing_key": f"fill:{number}",
                        "confirmation": f"{number:06}",
                        "source": "phone",
                        "outcome": "filed",
                        "call_sid": "CA0",
                        "caller": "0199",
                        "filed_at": now,
                        "figures": document,
                        "keyed": [],
                        "findings": [],
                        "digest": "0" * 64,
                        "twin_key": f"{number:064}",
                    }
                    for number, code in some
                ],
            )
            for step, status in ((1, "filed"), (2, "counted")):
                connection.execute(
                    insert(tables.report_event),
                    [
                        {
                            "report_id": number + 1,
                            "step": step,
                            "status": status,
                            "at": now,
                            "who": "bench",
                            "why": "",
                        }
                        for number, _ in some
                    ],
                )


def settle(parts: AppContext) -> None:
    """Ends what filling so much at once leaves behind, which no night would."""
    with parts.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('report', 'id'), max(id)) FROM report"
        )


class Ledger:
    """One size, ready to be measured."""

    def __init__(self, size: int, url: str, redis_url: str, folder: Path) -> None:
        engine = database.connect(url)
        migration.upgrade(engine)
        settings = Settings(var=folder, pin_pepper=SecretStr("bench"))
        self.parts = AppContext(settings, engine, connect_redis(redis_url))
        election = election_of(size)
        self.ledger_id = load_election(self.parts, election, "bench").ledger_id
        everyone = list(election.units)
        full = size * 9 // 10
        fill(self.parts, self.ledger_id, everyone[:full])
        settle(self.parts)
        self._left = iter(everyone[full:])
        self.filing: list[float] = []
        self.tabulation: list[float] = []

    def measure(self, reports: int) -> None:
        for _ in range(reports):
            code = next(self._left)
            filing = Filing(
                self.ledger_id,
                code,
                {"president": FIGURES},
                (),
                ("x",),
                Source.PHONE,
                f"CA{code}",
                f"CA{code}:1",
                None,
                "0199",
            )
            began = time.perf_counter()
            filed = file_report(self.parts, filing)
            between = time.perf_counter()
            if not tabulate(self.parts, filed.report_id):
                raise SystemExit("a report was tabulated before it was measured")
            self.filing.append(between - began)
            self.tabulation.append(time.perf_counter() - between)


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[list[str]]:
    """A database for each size."""
    if kind == "SQLite":
        yield [f"sqlite:///{folder / f'{size}.db'}" for size in SIZES]
        return
    with PostgreSQLServer() as server, server.database() as large:
        yield [server.url, large]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    kind = "PostgreSQL" if parser.parse_args().postgresql else "SQLite"
    with (
        tempfile.TemporaryDirectory() as name,
        databases(kind, Path(name)) as urls,
        RedisServer() as redis,
    ):
        ledgers = [
            Ledger(size, url, redis.url, Path(name)) for size, url in zip(SIZES, urls, strict=True)
        ]
        for _ in range(MEASURED // 10):
            for ledger in ledgers:
                ledger.measure(10)
        for ledger in ledgers:
            ledger.parts.engine.dispose()
    print(f"{kind}: milliseconds a report (median of {MEASURED})")
    print(f"{'units':>10}{'filing':>10}{'tabulation':>12}")
    for size, ledger in zip(SIZES, ledgers, strict=True):
        filing, tabulation = statistics.median(ledger.filing), statistics.median(ledger.tabulation)
        print(f"{size:10,}{filing * 1e3:10.2f}{tabulation * 1e3:12.2f}")
    small, large = ledgers
    ratio = statistics.median(large.tabulation) / statistics.median(small.tabulation)
    print(f"ratio of tabulation: {ratio:.2f} (aim: within 1.20)")


if __name__ == "__main__":
    main()
