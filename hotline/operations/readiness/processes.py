"""What has to run beside the web server, and what it leaves behind when it does not."""

from __future__ import annotations

from collections.abc import Callable

from hotline.operations.readiness.checks import Examination, ReadinessFinding, ok, warning, wrong
from hotline.store.admission import denylist
from hotline.store.database import reading
from hotline.store.keys import BLOCKS, SWITCHES
from hotline.store.monitoring import queue_states
from hotline.store.queues import QueueName
from hotline.store.upkeep import sweeps

SILENCE = 90.0  # seconds without a sign of life after which a worker counts as dead
LATE = 3
"""Sweeps in a row that may be missing."""
SHORTEST_LATE = 60.0  # seconds

PROGRAMS = {
    QueueName.TABULATION: "worker",
    QueueName.PUBLICATION: "publisher",
    QueueName.MESSAGES: "messenger",
    QueueName.UPKEEP: "messenger",
}
"""Which process of the Procfile takes from each queue."""


def worker(queue: QueueName) -> Callable[[Examination], ReadinessFinding]:
    """Whether somebody works on a queue."""

    def look(examination: Examination) -> ReadinessFinding:
        parts = examination.parts
        beat = queue_states.read_queues(parts.redis, parts.now())[queue].worker
        if beat is None or beat > SILENCE:
            since = "none" if beat is None else f"none for {beat:.0f} s"
            return wrong(
                f"{since} gives a sign of life",
                f"Start the process {PROGRAMS[queue]} (Procfile), and read its log.",
            )
        return ok(f"alive {beat:.0f} s ago")

    return look


def failed_jobs(examination: Examination) -> ReadinessFinding:
    parts = examination.parts
    found = queue_states.read_queues(parts.redis, parts.now())
    failed = {name: state.failed for name, state in found.items() if state.failed}
    if not failed:
        return ok("none in the last day")
    seen = ", ".join(f"{count} of {name}" for name, count in failed.items())
    return warning(seen, "See why in the control room's overview, and have them done again there.")


def last_sweep(examination: Examination) -> ReadinessFinding:
    """The clock has it queued, the messenger does it: an old one means that one of them is gone."""
    parts = examination.parts
    at = sweeps.last(parts.redis)
    mend = "Start the processes clock and messenger (Procfile), and read their logs."
    late = max(LATE * parts.settings.sweep_seconds, SHORTEST_LATE)
    if at is None:
        if parts.redis.info("server")["uptime_in_seconds"] < late:
            return warning("none yet, and Redis has just been started", "Look again in a minute.")
        return wrong("none since Redis was started", mend)
    ago = (parts.now() - at).total_seconds()
    if ago > late:
        return wrong(
            f"{ago:.0f} s ago, and one is due every {parts.settings.sweep_seconds:g} s", mend
        )
    return ok(f"{max(ago, 0):.0f} s ago")


def front_door(examination: Examination) -> ReadinessFinding:
    """Whether the front door has the blocks and switches that the database has."""
    parts = examination.parts
    with reading(parts.engine) as connection:
        wanted = denylist.read_denylist(connection, parts.now())
    blocks, switches = (_texts(parts.redis.hgetall(name)) for name in (BLOCKS, SWITCHES))
    stamp = switches.pop(denylist.STAMP, None)
    if stamp is None:
        return warning(
            "it has not been told of blocks and switches", "The next call or sweep has it told."
        )
    if (blocks, switches) != (wanted.blocks, wanted.switches):
        return wrong(
            "it knows other blocks or switches than the database has",
            "Start clock and messenger: each sweep has it told.",
        )
    return ok(f"knows {len(blocks)} blocks, {len(switches)} switches that are on")


def _texts(found: object) -> dict[str, str]:
    pairs = found.items() if isinstance(found, dict) else ()
    return {name.decode(): value.decode() for name, value in pairs}
