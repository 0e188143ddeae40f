"""Everything that a night needs, on loopback: two hosts behind a proxy, with what they need."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from config.settings import load
from hotline.election.folder import folder
from hotline.operations.context import build
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_test_pins
from hotline.rehearsal.plan import Assignment, read_reports, stages
from hotline.store.database import writing
from hotline.store.roster import roster
from hotline.store.schema import migration
from tests.gateway.proxies import KINDS, proxied
from tests.operations.monitoring.alerting import SECRET, sinking
from tests.servers import (
    PG_SOCKET,
    PostgreSQLServer,
    ends_with_us,
    free_port,
    wait_until,
)
from tests.store.failover_servers import Cable, RedisPair

IOWA = Path("config/elections/iowa-2020")
PERSON = "+15155550199"
HOTLINE = (sys.executable, "-m", "hotline")
START_SECONDS = 240
PROXIES = {kind.name: kind for kind in KINDS}


class System:
    """`voice` on two hosts, worker, messenger and clock; PostgreSQL, and Redis with a replica."""

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
        self._proxy_folder = self.folder / "proxy"
        self._proxy_folder.mkdir()
        self._proxy, self._proxy_name = stack.enter_context(ExitStack()), ""
        self.environment = {
            **os.environ,
            "HOTLINE_VAR": str(self.folder / "var"),
            "DATABASE_URL": self.database.url,
            "REDIS_URL": f"unix://{self.redis.name}",
            "PUBLIC_URL": f"https://127.0.0.1:{self.ports['proxy']}",
            "HOTLINE_PROXIES": "1",
            "HOTLINE_PERSON_NUMBER": PERSON,
            "HOTLINE_ALERT_URL": self.sink.url,
            "HOTLINE_ALERT_SECRET": SECRET,
            "HOTLINE_VOICE_PROCESSES": "1",
            "SSL_CERT_FILE": str(self._proxy_folder / "line.pem"),
        }
        os.environ.update(self.environment)
        self.parts = build(load())
        migration.upgrade(self.parts.engine)
        self.assignments = self._load()
        self.reports = len(self.assignments)
        self._hosts: dict[str, subprocess.Popen[bytes]] = {}
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
        for host in ("a", "b"):
            self._start_host(host)
        stack.callback(self._stop_hosts)
        workers = ("tabulation",), ("publication",), ("upkeep", "messages")
        for command in (*(("work", *queues) for queues in workers), ("clock",)):
            process = self._run(*HOTLINE, *command)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        self.go_through("nginx")
        for host in ("a", "b"):
            self.wait_until_ready(host)

    def go_through(self, name: str) -> None:
        """From now on calls come in through this proxy, at the same address."""
        if name != self._proxy_name:
            self._proxy.close()
            two = (self.ports["a"], self.ports["b"])
            port = self.ports["proxy"]
            self._proxy.enter_context(proxied(PROXIES[name], self._proxy_folder, two, two, port))
            self._proxy_name = name

    def restart(self, host: str) -> None:
        """As docs/production.md has it: stop, start, wait until it is ready."""
        self._hosts[host].terminate()
        self._hosts[host].wait()
        self._start_host(host)
        self.wait_until_ready(host)

    def _start_host(self, host: str) -> None:
        there = {"HOTLINE_HOST": f"web-{host}"}
        if host == "b":
            there["DATABASE_URL"] = f"postgresql+psycopg://postgres@/postgres?host={self.folder}"
            there["REDIS_URL"] = f"unix://{self.folder / 'b.sock'}"
        command = (*HOTLINE, "voice", "--port", str(self.ports[host]))
        self._hosts[host] = self._run(*command, **there)

    def _stop_hosts(self) -> None:
        for process in self._hosts.values():
            process.terminate()
        for process in self._hosts.values():
            process.wait()

    def _run(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                env={**self.environment, **more},
                stdout=log,
                stderr=log,
                preexec_fn=ends_with_us(signal.SIGTERM),
            )

    def wait_until_ready(self, host: str) -> None:
        try:
            wait_until(lambda: self.readyz(host)[0] == 200, START_SECONDS)
        except RuntimeError:
            print(host, self.readyz(host), (self.folder / "log").read_text()[-3000:])
            raise

    def readyz(self, host: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[host], timeout=15)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def doctor(self) -> set[str]:
        """What it finds wrong of database and Redis."""
        found = subprocess.run(
            (*HOTLINE, "doctor", "--json"), env=self.environment, capture_output=True, text=True
        )
        try:
            checks = json.loads(found.stdout)
        except ValueError:
            return {found.stderr.strip()[:60]}
        checks = checks if isinstance(checks, list) else checks["checks"]
        parts = ("database", "Redis")
        return {c["name"] for c in checks if c["name"] in parts and c["state"] == "wrong"}

    def verify(self) -> str:
        """The last line that `hotline audit verify` says."""
        found = subprocess.run(
            (*HOTLINE, "audit", "verify"), env=self.environment, capture_output=True, text=True
        )
        said = (found.stdout + found.stderr).strip().splitlines()
        return f"{said[-1] if said else ''} (status {found.returncode})"
