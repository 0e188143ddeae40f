"""What callers meet while a part fails: each fault once, under calls that go on all the time.

python -m tests.bench.outages [FAULT …]

Two hosts answer behind nginx, set up as docs/production.md has it, over a PostgreSQL and a Redis of
their own; worker, messenger and clock run beside them. Callers report one precinct after the other,
with a pause before each key. Each row is one of docs/resilience.md; a fault takes about a minute.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from sqlalchemy import select

from config.settings import load
from hotline.election.folder import folder
from hotline.operations.context import build
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.rehearsal.chair import Bewildered, SimulatedChair
from hotline.rehearsal.plan import Assignment, read_reports, stages
from hotline.sandbox.calls.call import CallEnded
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import SimulatedLine
from hotline.store.database import reading, writing
from hotline.store.roster import roster
from hotline.store.schema import migration, tables
from tests.operations.monitoring.alerting import SECRET, sinking
from tests.servers import PG_SOCKET, PostgreSQLServer, ends_with_us, free_port, wait_until
from tests.store.failover_servers import Cable, RedisPair

IOWA = Path("config/elections/iowa-2020")
CALLERS = 10
PAUSE = 0.25  # seconds before each key
REDIAL = 4.0  # seconds until somebody who was not served calls again
BEFORE, AFTER = 8.0, 15.0  # seconds of calls before a fault, and after it
PERSON = "+15155550199"
NGINX = """
daemon off; error_log {folder}/nginx.log; pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream hotline {{
    server 127.0.0.1:{a} max_fails=0;
    server 127.0.0.1:{b} max_fails=0;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://hotline;
      proxy_http_version 1.1;
      proxy_next_upstream error timeout http_503 non_idempotent;
      proxy_next_upstream_tries 2;
      proxy_connect_timeout 2s;
      proxy_read_timeout 15s;
    }}
  }}
}}
"""


@dataclass
class Notes:
    """What was seen, each with its moment (monotonic seconds)."""

    calls: list[tuple[float, float, str, str]] = field(default_factory=list)  # from, to, code, why
    ready: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    alerts: list[tuple[float, str]] = field(default_factory=list)


class System:
    """Everything that a night needs, on loopback."""

    def __init__(self, stack: ExitStack) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-outages-"))
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.database = stack.enter_context(PostgreSQLServer())
        self.redis = stack.enter_context(RedisPair(self.folder))
        self.cables = {
            "redis": stack.enter_context(Cable(self.folder / "b.sock", self.redis.name)),
            "database": stack.enter_context(Cable(self.folder / PG_SOCKET, self.database.socket)),
        }
        self.sink = stack.enter_context(sinking())
        self.ports = {"a": free_port(), "b": free_port(), "proxy": free_port()}
        self.environment = {
            **os.environ,
            "HOTLINE_VAR": str(self.folder / "var"),
            "DATABASE_URL": self.database.url,
            "REDIS_URL": f"unix://{self.redis.name}",
            "PUBLIC_URL": f"http://127.0.0.1:{self.ports['proxy']}",
            "HOTLINE_PERSON_NUMBER": PERSON,
            "HOTLINE_ALERT_URL": self.sink.url,
            "HOTLINE_ALERT_SECRET": SECRET,
            "HOTLINE_WEB_PROCESSES": "1",
        }
        os.environ.update(self.environment)
        self.parts = build(load())
        migration.upgrade(self.parts.engine)
        self.assignments = self._load()
        self._start(stack)

    def _load(self) -> list[Assignment]:
        election = folder.read_folder(IOWA)
        self.election = election
        ledger = load_election(self.parts, election, "outages").ledger_id
        phones = {code: f"+1515{5550000 + n:07d}" for n, code in enumerate(election.units)}
        with writing(self.parts.engine) as connection:
            chairs = [roster.Chair(unit, "Chair", (phones[unit],)) for unit in election.units]
            roster.replace_roster(connection, election.id, chairs)
        pins = issue_test_pins(self.parts, ledger)
        reports = read_reports(IOWA, election, None)
        return [
            given
            for stage in stages(election, reports, pins, phones, {})
            for given in stage.assignments
        ]

    def _start(self, stack: ExitStack) -> None:
        there = {
            "DATABASE_URL": f"postgresql+psycopg://postgres@/postgres?host={self.folder}",
            "REDIS_URL": f"unix://{self.folder / 'b.sock'}",
        }
        hotline = (sys.executable, "-m", "hotline")
        web = (*hotline, "web", "--port")
        self._run(stack, *web, str(self.ports["a"]), HOTLINE_HOST="web-a")
        self._run(stack, *web, str(self.ports["b"]), HOTLINE_HOST="web-b", **there)
        self._run(stack, *hotline, "work", "tabulation")
        self._run(stack, *hotline, "work", "upkeep", "messages")
        self._run(stack, *hotline, "clock")
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            NGINX.format(
                folder=self.folder, port=self.ports["proxy"], a=self.ports["a"], b=self.ports["b"]
            )
        )
        self._run(stack, "nginx", "-c", str(configuration), "-p", str(self.folder))
        for host in self.ports:
            try:
                wait_until(lambda host=host: self.readyz(host)[0] == 200, 240)
            except RuntimeError:
                print(host, self.readyz(host), (self.folder / "log").read_text()[-3000:])
                raise

    def _run(self, stack: ExitStack, *command: str, **more: str) -> None:
        log = (self.folder / "log").open("ab")
        process = subprocess.Popen(
            command,
            env={**self.environment, **more},
            stdout=log,
            stderr=log,
            preexec_fn=ends_with_us(signal.SIGTERM),
        )
        stack.callback(process.wait)
        stack.callback(process.terminate)

    def readyz(self, host: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[host], timeout=15)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def doctor(self) -> set[str]:
        """What it finds wrong of the parts."""
        command = (sys.executable, "-m", "hotline", "doctor", "--json")
        found = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        try:
            checks = json.loads(found.stdout)
        except ValueError:
            return {found.stderr.strip()[:60]}
        checks = checks if isinstance(checks, list) else checks["checks"]
        return {
            c["name"]
            for c in checks
            if c["name"] in ("database", "Redis") and c["state"] == "wrong"
        }


@dataclass
class Fault:
    """`act` lets it happen and returns when it is over, or the failover done; `what` it is."""

    what: str
    act: Callable[[System], float]
    host: str = "a"  # whose /readyz is to say so


def _for(seconds: float, fault: Callable[[System], object]) -> Callable[[System], float]:
    def act(system: System) -> float:
        with fault(system):  # type: ignore[attr-defined]
            time.sleep(seconds)
        return time.monotonic()

    return act


@contextmanager
def _full(system: System) -> Iterator[None]:
    with Redis.from_url(system.redis.servers[0].url) as redis:
        redis.config_set("maxmemory", 1)
        yield
        redis.config_set("maxmemory", 0)


@contextmanager
def _read_only(system: System) -> Iterator[None]:
    system.database.set_read_only("on")
    yield
    system.database.set_read_only("off")


def _fail_over(system: System) -> float:
    system.redis.promote()
    time.sleep(1)  # until the name leads there
    system.redis.rename()
    return time.monotonic()


FAULTS = {
    "database-hangs": Fault(
        "PostgreSQL stands still (SIGSTOP) for 40 s", _for(40, lambda s: s.database.hanging())
    ),
    "database-read-only": Fault(
        "PostgreSQL is read-only for 3 s, connections live on", _for(3, _read_only)
    ),
    "redis-full": Fault("Redis is full for 20 s", _for(20, _full)),
    "redis-hangs": Fault(
        "Redis stands still (SIGSTOP) for 15 s", _for(15, lambda s: s.redis.servers[0].hanging())
    ),
    "host-without-redis": Fault(
        "one host of two is cut off from Redis for 20 s",
        _for(20, lambda s: s.cables["redis"].cut()),
        "b",
    ),
    "host-without-database": Fault(
        "one host of two is cut off from PostgreSQL for 20 s",
        _for(20, lambda s: s.cables["database"].cut()),
        "b",
    ),
    "redis-failover": Fault("Redis fails over; the old primary goes on as a replica", _fail_over),
}


def call(system: System, line: SimulatedLine, given: Assignment, notes: Notes) -> bool:
    """One report in one call, with a pause before each key; whether it was filed."""
    began = time.monotonic()
    chair = SimulatedChair(system.election, given.sheet, in_one_go=False, code_sent=lambda: None)
    trouble = ""
    caller = line.dial(given.phone)
    try:
        while not caller.ended and (keys := chair.answer(caller.heard)) is not None:
            time.sleep(PAUSE)
            caller.key(keys)
    except (Bewildered, CallEnded) as lost:
        trouble = str(lost)[:70]
    with suppress(CallEnded):
        caller.hang_up()
    heard = trouble or caller.heard[:70]
    notes.calls.append((began, time.monotonic(), chair.confirmation, heard))
    return bool(chair.confirmation)


def play(system: System, fault: Fault) -> str:
    """The row of the table."""
    notes, done = Notes(), threading.Event()
    url = f"http://127.0.0.1:{system.ports['proxy']}/voice"
    settings = system.parts.settings
    exchange = Exchange(
        f"{url}/answer",
        f"{url}/status",
        f"{url}/fallback",
        auth_token=settings.auth_tokens[0],
        account_sid=settings.account_sid,
    )
    line = SimulatedLine(exchange, system.election.chairs_line)

    def keep_calling() -> None:
        while not done.is_set() and system.assignments:
            given = system.assignments.pop()
            if not call(system, line, given, notes):
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

    with ThreadPoolExecutor(CALLERS + 4) as pool:
        work = [pool.submit(keep_calling) for _ in range(CALLERS)]
        work += [pool.submit(keep_asking, host) for host in ("a", "b")]
        work.append(pool.submit(keep_listening))
        time.sleep(BEFORE)
        began = time.monotonic()
        doctor = pool.submit(lambda: (time.sleep(6), system.doctor())[1])
        over = fault.act(system)
        time.sleep(AFTER)
        done.set()
        for one in work:
            one.result()
    exchange.close()
    alerts = [(at, rule) for at, rule in notes.alerts if at >= began]
    return row(system, fault, notes, began, over, alerts, doctor.result())


def row(system, fault, notes, began, over, alerts, doctor) -> str:
    met = [c for c in notes.calls if c[1] >= began]
    lost = [c for c in met if not c[2]]
    filed = [max(over, c[0]) for c in met if c[2] and c[1] >= over]
    said = [at for at, status in notes.ready[fault.host] if at >= began and status != 200]
    for why in sorted({c[3] for c in lost}):
        print("   lost:", why)
    confirmations = [c[2] for c in notes.calls if c[2]]
    with reading(system.parts.engine) as connection:
        kept = list(connection.execute(select(tables.report.c.confirmation)).scalars())
    missing = len(set(confirmations) - set(kept))
    doubled = len(kept) - len(set(kept))
    return (
        f"| {fault.what} | {len(lost)} of {len(met)} | "
        f"{_seconds(filed, over)} | {_seconds(said, began)} | "
        f"{_alerts(alerts, began)} | {', '.join(sorted(doctor)) or '–'} | {missing} / {doubled} |"
    )


def _seconds(moments: list[float], since: float) -> str:
    return f"{min(moments) - since:.1f}" if moments else "–"


def _alerts(alerts: list[tuple[float, str]], began: float) -> str:
    return ", ".join(f"{rule} {at - began:.1f}" for at, rule in alerts) or "–"


def main(names: list[str]) -> int:
    if shutil.which("nginx") is None:
        print("nginx is not installed: apt-get install nginx")
        return 1
    print("| fault | callers lost | calls go on | /readyz | alerts | doctor | lost / doubled |")
    print("|---|---|---|---|---|---|---|")
    with ExitStack() as stack:
        system = System(stack)
        for name in names or FAULTS:
            print(play(system, FAULTS[name]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
