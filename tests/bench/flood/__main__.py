"""Chairs' webhooks while strangers flood the line, against the same chairs left alone.

    python -m tests.bench.flood [--seconds 60] [--speed 1] [--rounds 3]

`hotline up` runs with all it has: Redis, web, workers, clock, SQLite. Chairs report from their own
phones at the real night's peak times `--speed`, in a process of their own. In every round the same
is done under each of these, in turn:

    quiet        nothing else
    flood        strangers at fifty times the chairs' webhooks a second
    elsewhere    as many requests of the same kind to a bare view (signature, one Redis script),
                 in a server of its own: the machine is as busy, but not the front door
    torrent      strangers as fast as 16 connections of wrk get answers
    torrent elsewhere   the same at the bare view

At the end every report is compared with what its chair held in hand, the ledger is recounted, and
the calls are billed. The machine's own noise falls on all of them: what counts is the median of the
rounds, and the ratio. Needs `wrk`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from random import Random

from config.settings import load
from hotline.commands import environment
from hotline.guard.triage import CallerStanding
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext, build
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.roster.pins import issue_test_pins
from hotline.rehearsal.alone import alone
from hotline.rehearsal.callers import VisitRecord
from hotline.rehearsal.plan import stages
from hotline.rehearsal.visits import Visit
from hotline.store.database import reading
from hotline.store.keys import EVENTS
from hotline.store.roster.phonebook import phonebook
from tests.bench.flood.chairs import PEAK, call_in
from tests.bench.flood.flooder import Flooded, Strangers, Target, flood, signed
from tests.bench.flood.outcome import Seen, print_outcome, print_times
from tests.bench.night import iowa
from tests.bench.step import script
from tests.bench.web_server import Candidate, needs_wrk, running

TIMES = 50
CONNECTIONS = 16  # of wrk
MOST = 3_000  # requests a second that wrk is given forms for
KINDS = ("quiet", "flood", "elsewhere", "torrent", "torrent elsewhere")
WARMING_UP = 10.0  # seconds


class Bench:
    """The system, with chairs and strangers ready."""

    def __init__(self, parts: AppContext, seconds: float, speed: float, bare: str) -> None:
        self.parts, self._seconds, self._speed = parts, seconds, speed
        self._election, results = iowa()
        self.ledger_id = open_ledger(parts, is_test=True, by="bench").ledger_id
        with reading(parts.engine) as connection:
            phones = {p.unit_code: p.phone for p in phonebook(connection, self._election.id)}
        pins = issue_test_pins(parts, self.ledger_id)
        planned = stages(self._election, results, pins, phones, {})
        self.given = [each for stage in planned for each in stage.assignments]
        Random(1).shuffle(self.given)
        self._left = iter(self.given)
        self._phones = sorted(set(phones.values()))
        settings = parts.settings
        token, port = settings.auth_tokens[0], settings.port
        self._targets = {
            "door": Target(f"127.0.0.1:{port}", "/voice/answer", settings.url, token),
            "elsewhere": Target(bare.removeprefix("http://"), "/bare", settings.url, token),
        }
        self._runs = count(1)
        self.accounts: list[VisitRecord] = []
        self.webhooks = 0.0  # a second, of chairs who are left alone
        spawn = multiprocessing.get_context("spawn")
        self._chairs = ProcessPoolExecutor(1, spawn)
        self._flooder = ProcessPoolExecutor(1, spawn)

    def close(self) -> None:
        self._chairs.shutdown()
        self._flooder.shutdown()

    def warm_up(self) -> None:
        """The first calls, which say how many webhooks a second there are."""
        accounts, took = self._call(time.monotonic() + 3, WARMING_UP).result()
        self.accounts += accounts
        self.webhooks = sum(len(each.milliseconds) for each in accounts) / max(took, WARMING_UP)

    def play(self, kind: str, seen: Seen) -> None:
        """One round. What is left of it afterwards is recorded before the next one."""
        paced = kind in ("flood", "elsewhere")
        lead = 4.0 + (self.webhooks * TIMES * self._seconds / 10_000 if paced else 0.0)
        begin = time.monotonic() + lead
        target = self._targets["elsewhere" if "elsewhere" in kind else "door"]
        with self._load(kind, target, begin) as load:
            calls = self._call(begin, self._seconds)
            time.sleep(max(0.0, begin - time.monotonic()))
            before = _jiffies()
            accounts, took = calls.result()
            seen.busy.append(_busy(before, _jiffies()))
        milliseconds = [ms for each in accounts for ms in each.milliseconds]
        self.accounts += accounts
        seen.milliseconds.append(milliseconds)
        seen.webhooks.append(len(milliseconds) / max(took, self._seconds))
        seen.nuisances.append(load[0].rate if load else 0.0)
        seen.let_in += load[0].let_in if load else 0
        seen.waiting.append(int(self.parts.redis.xlen(EVENTS)))
        ingest_events(self.parts, seconds=600, rest=0)

    @contextmanager
    def _load(self, kind: str, target: Target, begin: float) -> Iterator[list[Flooded]]:
        """What happens meanwhile; its outcome is there at the end."""
        outcome: list[Flooded] = []
        lines = (self._election.chairs_line, self._election.public_line)
        strangers = Strangers(lines, self._phones, next(self._runs))
        if kind in ("flood", "elsewhere"):
            rate = TIMES * self.webhooks
            fired = self._flooder.submit(flood, target, strangers, rate, self._seconds, begin)
            yield outcome
            outcome.append(fired.result())
        elif kind.startswith("torrent"):
            forms = islice(strangers.forms(), int(self._seconds * MOST))
            with tempfile.TemporaryDirectory() as folder:
                lua = script(Path(folder), [signed(target, target.path, form) for form in forms])
                with _torrent(target, lua, self._seconds) as wrk:
                    yield outcome
                    outcome.append(_outcome(wrk))
        else:
            yield outcome

    def _call(self, begin: float, seconds: float) -> Future[tuple[list[VisitRecord], float]]:
        wanted = islice(self._left, int(PEAK * self._speed * seconds))
        visits = [Visit(given.phone, CallerStanding.ROSTER, (given,)) for given in wanted]
        if not visits:
            raise SystemExit("no unit is left to report: fewer --rounds, --seconds or --speed")
        return self._chairs.submit(call_in, self._election, visits, self._speed, begin)


@contextmanager
def _torrent(target: Target, lua: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """wrk, a few seconds longer than the chairs call."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{int(seconds) + 5}s", "-s", str(lua)]
    with subprocess.Popen(
        [*command, f"http://{target.address}"], stdout=subprocess.PIPE, text=True
    ) as wrk:
        yield wrk


