"""SIGKILL of any process at any moment: what was called filed is in the ledger, once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import load
from hotline.election import tally
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.roster.pins import issue_test_pins
from hotline.rehearsal.alone import alone
from hotline.rehearsal.callers import report_by_phone
from hotline.rehearsal.plan import read_reports, stages
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.line import SimulatedLine
from hotline.store import database
from hotline.store.database import reading
from hotline.store.enums import Role, Status, UnitStatus
from hotline.store.publication import publications
from hotline.store.reports import reports
from hotline.store.schema import tables
from hotline.supervisor import redis_server
from tests.operations import deciding

IOWA = Path("config/elections/iowa-2020")
UNITS = 300
VICTIMS = {
    "voice": "-m hotline voice",
    "web": "-m hotline web",
    "worker": "workers.run tabulation",
    "publisher": "workers.run publication",
    "messenger": "workers.run upkeep",
    "clock": "workers.clock",
    "redis": "unixsocket:",
}
"""Kinds of process, and what is in their command lines."""
ROUNDS = 8
"""In each, one of every kind is killed; a slow machine is then let get through the rest."""
PATIENCE = 480  # seconds until everything must be through


def processes_below(root: int) -> dict[int, str]:
    """Process ids and command lines of all descendants."""
    parents, commands = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            commands[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found, level = {}, {root}
    while level:
        level = {pid for pid, parent in parents.items() if parent in level}
        found |= {pid: commands.get(pid, "") for pid in level}
    return found


def kill_one(root: int, victim: str, chance: random.Random) -> str:
    """Kills one process of a kind; the kind if there was one."""
    pids = [pid for pid, line in processes_below(root).items() if VICTIMS[victim] in line]
    if not pids:
        return ""
    try:
        os.kill(chance.choice(pids), signal.SIGKILL)
    except ProcessLookupError:
        return ""
    return victim


def keep_killing(root: int, done: threading.Event, killed: list[str]) -> None:
    """Every kind in turn, in another order each round, at moments that nobody chose."""
    chance = random.Random(2020)
    for _ in range(ROUNDS):
        for victim in chance.sample(sorted(VICTIMS), len(VICTIMS)):
            if done.wait(chance.uniform(0.3, 1.7)):
                return
            if kill_one(root, victim, chance):
                killed.append(victim)


def call_until_filed(line, election, given, deadline):
    """A patient chair: calls again until the line says "filed". What she was told."""
    told = []
    while time.monotonic() < deadline:
        note = report_by_phone(line, election, given, in_one_go=False)
        if note.confirmation:
            told.append(note.confirmation)
            return told
        time.sleep(0.3)
    return told


@pytest.fixture
def system():
    with alone() as up:
        settings = load()
        url = redis_server.address(settings.var)
        parts = AppContext(settings, database.connect(settings.database), connect_redis(url))
        yield up, parts
        parts.engine.dispose()


def eventually(ready, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if ready():
                return True
        except Exception:  # the database may be locked by a process that is being started
            time.sleep(0.2)
        time.sleep(0.2)
    return ready()


@pytest.mark.slow
@pytest.mark.timeout(1_500)
def test_nothing_that_was_called_filed_is_lost_or_counted_twice(system):
    up, parts = system
    active = parts.election()
    election = active.election
    reports_played = read_reports(IOWA, election, UNITS)
    pins = issue_test_pins(parts, active.ledger_id)
    phones = dict.fromkeys(election.units, "+15155550199")
    given = [a for s in stages(election, reports_played, pins, phones, {}) for a in s.assignments]
    assert len(given) == UNITS

    url = parts.settings.url
    exchange = Exchange(
        f"{url}/voice/answer",
        f"{url}/voice/status",
        f"{url}/voice/fallback",
        auth_token=parts.settings.auth_tokens[0],
        account_sid=parts.settings.account_sid,
    )
    line = SimulatedLine(exchange, election.chairs_line)
    done, killed = threading.Event(), []
    killer = threading.Thread(target=keep_killing, args=(up.pid, done, killed))
    deadline = time.monotonic() + PATIENCE
    killer.start()
    with ThreadPoolExecutor(8) as pool:
        notes = list(pool.map(lambda a: call_until_filed(line, election, a, deadline), given))
    done.set()
    killer.join()
    exchange.close()
    print(f"killed {len(killed)}: {', '.join(sorted(killed))}")
    assert set(killed) == set(VICTIMS), "the test must have hit several kinds of process"

    # Everybody was told at last, and what each was told is in the ledger.
    assert [a.sheet.code for a, told in zip(given, notes, strict=True) if not told] == []
    with reading(parts.engine) as connection:
        ledger = connection.execute(
            select(tables.report.c.unit_code, tables.report.c.confirmation)
        ).all()
    kept = {(row.unit_code, row.confirmation) for row in ledger}
    told = {(a.sheet.code, number) for a, n in zip(given, notes, strict=True) for number in n}
    assert told <= kept

    # Tabulated, released, and counted exactly once.
    def tabulated():
        with reading(parts.engine) as connection:
            return connection.execute(select(tables.outbox.c.report_id)).first() is None

    assert eventually(tabulated)
    with reading(parts.engine) as connection:
        versions = reports.of_ledger(connection, active.ledger_id)
    for report in versions:
        if report.status is Status.HELD:
            deciding.release(parts, report.id, Actor(None, "test", Role.SUPERVISOR), "as filed")
    with reading(parts.engine) as connection:
        versions = reports.of_ledger(connection, active.ledger_id)
        states = connection.execute(
            select(tables.unit_state.c.unit_code).where(
                tables.unit_state.c.ledger_id == active.ledger_id,
                tables.unit_state.c.status == UnitStatus.COUNTED,
            )
        ).scalars()
        counted_units = set(states)
    counted = [report.unit_code for report in versions if report.status is Status.COUNTED]
    assert sorted(counted) == sorted({a.sheet.code for a in given}) == sorted(counted_units)

    # And the public sees just that.
    expected = tally.summarise(
        election,
        tally.recount(election, [(election.units[r.code], r.figures) for r in reports_played]),
    )

    def published():
        newest = publications.latest(parts.engine)
        return (
            newest is not None
            and newest.document["contests"][0]["totals"] == (expected["president"])
        )

    assert eventually(published)
