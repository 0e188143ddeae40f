"""Everything that has to be right before the night, looked at in order."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from hotline.operations.context import AppContext, NoElectionError
from hotline.operations.readiness import (
    database,
    database_server,
    election,
    machine,
    memory,
    network,
    people,
    processes,
    roster,
)
from hotline.operations.readiness.checks import (
    CheckState,
    Examination,
    ReadinessCheck,
    ReadinessFinding,
    Task,
    first_line,
    unknown,
    wrong,
)
from hotline.operations.reports.receipts import carrier_of
from hotline.store.queues import QueueName
from hotline.telephony.networks import network_of
from hotline.telephony.probe import Probe

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds for a request to the carrier
DATABASE, SCHEMA, REDIS, ELECTION, CREDENTIALS = (
    "database",
    "schema",
    "Redis",
    "election",
    "credentials",
)
BLOCKING = frozenset({CheckState.WRONG, CheckState.UNKNOWN})

TASKS = (
    Task("Machine", "settings", machine.settings),
    Task("Machine", "signing key", machine.signing_key),
    Task("Machine", "disk", machine.disk),
    Task("Machine", "backups", machine.backups),
    Task("Database", DATABASE, database.database),
    Task("Database", SCHEMA, database.schema_current, (DATABASE,)),
    Task("Database", "durability", database.durability, (DATABASE,)),
    Task("Database", "time-outs", database.time_outs, (DATABASE,)),
    Task("Database", "connections", database_server.connections, (SCHEMA,)),
    Task("Database", "room on its disk", database_server.space, (DATABASE,)),
    Task("Redis", REDIS, memory.redis),
    Task("Redis", "persistence", memory.persistence, (REDIS,)),
    Task("Redis", "eviction", memory.eviction, (REDIS,)),
    Task("Machine", "clock", machine.clock, (DATABASE, REDIS)),
    *(
        Task("Processes", f"worker for {queue}", processes.worker(queue), (REDIS,))
        for queue in QueueName
    ),
    Task("Processes", "failed jobs", processes.failed_jobs, (REDIS,)),
    Task("Processes", "last sweep", processes.last_sweep, (REDIS,)),
    Task("Processes", "front door", processes.front_door, (REDIS, SCHEMA)),
    Task("Election", ELECTION, election.loaded, (SCHEMA,)),
    Task("Election", "day", election.day, (ELECTION,)),
    Task("Election", "lines", election.lines, (ELECTION,)),
    Task("Election", "languages", election.languages, (ELECTION,)),
    Task("Election", "names", election.names, (ELECTION,)),
    Task("Election", "ledger", election.ledger, (ELECTION,)),
    Task("Roster", "chairs", roster.chairs, (ELECTION,)),
    Task("Roster", "telephones", roster.phones, (ELECTION,)),
    Task("Roster", "shared telephones", roster.shared_phones, (ELECTION,)),
    Task("Roster", "PINs", roster.pins, (ELECTION,)),
    Task("Roster", "test calls", roster.trials, (ELECTION,)),
    Task("Telephone network", CREDENTIALS, network.credentials),
    Task("Telephone network", "numbers", network.our_numbers, (CREDENTIALS, ELECTION)),
    Task("Telephone network", "address", network.address),
    Task("Telephone network", "proxies", network.proxies, ("address",)),
    Task("Telephone network", "signed requests", network.signed),
    Task("Telephone network", "unsigned requests", network.unsigned),
    Task("Telephone network", "unfinished requests", network.unfinished, ("signed requests",)),
    Task("Telephone network", "fallback", network.fallback, (CREDENTIALS, ELECTION)),
    Task("Telephone network", "results", network.results),
    Task("People", "second factor", people.deciders, (SCHEMA,)),
    Task("People", "desk", people.desk),
    Task("People", "alerts", people.alerts, (SCHEMA,)),
    Task("People", "switches", people.all_switches, (SCHEMA,)),
)


def examine(parts: AppContext) -> Iterator[ReadinessCheck]:
    """Each check as it is made, in order. Never raises: what fails could not be checked."""
    carrier = carrier_of(parts, PATIENCE)
    examination = Examination(parts, carrier, Probe(network_of(parts.settings).webhooks))
    failed: set[str] = set()
    try:
        for task in TASKS:
            finding = _look(task, examination, failed)
            if finding.state in BLOCKING:
                failed.add(task.name)
            yield ReadinessCheck(task.area, task.name, finding.state, finding.seen, finding.mend)
    finally:
        carrier.close()


def _look(task: Task, examination: Examination, failed: set[str]) -> ReadinessFinding:
    if lacking := [name for name in task.needs if name in failed]:
        return unknown(
            f"not while there is something about: {', '.join(lacking)}", "Mend that first."
        )
    try:
        return task.look(examination)
    except NoElectionError:
        return wrong("no election is loaded", "Run hotline election load DIR.")
    except Exception as error:  # whatever it is, the other checks are still made
        log.debug("%s could not be checked", task.name, exc_info=True)
        return unknown(
            first_line(error), "See that it runs, and that its address in the settings is right."
        )


def is_ready(checks: Iterable[ReadinessCheck]) -> bool:
    """Whether nothing is wrong, and everything could be looked at."""
    return not any(check.state in BLOCKING for check in checks)