def _outcome(wrk: subprocess.Popen[str]) -> Flooded:
    said, _ = wrk.communicate()
    if "Non-2xx" in said:
        raise SystemExit(f"the torrent was answered with errors:\n{said}")
    answered, seconds = re.search(r"(\d+) requests in ([\d.]+)s", said).groups()
    return Flooded(int(answered), 0, float(seconds))


def _jiffies() -> list[int]:
    return [int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]


def _busy(before: list[int], after: list[int]) -> float:
    """The share of the time in which the machine was not idle."""
    spent = [b - a for a, b in zip(before, after, strict=True)]
    return 1 - (spent[3] + spent[4]) / sum(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=60, help="of each run")
    parser.add_argument("--speed", type=float, default=1, help="times the real night's peak")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS, metavar="KIND")
    chosen = parser.parse_args()
    needs_wrk()
    seen = {kind: Seen() for kind in chosen.only}
    server = Candidate(
        "the bare view",
        (
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--factory",
            "--workers",
            "2",
            "--blocking-threads",
            "4",
            "--runtime-mode",
            "st",
            "--http",
            "1",
            "--no-ws",
            "--log-level",
            "error",
            "--port",
            "{port}",
            "tests.bench.front_door:create_measured_app",
        ),
    )
    with alone():
        environment.hand_on(load())  # for the bare view and the chairs
        parts = build(load())
        with running(server) as bare:
            bench = Bench(parts, chosen.seconds, chosen.speed, bare)
            bench.warm_up()
            for place in range(chosen.rounds * len(seen)):
                kind = list(seen)[place % len(seen)]
                bench.play(kind, seen[kind])
            print_times(seen)
            print_outcome(parts, bench.ledger_id, bench.accounts, bench.given)
            bench.close()


if __name__ == "__main__":
    main()
